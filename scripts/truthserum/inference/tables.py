"""The tables of one arm, as data frames. Their columns are described in docs/tables.md."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from truthserum.columns import CURVE
from truthserum.inference.attacks.base import Attack, Evidence
from truthserum.inference.attacks.lower_bound import LowerBound, lower_bound
from truthserum.inference.attacks.rivals import Decisions, Rivals
from truthserum.inference.attacks.threshold import Threshold
from truthserum.seeds import Purpose, stream
from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.curves import roc_band, roc_points
from truthserum.statistics.measures import measure
from truthserum.statistics.targets import d_prime, target_auc

BOUND = ["attack", *(field.name for field in fields(LowerBound)), "delta", "upper"]
DELTA = 1e-5  # where nothing is promised, as it is where something is


@dataclass(frozen=True)
class Study:
    """Attacks on what is seen of the models of an arm.

    evidence: by group: "targets", and "pool" where untargeted points were asked about. rivals:
    among the targets. targets: a row for each of them, with what the tables say of it. seed, draws:
    for the bootstrap of the intervals, which draws the same models and points for every attack, and
    in every study with this seed.
    """

    evidence: Mapping[str, Evidence]
    attacks: Mapping[str, Attack]
    rivals: Rivals
    targets: pd.DataFrame
    seed: int
    draws: int

    @property
    def bootstrap(self) -> dict[str, Any]:
        """What every bootstrap starts from."""
        return {"rng": stream(self.seed, Purpose.BOOTSTRAP), "draws": self.draws}

    def decisions(self) -> Iterator[tuple[str, str, Decisions]]:
        """(attack, group, decisions) of every attack on every group, one after the other.

        Where the secret is one of several values, the models that hold the true value are a group
        of their own, "true_value", in which every attack has a twin that also knows the prior, and
        the prior is one. Nothing is kept: the scores of an attack on all points are as large as
        what is seen of the models.
        """
        rivals = self.rivals
        for (group, seen), (name, attack) in product(self.evidence.items(), self.attacks.items()):
            scores = attack.score(seen)
            if group != "targets":
                units, blocks = pairs(len(scores)), np.arange(scores.shape[1])
                yield name, group, Decisions(scores, seen.member, units, blocks)
                continue
            yield name, group, rivals.uniform(scores, seen.member)
            if rivals.values > 1:
                yield name, "true_value", rivals.true_value(scores, seen.member)
                informed = rivals.true_value(scores + rivals.prior, seen.member)
                yield f"{name}_imputation", "true_value", informed
        if rivals.values > 1:
            yield "imputation", "true_value", rivals.imputation


def judged(study: Study) -> dict[str, pd.DataFrame]:
    """What comes of each decision in turn: the tables `metrics`, `roc` and `targets`.

    metrics: every measure, with interval, counts and bootstrap draws. roc: the curve; a bootstrap
    band for the targets. targets: how exposed each of them is; of one whose decisions do not count
    there is no row.
    """
    made: dict[str, list[pd.DataFrame]] = {"metrics": [], "roc": [], "targets": []}
    for name, group, decided in study.decisions():
        place = {"attack": name, "group": group}
        made["metrics"].append(_measured(study, decided).assign(**place))
        made["roc"].append(_curve(study, group, decided).assign(**place)[[*place, *CURVE]])
        if group == "targets":
            made["targets"].append(_exposed(study, decided).assign(attack=name))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in made.items()}


def _measured(study: Study, decided: Decisions) -> pd.DataFrame:
    rows = measure(**vars(decided), **study.bootstrap)
    return pd.DataFrame(map(vars, rows)).rename(columns={"name": "measure"})


def _curve(study: Study, group: str, decided: Decisions) -> pd.DataFrame:
    points = roc_points(decided.scores, decided.member)
    low = high = np.full(len(points), np.nan)
    if group == "targets":
        low, high = roc_band(**vars(decided), fpr=points[:, 0], **study.bootstrap)
    columns = {"fpr": points[:, 0], "tpr": points[:, 1], "low": low, "high": high}
    positives = int(decided.member.sum())
    decisions = {"positives": positives, "negatives": decided.member.size - positives}
    return pd.DataFrame({**columns, **decisions})


def _exposed(study: Study, decided: Decisions) -> pd.DataFrame:
    seen, counted = study.evidence["targets"], study.rivals.counted
    return study.targets.iloc[counted].assign(
        d_prime=d_prime(seen.signals, seen.member)[counted],
        auc=target_auc(decided.scores, decided.member),
    )


def by_shadows(study: Study, counts: list[int]) -> pd.DataFrame:
    """Success on the targets against the number of shadow models; 0 is the global threshold.

    counts: sizes of sets of models, each attacked with the others of its set as shadows.
    """
    seen = study.evidence["targets"]
    decided = study.rivals.uniform
    alone = _measured(study, decided(Threshold().score(seen), seen.member)).assign(shadows=0)
    frames = []
    for name, attack in study.attacks.items():
        frames.append(alone.assign(attack=name))
        if isinstance(attack, Threshold):
            continue
        for count in counts:
            found = _measured(study, decided(*few_shadows(seen, attack, count)))
            frames.append(found.assign(attack=name, shadows=count - seen.group))
    return pd.concat(frames, ignore_index=True).drop(columns="draws")


def few_shadows(evidence: Evidence, attack: Attack, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Disjoint sets of consecutive models, each attacked with the others of its set as shadows.

    count: the size of a set, a multiple of the evidence's group, so that the models of a group stay
    together, of two groups or more, and at most the number of models; ValueError otherwise.
    Returns scores float64 [M', P] and member bool [M', P], where M' is the largest multiple of the
    size among the models, in their order.
    """
    models, least = len(evidence.signals), 2 * evidence.group
    if count % evidence.group or not least <= count <= models:
        raise ValueError(
            f"count: found {count}, allowed multiples of {evidence.group} from {least} to {models}"
        )
    sets = np.arange(models // count * count).reshape(-1, count)
    scores = np.concatenate([attack.score(evidence.select(own)) for own in sets])
    return scores, evidence.member[: sets.size]


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


def lower_bounds(
    seen: Evidence, attacks: Mapping[str, Attack], pool: int, epsilon: float, delta: float
) -> pd.DataFrame:
    """What each attack proves of the epsilon of training, beside what is promised.

    seen: of the targets, by models of which 2k and 2k + 1 hold complementary halves of `pool`
    points. epsilon, delta: promised where one record is replaced; not numbers if nothing is. No
    rows with fewer than four pairs of models.
    """
    delta = DELTA if np.isnan(delta) else delta
    found = {name: lower_bound(attack, seen, pool, delta) for name, attack in attacks.items()}
    rows = [
        {"attack": name, **asdict(bound), "delta": delta, "upper": epsilon}
        for name, bound in found.items()
        if bound
    ]
    return pd.DataFrame(rows, columns=BOUND)
