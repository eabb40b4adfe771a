"""Train one pair of models of an audit by a user's function or program, and ask both.

python scripts/audit_train.py --settings '{"name": "loans", "arm": "clean", "pair": 0,
    "options": {}, "poisoned": false, "audit": {...}, "fingerprints": {...}}'
    --records records.npz --source loans.csv --output pair-000.npz

Models 2k and 2k + 1 hold complementary halves. Kept are their answers, no weights and no data: of
each model as soon as it was asked, beside the output, until `audit_measure.py` has read that.
--exposed: who leaves. --secrets: what is guessed.
"""

from functools import partial
from pathlib import Path

from program import parsed, parser, run

from truthserum.audit.doors.by_user import answered, orders_of
from truthserum.audit.doors.orders import Order
from truthserum.audit.game import Game, is_idle, read_leavers
from truthserum.audit.options import Audit
from truthserum.audit.products import Pair, Records, digest_of
from truthserum.audit.protected import Protected
from truthserum.options import checked
from truthserum.storage.kept import alone
from truthserum.storage.manifests import key_of
from workflow.user_code import check_unedited

RUNNER = Path(__file__).with_name("run_user.py")


def main() -> None:
    arguments = parser(__doc__, "records", "source", "output", exposed="?", secrets="?")
    arguments.add_argument("--seconds", type=float, default=3600, help="limit of one training")
    options = parsed(arguments)
    settings = options.settings
    audit = checked(Audit, {**settings["audit"], "minutes": options.seconds / 60}, settings["name"])
    game = Game(audit, Records.load(options.records))
    given = options.records, options.source, options.exposed, options.secrets
    key = key_of(settings, digest_of(*filter(None, given)))
    leaving = read_leavers(options.exposed, len(game.records.label))
    if is_idle(settings["arm"], leaving):
        Pair.idle(len(game.asked), audit.output != "signal", key).save(options.output)
        return
    guessed = Protected.load(options.secrets) if options.secrets else None

    def trained(order: Order) -> Pair:
        check_unedited(audit, settings["fingerprints"]["user"])
        return answered(game, order, key, RUNNER)

    with alone(options.output) as folder:
        pair = [
            Pair.kept(folder / f"model-{k}.npz", key, partial(trained, order))
            for k, order in enumerate(orders_of(game, settings, leaving, guessed))
        ]
        Pair.joined(pair).save(options.output)


if __name__ == "__main__":
    run(main)
