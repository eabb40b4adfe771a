"""Time the training of shadow models that differ in one record, on the whole machine.

python scripts/bench_informed.py --settings '{"model": {"mlp": {"widths": [10], "activation":
    "elu"}}, "recipe": {"steps": 100, "lr": 0.1}, "fixed": 1000, "stack": 24, "chunk": 50}'
    --data mnist.npz --output informed.json --threads 2

In each round these take turns: this project's trainer (one single-threaded process a core) with
float32 products and with bfloat16 ones that it adds up to float32, a float32 matrix product on
every core, and, each in one process with all threads: plain loops with torch's loader and on whole
tensors, and torch.func.vmap over `chunk` models.
"""

import time
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import torch

from program import parsed, parser, plugin, run, write_json
from truthserum.bench import informed, plain, stacked
from truthserum.bench.crew import Crew
from truthserum.bench.measures import Measure, race
from truthserum.data.images import Images
from truthserum.options import checked
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.training.lockstep import Task

ROUNDS = 5
LOOP_MODELS, LOADED_MODELS, VMAP_STEPS = 4, 1, 10  # a second or two each
SIDE, REPEATS = 2048, 15  # of the square matrices, and products a round
WHY = (
    "of the operations that the plain loop needs; the trainer leaves out the pixels that are 0 in "
    "the whole fixed set"
)


def rate(train, recipe, models, steps):
    """Whole models a second, from so many of the recipe's steps."""
    start = time.monotonic()
    train(recipe=replace(recipe, steps=steps), models=models)
    return models * steps / recipe.steps / (time.monotonic() - start)


def operations(mlp, inputs, classes):
    """Floating-point operations of the products of one model in one step, per record."""
    return plain.training_operations(plain.network(mlp, (inputs,), classes), (inputs,))


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    arguments.add_argument("--threads", type=int, default=1)
    options = parsed(arguments)

    settings = options.settings
    torch.set_num_threads(options.threads)
    images, fixed = Images.load(options.data), settings["fixed"]
    mlp = plugin("model", settings["model"])
    recipe = checked(InformedRecipe, settings["recipe"], "recipe")
    task = Task(mlp, recipe, images.classes, seed=0)
    stack, others = settings["stack"], {"mlp": mlp, "images": images, "fixed": fixed}
    loop = partial(informed.looped, **others)
    off = informed.rounding(task, images, fixed, stack)
    with Crew(options.threads) as crew:
        exact, close, products, loaded, loops, vmaps = race(
            ROUNDS,
            *(
                partial(crew.rate, informed.stacked, task, images, fixed, stack, kind)
                for kind in ("float32", "bfloat16")
            ),
            partial(crew.rate, stacked.products, SIDE, REPEATS, torch.float32),
            partial(
                rate, partial(loop, batches=informed.loaded), recipe, LOADED_MODELS, recipe.steps
            ),
            partial(rate, partial(loop, batches=informed.whole), recipe, LOOP_MODELS, recipe.steps),
            partial(
                rate, partial(informed.vmapped, **others), recipe, settings["chunk"], VMAP_STEPS
            ),
        )
    pixels = images.train_x[:fixed].reshape(fixed, -1)
    whole, needed = (
        100
        * exact
        * operations(mlp, inputs, images.classes)
        * (fixed + 1)
        * recipe.steps
        / products
        for inputs in (pixels.shape[1], pixels.any(0).sum())
    )
    measures = [
        Measure("shadow models, float32 products", "models/s", exact),
        Measure("shadow models, bfloat16 products of changes", "models/s", close),
        Measure("shadow models, plain loop with a loader", "models/s", loaded),
        Measure("shadow models, plain loop on tensors", "models/s", loops),
        Measure("shadow models, torch.func.vmap", "models/s", vmaps),
        *(
            Measure(f"{way} over {other}", "times", rates / others, at_least=target)
            for way, rates in (("float32 products", exact), ("bfloat16 products", close))
            for other, others, target in (
                ("plain loop with a loader", loaded, 15),
                ("plain loop on tensors", loops, None),
                ("vmap", vmaps, 10),
            )
        ),
        Measure("peak of float32 products", "GFLOP/s", products / 1e9),
        Measure("float32 products, share of that peak", "%", whole, at_least=70, note=WHY),
        Measure("float32 products, share without unused pixels", "%", needed),
        *(
            Measure(f"largest error of a weight, {way}", "", [off[key]], below=1e-5, note=note)
            for way, key, note in (
                ("float32 products", "float32", "against the same model trained in float64"),
                ("bfloat16 products of changes", "bfloat16", ""),
                ("plain loop", "loop", ""),
            )
        ),
    ]
    write_json(options.output, [asdict(measure) for measure in measures])


if __name__ == "__main__":
    run(main)
