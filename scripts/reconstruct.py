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

from pathlib import Path

import pandas as pd

from program import configured, parsed, parser, plugin, read_npz, run, write_csv
from truthserum.games.reconstruction import CANDIDATES
from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.privacy.priors import Finite
from truthserum.report.bounds import bounds
from truthserum.report.informed_arm import Arm, prior, tables
from truthserum.seeds import experiment_seed
from truthserum.training.informed_recipe import InformedRecipe

DELTA = 1e-5  # of the bound by (epsilon, delta)-DP, where the recipe names none


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
    arguments.add_argument("--device", default="auto", help="where networks are trained")
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
    seed = experiment_seed(settings["seed"], settings["experiment"])
    parts = [
        tables(
            arm,
            view,
            {name: plugins[name] for name in names},
            settings["shadow_counts"],
            seed,
            settings["draws"],
            options.device,
        )
        for view, names in settings["views"].items()
    ]
    for name in parts[0]:
        frame = pd.concat([part[name] for part in parts], ignore_index=True)
        write_csv(options.output / f"{name}.csv", frame)
    reference = options.reference and read_npz(options.reference)
    write_csv(options.output / "prior.csv", prior(arrays, reference))
    write_csv(options.output / "bounds.csv", bounds_of(settings["recipe"]))


if __name__ == "__main__":
    run(main)
