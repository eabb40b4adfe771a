"""What M models answered on P records, and what an adversary makes of it: views and signals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logit

from truthserum.audit.options import VIEWS

CLIP = 1e-6  # how near 0 and 1 certainty counts as, where nothing nearer was said
WITHIN = CLIP, 1 - CLIP
FINEST = float(np.finfo(float).epsneg)  # between 1 and the number below it


def limits(confidence: np.ndarray) -> tuple[float, float]:
    """Between what probabilities lie as far as they have log odds, as 0 and 1 have none.

    Certainty is half as far from an end as the nearest that is none: most networks that overfit are
    nearer to it than `CLIP`, and their members still nearer.
    """

    def nearest(distance: np.ndarray) -> float:
        least = np.min(distance, initial=2 * CLIP, where=distance > 0)
        return max(float(least) / 2, FINEST)

    return nearest(confidence), 1 - nearest(1 - confidence)


@dataclass(frozen=True)
class Answers:
    """The answers of M models on P records, and who was trained on what.

    confidence: float64 [M, P], the probability of the true class, or, where there are no classes,
    any signal that is larger where the record fits better. member: bool [M, P]. right: bool [M, P],
    whether the top class is the true one, or None where there are no classes.
    """

    confidence: np.ndarray
    member: np.ndarray
    right: np.ndarray | None

    @classmethod
    def of_one(
        cls, confidence: np.ndarray, member: np.ndarray, right: np.ndarray | None = None
    ) -> "Answers":
        """Those of one model, [P] each."""
        return cls(confidence[None], member[None], None if right is None else right[None])

    def select(self, models: np.ndarray) -> "Answers":
        """Those of some of the models."""
        return self._part(np.s_[models, :])

    def of(self, records: np.ndarray) -> "Answers":
        """Those on some of the records."""
        return self._part(np.s_[:, records])

    def _part(self, at: tuple[slice | np.ndarray, ...]) -> "Answers":
        right = None if self.right is None else self.right[at]
        return replace(self, confidence=self.confidence[at], member=self.member[at], right=right)

    @property
    def signals(self) -> Mapping[str, np.ndarray]:
        """What attacks are given, by name: float64 [M, P] each; the first is the principal one."""
        names: Sequence[str] = ("logit", "probability")
        if self.right is None:
            names = ("signal",)
        elif np.isin(self.confidence, (0, 1)).all():  # nothing but the top class
            names = ("label",)
        elif limits(self.confidence) != WITHIN:
            names = ("logit", "clipped_logit", "probability")
        return {name: self.signal(name) for name in names}

    def signal(self, name: str) -> np.ndarray:
        """One by its name, which the answers of other models may have asked for, as those of shadow
        models that say nothing but the top class.
        """
        if name == "logit":
            return logit(np.clip(self.confidence, *limits(self.confidence)))
        if name == "clipped_logit":  # by which one that is far surer than others decides less
            return logit(np.clip(self.confidence, *WITHIN))
        if name == "label":
            assert self.right is not None  # where answers are classes
            return self.right.astype(float)
        return self.confidence

    def scaled(self, name: str) -> np.ndarray:
        """The same in a unit in which attacks tell deviations from rounding, as of log odds.

        What a user's own signal is measured in decides nothing: likelihoods of texts are tiny.
        """
        signal = self.signal(name)
        if name != "signal":
            return signal
        typical = np.abs(signal - signal.mean()).mean()
        return np.ldexp(signal, -np.frexp(typical)[1])  # a power of two, which changes no digit

    @property
    def principal(self) -> tuple[str, np.ndarray]:
        """The first signal and its name."""
        return next(iter(self.signals.items()))

    def accuracies(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Share of right answers of each model on records that it held and on others, [M] each."""
        if self.right is None:
            return None
        sides = self.member, ~self.member
        return tuple((self.right & side).sum(axis=1) / side.sum(axis=1) for side in sides)


def rounded(answers: Answers, decimals: int) -> Answers:
    """As they would be if probabilities were published with so many decimals."""
    return replace(answers, confidence=np.round(answers.confidence, decimals))


def label_only(answers: Answers) -> Answers:
    """As they would be if nothing but the top class were published."""
    return replace(answers, confidence=answers.signal("label"))


def published(answers: Answers) -> dict[str, Answers]:
    """What publishing less would be, by name and free of cost: the same models, asked for less.

    Nothing where there are no probabilities of classes.
    """
    if answers.right is None or "label" in answers.signals:
        return {}
    less = rounded(answers, 2), rounded(answers, 1), label_only(answers)
    return dict(zip(VIEWS, less, strict=True))
