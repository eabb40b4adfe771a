"""What an attack chosen on one half of the models finds on the other. M models, P records."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.attacks import (
    Candidate,
    Chosen,
    cross_fitted,
    drawn_together,
    scores_of,
)
from truthserum.seeds import Purpose, stream
from truthserum.statistics.measures import Measure, measure

LEVELS = (0.001, 0.01)  # false-positive rates at which claims are made
COARSE = 0.1  # where not even the last can be measured
FOLDS = 2
KEPT = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "auc")


@dataclass(frozen=True)
class Resampling:
    """How intervals are drawn: `draws` times from `seed`, records of a unit [P] together."""

    seed: int
    draws: int
    unit: np.ndarray

    def measured(
        self, scores: np.ndarray, member: np.ndarray, records: slice | np.ndarray = slice(None)
    ) -> dict[str, Measure]:
        """{name: Measure} of scores [M, P] on some of the records, of the same models every time.

        That is in each draw; and of the same records where as many are asked for.
        """
        found = measure(
            scores[:, records],
            member[:, records],
            stream(self.seed, Purpose.BOOTSTRAP),
            drawn_together(member),
            self.unit[records],
            LEVELS,
            draws=self.draws,
            of_blocks=stream(self.seed, Purpose.BOOTSTRAP, 2),
        )
        return {one.name: one for one in found if one.name in KEPT}

    def of(self, records: np.ndarray) -> "Resampling":
        """The same for some of the records."""
        return replace(self, unit=self.unit[records])


@dataclass(frozen=True)
class Found:
    """All candidates' scores [M, P], what was chosen, and the measures of that by name.

    rate: the lowest level that the choice could measure on half of the models. resampling: how the
    intervals of the measures were drawn.
    """

    answers: Answers
    candidates: Mapping[Candidate, np.ndarray]
    rate: float
    chosen: Chosen
    measures: Mapping[str, Measure]
    resampling: Resampling

    def first(self, models: int) -> "Found":
        """What is found with so many of its models alone, the first ones."""
        if models == len(self.answers.member):
            return self
        return find(self.answers.select(np.arange(models)), self.resampling)

    @property
    def headline(self) -> str:
        """The measure at the lowest level that can be measured, or the AUC."""
        return next(name for name in KEPT if self.measures[name].resolved)

    @property
    def accepted(self) -> np.ndarray:
        """Whom the adversary accuses at the common threshold of that level, bool [M, P]."""
        return self.chosen.scores >= -self.rate

    def reaches(self, name: str) -> bool:
        """Whether a threshold accuses so few others: where answers are coarse, many score alike.

        One other alone who scores highest, among few, is no sign of that.
        """
        if not name.startswith("tpr_at_fpr_"):
            return True
        level, least = float(name.rpartition("_")[2]), []
        for models, _ in self.chosen.folds:
            others = (~self.answers.member[models]).sum()
            accused = np.rint(-self.chosen.scores[models].max() * others)
            least.append(accused <= max(1, level * others))
        return any(least)


def find(answers: Answers, resampling: Resampling) -> Found:
    """Attack, choose and measure; measures at levels that negatives do not resolve are so marked.

    ValueError as of the attacks, or without members or non-members.
    """
    candidates = scores_of(answers)
    negatives = (~answers.member).sum() / FOLDS  # which let a threshold stand from some level on
    rate = next((level for level in LEVELS if level * (negatives + 1) >= 1), COARSE)
    chosen = cross_fitted(candidates, answers.member, rate)
    measures = resampling.measured(chosen.scores, answers.member)
    return Found(answers, candidates, rate, chosen, measures, resampling)
