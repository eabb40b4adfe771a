"""The table of what was tried against the leak."""

from collections.abc import Mapping, Sequence

from truthserum.audit.report.claim import Claim, find
from truthserum.audit.report.headline import GUESSING
from truthserum.audit.report.result import Audit, Mitigation
from truthserum.audit.report.rows import spaced
from truthserum.audit.report.wording import interval, measured, percent, point, title, writer
from truthserum.report.tables import Cell, Table, table


def ranked(mitigations: Sequence[Mitigation], measure: str) -> list[Mitigation]:
    """The least leak first, by a measure; what was not resolved last."""

    def leak(one: Mitigation) -> tuple[bool, float]:
        found = find(one.claims, measure, one.id)
        return (False, found.value) if found and found.known else (True, 0.0)

    return sorted(mitigations, key=leak)


def of_mitigations(audit: Audit, told: Claim | None, cautions: Mapping[str, str]) -> Table:
    """The least leak first; measured beside before."""
    columns = [("mitigation", "wide"), ("told", "number"), ("change", "number")]
    columns += [("which of two", "number"), ("show", "number"), ("right answers", "number")]
    measure = told.measure if told else ""
    caption = (
        f"From what was to what is: the leak ({title(measure)}), its change, which of two was in "
        f"(guessing: {percent(GUESSING)}), records that show, and right answers."
    )
    rows: list[list[Cell | str]] = [
        [
            Cell(spaced(one.id), strong=one.best, below=_words(one, measure, cautions)),
            _stacked(find(one.claims, measure, one.id), f"{_value(find(one.before, measure))} → "),
            _stacked(find(one.differences, measure)),
            _from_to(one, "auc"),
            _from_to(one, "named_records"),
            _from_to(one, "accuracy"),
        ]
        for one in ranked(audit.mitigations, measure)
    ]
    return table("mitigations", caption, columns, rows)


def _from_to(one: Mitigation, measure: str) -> str:
    before, after = find(one.before, measure), find(one.claims, measure, one.id)
    return " → ".join(map(_value, (before, after)))


def _value(claim: Claim | None) -> str:
    """A claim without its interval."""
    return writer(claim.measure)(claim.value) if claim else "–"


def _stacked(claim: Claim | None, before: str = "") -> Cell:
    """An estimate, after what comes before it, with its interval below."""
    if claim is None:
        return Cell(f"{before}–")
    written = writer(claim.measure)
    return Cell(before + point(claim, written), below=interval(claim, written))


def _words(one: Mitigation, measure: str, cautions: Mapping[str, str]) -> str:
    """What must be known of a mitigation."""
    return f"{_best(one, measure)} {cautions.get(one.id, '')}".strip()


def _best(one: Mitigation, measure: str) -> str:
    """What is said of the mitigation that left the least."""
    if not one.shown:
        return ""
    found = find(one.shown.claims, measure, one.id)
    other = f" On the other half: {measured(found)}." if found and found.known else ""
    return f"Left the least on one half of the models.{other}"
