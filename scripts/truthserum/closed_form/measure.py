"""Fitting generalised linear models and reconstructing single records from their weights."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from truthserum.closed_form.study import joined, study
from truthserum.data.records import records
from truthserum.data.stored import labelled
from truthserum.models import glm
from truthserum.seeds import Purpose, experiment_seed, stream


def measure(
    settings: Mapping[str, Any], device: str, data: Path
) -> tuple[dict[str, pd.DataFrame], None]:
    """(tables by name, no bootstrap draws: these reconstructions are exact).

    data: the file of the records. Settings are glm (family, penalty, classes, pooling, targets),
    tolerances, published, seed and experiment. ValueError for more targets than records.
    """
    chosen = settings["glm"]
    train, test = records(labelled(data), chosen["classes"], chosen["pooling"])
    if chosen["targets"] > len(train.x):
        raise ValueError(
            f"targets: found {chosen['targets']}, allowed are up to {len(train.x)}, "
            f"the records of classes {chosen['classes']}"
        )
    seed = experiment_seed(settings["seed"], settings["experiment"])
    unknown = stream(seed, Purpose.TARGETS).choice(
        len(train.x), chosen["targets"], replace=False, shuffle=False
    )
    how = len(chosen["classes"]), unknown, settings["tolerances"], settings["published"]
    studies = [
        study(model, train, test, *how)
        for model in glm.variants(chosen["family"], chosen["penalty"])
    ]
    return joined(studies), None
