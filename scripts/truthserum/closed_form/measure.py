"""Fitting generalised linear models and reconstructing single records from their weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from truthserum.closed_form.records import Records, records
from truthserum.closed_form.study import joined, study
from truthserum.data.stored import labelled
from truthserum.models import glm
from truthserum.seeds import Purpose, experiment_seed, stream
from truthserum.stages import Measuring


def measure(job: Measuring) -> tuple[dict[str, pd.DataFrame], None]:
    """(tables by name, no bootstrap draws: these reconstructions are exact).

    The input is the file of the records. Settings are glm (family, penalty, classes, pooling,
    targets), tolerances, published, seed and experiment. ValueError for more targets than records.
    """
    settings, (data,) = job.settings, job.inputs
    chosen = settings["glm"]
    train, test = records(labelled(data), chosen["classes"], chosen["pooling"])
    unknown = unknown_of(chosen, train, experiment_seed(settings["seed"], settings["experiment"]))
    studies = [
        study(
            model,
            train,
            test,
            len(chosen["classes"]),
            unknown,
            settings["tolerances"],
            settings["published"],
        )
        for model in glm.variants(chosen["family"], chosen["penalty"])
    ]
    return joined(studies), None


def unknown_of(chosen: Mapping[str, Any], train: Records, seed: int) -> np.ndarray:
    """The targets, int64 [T], drawn from the training records; ValueError for more than these."""
    count, most = chosen["targets"], len(train.x)
    if count > most:
        raise ValueError(
            f"targets: found {count}, allowed are up to {most}, the records of classes "
            f"{chosen['classes']}"
        )
    return stream(seed, Purpose.TARGETS).choice(most, count, replace=False, shuffle=False)
