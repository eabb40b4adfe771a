"""Every table of one arm of an informed adversary, from what it has seen of the models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from truthserum.reconstructors.base import Pairs, Reconstructor, fit_all
from truthserum.report import informed as report
from truthserum.seeds import Purpose, experiment_seed, stream
from truthserum.statistics.finite_prior import matched_filter, surprise

MODE = "all"  # all models are seen in the same mode


@dataclass(frozen=True, eq=False)
class Arm:
    """Of M models what is seen, views by name [M, d]; private images [M, p]; fixed set [F, p].

    Pixels are in [0, 1], in images of `shape` (C, H, W). role: of each model, "released",
    "validation" or "shadow".
    """

    views: dict[str, np.ndarray]
    images: np.ndarray
    fixed: np.ndarray
    role: np.ndarray
    shape: tuple[int, int, int]

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> "Arm":
        """From the arrays of `signals.npz`, as observe_informed.py describes them."""
        images, fixed = (
            arrays[name].reshape(len(arrays[name]), -1) / np.float32(255)
            for name in ("image", "fixed_image")
        )
        views = {
            name.removeprefix("view."): array
            for name, array in arrays.items()
            if name.startswith("view.")
        }
        return cls(views, images, fixed, arrays["role"], arrays["image"].shape[1:])

    def pairs(self, view: str, role: str) -> Pairs:
        """The models of one role, which lie together."""
        chosen = np.flatnonzero(self.role == role)
        part = slice(chosen[0], chosen[-1] + 1) if chosen.size else slice(0, 0)
        return Pairs(self.views[view][part], self.images[part], self.shape)


def tables(
    arm: Arm,
    view: str,
    reconstructors: Mapping[str, Reconstructor],
    shadow_counts: Sequence[int],
    seed: int,
    draws: int,
    device: str,
) -> dict[str, pd.DataFrame]:
    """Metrics, records, roc, shadows, images and choices of one view, by these names.

    Every reconstructor learns from the first `shadow_counts` shadow models, and from all of them,
    and makes its choices on the validation models. `draws` bootstrap draws stand behind each
    interval. Networks are trained on `device`. ValueError for a count that there are no shadow
    models for.
    """
    rng = stream(seed, Purpose.BOOTSTRAP)
    released, validation, shadows = (
        arm.pairs(view, role) for role in ("released", "validation", "shadow")
    )
    targets, total = released.images, len(shadows.views)
    others = np.concatenate([arm.fixed, validation.images])
    counts = sorted({*shadow_counts, total})
    if not 1 <= counts[0] <= counts[-1] <= total:
        raise ValueError(f"shadow_counts: found {counts}, allowed are 1 to {total}")
    made = {name: [] for name in ("metrics", "records", "roc", "shadows", "images", "choices")}
    for count in counts:
        known = shadows.first(count)
        oracles = report.Oracles.of(targets, known.images, others)
        fitted = fit_all(reconstructors, known, validation, experiment_seed(seed, view), device)
        results = {
            name: report.Result(each.predict(released.views), targets, oracles)
            for name, each in fitted.items()
        }
        measured = [each.measures(rng, draws).assign(attack=name) for name, each in results.items()]
        measured.append(report.oracle_errors(targets, oracles, rng, draws))
        made["shadows"] += [frame.assign(shadows=count) for frame in measured]
        made["choices"].append(report.choices(fitted).assign(shadows=count))
    # The last count is that of all shadow models.
    made["metrics"] = [frame.assign(mode=MODE) for frame in measured]
    for name, each in results.items():
        place = {"attack": name, "mode": MODE}
        made["records"].append(each.records.assign(**place))
        made["roc"].append(each.curve(rng, draws).assign(**place))
        made["images"].append(each.pixels(arm.shape).assign(**place))
    return {
        name: pd.concat(frames, ignore_index=True).assign(group=view)
        for name, frames in made.items()
    }


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
