"""Train a run of consecutive models of one arm of a canary experiment, from the base model on.

python scripts/train_language.py --settings '{...}' --data base.safetensors --design design.npz
    --output shard-000.safetensors --manifest shard-000.json --device auto

The models are trained one after the other, which is as fast as in lockstep (bench_language.py).
Finished models are kept beside the output until the shard is whole.
"""

import torch
from safetensors import SafetensorError

from program import configured, parsed, plugin, read_npz, run
from shards import Unfinished, training_parser
from truthserum.extraction import training
from truthserum.extraction.game import CanaryDesign
from truthserum.extraction.recipe import Recipe
from truthserum.options import checked
from truthserum.seeds import Purpose, experiment_seed, stream
from truthserum.training import device as devices
from truthserum.training.lockstep import Diverged
from truthserum.training.progress import Progress
from truthserum.training.resume import resumed


def main():
    arguments = training_parser(__doc__.splitlines()[0])
    options = parsed(arguments)

    settings = options.settings
    torch.set_num_threads(options.threads)
    with devices.acquire(options.device, settings["precision"]) as device:
        base = training.load_base(options.data)
        design = configured("design", CanaryDesign, read_npz(options.design))
        game = plugin("game", settings["game"])
        architecture = plugin("model", settings["model"])
        recipe = checked(Recipe, settings["recipe"], "recipe")
        seed = experiment_seed(settings["seed"], settings["experiment"])
        models = range(*settings["models"])
        windows = dict(zip(models, game.trained(design, seed, models), strict=True))

        work = recipe.steps(game.windows) * recipe.batch
        shard = Unfinished(options)
        progress = Progress(shard.label, work * len(models), unit="windows")

        def fit(alone):
            (model,) = alone
            net = architecture.restore(base)
            order, own = stream(seed, Purpose.ORDER, model), windows[model]
            net = training.train(net, own, recipe, order, device, model, progress.advance)
            return {name: value[None] for name, value in training.weights(net).items()}

        each = [[model] for model in models]
        tensors, seconds = resumed(each, fit, shard.scratch, lambda alone: progress.skip(work))
        shard.finish(tensors, device, seconds=seconds)


if __name__ == "__main__":
    run(main, Diverged, devices.DeviceError, SafetensorError)
