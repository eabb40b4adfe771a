"""Measure an audit of predictions that are there already: nothing is trained.

python scripts/audit_scores.py --settings '{"name": "vendor", "audit": {"scores":
    {"file": "predictions.csv", "label": "y", "member": "in_train"}}}' --output results/audit/vendor
"""

from pathlib import Path

from program import parsed, parser, run

import numpy as np

from audit_result import input_of, write
from truthserum.audit.analysis.found import Resampling
from truthserum.audit.analysis.given import GivenStudy, measured
from truthserum.audit.analysis.records import People
from truthserum.audit.document import Result
from truthserum.audit.doors.scores import Given, read
from truthserum.audit.options import Audit
from truthserum.audit.result import Subject
from truthserum.audit.tossed import Tossed
from truthserum.options import checked
from truthserum.seeds import audit_seed

SKIPPED = {
    "poisoned": "nothing is trained",
    "training": "nothing is trained",
    "attribute": "nothing is trained",
    "reconstruction": "no model file is opened",
}
DECLARED = ("membership", "unit", "epsilon", "delta", "seed")  # of the options, as they are


def counted(audit: Audit, given: Given) -> tuple[Given, np.ndarray, np.ndarray]:
    """What counts of a file, and which rows: of rows that a coin moves together the first.

    And which of these a coin moves alone, as far as there is the data to tell.
    """
    if audit.data is None:
        every = np.arange(len(given.label))
        return given, every, every >= 0
    tossed = Tossed.of(audit)
    tossed.check(given.answers.member, given.label)
    return given.of(tossed.first), tossed.first, tossed.alone


def main() -> None:
    options = parsed(parser(__doc__, "output"))
    settings, name = options.settings, options.settings["name"]
    audit = checked(Audit, settings["audit"], name)
    whole = read(audit.scores)
    given, rows, alone = counted(audit, whole)
    study = GivenStudy(
        answers=given.answers,
        people=People(rows, given.label, given.groups),
        coins=audit.membership == "coins",
        resampling=Resampling(audit_seed(audit.seed), audit.draws, np.arange(len(rows))),
        claimed=audit.epsilon,
        delta=audit.delta,
        alone=alone,
    )
    models, records = given.answers.member.shape
    declared = {
        **{option: getattr(audit, option) for option in DECLARED},
        "models": models,
        "records": records,
        "classes": sorted(set(given.label.tolist())),
        "groups": list(audit.scores.groups),
        "label": audit.scores.label,
    }
    sources = [Path(audit.scores.file)]
    if audit.data:
        declared["subject"] = audit.data.subject
        sources.append(audit.data.source)
    inputs = tuple(input_of(source, len(whole.label)) for source in sources)
    about = Subject(name, "scores", inputs, declared)
    cost = {"trainings": 0, "seconds": 0.0, "arms": {}}
    result = Result(about, measured(study), SKIPPED, cost, "elsewhere", {})
    write(result, settings, options.output)


if __name__ == "__main__":
    run(main)
