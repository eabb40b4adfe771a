"""Reconstruct the private record of each released model of one arm, and measure how well.

python scripts/reconstruct.py --settings '{"reconstructors": {"mean": {"mean": {}}, "kernel":
    {"kernel": {}}}, "views": {"weights": ["mean", "kernel"]}, "shadow_counts": [1000], "seed": 1,
    "recipe": {"steps": 100}, "experiment": "informed", "draws": 200}' --signals signals.npz
    --output ARM_FOLDER

Every reconstructor learns from the shadow models alone and makes its choices on the validation
models alone. With the signals of the same models trained without noise as `--reference`, it is also
measured how well the weights tell which of 8 candidates a released model was trained on. Writes
metrics.csv, records.csv, roc.csv, shadows.csv, images.csv, choices.csv, prior.csv and
bounds.csv; figures/README.md describes their columns.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from program import configured, parsed, parser, plugin, read_npz, run, write_csv
from truthserum.games.reconstruction import CANDIDATES
from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.privacy.priors import Finite
from truthserum.reconstructors.base import Pairs, fit_all
from truthserum.report import informed as report
from truthserum.report.bounds import bounds
from truthserum.seeds import Purpose, experiment_seed, stream
from truthserum.statistics.finite_prior import matched_filter, surprise
from truthserum.training.informed_recipe import InformedRecipe

ALL = "all"
DELTA = 1e-5  # of the bound by (epsilon, delta)-DP, where the recipe has noise and no delta


@dataclass(frozen=True, eq=False)
class Arm:
    """The signals of an arm: views by name [M, d], images [M, p] and fixed [F, p] in [0, 1]."""

    views: dict[str, np.ndarray]
    images: np.ndarray
    fixed: np.ndarray
    role: np.ndarray
    shape: tuple[int, int, int]

    @classmethod
    def of(cls, arrays: dict[str, np.ndarray]) -> "Arm":
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


def tables_of(arm, view, reconstructors, settings):
    """Every table of one view, by its name: lists of frames."""
    seed = experiment_seed(settings["seed"], settings["experiment"])
    rng, draws = stream(seed, Purpose.BOOTSTRAP), settings["draws"]
    released, validation, shadows = (
        arm.pairs(view, role) for role in ("released", "validation", "shadow")
    )
    targets, total = released.images, len(shadows.views)
    channels, height, width = arm.shape
    counts = sorted({*settings["shadow_counts"], total})
    if not 1 <= counts[0] <= counts[-1] <= total:
        raise ValueError(f"shadow_counts: found {counts}, allowed are 1 to {total}")
    made = {name: [] for name in ("metrics", "records", "roc", "shadows", "images", "choices")}
    for count in counts:
        known = shadows.first(count)
        oracles = report.Oracles.of(targets, known.images, arm.fixed)
        fitted = fit_all(reconstructors, known, validation, experiment_seed(seed, view))
        results = {
            name: report.Result(each.predict(released.views), targets, oracles)
            for name, each in fitted.items()
        }
        measured = [each.measures(rng, draws).assign(attack=name) for name, each in results.items()]
        measured.append(report.oracle_errors(targets, oracles, rng, draws))
        made["shadows"] += [frame.assign(shadows=count) for frame in measured]
        made["choices"].append(report.choices(fitted).assign(shadows=count))
    # The last count is that of all shadow models.
    made["metrics"] = [frame.assign(mode=ALL) for frame in measured]
    for name, each in results.items():
        place = {"attack": name, "mode": ALL}
        made["records"].append(each.records.assign(**place))
        made["roc"].append(each.curve(rng, draws).assign(**place))
        made["images"].append(each.pixels((channels * height, width)).assign(**place))
    return {name: [frame.assign(group=view) for frame in frames] for name, frames in made.items()}


def prior_of(arrays, reference):
    """How often the right candidate is picked, by each of the ways that there are signals for."""
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


def bounds_of(recipe):
    """What differential privacy leaves to any adversary who chooses among the candidates."""
    private = configured("recipe", InformedRecipe.of, recipe)
    if private.privacy is None or not private.privacy.noise:
        return bounds(None, DELTA, Finite(CANDIDATES))
    mechanism = DPSGD(private.privacy.noise, private.steps, 1.0, Adjacency.ADD_REMOVE)
    delta = recipe["privacy"].get("delta", DELTA)
    return bounds(mechanism, delta, Finite(CANDIDATES))


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--signals", type=Path, required=True)
    arguments.add_argument("--reference", type=Path, help="signals of the arm without noise")
    arguments.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)

    settings = options.settings
    plugins = {n: plugin("reconstructor", c) for n, c in settings["reconstructors"].items()}
    arrays = read_npz(options.signals)
    arm = Arm.of(arrays)
    for key, wanted, there in (
        ("views", set(settings["views"]), arm.views),
        ("views", {name for names in settings["views"].values() for name in names}, plugins),
    ):
        if missing := wanted - set(there):
            raise ValueError(f"{key}: found {sorted(missing)}, allowed are {', '.join(there)}")
    parts = [
        tables_of(arm, view, {name: plugins[name] for name in names}, settings)
        for view, names in settings["views"].items()
    ]
    for name in parts[0]:
        frames = [frame for part in parts for frame in part[name]]
        write_csv(options.output / f"{name}.csv", pd.concat(frames, ignore_index=True))
    reference = options.reference and read_npz(options.reference)
    write_csv(options.output / "prior.csv", prior_of(arrays, reference))
    write_csv(options.output / "bounds.csv", bounds_of(settings["recipe"]))


if __name__ == "__main__":
    run(main)
