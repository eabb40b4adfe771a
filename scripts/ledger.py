"""Hold what was measured against what was published.

python scripts/ledger.py --settings '{"scale": "laptop", "arms": [["targeted", 0], ...]}'
    --claims resources/claims.yaml --metrics metrics.csv [...] --derived derived.csv
    --page scripts/truthserum/report/page/* --output ledger.csv ledger.md ledger.html

Beside the metrics of an arm may lie draws.npz, the bootstrap draws of each of its rows, which pair
it with other arms, and models.csv, from which the accuracy of its models is read.
"""

from pathlib import Path

from program import parsed, parser, read_texts, run, write_across

import pandas as pd

from truthserum.findings.claims import Claim
from truthserum.findings.facts import of_models
from truthserum.findings.ledger import ledger, sheet
from truthserum.storage import written
from truthserum.storage.arrays import read_npz
from truthserum.storage.files import DataError
from truthserum.storage.frames import read_csv


def read_arm(path: Path) -> pd.DataFrame:
    """All that was measured in the arm whose metrics.csv this is, with the draws behind it."""
    table, draws, models = read_csv(path), path.with_name("draws.npz"), path.with_name("models.csv")
    kept = read_npz(draws)["draws"] if draws.exists() else [None] * len(table)
    if len(kept) != len(table):
        raise DataError(f"{draws}: found {len(kept)} rows, allowed are {len(table)} as in {path}")
    parts = [table.assign(draws=list(kept))]
    if models.exists():
        parts.append(of_models(read_csv(models)).assign(draws=None))
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    options = parsed(parser(__doc__, "claims", "derived", metrics="+", page="+", output=3))

    settings = options.settings
    claims = [Claim.read(entry) for entry in written.read(options.claims)]
    arms = [
        read_arm(path).assign(experiment=experiment, arm=str(value))
        for path, (experiment, value) in zip(options.metrics, settings["arms"], strict=True)
    ]
    metrics = pd.concat([*arms, read_csv(options.derived).assign(draws=None)], ignore_index=True)
    table = ledger(claims, metrics, settings["scale"])
    csv, *for_people = options.output
    write_across(csv, "ledger", table)
    sheet(table, settings["scale"]).write(for_people, read_texts(options.page))


if __name__ == "__main__":
    run(main)
