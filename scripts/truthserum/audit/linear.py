"""A logistic regression as a model of ours, and the record that its weights give away.

Whoever knows all records of a training set but one computes that one from the released weights, in
closed form (Balle, Cherubin and Hayes, arXiv 2201.04845, Theorem 1; see `closed_form.attack`).
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from truthserum.audit.claim import Claim
from truthserum.audit.shards import Answered, Asked, Shard
from truthserum.closed_form.attack import leave_each_out
from truthserum.data.tabular import Encoding, Table
from truthserum.models import glm
from truthserum.options import Positive, options
from truthserum.seeds import Purpose, stream
from truthserum.statistics.intervals import share_interval

EXACT = 0.01  # standard deviations of a number, or of the two values of an indicator
PUBLISHED = {"reconstruction_exact": "float32", "reconstruction_rounded": "3 decimals"}


@options
class Glm:
    """Logistic regression, multinomial with three classes or more, fitted to its minimum."""

    penalty: Positive = 1.0
    """Half of this times the squared norm of the weights is added to the sum of the losses."""

    def fitted(self, table: Table, x: np.ndarray, labels: np.ndarray) -> "Fitted":
        """The model of rows x [n, C] of such a table."""
        model = glm.Glm("logistic" if table.classes == 2 else "multinomial", self.penalty)
        features = Encoding.of(table).encode(x).astype(np.float64)
        targets = model.encode(labels, table.classes)
        return Fitted(model, features, targets, glm.fit(model, features, targets).theta)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model with what it was fitted to: features [n, F], targets [n, K], weights [F + 1, K]."""

    model: glm.Glm
    features: np.ndarray
    targets: np.ndarray
    theta: np.ndarray

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Of each class, [Q, classes]."""
        mean = self.model.mean(self.theta, features)
        return np.column_stack([1 - mean, mean]) if mean.shape[1] == 1 else mean


def train(options: Glm, table: Table, shard: Shard, asked: Asked) -> tuple[Answered, list[float]]:
    """As `by_recipe.train`, of models that chance has no part in."""
    x, labels = shard.with_poison(table.train_x, table.train_y)
    encoding = Encoding.of(table)
    features = encoding.encode(asked.x).astype(np.float64)
    at, seconds, p = np.arange(len(features)), [], []
    for rows in shard.rows:
        start = time.perf_counter()
        model = options.fitted(table, x[rows], labels[rows])
        seconds.append(time.perf_counter() - start)
        p.append(model.probabilities(features))
    answers = np.array(p)
    return (answers[:, at, asked.label], answers.argmax(axis=-1) == asked.label), seconds


def reconstructed(fitted: Fitted, unknown: np.ndarray, precision: str) -> np.ndarray:
    """The largest error over all features of each reconstruction, float64 [T]; infinite if none is.

    unknown: int64 [T], records of which an adversary knows all others. precision: of the weights.
    """
    theta = glm.published(fitted.theta, precision)
    guess = leave_each_out(fitted.model, theta, fitted.features, fitted.targets, unknown)
    gap = np.abs(guess.x - fitted.features[unknown]).max(axis=1)
    return np.where(np.isfinite(gap), gap, np.inf)


def claims(fitted: Fitted, targets: int, seed: int) -> list[Claim]:
    """How many of so many records come out exactly, from weights as they are and rounded."""
    rows = stream(seed, Purpose.TARGETS, 1).permutation(len(fitted.features))[:targets]
    found = []
    for name, precision in PUBLISHED.items():
        about = Claim(name, models=1, attack="closed form", signal=f"weights, {precision}")
        gap = reconstructed(fitted, rows, precision)
        value, low, high = share_interval(int((gap < EXACT).sum()), len(rows))
        share = replace(about, value=value, low=low, high=high)
        found.append(replace(share, positives=len(rows), asked=len(rows)))
        middle = float(np.median(gap))
        if np.isfinite(middle):
            error = name.replace("reconstruction", "reconstruction_error")
            found.append(replace(about, id=error, value=middle))
    return found
