"""What one adversary after the other reconstructs from the weights of a linear model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from truthserum.closed_form.attack import leave_each_out
from truthserum.closed_form.errors import errors, nearest_label
from truthserum.closed_form.records import Records
from truthserum.closed_form.tables import images, metrics
from truthserum.models import glm


@dataclass(frozen=True)
class Release:
    """Weights as an adversary sees them: how far they were fitted, how they were rounded."""

    theta: np.ndarray
    steps: int
    tolerance: float
    published: str


def releases(
    model: glm.Glm,
    x: np.ndarray,
    y: np.ndarray,
    tolerances: Sequence[float],
    precisions: Sequence[str],
) -> Iterator[Release]:
    """Fits to each tolerance, then the best fit (tolerance 0), in float64 and each precision."""
    theta, steps = None, 0
    for tolerance in sorted(tolerances, reverse=True):
        fitted = glm.fit(model, x, y, tolerance, theta)
        theta, steps = fitted.theta, steps + fitted.steps
        yield Release(theta, steps, tolerance, "float64")
    fitted = glm.fit(model, x, y, 0.0, theta)
    for precision in ("float64", *precisions):
        yield Release(glm.published(fitted.theta, precision), steps + fitted.steps, 0.0, precision)


def accuracy(model: glm.Glm, theta: np.ndarray, held: Records) -> float:
    """Share of right labels."""
    return float((nearest_label(model.mean(theta, held.x)) == held.labels).mean())


def study(
    model: glm.Glm,
    train: Records,
    test: Records,
    classes: int,
    unknown: np.ndarray,
    tolerances: Sequence[float],
    precisions: Sequence[str],
) -> dict[str, pd.DataFrame]:
    """One variant, fitted to every tolerance and published in every precision: its tables.

    unknown: int [T], the records that are reconstructed, each by an adversary who knows all others.
    """
    y = model.encode(train.labels, classes)
    true_x, true_y = train.x[unknown], y[unknown]
    fits, rows, found, judged = [], [], {}, {}
    for release in releases(model, train.x, y, tolerances, precisions):
        theta = release.theta
        setting = {"tolerance": release.tolerance, "published": release.published}
        guess = leave_each_out(model, theta, train.x, y, unknown)
        mean = model.mean(theta, true_x)
        table = pd.DataFrame(errors(guess.x, guess.y, true_x, true_y, mean))
        rows.append(table.assign(target=unknown, **setting))
        fits.append(
            {
                **setting,
                "steps": release.steps,
                "gradient": np.abs(model.gradient(theta, train.x, y)).max(),
                "train_accuracy": accuracy(model, theta, train),
                "test_accuracy": accuracy(model, theta, test),
                "records": len(y),
            }
        )
        if not release.tolerance:
            found[release.published], judged[release.published] = guess.x, table
    made = {
        "fits": pd.DataFrame(fits),
        "records": pd.concat(rows, ignore_index=True),
        "images": images(found, judged, true_x, train.shape),
    }
    where = {"intercept": model.intercept, "loss": model.loss}
    return {name: table.assign(**where) for name, table in made.items()}


def joined(studies: Sequence[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """The tables of all variants, with the measures of the best fits; images of the first alone."""
    tables = {
        name: pd.concat([study[name] for study in studies], ignore_index=True)
        for name in ("fits", "records")
    }
    exact = tables["records"].query("tolerance == 0")
    judged = exact.assign(
        attack="closed_form",
        group=exact["intercept"] + "_" + exact["loss"],
        mode=exact["published"],
    )
    return tables | {"images": studies[0]["images"], "metrics": metrics(judged)}
