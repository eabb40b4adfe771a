"""Read a protected column: whose value is guessed, which values there are, what else tells them.

python scripts/audit_secrets.py --settings '{"name": "loans", "audit": {"function": "loans:train",
    "data": {"file": "loans.csv", "label": "default"}, "protect": "married"}}'
    --records records.npz --output secrets.npz
"""

from program import parsed, parser, run

import numpy as np

from truthserum.audit.analysis.attribute import protected
from truthserum.audit.data.own import read
from truthserum.audit.data.prepared import surroundings
from truthserum.audit.options import Audit
from truthserum.audit.products import Records
from truthserum.audit.protected import targets
from truthserum.options import checked
from truthserum.seeds import audit_seed


def main() -> None:
    options = parsed(parser(__doc__, "records", "output"))
    audit = checked(Audit, options.settings["audit"], options.settings["name"])
    records = Records.load(options.records)
    table = surroundings(audit.data, read(audit.data, audit.output), audit.protect)
    rows = targets(np.flatnonzero(records.asked), audit_seed(audit.seed))
    protected(table, audit.protect, rows, records.unit).save(options.output)


if __name__ == "__main__":
    run(main)
