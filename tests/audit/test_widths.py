"""Forecast widths beside those of simulated audits."""

import numpy as np
import pytest
from scipy.stats import norm

from truthserum.audit.found import Resampling
from truthserum.audit.widths import APART, TPR, needed, reaches, variances

MEASURES = ("auc", TPR)


def simulated(pairs, asked, alike, audits=6):
    """Half the width of the intervals of audits of normal scores, on average, by measure."""
    found = []
    for seed in range(audits):
        rng = np.random.default_rng(seed)
        first = rng.random((pairs, asked)) < 0.5
        member = np.stack([first, ~first], axis=1).reshape(2 * pairs, asked)
        noise = rng.normal(size=member.shape)
        if alike:  # one score of a record wherever it is in, and one wherever it is out
            noise = np.where(member, *noise[:2])
        measures = Resampling(seed, 50, np.arange(asked)).measured(noise + APART * member, member)
        found.append([(measures[n].high - measures[n].low) / 2 for n in MEASURES])
    return dict(zip(MEASURES, np.mean(found, axis=0), strict=True))


@pytest.mark.parametrize("pairs, asked", [(2, 600), (4, 300), (12, 300)])
@pytest.mark.parametrize("end", ["least", "most"])
def test_widths_are_those_of_simulated_audits(pairs, asked, end):
    found, told = simulated(pairs, asked, alike=end == "most"), reaches(pairs, asked)
    for name in MEASURES:
        assert found[name] == pytest.approx(told[name][end], rel=0.25)


def test_variances_are_those_of_many_samples():
    rng, count = np.random.default_rng(0), 2000
    values = []
    for _ in range(300):
        inside, outside = APART + rng.normal(size=count), np.sort(rng.normal(size=count))
        auc = np.searchsorted(outside, inside).mean() / count
        values.append([auc, (inside > outside[-count // 100]).mean()])
    assert np.mean(values, axis=0) == pytest.approx([norm.cdf(APART / 2**0.5), 0.1], abs=0.003)
    expected = [variances()[name] for name in MEASURES]
    assert count * np.var(values, axis=0) == pytest.approx(expected, rel=0.25)


@pytest.mark.parametrize("asked", [150, 1000])
def test_so_many_models_or_records_are_just_enough(asked):
    for name, one in needed(0.05, asked).items():
        pairs = one["models"] // 2
        assert reaches(pairs, asked)[name]["least"] <= 0.05
        assert pairs == 1 or reaches(pairs - 1, asked)[name]["least"] > 0.05
        assert reaches(2, one["records"])[name]["most"] <= 0.05
        assert reaches(2, one["records"] - 1)[name]["most"] > 0.05
