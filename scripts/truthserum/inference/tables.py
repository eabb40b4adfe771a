"""The tables of one arm, as data frames. Their columns are described in docs/tables.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from truthserum.inference.attacks.base import Attack, Evidence
from truthserum.inference.attacks.rivals import Decisions, Rivals
from truthserum.inference.attacks.subsets import by_shadow_count
from truthserum.inference.attacks.threshold import Threshold
from truthserum.seeds import Purpose, stream
from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.curves import roc_band, roc_points
from truthserum.statistics.measures import measure
from truthserum.statistics.targets import d_prime, target_auc


@dataclass(frozen=True)
class Study:
    """The decisions of every (attack, group) of points, with the evidence behind them.

    evidence: by group: "targets", and "pool" where untargeted points were asked about. decisions:
    on these, and in the group "true_value" where the secret is one of several values. rivals: among
    the targets. seed, draws: for the bootstrap of the intervals, which draws the same models and
    points for every attack, and in every study with this seed.
    """

    evidence: Mapping[str, Evidence]
    decisions: Mapping[tuple[str, str], Decisions]
    rivals: Rivals
    seed: int
    draws: int

    @property
    def bootstrap(self) -> dict[str, Any]:
        """What every bootstrap starts from."""
        return {"rng": stream(self.seed, Purpose.BOOTSTRAP), "draws": self.draws}


def decide(
    evidence: Mapping[str, Evidence], attacks: Mapping[str, Attack], rivals: Rivals
) -> dict[tuple[str, str], Decisions]:
    """The decisions of a study: every attack on every group.

    Where the secret is one of several values, the models that hold the true value are a group of
    their own, in which every attack has a twin that also knows the prior, and the prior is one.
    """
    found = {}
    for group, seen in evidence.items():
        for name, attack in attacks.items():
            scores = attack.score(seen)
            if group == "targets":
                found[name, group] = rivals.uniform(scores, seen.member)
            else:
                units, blocks = pairs(len(scores)), np.arange(scores.shape[1])
                found[name, group] = Decisions(scores, seen.member, units, blocks)
            if group == "targets" and rivals.values > 1:
                found[name, "true_value"] = rivals.true_value(scores, seen.member)
                informed = rivals.true_value(scores + rivals.prior, seen.member)
                found[f"{name}_imputation", "true_value"] = informed
    if rivals.values > 1:
        found["imputation", "true_value"] = rivals.imputation
    return found


def _measured(study: Study, decided: Decisions) -> pd.DataFrame:
    rows = measure(**vars(decided), **study.bootstrap)
    return pd.DataFrame(map(vars, rows)).rename(columns={"name": "measure"})


def metrics(study: Study) -> pd.DataFrame:
    """Every measure of every attack on every group, with interval, counts and bootstrap draws."""
    return pd.concat(
        [
            _measured(study, decided).assign(attack=name, group=group)
            for (name, group), decided in study.decisions.items()
        ],
        ignore_index=True,
    )


def curves(study: Study) -> pd.DataFrame:
    """The ROC of every attack on every group; a bootstrap band for the targets."""
    frames = []
    for (name, group), decided in study.decisions.items():
        points = roc_points(decided.scores, decided.member)
        low = high = np.full(len(points), np.nan)
        if group == "targets":
            low, high = roc_band(**vars(decided), fpr=points[:, 0], **study.bootstrap)
        columns = {"fpr": points[:, 0], "tpr": points[:, 1], "low": low, "high": high}
        positives = int(decided.member.sum())
        decisions = {"positives": positives, "negatives": decided.member.size - positives}
        frames.append(pd.DataFrame({"attack": name, "group": group, **columns, **decisions}))
    return pd.concat(frames, ignore_index=True)


def by_shadows(study: Study, attacks: Mapping[str, Attack], counts: list[int]) -> pd.DataFrame:
    """Success on the targets against the number of shadow models; 0 is the global threshold.

    counts: sizes of sets of models, each attacked with the others of its set as shadows.
    """
    seen = study.evidence["targets"]
    decided = study.rivals.uniform
    alone = _measured(study, decided(Threshold().score(seen), seen.member)).assign(shadows=0)
    frames = []
    for name, attack in attacks.items():
        frames.append(alone.assign(attack=name))
        if isinstance(attack, Threshold):
            continue
        for few in by_shadow_count(seen, attack, counts):
            found = _measured(study, decided(few.scores, few.member))
            frames.append(found.assign(attack=name, shadows=few.shadows))
    return pd.concat(frames, ignore_index=True).drop(columns="draws")


def exposure(study: Study, targets: pd.DataFrame) -> pd.DataFrame:
    """Per-target vulnerability, added to the `targets` for each attack in turn.

    targets: a row for each attacked point; of a point whose decisions do not count none is left.
    """
    seen, counted = study.evidence["targets"], study.rivals.counted
    distance = d_prime(seen.signals, seen.member)[counted]
    return pd.concat(
        [
            targets.iloc[counted].assign(
                attack=name, d_prime=distance, auc=target_auc(decided.scores, decided.member)
            )
            for (name, group), decided in study.decisions.items()
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
