"""Hold what was measured against what was published.

python scripts/ledger.py --settings '{"scale": "laptop", "arms": [["targeted", 0], ...]}'
    --claims resources/claims.yaml --metrics metrics.csv [...] --output ledger.csv ledger.md
"""

from pathlib import Path

import pandas as pd
import yaml

from program import parsed, parser, run, write_csv
from truthserum.data.files import replacing
from truthserum.report.ledger import Claim, as_markdown, ledger


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--claims", type=Path, required=True)
    arguments.add_argument("--metrics", type=Path, nargs="+", required=True)
    arguments.add_argument("--output", type=Path, nargs=2, required=True)
    options = parsed(arguments)

    settings = options.settings
    claims = [Claim.read(entry) for entry in yaml.safe_load(options.claims.read_text())]
    metrics = pd.concat(
        [
            pd.read_csv(path, keep_default_na=False, na_values=[""]).assign(
                experiment=experiment, arm=str(value)
            )
            for path, (experiment, value) in zip(options.metrics, settings["arms"], strict=True)
        ]
    )
    table = ledger(claims, metrics, settings["scale"])
    csv, markdown = options.output
    write_csv(csv, table)
    with replacing(markdown) as part:
        part.write_text(as_markdown(table, settings["scale"]))


if __name__ == "__main__":
    run(main)
