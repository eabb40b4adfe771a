"""Gather what the arms of an experiment gave that were run again with other seeds.

python scripts/gather_seeds.py --settings '{"repeats": [[8, 2205], [8, 2206]]}'
    --metrics metrics.csv [...] --output seeds.csv

The settings hold the swept value and the seed of each table; docs/tables.md has the columns.
"""

from program import parsed, parser, run, write_across

import pandas as pd

from truthserum.findings.columns import TABLES
from truthserum.storage.frames import read_csv
from truthserum.storage.kept import clear


def main() -> None:
    options = parsed(parser(__doc__, "output", metrics="+"))

    tables = [
        read_csv(path).assign(arm=str(arm), seed=seed)
        for path, (arm, seed) in zip(options.metrics, options.settings["repeats"], strict=True)
    ]
    clear(options.metrics)
    write_across(options.output, "seeds", pd.concat(tables)[list(TABLES["seeds"].meanings)])


if __name__ == "__main__":
    run(main)
