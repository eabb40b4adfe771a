"""Compare the arms of an experiment, each with the one that it is to be read against.

python scripts/compare.py --settings '{"values": [0, 8], "against": {"8": "0"}}'
    --arms copies-0/ copies-8/ --output differences.csv

Reads metrics.csv and draws.npz of every arm, and models.csv where models are trained;
docs/tables.md describes the columns.
"""

import math
from pathlib import Path

from program import parsed, parser, run, write_across

from truthserum.findings.differences import Measured, differences
from truthserum.plots.tables import poison_share
from truthserum.storage.arrays import read_npz
from truthserum.storage.frames import read_csv


def measured(arm: Path) -> Measured:
    """What lies in the folder of an arm."""
    metrics, draws = read_csv(arm / "metrics.csv"), read_npz(arm / "draws.npz")["draws"]
    models = arm / "models.csv"
    share = poison_share(read_csv(models)) if models.exists() else math.nan
    return Measured(metrics, draws, share)


def main() -> None:
    options = parsed(parser(__doc__, "output", arms="+"))

    names = map(str, options.settings["values"])
    arms = {name: measured(arm) for name, arm in zip(names, options.arms, strict=True)}
    compared = differences(arms, options.settings["against"])
    write_across(options.output, "differences", compared)


if __name__ == "__main__":
    run(main)
