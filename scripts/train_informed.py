"""Train a run of consecutive models that share a fixed set and differ in one private record.

python scripts/train_informed.py --settings '{"game": {...}, "model": {"mlp": {"widths": [10],
    "activation": "elu"}}, "recipe": {"steps": 100, "lr": 0.1}, "shadow_recipe": {"lr": 0.2},
    "seed": 1, "experiment": "informed", "precision": "auto", "models": [0, 24]}' --data images.npz
    --design design.npz --output shard-000.safetensors --manifest shard-000.json --stack 24

`shadow_recipe`, if there is one, is what the adversary believes: how validation and shadow models
differ from the recipe. `privacy` in a recipe is {"clip": 1, "noise": 2} or {"clip": 1, "epsilon":
10, "delta": 1e-5}. Finished stacks are kept beside the output until the shard is whole.
"""

import torch
from safetensors import SafetensorError

from program import configured, parsed, plugin, read_npz, run
from shards import Unfinished, training_parser
from truthserum.data.images import Images
from truthserum.options import checked
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.reconstruction.engine.shard import Arm, train_arm
from truthserum.reconstruction.game import InformedDesign
from truthserum.seeds import experiment_seed
from truthserum.training import device as devices
from truthserum.training.lockstep import Diverged


def main():
    arguments = training_parser(__doc__.splitlines()[0])
    arguments.add_argument("--stack", type=int, required=True, help="models trained in lockstep")
    options = parsed(arguments)

    settings = options.settings
    torch.set_num_threads(options.threads)
    with devices.acquire(options.device, settings["precision"]) as device:
        believed = settings["recipe"] | (settings.get("shadow_recipe") or {})
        recipe, believed = (
            checked(InformedRecipe, chosen, "recipe").calibrated()
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
        shard = Unfinished(options)
        tensors, seconds = train_arm(
            arm, data, design, models, options.stack, device, shard.scratch, shard.label
        )
        privacy = recipe.privacy and {"clip": recipe.privacy.clip, "noise": recipe.privacy.noise}
        shard.finish(tensors, device, seconds=seconds, privacy=privacy)


if __name__ == "__main__":
    run(main, Diverged, devices.DeviceError, SafetensorError)
