"""Fit generalised linear models and reconstruct single records from their weights, in closed form.

python scripts/reconstruct_glm.py --settings '{"glm": {"family": "logistic", "penalty": 0.01,
    "classes": [4, 9], "pooling": 2, "targets": 100}, "tolerances": [0.01, 1e-06],
    "published": ["5 decimals"], "seed": 1, "experiment": "glm_mnist"}'
    --data data.npz --output ARM_FOLDER

Writes metrics.csv, fits.csv, records.csv and images.csv; figures/README.md describes their columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from program import parsed, parser, run, write_csv
from truthserum.attacks.closed_form import leave_each_out
from truthserum.data.images import Images
from truthserum.models import glm
from truthserum.report import reconstruction as report
from truthserum.seeds import Purpose, experiment_seed, stream
from truthserum.statistics.reconstruction import errors, nearest_label


@dataclass(frozen=True)
class Records:
    """Records x [n, p] in [0, 1], each an image of `shape`, with labels [n] 0, 1, …"""

    x: np.ndarray
    labels: np.ndarray
    shape: tuple[int, int]


def records(images: np.ndarray, labels: np.ndarray, classes: list[int], pooling: int) -> Records:
    """The images [n, C, H, W] of some classes, averaged over squares of `pooling` pixels.

    ValueError if the squares do not fill the images.
    """
    chosen = np.isin(labels, classes)
    count, channels, height, width = images[chosen].shape
    if height % pooling or width % pooling:
        raise ValueError(f"pooling: found {pooling}, allowed are divisors of {height} and {width}")
    shape = (channels * height // pooling, width // pooling)
    squares = images[chosen].reshape(count, shape[0], pooling, shape[1], pooling) / 255
    index = np.searchsorted(np.sort(classes), labels[chosen])
    return Records(squares.mean(axis=(2, 4)).reshape(count, -1), index, shape)


@dataclass(frozen=True)
class Release:
    """Weights as an adversary sees them: how far they were fitted, how they were rounded."""

    theta: np.ndarray
    steps: int
    tolerance: float
    published: str


def releases(
    model: glm.Glm, x: np.ndarray, y: np.ndarray, tolerances: list[float], precisions: list[str]
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
    model: glm.Glm, train: Records, test: Records, unknown: np.ndarray, settings: dict
) -> dict[str, pd.DataFrame]:
    """One variant, fitted to every tolerance and published in every precision: its tables."""
    y = model.encode(train.labels, len(settings["glm"]["classes"]))
    truth = train.x[unknown], y[unknown]
    fits, rows, found, judged = [], [], {}, {}
    for release in releases(model, train.x, y, settings["tolerances"], settings["published"]):
        theta = release.theta
        setting = {"tolerance": release.tolerance, "published": release.published}
        guess = leave_each_out(model, theta, train.x, y, unknown)
        table = pd.DataFrame(errors(guess.x, guess.y, *truth, model.mean(theta, truth[0])))
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
        "images": report.images(found, judged, truth[0], train.shape),
    }
    where = {"intercept": model.intercept, "loss": model.loss}
    return {name: table.assign(**where) for name, table in made.items()}


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)

    settings = options.settings
    chosen = settings["glm"]
    held = Images.load(options.data)
    how = chosen["classes"], chosen["pooling"]
    train, test = records(held.train_x, held.train_y, *how), records(held.test_x, held.test_y, *how)
    if chosen["targets"] > len(train.x):
        raise ValueError(
            f"targets: found {chosen['targets']}, allowed are up to {len(train.x)}, "
            f"the records of classes {chosen['classes']}"
        )
    seed = experiment_seed(settings["seed"], settings["experiment"])
    unknown = stream(seed, Purpose.TARGETS).choice(
        len(train.x), chosen["targets"], replace=False, shuffle=False
    )
    made: dict[str, list] = {}
    for model in glm.variants(chosen["family"], chosen["penalty"]):
        for name, table in study(model, train, test, unknown, settings).items():
            made.setdefault(name, []).append(table)
    tables = {name: pd.concat(parts, ignore_index=True) for name, parts in made.items()}
    tables["images"] = made["images"][0]
    exact = tables["records"].query("tolerance == 0")
    tables["metrics"] = report.metrics(
        exact.assign(
            attack="closed_form",
            group=exact["intercept"] + "_" + exact["loss"],
            mode=exact["published"],
        ),
        ["attack", "group", "mode"],
    )
    for name, table in tables.items():
        write_csv(options.output / f"{name}.csv", table)


if __name__ == "__main__":
    run(main)
