"""Train a run of consecutive models of one arm.

python scripts/train_shard.py --settings '{...}' --data data.npz --design design.npz
    --output shard-000.safetensors --manifest shard-000.json --stack 4 --device auto

`--stack` and `--device` say how fast, the settings say what: only they decide whether a result is
still good. Finished stacks are kept beside the output until the shard is whole.
"""

import numpy as np
import torch
from safetensors import SafetensorError

from program import configured, parsed, plugin, read_npz, run
from shards import Unfinished, training_parser
from truthserum.data.stored import read
from truthserum.inference.defences.dropped import dropped_shares
from truthserum.inference.games.base import Design, rows_of
from truthserum.options import checked
from truthserum.seeds import experiment_seed
from truthserum.training import device as devices
from truthserum.training.batches import batches_of
from truthserum.training.lockstep import Diverged, Task
from truthserum.training.progress import Progress
from truthserum.training.recipe import Recipe
from truthserum.training.shard import train_shard


def main():
    arguments = training_parser(__doc__.splitlines()[0])
    arguments.add_argument("--stack", type=int, required=True, help="models trained in lockstep")
    options = parsed(arguments)

    settings = options.settings
    torch.set_num_threads(options.threads)
    with devices.acquire(options.device, settings["precision"]) as device:
        data = read(options.data)
        design = configured("design", Design, read_npz(options.design))
        game = plugin("game", settings["game"])
        seed = experiment_seed(settings["seed"], settings["experiment"])
        recipe = checked(Recipe, settings["recipe"], "recipe")
        task = Task(plugin("model", settings["model"]), recipe, data.classes, seed)
        defence = plugin("defence", settings["defence"])

        x = np.concatenate([data.train_x, design.extra_x])
        batches = batches_of(data, x, recipe.augmentation, device)
        labels = np.concatenate([data.train_y, design.extra_y])
        models = range(*settings["models"])

        def rows(chosen):
            return rows_of(game.trained(len(data.train_y), design, seed, chosen))

        work = recipe.steps(rows(models[:1]).shape[1]) * recipe.batch * len(models)
        shard = Unfinished(options)
        progress = Progress(shard.label, work)
        tensors, seconds, kept = train_shard(
            task, defence, batches, labels, rows, models, options.stack, shard.scratch, progress
        )
        dropped = dropped_shares(design, len(data.train_y), rows(models), kept)
        shard.finish(tensors, device, seconds=seconds, dropped=dropped)


if __name__ == "__main__":
    run(main, Diverged, devices.DeviceError, SafetensorError)
