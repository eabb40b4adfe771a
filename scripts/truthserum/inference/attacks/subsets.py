"""An attack with fewer shadow models than were trained."""

import numpy as np

from truthserum.inference.attacks.base import Attack, Evidence


def few_shadows(evidence: Evidence, attack: Attack, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Disjoint sets of consecutive models, each attacked with the others of its set as shadows.

    count: the size of a set, a multiple of the evidence's group, so that the models of a group stay
    together, of two groups or more, and at most the number of models; ValueError otherwise.
    Returns scores float64 [M', P] and member bool [M', P], where M' is the largest multiple of the
    size among the models, in their order.
    """
    models, least = len(evidence.signals), 2 * evidence.group
    if count % evidence.group or not least <= count <= models:
        raise ValueError(
            f"count: found {count}, allowed multiples of {evidence.group} from {least} to {models}"
        )
    sets = np.arange(models // count * count).reshape(-1, count)
    scores = np.concatenate([attack.score(evidence.select(own)) for own in sets])
    return scores, evidence.member[: sets.size]
