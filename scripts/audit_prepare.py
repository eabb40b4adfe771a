"""Make a user's own records a data set of this project, for one of our models.

python scripts/audit_prepare.py --settings '{"name": "loans", "data": {"file": "loans.csv",
    "label": "default"}}' --output own.npz
"""

from program import parsed, parser, run

from truthserum.audit.data.own import read
from truthserum.audit.data.prepared import prepared
from truthserum.audit.options import Data
from truthserum.options import checked


def main() -> None:
    options = parsed(parser(__doc__, "output"))
    settings = options.settings
    data = checked(Data, settings["data"], settings["name"])
    prepared(data, read(data, "probabilities")).save(options.output)


if __name__ == "__main__":
    run(main)
