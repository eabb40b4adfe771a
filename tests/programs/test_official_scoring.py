"""From stored signals to metrics.csv as the official code scores them, one model at a time.

research/mi_poison_2022/plot_poison.py in tensorflow/privacy, which takes its arithmetic from
mi_lira_2021/plot.py: medians of both sides, one deviation of all IN signals for both, minus log
densities averaged over queries, and the last vertex whose FPR is below the level. It leaves out the
target model alone; here its partner, which holds the complement, is left out too.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from halves import halves
from rounding import rounding
from scipy.stats import norm

SHARED = Path(__file__).resolve().parents[2] / "experiments" / "_shared.yaml"
CONFIGURED = yaml.safe_load(SHARED.read_text("utf-8"))["attacks"]
ATTACKS = {name: CONFIGURED[name] for name in ("lira_official", "threshold")}
LEVELS = 0.001, 0.01


def official_lira(signals, keep):
    """Losses [M, P], lower for members. signals: [M, P, Q]; keep: bool [M, P]."""
    losses = np.empty(keep.shape)
    for target in range(len(keep)):
        others = [model for model in range(len(keep)) if model // 2 != target // 2]
        inside, outside = [], []
        for point in range(keep.shape[1]):
            inside.append([signals[k, point] for k in others if keep[k, point]])
            outside.append([signals[k, point] for k in others if not keep[k, point]])
        deviation = np.std(inside) + 1e-30
        for point in range(keep.shape[1]):
            seen = signals[target, point]
            into = -norm.logpdf(seen, np.median(inside[point], axis=0), deviation)
            out = -norm.logpdf(seen, np.median(outside[point], axis=0), deviation)
            losses[target, point] = (into - out).mean()
    return losses


def official_threshold(signals, keep):
    """The same by one threshold for all points."""
    return -signals.mean(axis=2)


OFFICIAL = {"lira_official": official_lira, "threshold": official_threshold}


def official_curve(losses, keep):
    """FPR and TPR, [V] each, of accepting every loss up to one of those that there are."""
    accepted = [losses.ravel() <= most for most in (-np.inf, *np.unique(losses))]
    held = keep.ravel()
    return (
        np.array([said[~held].mean() for said in accepted]),
        np.array([said[held].mean() for said in accepted]),
    )


def official_tpr(fpr, tpr, level):
    """TPR of the last vertex whose FPR is below the level, and 0 where there is none."""
    return max(tpr[fpr < level - 1e-9], default=0.0)  # an FPR of k / n may round to less


def assert_official(metrics, signals, keep):
    """metrics: of one group and mode, by attack and measure.

    A new non-member passes our threshold with just the chance of the level: it stands at the rank
    level x (n + 1) of n. That is a share `level` of a step above the official reading where n x
    level is whole, and between two official readings everywhere.
    """
    negatives, near = (~keep).sum(), rounding(dtype=torch.float64)
    for attack, losses_of in OFFICIAL.items():
        fpr, tpr = official_curve(losses_of(signals, keep), keep)
        found = metrics.loc[attack]
        assert (found["negatives"] == negatives).all()
        assert found.loc["auc", "value"] == pytest.approx(np.trapezoid(tpr, fpr), abs=near)
        best = (1 + max(tpr - fpr)) / 2
        assert found.loc["balanced_accuracy", "value"] == pytest.approx(best, abs=near)
        for level in LEVELS:
            row, rank = found.loc[f"tpr_at_fpr_{level:g}"], level * (negatives + 1)
            assert row["resolved"] == (rank >= 1)
            if row["resolved"]:
                below, above = (
                    official_tpr(fpr, tpr, (int(rank) + more) / negatives) for more in (0, 1)
                )
                expected = below + rank % 1 * (above - below)
                assert row["value"] == pytest.approx(expected, abs=near)


@pytest.fixture
def measured(arm, call, tmp_path):
    """measured(path): metrics.csv of the signals there, by group, mode, attack and measure."""

    def run(signals):
        settings, options = arm.measuring(tmp_path / "out", attacks=ATTACKS, shadow_groups=[8])
        assert call("measure", (settings, options | {"input": signals})) is None
        table = pd.read_csv(tmp_path / "out" / "metrics.csv")
        return table.set_index(["group", "mode", "attack", "measure"]).sort_index()

    return run


def groups_of(arrays):
    """Which points are targets, and which the pool."""
    target = np.isin(np.arange(arrays["member"].shape[1]), arrays["target"])
    return {"targets": target, "pool": ~target}


def test_signals_of_trained_models_are_scored_as_officially(arm, measured):
    """As scripts/signals.py wrote them, with several queries, in both modes of normalisation."""
    metrics = measured(arm.signals)
    with np.load(arm.signals) as file:
        arrays = dict(file)
    for group, chosen in groups_of(arrays).items():
        for mode in ("batch", "running"):
            # the order of the targets is that of their list, which no measure knows
            seen, keep = arrays[f"signals.{mode}"][:, chosen], arrays["member"][:, chosen]
            assert seen.shape[2] == 2
            assert_official(metrics.loc[group, mode], seen, keep)


def test_the_headline_rate_is_the_official_one(arm, measured, tmp_path):
    """1,000 non-members, of which 0.1 % and 1 % are whole numbers, and a leak at every point."""
    rng, models, points = np.random.default_rng(4), 20, 150
    with np.load(arm.signals) as file:
        arrays = dict(file)
    member = halves(rng, models, points)
    noise = rng.standard_normal((models, points, 2)) + rng.standard_normal((models, points, 1))
    signals = 2 * rng.standard_normal((points, 1)) + 5 * member[..., None] + noise
    changed = {
        "member": member,
        "row": np.arange(points),
        "label": np.arange(points) % 10,
        "target": rng.permutation(points)[:100],
        "poison_label": np.arange(100) % 10,
        "prior": np.zeros(points),
        "true": np.ones(points, bool),
        "signals.batch": signals[..., ::-1],
        "signals.running": signals,
        "label.batch": np.zeros((models, points), np.int16),
        "label.running": np.zeros((models, points), np.int16),
    }
    np.savez(tmp_path / "signals.npz", **arrays | changed)
    metrics = measured(tmp_path / "signals.npz")
    targets = groups_of(changed)["targets"]
    keep = member[:, targets]
    assert (~keep).sum() == 1000
    assert_official(metrics.loc["targets", "running"], signals[:, targets], keep)
    fpr, tpr = official_curve(official_lira(signals[:, targets], keep), keep)
    for level in LEVELS:
        official = official_tpr(fpr, tpr, level)
        found = metrics.loc["targets", "running", "lira_official", f"tpr_at_fpr_{level:g}"]
        assert found["value"] == pytest.approx(official, abs=level)
        assert 0.2 < official < 0.98
