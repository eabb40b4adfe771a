"""Draw the fixed set and each model's private record for an informed adversary.

python scripts/design_reconstruction.py --settings '{"game": {"reconstruction": {"fixed": 1000,
    "released": 200, "validation": 200, "shadows": 3000}}, "seed": 1, "experiment": "informed"}'
    --data images.npz --output design.npz

A second data file is the source of the adversary's own records, those of validation and shadows.
"""

from pathlib import Path

from program import parsed, parser, plugin, run, write_npz
from truthserum.data.images import Images
from truthserum.seeds import experiment_seed


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, required=True, nargs="+")
    arguments.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)
    if len(options.data) > 2:
        raise ValueError(f"data: found {len(options.data)} files, allowed are one or two")

    settings = options.settings
    game = plugin("game", settings["game"])
    data, *other = map(Images.load, options.data)
    seed = experiment_seed(settings["seed"], settings["experiment"])
    write_npz(options.output, vars(game.design(data, seed, *other)))


if __name__ == "__main__":
    run(main)
