"""Summarising how many guesses the canaries of one arm stand."""

import numpy as np
import pandas as pd

from truthserum.extraction.tables import canaries, metrics
from truthserum.seeds import Purpose, experiment_seed, stream
from truthserum.stages import Measuring
from truthserum.storage.arrays import read_npz


def measure(job: Measuring) -> tuple[dict[str, pd.DataFrame], np.ndarray]:
    """Tables by name and, of each row of `metrics`, its bootstrap draws float64 [rows, draws].

    Draw k takes the same canaries in every arm. The input is the file of what `observe` saw.
    Settings are draws, seed and experiment.
    """
    settings, (signals,) = job.settings, job.inputs
    seed = experiment_seed(settings["seed"], settings["experiment"])
    found = canaries(read_npz(signals))
    measured, draws = metrics(found, stream(seed, Purpose.BOOTSTRAP), settings["draws"])
    return {"canaries": found, "metrics": measured}, draws
