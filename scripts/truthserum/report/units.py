"""Amounts in the unit that fits."""

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
