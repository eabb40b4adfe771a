"""The first of everything that the jobs of a reconstruction in closed form do."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from truthserum.closed_form.measure import unknown_of
from truthserum.closed_form.records import records
from truthserum.models import glm

SEED = 0


def rehearse(settings: Mapping[str, Any], data_of: Callable[[Mapping[str, Any]], Any]) -> None:
    """Choose the targets, and begin each fit: has it a minimum?

    settings: data and glm. data_of: the data set that a section `data` describes. Raises what the
    jobs would.
    """
    chosen = settings["glm"]
    train, _ = records(data_of(settings["data"]), chosen["classes"], chosen["pooling"])
    unknown_of(chosen, train, SEED)
    for model in glm.variants(chosen["family"], chosen["penalty"]):
        targets = model.encode(train.labels, len(chosen["classes"]))
        glm.fit(model, train.x, targets, tolerance=math.inf)
