"""Time language models trained one at a time against a stack of them in lockstep.

python scripts/bench_language.py --settings '{"model": {"gpt": {}}, "recipe": {"epochs": 1,
    "batch": 8, "lr": 0.002}, "vocabulary": 1024, "windows": 240, "window": 32, "stack": 4,
    "precision": "auto"}' --output language.json

The same networks on the same windows of random tokens, in turns; one thread, processor time.
"""

from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import torch

from program import parsed, parser, plugin, run, write_json
from truthserum.bench import language
from truthserum.bench.measures import Measure, race
from truthserum.extraction.recipe import Recipe
from truthserum.options import checked
from truthserum.training import device as devices

ROUNDS = 5


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)

    settings = options.settings
    torch.set_num_threads(1)
    architecture = plugin("model", settings["model"])
    recipe = checked(Recipe, settings["recipe"], "recipe")
    device = devices.choose("cpu", settings["precision"])
    models, vocabulary = settings["stack"], settings["vocabulary"]
    nets = [architecture.build(vocabulary) for _ in range(models)]
    for k, net in enumerate(nets):
        net.reset(np.random.default_rng(k))
    shape = (models, settings["windows"], settings["window"])
    windows = np.random.default_rng(0).integers(0, vocabulary, shape)

    singly, stacked = race(
        ROUNDS,
        partial(language.singly, nets, windows, recipe, device),
        partial(language.in_lockstep, language.Stack(nets), windows, recipe, device),
    )
    kind = str(device.dtype).removeprefix("torch.")
    measures = [
        Measure(f"one at a time, {kind}", "tokens/s", singly),
        Measure(f"stack of {models}, {kind}", "tokens/s", stacked),
        Measure("stack over one at a time", "times", stacked / singly),
    ]
    write_json(options.output, [asdict(measure) for measure in measures])


if __name__ == "__main__":
    run(main)
