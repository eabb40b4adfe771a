"""Read the groups by which an audit tells exposure apart. They decide nothing that is trained.

python scripts/audit_groups.py --settings '{"name": "loans", "data": {"file": "loans.csv",
    "label": "default", "groups": ["sex"]}}' --output groups.npz
"""

from program import parsed, parser, run

from truthserum.audit.data.own import groups_of
from truthserum.audit.options import Data
from truthserum.audit.products import GROUP
from truthserum.options import checked
from truthserum.storage.arrays import write_npz


def main() -> None:
    options = parsed(parser(__doc__, "output"))
    data = checked(Data, options.settings["data"], options.settings["name"])
    groups = groups_of(data.source, data.groups)
    write_npz(options.output, {f"{GROUP}.{name}": group for name, group in groups.items()})


if __name__ == "__main__":
    run(main)
