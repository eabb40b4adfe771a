"""Amounts in the unit that fits, and in as many digits as count."""

import math

MINUTE, HOUR, GIGA = 60, 3600, 1e9


def duration(seconds: float) -> str:
    """A time in words."""
    if seconds < MINUTE:
        return f"{seconds:.1f} seconds"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.1f} minutes"
    return f"{seconds / HOUR:,.1f} hours"


def size(count: float) -> str:
    """A number of bytes in words."""
    return f"{count / GIGA:.1f} GB" if count >= GIGA else f"{1000 * count / GIGA:.3g} MB"


def is_long(value: float) -> bool:
    """Whether digits would be lost in an exponent that figures have room for."""
    return 1000 <= abs(value) < 1e9


def rounded(value: float) -> str:
    """To three digits, in figures and not as 3.42e+03: 0.0616, 4.43e-13, 1,020, ∞.

    Of a share that is nearly 1 to four, as all is another finding.
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if 0.9995 <= value < 0.99995:
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
    digits = max(0, 1 - math.floor(math.log10(percent))) if percent else 0
    return f"{percent:.{digits}f}\N{NO-BREAK SPACE}%"
