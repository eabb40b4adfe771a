"""Five leaks of one way to train, side by side: what an adversary learns, and what chance would."""

from collections.abc import Sequence
from dataclasses import dataclass

from truthserum.audit.claim import Claim
from truthserum.audit.report import charts
from truthserum.audit.report.wording import headline_claim, measured, title
from truthserum.audit.result import Audit
from truthserum.report.html import Image, image
from truthserum.report.numbers import percent
from truthserum.report.tables import Cell, Table, table

CANARY = (
    "does not apply: a canary is a secret hidden in the text of a language model; in this audit "
    "every record that is asked about takes its place"
)
GUESSED = "nobody guesses a whole record"


@dataclass(frozen=True)
class Leak:
    """What leaks, to whom, and what was measured, or why not.

    claim: None where nothing was. beside: how often by chance or without the leak; words: the same.
    """

    name: str
    knows: str
    claim: Claim | None
    beside: float | None
    words: str

    @property
    def measured(self) -> Claim | None:
        """The claim, if it has a value."""
        return self.claim if self.claim and self.claim.known else None


def leaks(audit: Audit) -> Sequence[Leak]:
    """Membership, the same with poison, a protected column, a canary, and a whole record."""
    why = {one.id: f"not tested: {one.reason}".replace("`", "") for one in audit.not_tested}
    few = "not measurable: too few decisions"
    measure = _of_both(audit)
    clean, poisoned = (audit.claim(measure, arm) for arm in ("clean", "poisoned"))
    chance = _chance(clean)
    without = poisoned and audit.claim(poisoned.measure, "poisoned_targets_clean")
    return [
        Leak(
            "membership",
            "the record",
            clean,
            chance,
            f"guessing: {percent(chance)}" if clean else few,
        ),
        Leak(
            "membership, poisoned",
            "the record; adds mislabelled copies of it to the training data",
            poisoned,
            without.value if without else None,
            f"the same records without it: {measured(without)}"
            if without
            else why.get("poisoned", few),
        ),
        _attribute(audit, why),
        Leak("canary", "the format of a secret in a text", None, None, CANARY),
        _reconstruction(audit, why),
    ]


def _attribute(audit: Audit, why: dict[str, str]) -> Leak:
    """Beside the better of two guesses without it, from which the gain is counted."""
    own, control = audit.claim("attribute_right"), audit.claim("attribute_control")
    guess = audit.claim("attribute_guess")
    said = f"a model that never saw it: {measured(control)}" if control else ""
    if guess and control and (guess.value or 0) > (control.value or 0):
        control, said = guess, f"the other columns alone: {measured(guess)}"
    name = audit.audit.declared.get("protect") or "a column"
    knows = f"all of the record but {name}"
    beside = control.value if control else None
    return Leak("attribute", knows, own, beside, said or why.get("attribute", "not tested"))


def _reconstruction(audit: Audit, why: dict[str, str]) -> Leak:
    own = audit.claim("reconstruction_exact")
    said = GUESSED if own else why.get("reconstruction", "not tested")
    knows = "the weights, and all records but one"
    return Leak("reconstruction", knows, own, 0.0 if own else None, said)


def _of_both(audit: Audit) -> str:
    """The rate at the lowest level that was measured, with poison as well if there was any; the AUC
    where answers are too coarse for it.
    """
    told = [one for arm in ("clean", "poisoned") if (one := headline_claim(audit, arm))]
    if not told or not all(one.known and one.reached for one in told):
        return "auc"
    return f"tpr_at_fpr_{max(one.rate for one in told):g}"


def _chance(claim: Claim | None) -> float | None:
    """What guessing does: the level of a rate, a half for an AUC."""
    if claim is None:
        return None
    return 0.5 if claim.measure == "auc" else claim.rate


def of_leaks(found: Sequence[Leak]) -> Table:
    """A row for each."""
    columns = [("leak", "name"), ("the adversary knows", "wide"), ("is right", "number")]
    columns += [("of what", "wide"), ("beside", "wide")]
    caption = (
        "All models of this audit, trained in the same way. Is right: how often the adversary is, "
        "with a 95 % interval. Beside: how often without the leak."
    )
    rows: list[list[Cell | str]] = [
        [
            Cell(one.name, strong=one.measured is not None),
            one.knows,
            measured(one.measured) if one.measured else "–",
            title(one.measured.measure) if one.measured else "–",
            one.words,
        ]
        for one in found
    ]
    return table("leaks", caption, columns, rows)


def picture(found: Sequence[Leak]) -> Image | None:
    """The same as a chart; None where fewer than two were measured."""
    drawn = [(one, claim) for one in found if (claim := one.measured)]
    if len(drawn) < 2:
        return None
    said = "; ".join(f"{one.name}: {measured(claim)}, {one.words}" for one, claim in drawn)
    caption = (
        "How often an adversary is right, by what is leaked (dots, with 95 % intervals), and how "
        "often without the leak (crosses)."
    )
    points = {one.name: (claim, one.beside) for one, claim in drawn}
    return image(charts.of_leaks(points), f"Leaks side by side. {said}.", caption)
