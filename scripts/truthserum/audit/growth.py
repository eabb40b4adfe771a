"""How success grows with the number of models: what fewer of the same would have found."""

from collections.abc import Sequence

import numpy as np

from truthserum.audit.attacks import FEWEST_HALVES
from truthserum.audit.claims import measures
from truthserum.audit.found import Found, Resampling, find


def steps(models: int) -> Sequence[int]:
    """8, 16, 32, … below so many, and so many; none where there are no more than 8."""
    doubled = (FEWEST_HALVES * 2**k for k in range(models.bit_length()))
    fewer = [count for count in doubled if count < models]
    return [*fewer, models] if fewer else []


def growth(found: Found, resampling: Resampling) -> list[dict]:
    """The measures of the attack that is chosen among the first models alone, for each step."""
    answers, models = found.answers, len(found.answers.member)
    rows = []
    for count in steps(models):
        few = found if count == models else find(answers.select(np.arange(count)), resampling)
        rows.append({"models": count, "claims": list(measures(few))})
    return rows
