"""The attacks of config.yaml know nothing where nothing leaks, with as few models as are used."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from truthserum import registry
from truthserum.attacks.base import Evidence
from truthserum.attacks.lira import Lira
from truthserum.attacks.rivals import Rivals
from truthserum.attacks.rmia import Rmia
from truthserum.statistics.roc import roc

CONFIG = Path(__file__).parents[2] / "config.yaml"
CONFIGURED = {
    name: registry.load("attack", kind)(**options)
    for name, written in yaml.safe_load(CONFIG.read_text())["attacks"].items()
    for kind, options in written.items()
}
OTHERS = {"one_sided": Lira(mode="one_sided"), "rmia_offline": Rmia(mode="offline")}
ATTACKS = CONFIGURED | OTHERS


def without_leak(rng, models, points, values=2):
    """Signals N(0, 1) of candidates that V models in a row hold in turn, and membership [M, P V].

    Of two values the second is left out, so that points are in or out.
    """
    start = rng.integers(values, size=(models // values, points)).repeat(values, axis=0)
    secret = (start + np.arange(models)[:, None]) % values
    kept = np.arange(values if values > 2 else 1)
    member = (secret[:, :, None] == kept).reshape(models, -1)
    return rng.standard_normal(member.shape)[:, :, None], member


@pytest.mark.parametrize("name", ATTACKS)
def test_eight_models_are_enough_for_an_auc_of_one_half(name):
    """Ten thousand points: the AUC has a standard error of 0.002."""
    rng = np.random.default_rng(1)
    population = without_leak(rng, 8, 300)
    evidence = Evidence(*without_leak(rng, 8, 10_000), *population)
    curve = roc(ATTACKS[name].score(evidence), evidence.member)
    assert abs(curve.auc() - 0.5) < 0.008
    # 400 of 40,000: a standard error of 20, as much for the threshold, and some for the models
    assert abs(curve.tpr_at_fpr(0.01) - 0.01) < 0.0025


@pytest.mark.parametrize("name", ["lira", "threshold"])
def test_eighteen_models_are_enough_between_six_values(name):
    signals, member = without_leak(np.random.default_rng(2), 18, 600, values=6)
    scores = CONFIGURED[name].score(Evidence.without_population(signals, member))
    rivals = Rivals(np.arange(600).repeat(6), np.zeros(3600), np.tile(np.arange(6) == 0, 600))
    decided = rivals.uniform(scores, member)
    assert abs(roc(decided.scores, decided.member).auc() - 0.5) < 0.01
