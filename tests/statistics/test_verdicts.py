import numpy as np
import pytest
from halves import halves

from truthserum.statistics.verdicts import NAMES, verdicts


def found(accepted, member, draws=200):
    return verdicts(accepted, member, np.random.default_rng(0), draws)


def test_rates_are_counted():
    rng = np.random.default_rng(1)
    member = halves(rng, 16, 40)
    accepted = rng.random(member.shape) < np.where(member, 0.8, 0.3)
    rates = found(accepted, member)
    assert list(rates) == list(NAMES)
    tpr, fpr = accepted[member].mean(), accepted[~member].mean()
    values = [rates[name].value for name in NAMES]
    assert values == pytest.approx([tpr, fpr, (1 + tpr - fpr) / 2])
    assert all(rates[name].low < rates[name].value < rates[name].high for name in NAMES)


@pytest.mark.parametrize("answer", [True, False])
def test_one_answer_for_all_is_a_guess(answer):
    member = halves(np.random.default_rng(2), 16, 40)
    rates = found(np.full(member.shape, answer), member)
    assert [rates[name].value for name in NAMES] == [answer, answer, 0.5]
    assert rates[NAMES[2]].low == pytest.approx(0.5, abs=6e-3)  # as far as other answers are open
    assert rates[NAMES[2]].high == pytest.approx(0.5, abs=6e-3)
    assert rates[NAMES[0]].high - rates[NAMES[0]].low == pytest.approx(0.0115, abs=1e-3)


@pytest.mark.parametrize("right", [True, False])
def test_a_few_decisions_prove_nothing_exactly(right):
    """That all of 10 are right leaves open what each rate alone does, the two together less."""
    member = halves(np.random.default_rng(4), 4, 5)
    one = found(member == right, member)[NAMES[2]]
    assert one.value == right
    assert one.low == (pytest.approx(0.78, abs=0.01) if right else 0)
    assert one.high == (1 if right else pytest.approx(0.22, abs=0.01))


def test_a_few_decisions_cover():
    """Of a right share of 0.95, which all of 20 decisions often have."""
    rng, covered = np.random.default_rng(5), []
    for _ in range(200):
        member = halves(rng, 4, 5)
        accepted = member ^ (rng.random(member.shape) < 0.05)
        one = found(accepted, member, 100)[NAMES[2]]
        covered.append(one.low <= 0.95 <= one.high)
    assert np.mean(covered) > 0.95


def test_intervals_cover_where_models_and_points_differ():
    """The truth is what other models and other points of the same kind would give."""
    rng, covered = np.random.default_rng(3), []
    for _ in range(200):
        member = halves(rng, 16, 40)
        ease = 0.5 * rng.standard_normal(40) + 0.5 * np.repeat(rng.standard_normal(8), 2)[:, None]
        accepted = ease + rng.standard_normal(member.shape) + np.where(member, 1, -1) > 0
        rates = found(accepted, member, 100)
        truth = 0.792  # Phi(1 / sqrt(1 + 0.25 + 0.25))
        covered.append(rates[NAMES[0]].low <= truth <= rates[NAMES[0]].high)
    assert np.mean(covered) > 0.91
