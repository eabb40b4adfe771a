"""A mixture of two reconstructors that were fitted before."""

from dataclasses import dataclass

from truthserum.reconstruction.reconstructors.base import Fitted, Study, best


@dataclass(frozen=True)
class Average:
    """share of the first and the rest of the second of two reconstructors of the same study.

    of: their names. shares: to choose from. ValueError unless two are named, shares are 0 to 1, or
    if they were not fitted before.
    """

    of: tuple[str, str]
    shares: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 1.0)

    def __post_init__(self) -> None:
        if len(self.of) != 2:
            raise ValueError(f"average: of is {list(self.of)}, allowed are two names")
        if not self.shares or not 0 <= min(self.shares) <= max(self.shares) <= 1:
            raise ValueError(f"average: shares is {list(self.shares)}, allowed are 0 to 1")

    def fit(self, study: Study) -> Fitted:
        if missing := set(self.of) - set(study.fitted):
            raise ValueError(
                f"average: of names {sorted(missing)}, allowed are those fitted before it: "
                f"{', '.join(study.fitted)}"
            )
        one, other = (study.fitted[name].predict for name in self.of)

        def mixed(share):
            return lambda views: share * one(views) + (1 - share) * other(views)

        return best(study.judge(mixed(share), share=share) for share in self.shares)
