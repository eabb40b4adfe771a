"""An attack with fewer shadow models than were trained."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truthserum.attacks.base import Attack, Evidence


@dataclass(frozen=True)
class GroupedScores:
    """Scores from groups of `group` models, each attacked with the other `group - 1` as shadows.

    scores: float64 [M', P] and member: bool [M', P], where M' is the largest multiple of the group
    size among the models, in their order.
    """

    group: int
    scores: np.ndarray
    member: np.ndarray


def by_shadow_count(
    evidence: Evidence, attack: Attack, counts: Sequence[int]
) -> list[GroupedScores]:
    """Scores by group size: disjoint groups of consecutive models, leave-one-out inside each.

    Group sizes are even, so that complementary pairs stay together, at least 4, and at most the
    number of models; ValueError otherwise. Models beyond the last full group are not used.
    """
    models = len(evidence.signals)
    for count in counts:
        if count % 2 or not 4 <= count <= models:
            raise ValueError(f"counts: found {count}, allowed even numbers from 4 to {models}")
    return [_grouped(evidence, attack, count) for count in counts]


def _grouped(evidence: Evidence, attack: Attack, count: int) -> GroupedScores:
    groups = len(evidence.signals) // count
    models = np.arange(groups * count).reshape(groups, count)
    scores = np.concatenate([attack.score(evidence.select(group)) for group in models])
    return GroupedScores(count, scores, evidence.member[: groups * count])
