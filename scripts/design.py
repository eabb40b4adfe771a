"""Draw an arm's targets and poisons: what is fixed for all of its models.

python scripts/design.py --settings '{"game": {"membership": {"targets": 10, "copies": 4}},
    "seed": 1, "experiment": "targeted"}' --data data.npz --output design.npz
"""

from pathlib import Path

from program import parsed, parser, plugin, run, write_npz
from truthserum.data.stored import read
from truthserum.seeds import experiment_seed


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)

    settings = options.settings
    data = read(options.data)
    seed = experiment_seed(settings["seed"], settings["experiment"])
    game = plugin("game", settings["game"])
    design = game.design(data, seed)
    write_npz(options.output, vars(design))


if __name__ == "__main__":
    run(main)
