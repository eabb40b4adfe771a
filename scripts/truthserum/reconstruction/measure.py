"""Reconstructing the private record of each released model of one arm, and measuring how well."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from truthserum.options import build, checked
from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.reconstruction.arm import Arm, Scope, prior, tables
from truthserum.reconstruction.bounds import bounds_by_prior
from truthserum.reconstruction.engine.recipe import DELTA, InformedRecipe
from truthserum.reconstruction.game import CANDIDATES
from truthserum.reconstruction.reconstructors.base import Lab
from truthserum.seeds import experiment_seed
from truthserum.stages import Measuring
from truthserum.storage.arrays import read_npz


def measure(job: Measuring) -> tuple[dict[str, pd.DataFrame], np.ndarray]:
    """Tables by name and, of each row of `metrics`, its bootstrap draws float64 [rows, draws].

    Draw k takes the same released models in every arm; draws are not numbers for measures read off
    a ROC. Every reconstructor learns from the shadow models alone and makes its choices on the
    validation models alone.

    The inputs are the file of what `observe` saw and, if there is one, that of the same models
    trained without noise, from which reconstructors may learn, too; with it, it is measured how
    well the weights tell which of 8 candidates a released model was trained on. Settings are
    reconstructors, views, shadow_counts, radii, draws, recipe, seed and experiment. ValueError for
    a view or reconstructor that there is not.
    """
    settings = job.settings
    plugins = {n: build("reconstructor", c) for n, c in settings["reconstructors"].items()}
    arrays, *reference = map(read_npz, job.inputs)
    noiseless = reference[0] if reference else None
    arm = Arm.of(arrays, noiseless)
    named = {name for names in settings["views"].values() for name in names}
    for wanted, there in ((set(settings["views"]), arm.views), (named, plugins)):
        if missing := wanted - set(there):
            raise ValueError(f"views: found {sorted(missing)}, allowed are {', '.join(there)}")
    lab = Lab(experiment_seed(settings["seed"], settings["experiment"]), job.device, job.place)
    scope = Scope(settings["shadow_counts"], settings["radii"], settings["draws"])
    parts, draws = zip(
        *(
            tables(arm, view, {name: plugins[name] for name in names}, scope, lab)
            for view, names in settings["views"].items()
        ),
        strict=True,
    )
    joined = {
        name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]
    }
    joined["prior"] = prior(arrays, noiseless)
    joined["bounds"] = _bounds(settings["recipe"], settings["radii"], arm)
    return joined, np.concatenate(draws)


def _bounds(recipe: Mapping[str, Any], radii: Sequence[float], arm: Arm) -> pd.DataFrame:
    """What differential privacy leaves to any adversary: one of some records, or an error."""
    given = checked(InformedRecipe, recipe, "recipe")
    private, delta = given.calibrated().privacy, DELTA
    mechanism = None
    if given.privacy and private and private.noise:
        mechanism = DPSGD(private.noise, given.steps, 1.0, Adjacency.ADD_REMOVE)
        delta = given.privacy.allowed
    return bounds_by_prior(mechanism, delta, CANDIDATES, radii, arm.fixed, arm.images[arm.own])
