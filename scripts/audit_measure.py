"""Measure one audit: claims.json, records.csv, and the tables of its charts.

python scripts/audit_measure.py --settings '{"name": "loans", "arms": {"clean": {...}}, ...}'
    --records records.npz --source loans.csv --pairs clean/pair-000.npz …
    --output results/audit/loans

Settings are the whole section of the audit and, for each arm, those that its models were trained
with, and which models each of its parts is: a pair, or a shard of our own models. A part lies in
the folder of its arm, and is believed only if it was made with these. --exposed: who leaves.
--secrets: what is guessed. --own: the data of our models.
"""

from argparse import Namespace
from pathlib import Path

from program import parsed, parser, run

from audit_result import input_of, write
from truthserum.audit.analysis.study import measured
from truthserum.audit.data.own import groups_of
from truthserum.audit.document import Result
from truthserum.audit.game import Game, read_leavers
from truthserum.audit.options import CLEAN, EXPOSED, PROTECTED, Audit
from truthserum.audit.parts import pairs_of
from truthserum.audit.products import Records, digest_of
from truthserum.audit.protected import Protected
from truthserum.audit.result import Subject
from truthserum.audit.trained import Parts, coins_of, cost_of, declared, defended, skipped, study_of
from truthserum.data.stored import labelled
from truthserum.options import checked
from truthserum.storage.kept import clear, sweep


def parts_of(options: Namespace) -> Parts:
    """The parts of every arm, each made of the same inputs as those that were handed over."""
    given = options.records, options.source
    contents = dict.fromkeys(options.settings["arms"], digest_of(*given))
    for arm, beside in {EXPOSED: options.exposed, PROTECTED: options.secrets}.items():
        if beside is not None:
            contents[arm] = digest_of(*given, beside)
    return pairs_of(options.pairs, options.settings, contents)


def main() -> None:
    beside = dict.fromkeys(("exposed", "secrets", "own"), "?")
    options = parsed(parser(__doc__, "records", "source", "output", **beside, pairs="+"))
    settings, name = options.settings, options.settings["name"]
    audit = checked(Audit, settings["audit"], name)
    game = Game(audit, Records.load(options.records))
    rows = len(game.records.label)
    parts = parts_of(options)
    study = study_of(
        game,
        parts,
        groups_of(options.source, audit.trained_on.groups),
        read_leavers(options.exposed, rows),
        Protected.load(options.secrets) if options.secrets else None,
        labelled(options.own) if options.own else None,
    )
    inputs = [input_of(options.source, rows)]
    if study.released is not None:
        inputs.append(input_of(Path(audit.released), len(study.released.at)))
    made = parts[CLEAN][0].made
    result = Result(
        Subject(name, audit.door, tuple(inputs), declared(game, study), coins_of(study)),
        defended(measured(study), settings["arms"]),
        skipped(audit),
        cost_of(study, parts),
        made["version"],
        made["libraries"],
    )
    write(result, settings, options.output)
    clear(options.pairs)
    sweep(options.pairs)


if __name__ == "__main__":
    run(main)
