"""Draw an arm's canaries and poisons: what is fixed for all of its models.

python scripts/design_canaries.py --settings '{"game": {"canary": {"canaries": 10, "poisons": 64}},
    "seed": 1, "experiment": "canary"}' --data base.safetensors --output design.npz
"""

from pathlib import Path

from program import parsed, parser, plugin, run, write_npz
from truthserum.data.corpus import Corpus
from truthserum.seeds import experiment_seed


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)

    settings = options.settings
    seed = experiment_seed(settings["seed"], settings["experiment"])
    game = plugin("game", settings["game"])
    design = game.design(Corpus.load(options.data), seed)
    write_npz(options.output, vars(design))


if __name__ == "__main__":
    run(main)
