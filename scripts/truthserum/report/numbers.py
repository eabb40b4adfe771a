"""Numbers as text: in as many digits as count, and never all for nearly all."""

import math

import numpy as np

NO_BREAK = "\N{NO-BREAK SPACE}"
NOTHING = "–"  # where nothing was measured


def is_long(value: float) -> bool:
    """Whether digits would be lost in an exponent that figures have room for."""
    return 1000 <= abs(value) < 1e9


def is_nearly(value: float, whole: float) -> bool:
    """Whether three digits would take it for the whole, and four do not: 0.9996 of 1."""
    return 0.9995 <= value / whole < 0.99995


def rounded(value: float) -> str:
    """To three digits, in figures and not as 3.42e+03: 0.0616, 4.43e-13, 1,020, ∞.

    Of a share that is nearly 1 to four, as all is another finding.
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if is_nearly(value, 1):
        return f"{value:.4f}"
    return f"{float(f'{value:.3g}'):,.0f}" if is_long(value) else f"{value:.3g}"


def with_interval(value: float, low: float, high: float) -> str:
    """An estimate and its interval: '26.9 [7.19, 122]'; of a ratio to nothing, '∞ [7.19, ∞]'."""
    return f"{rounded(value)} [{rounded(low)}, {rounded(high)}]"


def percentage(share: float) -> str:
    """A share as text of two digits, such as '19 %' or '0.17 %', not to be broken at its space.

    Nothing where it is not a number.
    """
    if math.isnan(share):
        return ""
    percent = 100 * share
    if 99.5 <= percent < 99.95:  # which two digits would take for all
        return f"{percent:.1f}{NO_BREAK}%"
    digits = max(0, 1 - math.floor(math.log10(percent))) if percent else 0
    return f"{percent:.{digits}f}{NO_BREAK}%"


def number(value: float | None) -> str:
    """A number with three digits that count, thousands apart; nothing measured is a dash."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if abs(value) >= 999.5 or value == int(value):  # which three digits would round to 1e+03
        return minus(f"{value:,.0f}")
    if is_nearly(abs(value), 1):
        return minus(f"{value:.4f}")
    return minus(f"{value:.3g}" if abs(value) >= 1e-4 else f"{value:.1e}")


def of_thousand(share: float | None) -> str:
    """A share as a number of 1,000: "118", or "0.4" where it is less than ten."""
    if share is None or not math.isfinite(share):
        return NOTHING
    many = 1000 * share
    if 0 < abs(many) < 0.05:  # never "0.0 of 1,000" for what is more than none
        return minus(_first_digit(many))
    whole = abs(many) >= 9.95 and not is_nearly(abs(many), 1000)
    return minus(f"{many:,.{0 if whole or many == round(many) else 1}f}")


def percent(share: float | None) -> str:
    """A share as a percentage of three digits: "11.8 %", "0.04 %", "99.96 %"."""
    if share is None or not math.isfinite(share):
        return NOTHING
    many = 100 * share
    if 0 < abs(many) < 1e-4:
        return minus(f"{_first_digit(many)}{NO_BREAK}%")
    return minus(f"{many:.{4 if is_nearly(abs(many), 100) else 3}g}{NO_BREAK}%")


def minus(written: str) -> str:
    """With a minus sign in place of a hyphen."""
    return f"\N{MINUS SIGN}{written[1:]}" if written.startswith("-") else written


def _first_digit(value: float) -> str:
    """The first digit that counts, in figures: 0.00003, not 3e-05."""
    return np.format_float_positional(value, precision=1, unique=False, fractional=False, trim="-")
