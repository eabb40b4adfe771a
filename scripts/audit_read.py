"""Read a user's data for an audit: classes, units, groups, and which records are asked about.

python scripts/audit_read.py --settings '{"name": "loans", "audit": {"function": "loans:train",
    "data": {"file": "loans.csv", "label": "default"}}}' --output records.npz

What training is given is not copied: models are trained on rows of the user's own file. --columns:
as JSON, `groups`, the column to `protect`, the file of a model that is `released` and the copies of
`poison`, which are only checked: they decide nothing here.
"""

import json
from pathlib import Path

from program import parsed, parser, run

import numpy as np

from truthserum.audit import poison
from truthserum.audit.data.own import groups_of, read
from truthserum.audit.data.prepared import secret_of
from truthserum.audit.data.units import check_units, draw_asked
from truthserum.audit.doors.scores import read_released
from truthserum.audit.options import Audit
from truthserum.audit.products import Records
from truthserum.options import checked
from truthserum.seeds import audit_seed


def main() -> None:
    arguments = parser(__doc__, "output")
    arguments.add_argument("--columns", type=json.loads, default={})
    options = parsed(arguments)
    name = options.settings["name"]
    audit = checked(Audit, options.settings["audit"], name)
    data = audit.data
    own = read(data, audit.output)
    groups_of(data.source, options.columns.get("groups", ()))
    if protect := options.columns.get("protect"):
        secret_of(data, protect)
    poison.check(options.columns.get("poison", 0), len(own.label))
    unit = own.unit
    asked = draw_asked(unit, audit.asked, audit_seed(audit.seed))
    check_units(unit[asked], f"asked ({audit.asked} rows)")
    repeated = len(own.content) - len(np.unique(own.content))
    records = Records(own.label, own.classes, unit, asked, repeated)
    if released := options.columns.get("released"):
        read_released(Path(released), records, audit.output)
    records.save(options.output)


if __name__ == "__main__":
    run(main)
