"""Train a run of consecutive models that share a fixed set and differ in one private record.

python scripts/train_informed.py --settings '{"game": {...}, "model": {"mlp": {"widths": [10],
    "activation": "elu"}}, "recipe": {"steps": 100, "lr": 0.1}, "shadow_recipe": {"lr": 0.2},
    "seed": 1, "experiment": "informed", "precision": "auto", "models": [0, 24]}' --data images.npz
    --design design.npz --output shard-000.safetensors --manifest shard-000.json --stack 24

`shadow_recipe`, if there is one, is what the adversary believes: how validation and shadow models
differ from the recipe. `privacy` in a recipe is {"clip": 1, "noise": 2} or {"clip": 1, "epsilon":
10, "delta": 1e-5}. Finished stacks are kept beside the output until the shard is whole.
"""

from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from program import configured, parsed, parser, plugin, read_npz, run, write_json
from truthserum.data.files import replacing
from truthserum.data.images import Images
from truthserum.games.reconstruction import InformedDesign
from truthserum.seeds import experiment_seed
from truthserum.training import device as devices
from truthserum.training.informed_recipe import InformedRecipe
from truthserum.training.informed_shard import Arm, train_arm
from truthserum.training.lockstep import Diverged
from truthserum.training.shard import Scratch, content_of, key_of, provenance


def main():
    arguments = parser(__doc__.splitlines()[0])
    for name in ("data", "design", "output", "manifest"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--stack", type=int, required=True, help="models trained in lockstep")
    arguments.add_argument("--device", default="auto", choices=devices.DEVICES)
    arguments.add_argument("--threads", type=int, default=1)
    options = parsed(arguments)

    settings = options.settings
    torch.set_num_threads(options.threads)
    with devices.acquire(options.device, settings["precision"]) as device:
        believed = settings["recipe"] | (settings.get("shadow_recipe") or {})
        recipe, believed = (
            configured("recipe", InformedRecipe.of, chosen)
            for chosen in (settings["recipe"], believed)
        )
        data = Images.load(options.data)
        arm = Arm(
            architecture=plugin("model", settings["model"]),
            recipe=recipe,
            believed=believed,
            seed=experiment_seed(settings["seed"], settings["experiment"]),
        )
        design = configured("design", InformedDesign, read_npz(options.design))
        models = range(*settings["models"])
        label = "/".join(options.output.with_suffix("").parts[-3:])
        key = key_of(settings, content_of(options.data, options.design))
        scratch = Scratch(options.output.parent / f".{options.output.stem}", key)
        tensors, seconds = train_arm(
            arm, data, design, models, options.stack, device, scratch, label
        )
        with replacing(options.output) as part:
            save_file(tensors, part)
        privacy = recipe.privacy and asdict(recipe.privacy)
        record = {"key": key, "settings": settings, "privacy": privacy, "seconds": seconds}
        write_json(options.manifest, record | provenance(device))
        scratch.clear()


if __name__ == "__main__":
    run(main, Diverged, devices.DeviceError, SafetensorError)
