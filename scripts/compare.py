"""Compare the arms of an experiment, each with the one that it is to be read against.

python scripts/compare.py --settings '{"values": [0, 8], "against": {"8": "0"}}'
    --arms copies-0/ copies-8/ --output differences.csv

Reads metrics.csv, draws.npz and models.csv of every arm; docs/tables.md describes the columns.
"""

from program import parsed, parser, run, write_across

from truthserum.data.arrays import read_npz
from truthserum.data.frames import read_csv
from truthserum.findings.differences import Measured, differences
from truthserum.findings.facts import poison_share


def main() -> None:
    options = parsed(parser(__doc__, "output", arms="+"))

    names = map(str, options.settings["values"])
    arms = {
        name: Measured(
            metrics=read_csv(folder / "metrics.csv"),
            draws=read_npz(folder / "draws.npz")["draws"],
            poison_share=poison_share(read_csv(folder / "models.csv")),
        )
        for name, folder in zip(names, options.arms, strict=True)
    }
    compared = differences(arms, options.settings["against"])
    write_across(options.output, "differences", compared)


if __name__ == "__main__":
    run(main)
