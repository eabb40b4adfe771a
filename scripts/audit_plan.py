"""Say what an audit will cost and can show, by its data and one pair of models, which is kept.

python scripts/audit_plan.py --settings '{"name": "loans", "arms": {"clean": 16, "poisoned": 16},
    "poison": 8, "targets": 100}' --records records.npz --pair clean/pair-000.npz --cores 2
    --output plan.json

--secrets: what is guessed.
"""

from program import parsed, parser, run, write_json

from truthserum.audit.forecast import First, arms_of, forecast, on_machine
from truthserum.audit.poison import count
from truthserum.audit.products import Pair, Records
from truthserum.audit.protected import Protected
from truthserum.audit.told import told


def main() -> None:
    arguments = parser(__doc__, "records", "pair", "output", secrets="?")
    arguments.add_argument("--cores", type=int, required=True)
    options = parsed(arguments)
    settings, pairs = options.settings, options.settings["arms"]
    asked = Records.load(options.records).asked
    records, copies = int(asked.sum()), settings["poison"]
    targets = count(records, len(asked), settings["targets"], copies) if copies else 0
    guesses = len(Protected.load(options.secrets).asked) if options.secrets else 0
    arms, first = arms_of(pairs, records, targets, guesses), First.of(Pair.read(options.pair))
    plan, machine = forecast(arms, first), on_machine(arms, first, options.cores)
    print(told(settings["name"], plan, machine))
    write_json(options.output, plan | {"machine": machine})


if __name__ == "__main__":
    run(main)
