"""Say what an audit will cost and can show, by its data and one pair of models, which is kept.

python scripts/audit_plan.py --settings '{"name": "loans", "arms": {"clean": 16, "poisoned": 16}}'
    --records records.npz --pair clean/pair-000.npz --output plan.json
"""

import json
from pathlib import Path

from program import parsed, parser, run, write_json
from truthserum.audit.forecast import forecast, told
from truthserum.audit.products import Records
from truthserum.data.arrays import read_npz


def main() -> None:
    arguments = parser(__doc__)
    for name in ("records", "pair", "output"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    options = parsed(arguments)
    made = json.loads(str(read_npz(options.pair)["made"]))
    asked = int(Records.load(options.records).asked.sum())
    plan = forecast(asked, options.settings["arms"], made["wall"])
    print(told(options.settings["name"], plan))
    write_json(options.output, plan)


if __name__ == "__main__":
    run(main)
