"""Tables of what an informed adversary reconstructs. docs/tables.md describes their columns.

Every interval is at 95 %: exact for shares (Clopper and Pearson), a bootstrap over targets for mean
errors, one over models with their own targets for the ROC. All are for these shadow models and this
fixed set. Measures have the columns `ESTIMATE` and `draws`, in which each has its own, float64 [D].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from truthserum.columns import MEASURED
from truthserum.privacy.empirical import modes
from truthserum.reconstruction.columns import TABLES
from truthserum.reconstruction.reconstructors.base import Fitted
from truthserum.statistics.bootstrap import MANY, percentile_interval, wider
from truthserum.statistics.curves import roc_band, roc_points
from truthserum.statistics.finite_prior import right
from truthserum.statistics.image_errors import cross_errors, nearest, pixel_errors
from truthserum.statistics.intervals import clopper_pearson, share_interval
from truthserum.statistics.measures import measure
from truthserum.statistics.ranks import ranked

ERRORS = ("mae_plus_mse", "mse", "mae")
GAIN = "gain_over_mean"
POOLS = ("shadows", "known")
ESTIMATE = list(MEASURED)


@dataclass(frozen=True, eq=False)
class Oracles:
    """What each reconstruction is compared with.

    images: for each target [T, p], the nearest image of a pool: by pool, images [T, p]. mean: the
    mean of the shadow models' images, [p], which no model was looked at for.
    """

    images: Mapping[str, np.ndarray]
    mean: np.ndarray

    @classmethod
    def of(cls, targets: np.ndarray, shadows: np.ndarray, others: np.ndarray) -> "Oracles":
        """Of both pools: the shadow models' images [S, p], and these with other known ones [O, p].

        The others are the fixed set and the records of validation models.
        """
        pools = dict(zip(POOLS, (shadows, np.concatenate([others, shadows])), strict=True))
        found = {name: pool[nearest(pool, targets)] for name, pool in pools.items()}
        return cls(found, shadows.mean(axis=0, dtype=np.float64).astype(shadows.dtype))


@dataclass(frozen=True, eq=False)
class Result:
    """What a reconstructor made of T released models: images found [T, p], beside the truth [T, p].

    radii: mean squared errors within which a record counts as reconstructed. label_right: bool [T],
    whether the record that it holds for the likeliest has the label of the target, if it names one.
    ValueError for a single target, which cannot be told from others.
    """

    found: np.ndarray
    targets: np.ndarray
    oracles: Oracles
    radii: Sequence[float] = ()
    label_right: np.ndarray | None = None

    def __post_init__(self) -> None:
        if len(self.targets) < 2:
            raise ValueError("targets: found one, allowed are two or more")

    @cached_property
    def records(self) -> pd.DataFrame:
        """A row for each model: its errors, each oracle's MSE, and whether it is beaten.

        Columns model, mae_plus_mse, mse, mae, gain_over_mean (how much less its MAE + MSE is than
        that of the mean image), and for each pool oracle_<pool> and beats_<pool>.
        """
        errors = pixel_errors(self.found, self.targets)
        frame = pd.DataFrame({"model": np.arange(len(self.targets)), **errors})
        blind = np.broadcast_to(self.oracles.mean, self.targets.shape)
        frame[GAIN] = pixel_errors(blind, self.targets)[ERRORS[0]] - frame[ERRORS[0]]
        for pool, images in self.oracles.images.items():
            frame[f"oracle_{pool}"] = pixel_errors(images, self.targets)["mse"]
            frame[f"beats_{pool}"] = frame["mse"] < frame[f"oracle_{pool}"]
        return frame

    @cached_property
    def _decisions(self) -> tuple[np.ndarray, np.ndarray]:
        """Minus the MSE of every reconstruction to every target [T, T]; which are of one model."""
        scores = -cross_errors(self.found, self.targets)
        return scores, np.eye(len(scores), dtype=bool)

    def measures(self, times: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
        """Every measure with its interval and counts: mean errors, shares, and those of a ROC.

        times: as for `means`. The ROC is that of telling the model's own target from those of the
        others; rng draws what stands behind its intervals, as often as `times` does. As that is
        something else than the targets, the draws of its measures are no numbers.
        """
        hits = {f"beats_{pool}": self.records[f"beats_{pool}"] for pool in POOLS}
        hits |= {within(radius): self.records["mse"] <= radius for radius in self.radii}
        if self.label_right is not None:
            hits["label_right"] = self.label_right
        units = np.arange(len(self.targets))
        rows = measure(*self._decisions, rng, units, None, draws=len(times))
        recognition = pd.DataFrame(map(vars, rows)).rename(columns={"name": "measure"})[ESTIMATE]
        recognition["draws"] = list(np.full((len(rows), len(times)), np.nan))
        errors = means(self.records[[*ERRORS, GAIN]], times)
        found = [errors, shares(pd.DataFrame(hits), times), recognition]
        return pd.concat(found, ignore_index=True)

    def curve(self, rng: np.random.Generator, draws: int) -> pd.DataFrame:
        """That ROC with its band: columns fpr, tpr, low, high, positives, negatives."""
        count = len(self.targets)
        fpr, tpr = roc_points(*self._decisions).T
        low, high = roc_band(*self._decisions, fpr, rng, np.arange(count), None, draws)
        columns = {"fpr": fpr, "tpr": tpr, "low": low, "high": high}
        return pd.DataFrame(columns).assign(positives=count, negatives=count * (count - 1))

    def pixels(self, shape: tuple[int, int, int]) -> pd.DataFrame:
        """The best, median and worst reconstruction by MSE, with target and oracle: a row a pixel.

        The oracle is that of both pools. shape: channels, rows and columns of an image.
        """
        axes = zip(("channel", "row", "column"), np.indices(shape).reshape(3, -1), strict=True)
        place, known = dict(axes), self.oracles.images[POOLS[-1]]
        shown = self.records.rename(columns={f"oracle_{POOLS[-1]}": "oracle_mse"})
        frames = []
        for rank, model in ranked(shown["mse"].to_numpy()).items():
            rows = pd.DataFrame({"rank": rank, "model": model, **place})
            found = {"original": self.targets[model], "reconstruction": self.found[model]}
            errors = shown.loc[model, ["mse", "oracle_mse"]]
            frames.append(rows.assign(**found, oracle=known[model], **errors))
        return pd.concat(frames, ignore_index=True)


def within(radius: float) -> str:
    """The measure: the share of the records reconstructed within this mean squared error."""
    return f"within_{radius:g}"


def resampled(rng: np.random.Generator, count: int, draws: int) -> np.ndarray:
    """How often each of `count` targets is drawn, in each of some bootstrap draws: [draws, count].

    All that is measured on the same targets shares them, so that differences are paired.
    """
    return rng.multinomial(count, np.full(count, 1 / count), size=draws)


def means(values: pd.DataFrame, times: np.ndarray) -> pd.DataFrame:
    """Means of the columns over the records, with percentile intervals, wider where these are few.

    times: int [D, T], how often each record is in each draw.
    """
    numbers, count = values.to_numpy(float), len(values)
    drawn, mean = times @ numbers / count, numbers.mean(axis=0)
    low, high = percentile_interval(drawn)
    if 1 < count < MANY:
        low, high = (mean + wider(count) * (end - mean) for end in (low, high))
        low = np.where(values.columns.isin(ERRORS), np.maximum(low, 0), low)
    rows = [
        (name, *row, count, 0, True, False)
        for name, *row in zip(values, mean, low, high, strict=True)
    ]
    return pd.DataFrame(rows, columns=ESTIMATE).assign(draws=list(drawn.T))


def shares(hits: pd.DataFrame, times: np.ndarray) -> pd.DataFrame:
    """Shares of the records that are hits, column by column, with exact intervals.

    times: as for `means`; the draws are there to be compared with others, not behind the intervals.
    """
    low, high = clopper_pearson(hits.sum().to_numpy(), len(hits))
    return means(hits, times).assign(low=low, high=high)


def oracle_errors(targets: np.ndarray, oracles: Oracles, times: np.ndarray) -> pd.DataFrame:
    """The mean errors of the oracles themselves, as attacks oracle_<pool>."""
    found = {
        f"oracle_{pool}": means(pd.DataFrame(pixel_errors(images, targets)), times)
        for pool, images in oracles.images.items()
    }
    named = [rows.assign(attack=name) for name, rows in found.items()]
    return pd.concat(named, ignore_index=True)


def blind(
    known: np.ndarray,
    known_labels: np.ndarray,
    targets: np.ndarray,
    labels: np.ndarray,
    radii: Sequence[float],
    times: np.ndarray,
) -> pd.DataFrame:
    """What is right by guessing, without a look at any model, as attack blind.

    label_right of the most common label, and within_<radius> of the best of the `modes`, which is
    what most known images are near to. known, targets: images [K, p] that the adversary knows, and
    [T, p]; known_labels, labels: theirs. times: as for `means`.
    """
    hits = {"label_right": labels == np.bincount(known_labels).argmax()}
    for radius in radii:
        guesses = modes(known, float(np.sqrt(radius * targets.shape[1])))
        near = cross_errors(guesses, known) <= radius
        guess = guesses[[near.sum(axis=1).argmax()]]
        hits[within(radius)] = cross_errors(guess, targets)[0] <= radius
    return shares(pd.DataFrame(hits), times).assign(attack="blind")


def choices(fitted: Mapping[str, Fitted]) -> pd.DataFrame:
    """What the validation models chose for each reconstructor, and its loss on them."""
    rows = [(name, each.loss, str(dict(each.chosen))) for name, each in fitted.items()]
    return pd.DataFrame(rows, columns=["attack", "loss", "chosen"])


def prior(scores: Mapping[str, np.ndarray], candidates: np.ndarray) -> pd.DataFrame:
    """How often the right one of C candidates is picked, with its exact interval, and chance.

    scores: [R, C] by what the adversary sees. candidates: int64 [R, C], models; released model r is
    trained on the record of candidate r. ValueError if a model is not once among its candidates.
    """
    models, count = candidates.shape
    own = candidates == np.arange(models)[:, None]
    if not (own.sum(axis=1) == 1).all():
        raise ValueError("candidates: found a model that is not once among its own, allowed none")
    rows = []
    for attack, each in scores.items():
        hits = int(right(each, own.argmax(axis=1)).sum())
        rows.append((attack, count, *share_interval(hits, models), 1 / count, models))
    return pd.DataFrame(rows, columns=list(TABLES["prior"].meanings))
