"""How success grows with the number of models: what fewer of the same would have found."""

from collections.abc import Sequence
from typing import Any

from truthserum.audit.attacks import FEWEST_HALVES
from truthserum.audit.claims import measures
from truthserum.audit.found import Found


def steps(models: int) -> Sequence[int]:
    """8, 16, 32, … below so many, and so many; none where there are no more than 8."""
    doubled = (FEWEST_HALVES * 2**k for k in range(models.bit_length()))
    fewer = [count for count in doubled if count < models]
    return [*fewer, models] if fewer else []


def growth(found: Found) -> list[dict[str, Any]]:
    """The measures of the attack that is chosen among the first models alone, for each step."""
    return [
        {"models": count, "claims": list(measures(found.first(count)))}
        for count in steps(len(found.answers.member))
    ]
