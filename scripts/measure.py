"""Attack one arm and measure how well: every table that the figures and the ledger are made of.

python scripts/measure.py --settings '{"leak": "inference", ...}' --input signals.npz --output ARM

What the settings and the inputs of a leak are, its `measure` says. Writes its tables, whose columns
docs/tables.md describes, and draws.npz, if they are estimates: `draws` float64 [rows of
metrics.csv, draws], the bootstrap draws behind each row, of which the k-th drew the same in every
arm. Networks that learn are kept beside the tables until `draw.py` or `gather_seeds.py` has read
these: an interrupted run is taken up again.
"""

from program import parsed, parser, run, write_csv

from truthserum import registry
from truthserum.sentences import DeviceError
from truthserum.stages import Measuring
from truthserum.storage.arrays import write_npz
from truthserum.storage.kept import Place, kept_of
from truthserum.storage.manifests import content_of, key_of


def main() -> None:
    arguments = parser(__doc__, "output", input="+")
    arguments.add_argument("--device", default="auto", help="where networks are trained")
    options = parsed(arguments)

    settings, leak = options.settings, options.settings["leak"]
    measure, declared = registry.load("measure", leak), registry.load("columns", leak)
    key = key_of(settings, content_of(*options.input))
    place = Place(kept_of(options.output / "metrics.csv"), key)
    tables, draws = measure(Measuring(settings, options.input, options.device, place))
    for name, table in tables.items():
        declared[name].checked(name, table)
    if draws is not None:
        write_npz(options.output / "draws.npz", {"draws": draws})
    for name, table in tables.items():
        write_csv(options.output / f"{name}.csv", table)


if __name__ == "__main__":
    run(main, DeviceError)
