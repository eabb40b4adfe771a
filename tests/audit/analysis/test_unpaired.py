"""LiRA for models that are no pairs: against a loop, and as a statistic where there is no leak."""

import math

import numpy as np
import pytest

from truthserum.audit.analysis.unpaired import SEED, Unpaired, shadows_of
from truthserum.inference.attacks.base import Evidence
from truthserum.seeds import Purpose, stream
from truthserum.statistics.roc import roc

POINTS = 120


def halves(rng, models):
    """Each record in exactly half of the models, as official shadow models are."""
    return np.argsort(rng.random((models, POINTS)), 0) < models // 2


DESIGNS = {
    "fair coins": lambda rng: rng.random((16, POINTS)) < 0.5,
    "most are members": lambda rng: rng.random((24, POINTS)) < 0.75,
    "halves of eight": lambda rng: halves(rng, 8),
    "halves of sixteen": lambda rng: halves(rng, 16),
    "as often as a record likes": lambda rng: (
        rng.random((32, POINTS)) < rng.uniform(0.3, 0.7, POINTS)
    ),
    "half of the records": lambda rng: np.argsort(rng.random((16, POINTS)), 1) < POINTS // 2,
}


def signals(rng, member, effect):
    """Records differ in level and spread, and all records of a model move together."""
    spread, level = rng.uniform(0.3, 3, POINTS), rng.normal(0, 3, POINTS)
    values = level + spread * (rng.normal(size=member.shape) + effect * member)
    return values + rng.normal(size=(len(member), 1))


def evidence(values, member):
    return Evidence.without_population(values[:, :, None], member, 1)


@pytest.mark.parametrize("prior", [8.0, math.inf])
def test_it_is_a_loop_over_models_and_records(rng, prior):
    member = DESIGNS["fair coins"](rng)
    values, n = signals(rng, member, 1.0), shadows_of(member)
    numbers = np.broadcast_to(np.arange(16)[:, None], member.shape)
    order = stream(SEED, Purpose.SECRETS).permuted(numbers, axis=0)
    known = [p for p in range(POINTS) if n < member[:, p].sum() < 16 - n]
    found = Unpaired(prior).score(evidence(values, member))
    for k in (0, 7, 15):
        fits = {}
        for kind in (True, False):
            for p in known:
                others = [i for i in order[:, p] if i != k and member[i, p] == kind][:n]
                fits[kind, p] = values[others, p].mean(), values[others, p].var() * n
        for p in known:
            logs = {}
            for kind in (True, False):
                mean, squares = fits[kind, p]
                shared = np.mean([fits[kind, q][1] for q in known]) / (n - 1)
                own = (prior * shared + squares) / (prior + n - 1) if prior < math.inf else shared
                logs[kind] = -0.5 * ((values[k, p] - mean) ** 2 / own + np.log(own))
            assert found[k, p] == pytest.approx(logs[True] - logs[False], abs=1e-9)
    assert 0.9 * POINTS <= len(known) < POINTS
    unknown = np.delete(found, known, axis=1)
    assert (unknown == 0).all() and unknown.size


@pytest.mark.parametrize("draw", DESIGNS.values(), ids=DESIGNS)
def test_without_a_leak_it_tells_nothing_however_members_came_about(rng, draw):
    """Also of few at a low rate. The loops of others, which leave out the model alone, do not."""
    areas, told = [], []
    for _ in range(150):
        member = draw(rng)
        curve = roc(Unpaired(8.0).score(evidence(signals(rng, member, 0.0), member)), member)
        areas.append(curve.auc())
        told.append(float(curve.tpr_at_fpr(0.05)))
    for values, expected in ((areas, 0.5), (told, 0.05)):
        error = np.std(values) / math.sqrt(len(values))
        assert abs(np.mean(values) - expected) < 4 * error + 0.002


def test_it_finds_what_a_threshold_does_not(rng):
    member = DESIGNS["fair coins"](rng)
    values = signals(rng, member, 2.5)
    found = roc(Unpaired(8.0).score(evidence(values, member)), member).auc()
    assert found > roc(values, member).auc() + 0.05


def test_too_few_models_are_said(rng):
    member = DESIGNS["fair coins"](rng)[:4]
    with pytest.raises(ValueError, match="models: found 0 of a kind beside each one, allowed are"):
        Unpaired(8.0).score(evidence(signals(rng, member, 0.0), member))
