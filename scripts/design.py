"""Draw what is fixed for all models of an arm: targets and poisons, canaries, private records.

python scripts/design.py --settings '{"game": {"membership": {"targets": 10, "copies": 4}},
    "seed": 1, "experiment": "targeted"}' --data data.npz --output design.npz

Where models start from a base model, its file holds the data. A second file holds the other data
that a game is drawn from, if it is.
"""

from inspect import signature

from program import parsed, parser, run

from truthserum.data.stored import read
from truthserum.options import build
from truthserum.seeds import experiment_seed
from truthserum.storage.arrays import write_npz


def main() -> None:
    options = parsed(parser(__doc__, "output", data="+"))

    settings = options.settings
    game = build("game", settings["game"])
    seed = experiment_seed(settings["seed"], settings["experiment"])
    allowed = len(signature(game.design).parameters) - 1  # all but the seed
    if len(options.data) > allowed:
        raise ValueError(f"data: found {len(options.data)} files, allowed are at most {allowed}")
    data, *others = map(read, options.data)
    write_npz(options.output, vars(game.design(data, seed, *others)))


if __name__ == "__main__":
    run(main)
