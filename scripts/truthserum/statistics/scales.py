"""Scales on which a measure's error depends little on its value: what a test of equality needs.

The order of values stays, so that two are equal on one scale where they are on the other.
"""

from collections.abc import Callable, Mapping

import numpy as np

Value = np.ndarray | float
Scale = Callable[[Value], Value]
RATES = ("tpr_at_fpr_", "fpr_at_tpr_", "precision_at_tpr_", "within_", "beats_")
SHARES = ("auc", "balanced_accuracy", "label_right")


def angle(rate: Value) -> Value:
    """Arcsine of the root of rates in [0, 1], any shape; what lies outside counts as the end.

    A share of n independent decisions has the variance 1 / 4n there, whatever it is (Anscombe,
    Biometrika 35, 1948).
    """
    return np.arcsin(np.sqrt(np.clip(rate, 0, 1)))


def as_it_is(value: Value) -> Value:
    """The measure itself."""
    return value


def _of_angles(middle: float, step: float) -> float:
    """sin² (middle + step / 2) - sin² (middle - step / 2), both moved to where rates are."""
    step = float(np.clip(step, -np.pi / 2, np.pi / 2))
    aside = abs(step) / 2
    return float(np.sin(2 * np.clip(middle, aside, np.pi / 2 - aside)) * np.sin(step))


def _of_logarithms(middle: float, step: float) -> float:
    """exp(middle + step / 2) - exp(middle - step / 2)."""
    return float(2 * np.exp(middle) * np.sinh(step / 2))


STEPS: Mapping[Scale, Callable[[float, float], float]] = {
    angle: _of_angles,
    as_it_is: lambda _, step: step,
    np.log: _of_logarithms,
}
"""By how much a measure differs over a step on its scale, around a middle there."""


def scale_of(measure: str) -> Scale:
    """The scale of a measure in the tables, by its name.

    Rates and areas, which lie in [0, 1]: the `angle`. Numbers of guesses, which are 1 or more and
    err by factors: the logarithm. All others, as errors of pixels and bits of exposure: as is.
    """
    if measure.startswith(RATES) or measure in SHARES:
        return angle
    return np.log if measure.endswith("_guesses") else as_it_is
