"""One threshold for all points: the attack that needs no shadow models."""

import numpy as np

from truthserum.inference.attacks.base import Evidence
from truthserum.options import options


@options
class Threshold:
    """One threshold on the confidence for all points, without shadow models: the mean signal.

    Yeom et al., arXiv 1709.01604; the global threshold of research/mi_lira_2021/plot.py in
    tensorflow/privacy.
    """

    def score(self, evidence: Evidence) -> np.ndarray:
        """Scores, float64 [M, P]; higher is more likely a member."""
        return evidence.signals.mean(axis=2)
