"""Answer the questions of resources/statements.yaml from the comparisons of arms.

python scripts/statements.py --settings '{"scale": "laptop", "experiments": ["targeted"],
    "repeated": ["targeted"]}' --statements resources/statements.yaml
    --differences differences.csv [...] --seeds targeted/seeds.csv [...]
    --page scripts/truthserum/report/page/* --output statements.csv seeds.csv statements.md
    statements.html

`experiments` and `repeated` are those that the tables of differences and of seeds are of.
"""

from collections.abc import Sequence
from pathlib import Path

from program import parsed, parser, read_texts, run, write_across

import pandas as pd

from truthserum.findings.columns import TABLES
from truthserum.findings.differences import COLUMNS
from truthserum.findings.statements import Statement, sheet, statements
from truthserum.storage import written
from truthserum.storage.frames import read_csv

SEEDS = list(TABLES["all_seeds"].meanings)


def labelled(paths: Sequence[Path], experiments: Sequence[str]) -> list[pd.DataFrame]:
    """The tables, each with the experiment that it is of."""
    return [
        read_csv(path).assign(experiment=name)
        for path, name in zip(paths, experiments, strict=True)
    ]


def main() -> None:
    options = parsed(parser(__doc__, "statements", differences="*", seeds="*", page="+", output=4))

    settings = options.settings
    asked = [Statement(**entry) for entry in written.read(options.statements)]
    none = pd.DataFrame(columns=["experiment", *COLUMNS])
    compared = pd.concat(labelled(options.differences, settings["experiments"]) or [none])
    repeated = labelled(options.seeds, settings["repeated"])
    seeds = pd.concat([pd.DataFrame(columns=SEEDS), *repeated])[SEEDS]
    table = statements(asked, compared)
    csv, of_seeds, *for_people = options.output
    write_across(csv, "statements", table)
    write_across(of_seeds, "all_seeds", seeds)
    sheet(table, seeds, settings["scale"]).write(for_people, read_texts(options.page))


if __name__ == "__main__":
    run(main)
