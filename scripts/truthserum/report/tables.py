"""The tables of one arm, as data frames. Their columns are described in figures/README.md."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from truthserum.attacks.base import Attack, Evidence
from truthserum.attacks.subsets import by_shadow_count
from truthserum.attacks.threshold import Threshold
from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.curves import roc_band, roc_points
from truthserum.statistics.measures import measure
from truthserum.statistics.targets import d_prime, target_auc


@dataclass(frozen=True)
class Study:
    """The scores [M, P] of every (attack, group) of points, with the evidence behind them.

    evidence: by group: "targets", and "pool" where untargeted points were asked about.
    rng, draws: for the bootstrap of the intervals; complementary pairs are resampled together.
    """

    evidence: Mapping[str, Evidence]
    scores: Mapping[tuple[str, str], np.ndarray]
    rng: np.random.Generator
    draws: int


def _measured(study: Study, scores: np.ndarray, member: np.ndarray) -> pd.DataFrame:
    rows = measure(scores, member, study.rng, pairs(len(scores)), draws=study.draws)
    return pd.DataFrame(map(asdict, rows)).rename(columns={"name": "measure"})


def metrics(study: Study) -> pd.DataFrame:
    """Every measure of every attack on every group, with interval and counts."""
    return pd.concat(
        [
            _measured(study, scores, study.evidence[group].member).assign(attack=name, group=group)
            for (name, group), scores in study.scores.items()
        ],
        ignore_index=True,
    )


def curves(study: Study) -> pd.DataFrame:
    """The ROC of every attack on every group; a bootstrap band for the targets."""
    frames = []
    for (name, group), scores in study.scores.items():
        member = study.evidence[group].member
        points = roc_points(scores, member)
        low = high = np.full(len(points), np.nan)
        if group == "targets":
            units = pairs(len(scores))
            low, high = roc_band(scores, member, points[:, 0], study.rng, units, study.draws)
        columns = {"fpr": points[:, 0], "tpr": points[:, 1], "low": low, "high": high}
        decisions = {"positives": int(member.sum()), "negatives": int((~member).sum())}
        frames.append(pd.DataFrame({"attack": name, "group": group, **columns, **decisions}))
    return pd.concat(frames, ignore_index=True)


def by_shadows(study: Study, attacks: Mapping[str, Attack], counts: list[int]) -> pd.DataFrame:
    """Success on the targets against the number of shadow models; 0 is the global threshold.

    counts: sizes of the groups of models, each attacked with the others of its group as shadows.
    """
    seen = study.evidence["targets"]
    alone = _measured(study, Threshold().score(seen), seen.member).assign(shadows=0)
    frames = []
    for name, attack in attacks.items():
        frames.append(alone.assign(attack=name))
        if isinstance(attack, Threshold):
            continue
        for grouped in by_shadow_count(seen, attack, counts):
            found = _measured(study, grouped.scores, grouped.member)
            frames.append(found.assign(attack=name, shadows=grouped.group - 1))
    return pd.concat(frames, ignore_index=True)


def exposure(study: Study, targets: pd.DataFrame) -> pd.DataFrame:
    """Per-target vulnerability, added to the `targets` (a row each) for each attack in turn."""
    seen = study.evidence["targets"]
    distance = d_prime(seen.signals, seen.member)
    return pd.concat(
        [
            targets.assign(attack=name, d_prime=distance, auc=target_auc(scores, seen.member))
            for (name, group), scores in study.scores.items()
            if group == "targets"
        ],
        ignore_index=True,
    )


def confidences(seen: Evidence, rows: np.ndarray, shown: int) -> pd.DataFrame:
    """The signals (mean over queries) of the first `shown` targets under every model.

    rows: int [P], where in the pool the targets are.
    """
    signals = seen.signals.mean(axis=2)[:, :shown]
    model, target = np.indices(signals.shape)
    return pd.DataFrame(
        {
            "target": rows[target.ravel()],
            "model": model.ravel(),
            "member": seen.member[:, :shown].ravel().astype(int),
            "signal": signals.ravel(),
        }
    )
