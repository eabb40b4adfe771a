"""Another reconstructor, by an adversary who switches the noise of private training off."""

import numpy as np

from truthserum.options import options
from truthserum.reconstruction.reconstructors.base import Fitted, Study
from truthserum.reconstruction.reconstructors.features import Features, Map


class Switched(Study):
    """A study in which regressions learn from the shadow models without noise."""

    def seen(self, features: Features) -> tuple[np.ndarray, Map]:
        """Of these models, but scaled as with noise: coordinates that drown in it count little."""
        _, to_features = features.fit(self.shadows.views, self.rng)
        return to_features(self.quiet.views), to_features


@options
class Noiseless:
    """Another reconstructor, fitted to shadow models that are trained without noise.

    Whoever trains shadow models knows the algorithm, and need not add to them what only blurs the
    way back. Choices are still made on the validation models, which have noise as the released ones
    do. Where training adds none it is that reconstructor again.

    `fit` raises ValueError if no reconstructor of that name was fitted before.
    """

    of: str
    """Its name; a view lists it before this one."""

    def fit(self, study: Study) -> Fitted:
        if self.of not in study.fitted:
            raise ValueError(
                f"noiseless: of is {self.of!r}, allowed are those fitted before it: "
                f"{', '.join(study.fitted)}"
            )
        return study.reconstructors[self.of].fit(Switched(**vars(study)))
