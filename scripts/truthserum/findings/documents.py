"""Documents whose numbers are written by a rule: templates of Jinja that ask for them by name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jinja2 import ChainableUndefined, Environment, StrictUndefined

from truthserum import registry
from truthserum.columns import Columns
from truthserum.findings.numbers import LOOK_UPS, Call
from truthserum.findings.statements import NOT_FOUND
from truthserum.report.markdown import in_lines
from truthserum.report.numbers import is_nearly, minus, rounded

Ask = Callable[[Call], Mapping[str, Any] | None]
"""The record that a call asks for; None if nobody measured it yet."""

SHARES = ("tpr_", "fpr_", "precision_", "within_", "beats_")
PERCENT = {
    *("recovered", "label_right", "label_correct", "success", "bound", "chosen", "chance"),
    *("poison_share", "target_share", "true_positive_rate", "false_positive_rate"),
}


def percent(share: float) -> str:
    """A share in percent, to two digits or so: 0.2, 6.6, 78, 99.5, 99.96."""
    hundred = 100 * share
    size = abs(hundred)
    if size < 0.005:  # what interpolation leaves of a rate of zero
        return "0"
    if size < 1:
        return f"{hundred:.1g}"
    if is_nearly(size, 100):
        return f"{hundred:.2f}"
    return f"{hundred:.{1 if size < 9.95 or 99 < size < 99.95 else 0}f}"


def finely(share: float) -> str:
    """A share of which small differences matter, in percent to one decimal."""
    return f"{100 * share:.1f}"


def counted(guesses: float) -> str:
    """A number of guesses to two digits: 20,000."""
    return f"{float(f'{guesses:.2g}'):,.0f}" if guesses >= 10 else f"{guesses:.2g}"


def decimal(gain: float) -> str:
    """A gain to three digits, as a decimal number however small: 0.0000341."""
    return f"{Decimal(f'{gain:.3g}'):f}"


def area(auc: float) -> str:
    """An area under a curve, finer where it is nearly 1."""
    return f"{auc:.{3 if 0.985 < auc < 1 else 2}f}"


def writer(measure: str) -> Callable[[float], str]:
    """How numbers of a measure are written."""
    if measure.endswith("_accuracy"):
        return finely
    if measure.startswith(SHARES) or measure in PERCENT:
        return percent
    if measure.endswith("_guesses"):
        return counted
    if measure.startswith("gain_"):
        return decimal
    return area if measure == "auc" else rounded


def written(measure: str, number: float) -> str:
    """A number of a measure, without unit."""
    text = writer(measure)(number)
    return text.lstrip("-") if not re.search("[1-9]", text) else minus(text)


@dataclass(frozen=True)
class Number:
    """A number with its interval, if it has one, as readers see it.

    value, low, high: None where it is not resolved, or has no interval.
    """

    measure: str
    value: float | None
    low: float | None = None
    high: float | None = None
    positives: int = 0
    negatives: int = 0

    @property
    def plain(self) -> str:
        """Without the interval."""
        if self.value is None:
            return "not resolved"
        return written(self.measure, self.value) + self.unit

    @property
    def unit(self) -> str:
        """What follows the value; nothing where the measure has no unit."""
        return " %" if writer(self.measure) in (percent, finely) else ""

    @property
    def interval(self) -> str:
        """The interval alone; nothing without one."""
        if self.value is None or self.low is None or self.high is None:
            return ""
        return f"[{written(self.measure, self.low)}, {written(self.measure, self.high)}]"

    def __str__(self) -> str:
        return f"{self.plain} {self.interval}".rstrip()


@dataclass(frozen=True)
class Change:
    """An arm beside the arm it is compared with, in words that follow from the numbers."""

    measure: str
    record: Mapping[str, Any]

    def _number(self, *keys: str) -> Number:
        return Number(self.measure, *(self.record[key] for key in keys))

    @property
    def before(self) -> Number:
        """The reference."""
        return self._number("reference_value", "reference_low", "reference_high")

    @property
    def after(self) -> Number:
        """The arm."""
        return self._number("value", "low", "high")

    @property
    def difference(self) -> Number:
        """The arm less the reference, paired."""
        return self._number("difference", "difference_low", "difference_high")

    @property
    def times(self) -> str:
        """The larger over the smaller, paired: "16 times [3.6, 50]"."""
        ratio = [self.record[f"ratio{end}"] for end in ("", "_low", "_high")]
        if None in ratio or not all(ratio):
            return ""
        if ratio[0] < 1:
            ratio = [1 / ratio[0], 1 / ratio[2], 1 / ratio[1]]
        value, low, high = (f"{float(f'{each:.2g}'):g}" for each in ratio)
        return f"{value} times [{low}, {high}]"

    @property
    def answer(self) -> str:
        """Raised, lowered or no difference found; and whether that is coarse or no statement.

        Where none was found the interval of the difference follows, of what there may yet be.
        """
        coarse = ", coarse" if self.record["coarse"] else ""
        asked = "" if self.record["asked"] else ", not corrected"
        answer = self.record["answer"]
        return f"{self._not_found if answer == NOT_FOUND else answer}{coarse}{asked}"

    @property
    def _not_found(self) -> str:
        """With the interval of the difference, that of a share in points of percent."""
        points = " points" if self.difference.unit else ""
        return f"{NOT_FOUND} {self.difference.interval}{points}"

    def __str__(self) -> str:
        """A verb with both numbers: "rises from 6.6 % [3.0, 12] to 78 % [58, 89]"."""
        answer = self.record["answer"]
        if answer == NOT_FOUND:
            return f"goes from {self.before} to {self.after}, {self._not_found}"
        verb = "rises" if answer.startswith("raised") else "falls"
        doubt = "" if self.record["asked"] else " (not corrected)"
        if "not after" in answer:
            doubt = ", which does not stand after correction"
        return f"{verb} from {self.before} to {self.after}{doubt}"


class NotRun(ChainableUndefined):
    """What stands for a number that nobody measured yet, and for all that follows from it."""

    def __format__(self, how: str) -> str:
        return str(self)

    def __str__(self) -> str:
        return "not run"


def seeds_shown(measure: str, record: Mapping[str, list]) -> str:
    """What other seeds gave: "2.0 → 74 %, 0.7 → 72 %", or "74 %, 72 %" of an arm by itself."""
    texts = [[Number(measure, value).plain for value in values] for _, *values in record["seeds"]]
    return ", ".join(
        " → ".join([*(text.removesuffix(" %") for text in before), last]) for *before, last in texts
    )


def shown(call: Call, record: Mapping[str, Any] | None) -> object:
    """What a template sees of a record."""
    if record is None:
        return NotRun()
    if call.name == "ledger":
        return record
    measure = str(call.arguments[3 if call.name == "cell" else 2])
    if call.name == "change":
        return Change(measure, record)
    if call.name == "seeds":
        return seeds_shown(measure, record)
    measure = str(call.options.get("measure", measure))
    return Number(measure, **record)


def columns_of(leak: str) -> str:
    """The tables of a leak, and what each column means, in Markdown."""
    return "\n".join(
        _section(name, table) for name, table in registry.load("columns", leak).items()
    )


def _section(name: str, table: Columns) -> str:
    rows = [(f"`{column}`", meaning) for column, meaning in table.meanings.items()]
    head = [f"### `{name}.csv`", "", f"A row is {table.row}.", ""]
    return "\n".join([*head, *in_lines(("column", "meaning"), rows)]) + "\n"


def render(template: str, ask: Ask) -> str:
    """The document of a template, whose calls are answered by `ask`.

    Besides, a template has `leaks`, the names of all leaks, and `columns` (see `columns_of`).
    Raises jinja2.UndefinedError for a name that there is not.
    """

    def called(name: str) -> Callable[..., object]:
        def answer(*arguments: object, scale: str = "laptop", **options: object) -> object:
            call = Call(name, arguments, options, scale)
            return shown(call, ask(call))

        return answer

    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    functions = {name: called(name) for name in LOOK_UPS}
    known = {"columns": columns_of, "leaks": list(registry.LEAKS)}
    return environment.from_string(template).render(**known, **functions)
