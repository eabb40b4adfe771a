"""A mixture of two reconstructors that were fitted before."""

from truthserum.options import ClosedShare, Several, Two, options
from truthserum.reconstruction.reconstructors.base import Fitted, Predictor, Study, best


@options
class Average:
    """A mixture of two reconstructors of the same study.

    `fit` raises ValueError if they were not fitted before.
    """

    of: Two[str]
    """The names of the two; a view lists both before this one."""
    shares: Several[ClosedShare] = (0.0, 0.25, 0.5, 0.75, 1.0)
    """Shares of the first of the two, to choose from."""

    def fit(self, study: Study) -> Fitted:
        if missing := set(self.of) - set(study.fitted):
            raise ValueError(
                f"average: of names {sorted(missing)}, allowed are those fitted before it: "
                f"{', '.join(study.fitted)}"
            )
        one, other = (study.fitted[name].predict for name in self.of)

        def mixed(share: float) -> Predictor:
            return lambda views: share * one(views) + (1 - share) * other(views)

        return best(study.judge(mixed(share), share=share) for share in self.shares)
