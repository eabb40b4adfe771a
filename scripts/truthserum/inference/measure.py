"""Attacking one arm of a membership or attribute game, and measuring how well."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from truthserum.inference import tables
from truthserum.inference.attacks.base import Attack, Evidence, grouped
from truthserum.inference.attacks.rivals import Rivals
from truthserum.options import build
from truthserum.seeds import experiment_seed
from truthserum.stages import Measuring
from truthserum.storage.arrays import arrays_in

SIGNALS = "signals."


def measure(job: Measuring) -> tuple[dict[str, pd.DataFrame], np.ndarray]:
    """Tables by name and, of each row of `metrics`, its bootstrap draws float64 [rows, draws].

    Draw k takes the same models and points in every arm. The input is the file of what `observe`
    saw. Settings are attacks, draws, shadow_groups, shown_targets, seed and experiment.
    """
    settings, (seen,) = job.settings, job.inputs
    attacks = {name: build("attack", choice) for name, choice in settings["attacks"].items()}
    with arrays_in(seen, "signals") as file:
        arrays = {name: file[name] for name in file.files if "." not in name}
        modes = sorted(one.removeprefix(SIGNALS) for one in file.files if one.startswith(SIGNALS))
    made = [_tables(arrays, _signals(seen, mode), attacks, settings) for mode in modes]
    joined = {
        name: pd.concat(
            [of[name].assign(mode=mode) for mode, of in zip(modes, made, strict=True)],
            ignore_index=True,
        )
        for name in made[0]
    }
    return joined, np.stack(joined["metrics"].pop("draws"))


def _signals(seen: Path, mode: str) -> np.ndarray:
    """Those of one mode, which nobody else holds: nothing is as large."""
    with arrays_in(seen, "signals") as file:
        return file[SIGNALS + mode]


def _evidence(
    arrays: Mapping[str, np.ndarray], signals: np.ndarray, group: int
) -> dict[str, Evidence]:
    """The evidence on the targets and, if any were asked about, on all other points.

    group: how many models in a row share their secrets out.
    """
    member, target = arrays["member"], arrays["target"]
    pool = np.setdiff1d(np.arange(member.shape[1]), target)
    others, who = signals[:, pool], member[:, pool]
    groups = {"targets": Evidence(signals[:, target], member[:, target], others, who, group)}
    if len(pool):
        groups["pool"] = Evidence(others, who, others, who, group)
    return groups


def _tables(
    arrays: Mapping[str, np.ndarray],
    signals: np.ndarray,
    attacks: Mapping[str, Attack],
    settings: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Every table of one mode, by its name, of its signals."""
    at = arrays["target"]
    rivals = Rivals(arrays["row"][at], arrays["prior"][at], arrays["true"][at])
    evidence = _evidence(arrays, signals, grouped(rivals.values))
    del signals  # its parts were copied
    about = {"target": rivals.record, "label": arrays["label"][at]}
    study = tables.Study(
        evidence=evidence,
        attacks=attacks,
        rivals=rivals,
        targets=pd.DataFrame({**about, "poison_label": arrays["poison_label"]}),
        seed=experiment_seed(settings["seed"], settings["experiment"]),
        draws=settings["draws"],
    )
    audited = attacks if rivals.values == 1 else {}  # coins are memberships
    epsilon, delta = map(float, arrays["promised"])
    pool = int(arrays["pool"])
    return {
        **tables.judged(study),
        "shadows": tables.by_shadows(study, settings["shadow_groups"]),
        "scores": tables.confidences(evidence["targets"], rivals.record, settings["shown_targets"]),
        "epsilon": tables.lower_bounds(evidence["targets"], audited, pool, epsilon, delta),
    }
