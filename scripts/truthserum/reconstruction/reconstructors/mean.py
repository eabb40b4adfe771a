"""The mean image: what an adversary says who does not look at the model."""

import numpy as np

from truthserum.options import options
from truthserum.reconstruction.reconstructors.base import Fitted, Study


@options
class MeanImage:
    """The mean of the shadow models' images, for every model: the reference without an attack."""

    def fit(self, study: Study) -> Fitted:
        mean = study.shadows.images.mean(axis=0, dtype=np.float64).astype(np.float32)
        return study.judge(lambda views: np.tile(mean, (len(views), 1)))
