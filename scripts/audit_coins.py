"""Throw the coins for models that others train: which records each of them is given.

python scripts/audit_coins.py --settings '{"name": "dear", "audit": {"data": {"file": "rows.csv"},
    "scores": {"file": "predictions.csv"}, "membership": "coins"}}' --output include.csv
"""

from program import parsed, parser, run, write_csv

from truthserum.audit.options import Audit
from truthserum.audit.tossed import Tossed
from truthserum.options import checked


def main() -> None:
    options = parsed(parser(__doc__, "output"))
    audit = checked(Audit, options.settings["audit"], options.settings["name"])
    write_csv(options.output, Tossed.of(audit).table())
    print(
        f"Train on the records of {audit.data.source} with a 1 in "
        f"{options.output}, ask for all of them in their order, and write the answers to "
        f"{audit.scores.file}"
    )


if __name__ == "__main__":
    run(main)
