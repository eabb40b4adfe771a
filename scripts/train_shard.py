"""Train a run of consecutive models of one arm.

python scripts/train_shard.py --settings '{...}' --data data.npz --design design.npz
    --output shard-000.safetensors --manifest shard-000.json --stack 4 --device auto

`--stack` and `--device` say how fast, the settings say what: only they decide whether a result is
still good. Finished stacks are kept beside the output until the shard is whole.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from program import configured, parsed, parser, plugin, read_npz, run, write_json
from truthserum.data.files import replacing
from truthserum.data.stored import read
from truthserum.defences.dropped import dropped_shares
from truthserum.games.base import Design, rows_of
from truthserum.seeds import experiment_seed
from truthserum.training import device as devices
from truthserum.training.batches import batches_of
from truthserum.training.lockstep import Diverged, Task
from truthserum.training.progress import Progress
from truthserum.training.recipe import Augmentation, Recipe
from truthserum.training.shard import Scratch, content_of, key_of, provenance, train_shard


def recipe_of(settings):
    """The recipe of a settings object; ValueError for options that it does not take."""
    augmentation = configured("augmentation", Augmentation, settings.get("augmentation", {}))
    return configured("recipe", Recipe, {**settings, "augmentation": augmentation})


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
        data = read(options.data)
        design = configured("design", Design, read_npz(options.design))
        game = plugin("game", settings["game"])
        seed = experiment_seed(settings["seed"], settings["experiment"])
        recipe = recipe_of(settings["recipe"])
        task = Task(plugin("model", settings["model"]), recipe, data.classes, seed)
        defence = plugin("defence", settings["defence"])

        x = np.concatenate([data.train_x, design.extra_x])
        batches = batches_of(data, x, recipe.augmentation, device)
        labels = np.concatenate([data.train_y, design.extra_y])
        models = range(*settings["models"])

        def rows(chosen):
            return rows_of(game.trained(len(data.train_y), design, seed, chosen))

        work = recipe.steps(rows(models[:1]).shape[1]) * recipe.batch * len(models)
        label = "/".join(options.output.with_suffix("").parts[-3:])
        key = key_of(settings, content_of(options.data, options.design))
        scratch = Scratch(options.output.parent / f".{options.output.stem}", key)
        progress = Progress(label, work)
        tensors, seconds, kept = train_shard(
            task, defence, batches, labels, rows, models, options.stack, scratch, progress
        )
        made = {
            "seconds": seconds,
            "dropped": dropped_shares(design, len(data.train_y), rows(models), kept),
        }
        with replacing(options.output) as part:
            save_file(tensors, part)
        record = {"key": key, "settings": settings, **made, **provenance(device)}
        write_json(options.manifest, record)
        scratch.clear()


if __name__ == "__main__":
    run(main, Diverged, devices.DeviceError, SafetensorError)
