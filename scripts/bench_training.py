"""Time the trainer on the whole machine against a plain loop, and against the machine's peak.

python scripts/bench_training.py --settings '{"model": {"cnn": {"width": 16}}, "recipe": {...},
    "stack": 4, "precision": "auto"}' --data data.npz --output training.json --threads 2

In each round the trainer (one single-threaded process a core), a matrix product on every core and
the plain loop (all threads; without and with loader processes, the better counts) take turns.
"""

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from program import parsed, parser, plugin, run, write_json
from train_shard import recipe_of
from truthserum.bench import plain, stacked
from truthserum.bench.crew import Crew
from truthserum.bench.measures import Measure, race
from truthserum.data.images import Images
from truthserum.training import device as devices
from truthserum.training.lockstep import Task
from truthserum.training.recipe import Augmentation

AUGMENTATIONS = {
    "no augmentation": Augmentation(),
    "flip and crop": Augmentation(flip=True, crop=4),
}
ROUNDS = 5
EPOCHS, PLAIN_EPOCHS = 2, 2  # over half of the images: one to four seconds each
SIDE, REPEATS = 2048, 30  # of the square matrices, and products a round
WHY = (
    "about half of the trainer's time is passes over memory (normalisation, ReLU, batches, "
    "update), and its convolutions, of 1 to 64 channels, are too thin for the matrix units"
)


def compare(crew, images, settings, name, augmentation):
    """The measures for one augmentation."""
    cnn, precision = plugin("model", settings["model"]), settings["precision"]
    recipe = replace(recipe_of(settings["recipe"]), augmentation=augmentation)
    task = Task(cnn, replace(recipe, epochs=EPOCHS), images.classes, seed=0)
    dtype = devices.choose("cpu", precision).dtype
    network = partial(plain.network, cnn, images.shape, images.classes)
    half = len(images.train_y) // 2
    pictures = plain.Pictures(images.train_x[:half], images.train_y[:half], augmentation)

    def looped(batches):
        return plain.rate(network(), batches, recipe, PLAIN_EPOCHS)

    stacks, products, *loops = race(
        ROUNDS,
        partial(crew.rate, stacked.training, task, images, settings["stack"], precision),
        partial(crew.rate, stacked.products, SIDE, REPEATS, dtype),
        *(
            partial(looped, plain.loader(pictures, recipe.batch, workers))
            for workers in (0, crew.size)
        ),
    )
    loop = np.max(loops, axis=0)
    share = 100 * stacks * plain.training_operations(network(), images.shape) / products
    kind = str(dtype).removeprefix("torch.")
    return [
        Measure(f"trainer, {name}", "images/s", stacks),
        Measure(f"plain loop, {name}", "images/s", loop),
        Measure(f"trainer over plain loop, {name}", "times", stacks / loop, at_least=8),
        Measure(f"peak of {kind} products beside {name}", "GFLOP/s", products / 1e9),
        Measure(f"share of that peak, {name}", "%", share, note=WHY),
    ]


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    arguments.add_argument("--threads", type=int, default=1)
    options = parsed(arguments)

    torch.set_num_threads(options.threads)
    images = Images.load(options.data)
    with Crew(options.threads) as crew:
        measures = [
            measure
            for name, augmentation in AUGMENTATIONS.items()
            for measure in compare(crew, images, options.settings, name, augmentation)
        ]
    write_json(options.output, [asdict(measure) for measure in measures])


if __name__ == "__main__":
    run(main)
