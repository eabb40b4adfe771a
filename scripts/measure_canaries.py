"""Summarise how many guesses the canaries of one arm stand.

python scripts/measure_canaries.py --settings '{"draws": 200, "seed": 1, "experiment": "canary"}'
    --signals signals.npz --output ARM_FOLDER

Writes metrics.csv and canaries.csv, whose columns figures/README.md describes, and draws.npz with
`draws` float64 [rows of metrics.csv, draws], the bootstrap of each measure; draw k of each arm took
the same canaries.
"""

from pathlib import Path

from program import parsed, parser, read_npz, run, write_csv, write_npz
from truthserum.extraction.tables import canaries, metrics
from truthserum.seeds import Purpose, experiment_seed, stream


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--signals", type=Path, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)

    settings = options.settings
    seed = experiment_seed(settings["seed"], settings["experiment"])
    found = canaries(read_npz(options.signals))
    measured, draws = metrics(found, stream(seed, Purpose.BOOTSTRAP), settings["draws"])
    write_csv(options.output / "canaries.csv", found)
    write_npz(options.output / "draws.npz", {"draws": draws})
    write_csv(options.output / "metrics.csv", measured)


if __name__ == "__main__":
    run(main)
