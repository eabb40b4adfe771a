import numpy as np
import pytest

from truthserum.extraction import attacks


def test_numbers_are_spelled_from_the_first_digit():
    digits = np.array([[0, 0, 7], [1, 2, 3], [9, 9, 9]])
    assert attacks.number(digits).tolist() == [7, 123, 999]
    assert attacks.number(np.zeros((0, 6), int)).tolist() == []


def test_attacks_without_and_with_references():
    assert attacks.attacks(0) == [("plain", 0)]
    assert attacks.attacks(2) == [
        ("plain", 0),
        *(("half", n) for n in (1, 2)),
        *(("full", n) for n in (1, 2)),
    ]


@pytest.mark.parametrize(("attack", "expected"), [("plain", [-5, -1]), ("full", [-2, 6])])
def test_scores(attack, expected):
    victim, references = np.array([-5.0, -1.0]), np.array([[-4.0, -6.0], [-2.0, -8.0]])
    assert attacks.scores(attack, victim, references).tolist() == expected


def test_half_of_the_calibration_is_half_way():
    rng = np.random.default_rng(0)
    victim, references = rng.normal(size=9), rng.normal(size=(3, 9))
    plain, half, full = (attacks.scores(a, victim, references) for a in attacks.WEIGHTS)
    np.testing.assert_allclose(half, (plain + full) / 2)


def test_plain_needs_no_references():
    victim = np.array([-1.0, -2.0])
    assert attacks.scores("plain", victim, np.empty((0, 2))) is victim
