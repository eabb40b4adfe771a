"""Reconstruct the private record of each released model of one arm, and measure how well.

python scripts/reconstruct.py --settings '{"reconstructors": {"mean": {"mean": {}}, "kernel":
    {"kernel": {}}}, "views": {"weights": ["mean", "kernel"]}, "shadow_counts": [1000], "seed": 1,
    "radii": [0.02], "recipe": {"steps": 100}, "experiment": "informed", "draws": 200}'
    --signals signals.npz --output ARM_FOLDER

Every reconstructor learns from the shadow models alone and makes its choices on the validation
models alone. With the signals of the same models trained without noise as `--reference`, it may
also learn from these, and it is measured how well the weights tell which of 8 candidates a released
model was trained on. Writes metrics.csv, records.csv, roc.csv, shadows.csv, images.csv,
choices.csv, prior.csv and bounds.csv; figures/README.md describes their columns. Beside them
draws.npz: `draws` float64 [rows of metrics.csv, D], the bootstrap draws of each measure, draw k
being of the same released models in all arms; not a number for measures read off a ROC.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from program import parsed, parser, plugin, read_npz, run, write_csv, write_npz
from truthserum.options import checked
from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.reconstruction.arm import Arm, Scope, prior, tables
from truthserum.reconstruction.bounds import bounds_by_prior
from truthserum.reconstruction.engine.recipe import DELTA, InformedRecipe
from truthserum.reconstruction.game import CANDIDATES
from truthserum.seeds import experiment_seed


def bounds_of(recipe, radii, arm):
    """What differential privacy leaves to any adversary: one of some records, or an error."""
    wanted = checked(InformedRecipe, recipe, "recipe")
    private = wanted.calibrated().privacy
    mechanism, delta = None, DELTA
    if private is not None and private.noise:
        mechanism = DPSGD(private.noise, wanted.steps, 1.0, Adjacency.ADD_REMOVE)
        delta = wanted.privacy.delta or DELTA
    return bounds_by_prior(mechanism, delta, CANDIDATES, radii, arm.fixed, arm.images[arm.own])


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--signals", type=Path, required=True)
    arguments.add_argument("--reference", type=Path, help="signals of the arm without noise")
    arguments.add_argument("--output", type=Path, required=True)
    arguments.add_argument("--device", default="auto", help="where networks are trained")
    options = parsed(arguments)

    settings = options.settings
    plugins = {n: plugin("reconstructor", c) for n, c in settings["reconstructors"].items()}
    arrays = read_npz(options.signals)
    reference = options.reference and read_npz(options.reference)
    arm = Arm.of(arrays, reference)
    for key, wanted, there in (
        ("views", set(settings["views"]), arm.views),
        ("views", {name for names in settings["views"].values() for name in names}, plugins),
    ):
        if missing := wanted - set(there):
            raise ValueError(f"{key}: found {sorted(missing)}, allowed are {', '.join(there)}")
    seed = experiment_seed(settings["seed"], settings["experiment"])
    scope = Scope(settings["shadow_counts"], settings["radii"], settings["draws"])
    parts, draws = zip(
        *(
            tables(arm, view, {name: plugins[name] for name in names}, scope, seed, options.device)
            for view, names in settings["views"].items()
        ),
        strict=True,
    )
    for name in parts[0]:
        frame = pd.concat([part[name] for part in parts], ignore_index=True)
        write_csv(options.output / f"{name}.csv", frame)
    write_npz(options.output / "draws.npz", {"draws": np.concatenate(draws)})
    write_csv(options.output / "prior.csv", prior(arrays, reference))
    write_csv(options.output / "bounds.csv", bounds_of(settings["recipe"], settings["radii"], arm))


if __name__ == "__main__":
    run(main)
