"""The table of what was tried against the leak."""

from collections.abc import Mapping, Sequence

from truthserum.audit.claim import Claim, find
from truthserum.audit.report.headline import GUESSING
from truthserum.audit.report.rows import spaced
from truthserum.audit.report.wording import ALIKE, POINTS, interval, measured, point, title, writer
from truthserum.audit.result import Audit, Mitigation
from truthserum.report.numbers import percent
from truthserum.report.tables import Cell, Table, table

NO_HELP = (
    "No measure is shown to help: no interval in the column “change” lies wholly below 0. That "
    "column is about those who are recognised most surely."
)
COARSE_HELP = (
    "No measure is shown to help: where the interval in the column “change” lies wholly below 0, "
    "answers are too coarse to be judged by it, and “which of two” is not shown to fall."
)


def ranked(mitigations: Sequence[Mitigation], measure: str) -> list[Mitigation]:
    """The least leak first, by a measure; what is too coarse for it, or was not resolved, last."""

    def leak(one: Mitigation) -> tuple[bool, bool, float]:
        found = find(one.claims, measure, one.id)
        value = found.value if found and found.resolved else None
        return value is None, bool(found and not found.reached), value or 0.0

    return sorted(mitigations, key=leak)


def of_mitigations(
    audit: Audit, told: Claim | None, cautions: Mapping[str, str], defences: Mapping[str, str]
) -> Table:
    """The least leak first; measured beside before.

    cautions: what must be known of mitigations of ours, by their names. defences: of those that
    train with a defence, by that.
    """
    columns = [("mitigation", "wide"), ("recognised", "number"), ("change", "number")]
    columns += [("which of two", "number"), ("show", "number"), ("right answers", "number")]
    measure = told.measure if told else ""
    caption = (
        f"Before → after: the leak ({title(measure)}), its change, which of two was in (guessing: "
        f"{percent(GUESSING)}), records that show, and right answers; in brackets the interval "
        f"of the value after. {POINTS}"
    )
    rows: list[list[Cell | str]] = [
        [
            Cell(
                spaced(one.id),
                strong=one.best,
                below=_words(one, measure, cautions.get(one.id), defences.get(one.defence)),
            ),
            _from_to(one, measure),
            _stacked(find(one.differences, measure)),
            *(_from_to(one, name) for name in ("auc", "named_records", "accuracy")),
        ]
        for one in ranked(audit.mitigations, measure)
    ]
    return table("mitigations", caption, columns, rows)


def shown_to_help(audit: Audit, told: Claim | None) -> str:
    """Which mitigations are shown to help, in one sentence; nothing where none was tried."""
    if not audit.mitigations:
        return ""
    measure = told.measure if told else ""
    judged = {one.id: _judged_by(one, measure) for one in audit.mitigations}
    helped = [one.id for one in audit.mitigations if _shrinks(one, judged[one.id])]
    coarse = [spaced(name) for name, by in judged.items() if by != measure]
    less = [
        spaced(one.id) for one in audit.mitigations if one.id not in helped and _shrinks(one, "auc")
    ]
    said = NO_HELP
    if helped:
        said = f"Shown to help, each by itself: {', '.join(map(spaced, helped))}."
    elif any(_shrinks(one, measure) for one in audit.mitigations):
        said = COARSE_HELP
    if helped and coarse:
        said += f" Judged by which of two was in: {', '.join(coarse)}."
    if less:
        said += f" On average, “which of two” {'also ' * bool(helped)}falls with {', '.join(less)}."
    return said


def _judged_by(one: Mitigation, measure: str) -> str:
    """What says whether the leak shrank: the measure if answers are fine enough, else the AUC."""
    after = find(one.claims, measure, one.id)
    return measure if after and after.known and after.reached else "auc"


def _shrinks(one: Mitigation, measure: str) -> bool:
    change = find(one.differences, measure)
    return bool(change and change.known and change.high is not None and change.high < 0)


def _from_to(one: Mitigation, measure: str) -> Cell:
    before, after = find(one.before, measure), find(one.claims, measure, one.id)
    was = writer(before.measure)(before.value) if before else "–"
    return _stacked(after, f"{was} → ")


def _stacked(claim: Claim | None, before: str = "") -> Cell:
    """An estimate, after what comes before it, with its interval below."""
    if claim is None:
        return Cell(f"{before}–")
    written = writer(claim.measure)
    return Cell(before + point(claim, written), below=interval(claim, written))


def _words(one: Mitigation, measure: str, *cautions: str | None) -> str:
    """What must be known of a mitigation."""
    return " ".join(filter(None, (_best(one, measure), _coarse(one, measure), *cautions)))


def _coarse(one: Mitigation, measure: str) -> str:
    """What few told members mean where answers are too coarse for a threshold."""
    found = find(one.claims, measure, one.id)
    return "" if found is None or found.reached or not found.known else ALIKE


def _best(one: Mitigation, measure: str) -> str:
    """What is said of the mitigation that left the least."""
    if not one.shown:
        return ""
    found = find(one.shown.claims, measure, one.id)
    other = f" On the other half: {measured(found)}." if found and found.known else ""
    return f"The least leak on one half of the models.{other}"
