"""Draw an arm's targets and poisons: what is fixed for all of its models.

python scripts/design.py --settings '{"game": {"membership": {"targets": 10, "copies": 4}},
    "seed": 1, "experiment": "targeted"}' --data data.npz --output design.npz
"""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from program import parser, plugin, run
from truthserum.data.files import replacing
from truthserum.data.images import Images
from truthserum.seeds import experiment_seed


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    options = arguments.parse_args()

    settings = options.settings
    images = Images.load(options.data)
    seed = experiment_seed(settings["seed"], settings["experiment"])
    game = plugin("game", settings["game"])
    design = game.design(images.train_x, images.train_y, images.classes, seed)
    with replacing(options.output) as part, part.open("wb") as file:
        np.savez(file, **asdict(design))


if __name__ == "__main__":
    run(main)
