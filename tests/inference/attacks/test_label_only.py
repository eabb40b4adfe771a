import numpy as np
import pytest
from halves import halves

from truthserum.inference.attacks.label_only import adaptive, copies_needed, outside_confidence


@pytest.fixture
def game():
    """Signals [A, M, P] of complementary pairs with three numbers of copies, and members [M, P]."""
    rng = np.random.default_rng(0)
    member = halves(rng, 8, 6)
    return rng.standard_normal((3, 8, 6)), member


def naive_choice(signals, member, model, point, unsure):
    """Copies are added one arm after the other, as that code does."""
    for arm, seen in enumerate(signals):
        others = [
            1 / (1 + np.exp(-seen[shadow, point]))
            for shadow in range(len(member))
            if shadow // 2 != model // 2 and not member[shadow, point]
        ]
        if np.mean(others) <= unsure:
            return arm
    return len(signals) - 1


@pytest.mark.parametrize("unsure", [0.45, 0.5, 0.01])
def test_the_choice_arm_by_arm(game, unsure):
    signals, member = game
    accepted = signals > 0
    needed, said = adaptive(signals, accepted, member, unsure)
    for model, point in np.ndindex(member.shape):
        arm = naive_choice(signals, member, model, point, unsure)
        assert needed[model, point] == arm
        assert said[model, point] == accepted[arm, model, point]
    assert len(np.unique(needed)) == {0.45: 3, 0.5: 3, 0.01: 1}[unsure]


def test_neither_the_model_nor_its_partner_choose(game):
    signals, member = game
    changed = signals.copy()
    changed[:, 2:4] = 50
    before, after = (outside_confidence(each[0], member) for each in (signals, changed))
    np.testing.assert_allclose(after[2:4], before[2:4])
    assert (after[:2] > before[:2]).all()


def test_where_models_without_the_target_never_waver_it_is_the_last():
    confidence = np.array([[0.9, 0.9, 0.1], [0.9, 0.13, 0.9], [0.5, 0.0, 0.9]])
    assert copies_needed(confidence).tolist() == [2, 1, 0]


def test_an_adversary_with_one_pair_knows_nothing():
    with pytest.raises(ValueError, match="OUT models left when a group of 2 is left out: found 0"):
        outside_confidence(np.zeros((2, 3)), np.array([[True] * 3, [False] * 3]))
