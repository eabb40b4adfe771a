"""Say which records leave, since the user's own training shows them.

python scripts/audit_exposed.py --settings '{"name": "loans", "audit": {...}, "arms": {"clean":
    {...}}, "parts": {"clean": [{"pair": 0}, …]}}' --records records.npz --source loans.csv
    --pairs clean/pair-000.npz … --output exposed.npz
"""

from program import parsed, parser, run

from truthserum.audit.analysis.onion import leavers
from truthserum.audit.game import Game
from truthserum.audit.options import CLEAN, Audit
from truthserum.audit.parts import answers_of, models_in, pairs_of
from truthserum.audit.products import Records, digest_of
from truthserum.options import checked
from truthserum.storage.arrays import write_npz


def main() -> None:
    options = parsed(parser(__doc__, "records", "source", "output", pairs="+"))
    settings, name = options.settings, options.settings["name"]
    audit = checked(Audit, settings["audit"], name)
    game = Game(audit, Records.load(options.records))
    contents = {CLEAN: digest_of(options.records, options.source)}
    parts = pairs_of(options.pairs, settings, contents)[CLEAN]
    coins, asked = game.coins(range(models_in(parts) // 2)), game.asked
    answers = answers_of(parts, coins.member[:, asked])
    write_npz(options.output, {"leaving": leavers(answers, asked, game.records.unit)})


if __name__ == "__main__":
    run(main)
