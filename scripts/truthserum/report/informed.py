"""Tables of what an informed adversary reconstructs. figures/README.md describes their columns.

Every interval is at 95 %: exact for shares (Clopper and Pearson), a bootstrap over targets for mean
errors, one over models with their own targets for the ROC. All are for these shadow models and this
fixed set.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from truthserum.reconstructors.base import Fitted
from truthserum.report.reconstruction import ranked
from truthserum.statistics.bootstrap import percentile_interval
from truthserum.statistics.curves import roc_band, roc_points
from truthserum.statistics.finite_prior import right
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.measures import measure
from truthserum.statistics.oracles import cross_errors, nearest, pixel_errors

ERRORS = ("mae_plus_mse", "mse", "mae")
POOLS = ("shadows", "known")
ESTIMATE = ["measure", "value", "low", "high", "positives", "negatives", "resolved"]


@dataclass(frozen=True, eq=False)
class Oracles:
    """For each target [T, p], the nearest image of a pool: by pool, images [T, p]."""

    images: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, targets: np.ndarray, shadows: np.ndarray, others: np.ndarray) -> "Oracles":
        """Of both pools: the shadow models' images [S, p], and these with other known ones [O, p].

        The others are the fixed set and the records of validation models.
        """
        pools = dict(zip(POOLS, (shadows, np.concatenate([others, shadows])), strict=True))
        return cls({name: pool[nearest(pool, targets)] for name, pool in pools.items()})


@dataclass(frozen=True, eq=False)
class Result:
    """What a reconstructor made of T released models: images found [T, p], beside the truth [T, p].

    ValueError for a single target, which cannot be told from others.
    """

    found: np.ndarray
    targets: np.ndarray
    oracles: Oracles

    def __post_init__(self) -> None:
        if len(self.targets) < 2:
            raise ValueError("targets: found one, allowed are two or more")

    @cached_property
    def records(self) -> pd.DataFrame:
        """A row for each model: its errors, each oracle's MSE, and whether it is beaten.

        Columns model, mae_plus_mse, mse, mae, and for each pool oracle_<pool> and beats_<pool>.
        """
        errors = pixel_errors(self.found, self.targets)
        frame = pd.DataFrame({"model": np.arange(len(self.targets)), **errors})
        for pool, images in self.oracles.images.items():
            frame[f"oracle_{pool}"] = pixel_errors(images, self.targets)["mse"]
            frame[f"beats_{pool}"] = frame["mse"] < frame[f"oracle_{pool}"]
        return frame

    @cached_property
    def _decisions(self) -> tuple[np.ndarray, np.ndarray]:
        """Minus the MSE of every reconstruction to every target [T, T]; which are of one model."""
        scores = -cross_errors(self.found, self.targets)
        return scores, np.eye(len(scores), dtype=bool)

    def measures(self, rng: np.random.Generator, draws: int) -> pd.DataFrame:
        """Every measure with its interval and counts: mean errors, shares, and those of a ROC.

        The ROC is that of telling the model's own target from those of the others.
        """
        rows = measure(*self._decisions, rng, np.arange(len(self.targets)), None, draws=draws)
        recognition = pd.DataFrame(map(asdict, rows)).rename(columns={"name": "measure"})
        own = [mean_errors(self.records, rng, draws), shares(self.records), recognition]
        return pd.concat(own, ignore_index=True)

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
        channel, row, column = np.indices(shape).reshape(3, -1)
        known = self.oracles.images[POOLS[-1]]
        shown = self.records.rename(columns={f"oracle_{POOLS[-1]}": "oracle_mse"})
        return pd.concat(
            [
                pd.DataFrame(
                    {
                        "rank": rank,
                        "model": model,
                        "channel": channel,
                        "row": row,
                        "column": column,
                        "original": self.targets[model],
                        "reconstruction": self.found[model],
                        "oracle": known[model],
                    }
                ).assign(**shown.loc[model, ["mse", "oracle_mse"]])
                for rank, model in ranked(shown["mse"].to_numpy()).items()
            ],
            ignore_index=True,
        )


def mean_errors(records: pd.DataFrame, rng: np.random.Generator, draws: int) -> pd.DataFrame:
    """Means of the errors over the records; interval from a bootstrap that draws records."""
    errors, count = records[list(ERRORS)].to_numpy(), len(records)
    times = rng.multinomial(count, np.full(count, 1 / count), size=draws)
    columns = [errors.mean(axis=0), *percentile_interval(times @ errors / count)]
    rows = [(name, *row, count, 0, True) for name, *row in zip(ERRORS, *columns, strict=True)]
    return pd.DataFrame(rows, columns=ESTIMATE)


def shares(records: pd.DataFrame) -> pd.DataFrame:
    """Shares of the records that beat each oracle, with exact intervals."""
    rows = []
    for pool in POOLS:
        hits, count = int(records[f"beats_{pool}"].sum()), len(records)
        ends = (float(end) for end in clopper_pearson(hits, count))
        rows.append((f"beats_{pool}", hits / count, *ends, count, 0, True))
    return pd.DataFrame(rows, columns=ESTIMATE)


def oracle_errors(
    targets: np.ndarray, oracles: Oracles, rng: np.random.Generator, draws: int
) -> pd.DataFrame:
    """The mean errors of the oracles themselves, as attacks oracle_<pool>."""
    frames = []
    for pool, images in oracles.images.items():
        errors = pd.DataFrame(pixel_errors(images, targets))
        frames.append(mean_errors(errors, rng, draws).assign(attack=f"oracle_{pool}"))
    return pd.concat(frames, ignore_index=True)


def choices(fitted: Mapping[str, Fitted]) -> pd.DataFrame:
    """What the validation models chose for each reconstructor, and its loss on them."""
    rows = [(name, each.loss, str(dict(each.chosen))) for name, each in fitted.items()]
    return pd.DataFrame(rows, columns=["attack", "loss", "chosen"])


def prior(scores: Mapping[str, np.ndarray], candidates: np.ndarray) -> pd.DataFrame:
    """How often the right one of C candidates is picked, with its exact interval, and chance.

    scores: [R, C] by what the adversary sees. candidates: int64 [R, C], models; released model r is
    trained on the record of candidate r. Columns attack, candidates, success, low, high, chance,
    trials. ValueError if a model is not once among its candidates.
    """
    models, count = candidates.shape
    own = candidates == np.arange(models)[:, None]
    if not (own.sum(axis=1) == 1).all():
        raise ValueError("candidates: found a model that is not once among its own, allowed none")
    rows = []
    for attack, each in scores.items():
        hits = int(right(each, own.argmax(axis=1)).sum())
        low, high = (float(end) for end in clopper_pearson(hits, models))
        rows.append((attack, count, hits / models, low, high, 1 / count, models))
    columns = ["attack", "candidates", "success", "low", "high", "chance", "trials"]
    return pd.DataFrame(rows, columns=columns)
