"""The configured attacks know nothing where nothing leaks, with as few models as are used.

Models that share their secrets out are not independent: what one has seen the other has not, and
their signals are correlated negatively (-0.1 to -0.5 in trained models). A model that is attacked
with its own complement among the shadow models would be told members from others by that alone.
"""

from pathlib import Path

import numpy as np
import pytest
import yaml

from truthserum import registry
from truthserum.inference.attacks.base import Evidence
from truthserum.inference.attacks.lira import Lira
from truthserum.inference.attacks.rivals import Rivals
from truthserum.inference.attacks.rmia import Rmia
from truthserum.statistics.roc import roc

SHARED = Path(__file__).parents[3] / "experiments" / "_shared.yaml"
CONFIGURED = {
    name: registry.load("attack", kind)(**options)
    for name, written in yaml.safe_load(SHARED.read_text())["attacks"].items()
    for kind, options in written.items()
}
OTHERS = {"one_sided": Lira(mode="one_sided"), "rmia_offline": Rmia(mode="offline")}
ATTACKS = CONFIGURED | OTHERS


def without_leak(rng, models, points, values=2, correlation=0.0):
    """Signals N(0, 1) of candidates that V models in a row hold in turn, and membership [M, P V].

    correlation: of the signals of models of one group. Of two values the second is left out, so
    that points are in or out.
    """
    start = rng.integers(values, size=(models // values, points)).repeat(values, axis=0)
    secret = (start + np.arange(models)[:, None]) % values
    kept = np.arange(values if values > 2 else 1)
    member = (secret[:, :, None] == kept).reshape(models, -1)
    covariance = np.full((values, values), correlation) + (1 - correlation) * np.eye(values)
    noise = rng.standard_normal((models // values, values, member.shape[1]))
    signals = np.einsum("ij,gjp->gip", np.linalg.cholesky(covariance), noise)
    return signals.reshape(models, -1, 1), member


@pytest.mark.parametrize("correlation", [0.0, -0.3, -0.6])
@pytest.mark.parametrize("models", [8, 36])
@pytest.mark.parametrize("name", ATTACKS)
def test_the_auc_is_one_half_whatever_a_model_shares_with_its_complement(name, models, correlation):
    """As many decisions as give the AUC a standard error of 0.0009."""
    rng = np.random.default_rng(1)
    population = without_leak(rng, models, 300, correlation=correlation)
    points = 400_000 // models
    evidence = Evidence(*without_leak(rng, models, points, correlation=correlation), *population)
    curve = roc(ATTACKS[name].score(evidence), evidence.member)
    assert 0.495 <= curve.auc() <= 0.505
    # 2,000 of 200,000: a standard error of 0.0003, and some for the models; rmia's scores tie
    assert 0.008 < curve.tpr_at_fpr(0.01) < 0.0115


@pytest.mark.parametrize("correlation", [0.0, -0.19])
@pytest.mark.parametrize("name", ["lira", "threshold"])
def test_eighteen_models_are_enough_between_six_values(name, correlation):
    rng = np.random.default_rng(2)
    signals, member = without_leak(rng, 18, 600, values=6, correlation=correlation)
    scores = CONFIGURED[name].score(Evidence.without_population(signals, member, group=6))
    rivals = Rivals(np.arange(600).repeat(6), np.zeros(3600), np.tile(np.arange(6) == 0, 600))
    decided = rivals.uniform(scores, member)
    assert abs(roc(decided.scores, decided.member).auc() - 0.5) < 0.01
