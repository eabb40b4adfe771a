"""An attack with fewer shadow models than were trained."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truthserum.inference.attacks.base import Attack, Evidence


@dataclass(frozen=True)
class FewShadows:
    """Scores from sets of a few models, each attacked with the others of its set as shadows.

    shadows: how many shadow models each had. scores: float64 [M', P] and member: bool [M', P],
    where M' is the largest multiple of the size of a set among the models, in their order.
    """

    shadows: int
    scores: np.ndarray
    member: np.ndarray


def by_shadow_count(evidence: Evidence, attack: Attack, counts: Sequence[int]) -> list[FewShadows]:
    """Scores by size: disjoint sets of consecutive models, each attacked by itself.

    counts: sizes of the sets, multiples of the evidence's group, so that the models of a group stay
    together, of two groups or more, and at most the number of models; ValueError otherwise. Models
    beyond the last full set are not used.
    """
    models, least = len(evidence.signals), 2 * evidence.group
    for count in counts:
        if count % evidence.group or not least <= count <= models:
            raise ValueError(
                f"counts: found {count}, allowed multiples of {evidence.group} from {least} to "
                f"{models}"
            )
    return [_few(evidence, attack, count) for count in counts]


def _few(evidence: Evidence, attack: Attack, count: int) -> FewShadows:
    sets = len(evidence.signals) // count
    models = np.arange(sets * count).reshape(sets, count)
    scores = np.concatenate([attack.score(evidence.select(own)) for own in models])
    return FewShadows(count - evidence.group, scores, evidence.member[: sets * count])
