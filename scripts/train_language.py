"""Train a run of consecutive models of one arm of a canary experiment, from the base model on.

python scripts/train_language.py --settings '{...}' --data base.safetensors --design design.npz
    --output shard-000.safetensors --manifest shard-000.json --device auto

The models are trained one after the other, which is as fast as in lockstep (bench_language.py).
Finished models are kept beside the output until the shard is whole.
"""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from program import configured, parsed, parser, plugin, read_npz, run, write_json
from truthserum.data.files import replacing
from truthserum.games.canary import CanaryDesign
from truthserum.seeds import Purpose, experiment_seed, stream
from truthserum.training import device as devices
from truthserum.training import language
from truthserum.training.lockstep import Diverged
from truthserum.training.progress import Progress
from truthserum.training.resume import resumed
from truthserum.training.shard import Scratch, content_of, key_of, provenance


def main():
    arguments = parser(__doc__.splitlines()[0])
    for name in ("data", "design", "output", "manifest"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--device", default="auto", choices=devices.DEVICES)
    arguments.add_argument("--threads", type=int, default=1)
    options = parsed(arguments)

    settings = options.settings
    torch.set_num_threads(options.threads)
    with devices.acquire(options.device, settings["precision"]) as device:
        base = language.load_base(options.data)
        design = configured("design", CanaryDesign, read_npz(options.design))
        game = plugin("game", settings["game"])
        architecture = plugin("model", settings["model"])
        recipe = configured("recipe", language.Recipe, settings["recipe"])
        seed = experiment_seed(settings["seed"], settings["experiment"])
        models = range(*settings["models"])
        windows = dict(zip(models, game.trained(design, seed, models), strict=True))

        work = recipe.steps(game.windows) * recipe.batch
        label = "/".join(options.output.with_suffix("").parts[-3:])
        progress = Progress(label, work * len(models), unit="windows")

        def fit(alone):
            (model,) = alone
            net = architecture.restore(base)
            order, own = stream(seed, Purpose.ORDER, model), windows[model]
            net = language.train(net, own, recipe, order, device, model, progress.advance)
            return {name: value[None] for name, value in language.weights(net).items()}

        key = key_of(settings, content_of(options.data, options.design))
        scratch = Scratch(options.output.parent / f".{options.output.stem}", key)
        each = [[model] for model in models]
        tensors, seconds = resumed(each, fit, scratch, lambda alone: progress.skip(work))
        with replacing(options.output) as part:
            save_file(tensors, part)
        record = {"key": key, "settings": settings, "seconds": seconds, **provenance(device)}
        write_json(options.manifest, record)
        scratch.clear()


if __name__ == "__main__":
    run(main, Diverged, devices.DeviceError, SafetensorError)
