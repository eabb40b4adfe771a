"""Summarising how many guesses the canaries of one arm stand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from truthserum.data.arrays import read_npz
from truthserum.extraction.tables import canaries, metrics
from truthserum.seeds import Purpose, experiment_seed, stream


def measure(
    settings: Mapping[str, Any], device: str, signals: Path
) -> tuple[dict[str, pd.DataFrame], np.ndarray]:
    """Tables by name and, of each row of `metrics`, its bootstrap draws float64 [rows, draws].

    Draw k takes the same canaries in every arm. signals: the file of what `observe` saw. Settings
    are draws, seed and experiment.
    """
    seed = experiment_seed(settings["seed"], settings["experiment"])
    found = canaries(read_npz(signals))
    measured, draws = metrics(found, stream(seed, Purpose.BOOTSTRAP), settings["draws"])
    return {"canaries": found, "metrics": measured}, draws
