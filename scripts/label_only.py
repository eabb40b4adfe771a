"""Judge membership by labels alone, over the arms of an experiment that sweeps copies.

python scripts/label_only.py --settings '{"values": [0, 8], "seed": 1, "experiment": "targeted",
    "draws": 200}' --signals copies-0/signals.npz copies-8/signals.npz --output label_only.csv

docs/tables.md describes the columns.
"""

from program import parsed, parser, run, write_across

from truthserum.inference.label_only import label_only
from truthserum.seeds import experiment_seed
from truthserum.storage.arrays import read_npz


def main() -> None:
    options = parsed(parser(__doc__, "output", signals="+"))

    settings = options.settings
    arms = [read_npz(path) for path in options.signals]
    seed = experiment_seed(settings["seed"], settings["experiment"])
    judged = label_only(settings["values"], arms, seed, settings["draws"])
    write_across(options.output, "label_only", judged)


if __name__ == "__main__":
    run(main)
