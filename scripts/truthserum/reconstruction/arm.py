"""Every table of one arm of an informed adversary, from what it has seen of the models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from truthserum.reconstruction import results as report
from truthserum.reconstruction.reconstructors.base import Lab, Pairs, Reconstructor, fit_all
from truthserum.seeds import Purpose, stream
from truthserum.statistics.finite_prior import matched_filter, surprise
from truthserum.storage.arrays import under

MODE = "all"  # all models are seen in the same mode


@dataclass(frozen=True, eq=False)
class Arm:
    """Of M models what is seen, views by name [M, d]; private images [M, p]; fixed set [F, p].

    Pixels are in [0, 1], in images of `shape` (C, H, W). labels: int64 [M], of the private images.
    role: of each model, "released", "validation" or "shadow". noiseless: the views of the same
    models trained without noise, which are the views themselves where there is none.
    """

    views: dict[str, np.ndarray]
    images: np.ndarray
    labels: np.ndarray
    fixed: np.ndarray
    role: np.ndarray
    shape: tuple[int, int, int]
    noiseless: dict[str, np.ndarray]

    @classmethod
    def of(
        cls, arrays: Mapping[str, np.ndarray], reference: Mapping[str, np.ndarray] | None = None
    ) -> "Arm":
        """From the arrays of `signals.npz`, as `observe` describes them.

        reference: those of the same models trained without noise, if training adds any. ValueError
        if its models have other records.
        """
        reference = reference or arrays
        if not np.array_equal(reference["image"], arrays["image"]):
            raise ValueError("reference: found other records than those of the arm")
        images, fixed = (
            arrays[name].reshape(len(arrays[name]), -1) / np.float32(255)
            for name in ("image", "fixed_image")
        )
        shape, labels = arrays["image"].shape[1:], arrays["label"]
        views, noiseless = (under(each, "view") for each in (arrays, reference))
        return cls(views, images, labels, fixed, arrays["role"], shape, noiseless)

    def part(self, role: str) -> slice:
        """Which models are of one role: they lie together."""
        chosen = np.flatnonzero(self.role == role)
        return slice(chosen[0], chosen[-1] + 1) if chosen.size else slice(0, 0)

    def pairs(self, seen: np.ndarray, role: str) -> Pairs:
        """Of what is seen of all models [M, d] that of one role, with its records."""
        part = self.part(role)
        return Pairs(seen[part], self.images[part], self.shape)

    @property
    def own(self) -> slice:
        """The models that the adversary trains, for validation and as shadow models."""
        return slice(self.part("validation").start, self.part("shadow").stop)


@dataclass(frozen=True)
class Scope:
    """What is measured, and how often it is drawn anew.

    shadow_counts: numbers of shadow models to learn from, besides all. radii: mean squared errors
    within which a record counts as reconstructed. draws: bootstrap draws behind each interval.
    """

    shadow_counts: Sequence[int]
    radii: Sequence[float]
    draws: int


def tables(
    arm: Arm, view: str, reconstructors: Mapping[str, Reconstructor], scope: Scope, lab: Lab
) -> tuple[dict[str, pd.DataFrame], np.ndarray]:
    """Metrics, records, roc, shadows, images and choices of one view, by these names.

    Every reconstructor learns from the first `shadow_counts` shadow models, and from all of them,
    and makes its choices on the validation models. Also the bootstrap draws behind the metrics,
    float64 [rows, draws], of which draw k resamples the same targets in every row, view and arm of
    an experiment (not a number for what is read off a ROC). ValueError for a count that there are
    no shadow models for.
    """
    released, validation, shadows = (
        arm.pairs(arm.views[view], role) for role in ("released", "validation", "shadow")
    )
    noiseless = arm.pairs(arm.noiseless[view], "shadow")
    targets, total, labels = released.images, len(shadows.views), arm.labels[arm.part("released")]
    others = np.concatenate([arm.fixed, validation.images])
    counts = sorted({*scope.shadow_counts, total})
    if not 1 <= counts[0] <= counts[-1] <= total:
        raise ValueError(f"shadow_counts: found {counts}, allowed are 1 to {total}")
    rng = stream(lab.seed, Purpose.BOOTSTRAP)
    times = report.resampled(stream(lab.seed, Purpose.BOOTSTRAP, 1), len(targets), scope.draws)
    blind = report.blind(
        arm.images[arm.own], arm.labels[arm.own], targets, labels, scope.radii, times
    )
    known_labels = arm.labels[arm.part("shadow")]
    made: dict[str, list[pd.DataFrame]] = {"shadows": [], "choices": []}
    for count in counts:
        known = shadows.first(count)
        oracles = report.Oracles.of(targets, known.images, others)
        own = lab.of(view)
        fitted = fit_all(reconstructors, known, validation, own, noiseless.first(count))
        results = {}
        for name, each in fitted.items():
            named = each.closest and known_labels[each.closest(released.views)] == labels
            found = each.predict(released.views)
            results[name] = report.Result(found, targets, oracles, scope.radii, named)
        measured = [each.measures(times, rng).assign(attack=name) for name, each in results.items()]
        measured += [report.oracle_errors(targets, oracles, times), blind]
        metrics = pd.concat(measured, ignore_index=True)
        drawn = np.stack(metrics.pop("draws"))
        made["shadows"].append(metrics.assign(shadows=count))
        made["choices"].append(report.choices(fitted).assign(shadows=count))
    # The last count is that of all shadow models.
    made["metrics"] = [metrics.assign(mode=MODE)]
    made |= _details(results, arm.shape, rng, scope.draws)
    joined = {
        name: pd.concat(frames, ignore_index=True).assign(group=view)
        for name, frames in made.items()
    }
    return joined, drawn


def _details(
    results: Mapping[str, report.Result],
    shape: tuple[int, int, int],
    rng: np.random.Generator,
    draws: int,
) -> dict[str, list[pd.DataFrame]]:
    """The tables records, roc and images, a part of each for each reconstructor."""
    made: dict[str, list[pd.DataFrame]] = {"records": [], "roc": [], "images": []}
    for name, each in results.items():
        place = {"attack": name, "mode": MODE}
        made["records"].append(each.records.assign(**place))
        made["roc"].append(each.curve(rng, draws).assign(**place))
        made["images"].append(each.pixels(shape).assign(**place))
    return made


def prior(
    arrays: Mapping[str, np.ndarray], reference: Mapping[str, np.ndarray] | None
) -> pd.DataFrame:
    """How often the right candidate is picked, by each of the ways that there are signals for.

    arrays: the signals of an arm; reference: those of the same models trained without noise.
    """
    released = len(arrays["candidates"])
    adversary = arrays["role"] == "shadow"
    sure = arrays["confidence"]
    scores = {"confidences": surprise(sure[:released], sure[adversary], arrays["candidates"])}
    if "loglikelihood" in arrays:
        scores["gradients"] = arrays["loglikelihood"]
    if reference is not None:
        seen = arrays["view.weights"]
        spread = seen[adversary].std(axis=0)
        known = reference["view.weights"][:released]
        scores["weights"] = matched_filter(seen[:released], known, arrays["candidates"], spread)
    return report.prior(scores, arrays["candidates"])
