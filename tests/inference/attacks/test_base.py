import numpy as np
import pytest

from truthserum.inference.attacks.base import Evidence, rehearsal
from truthserum.inference.attacks.lira import Lira

SIGNALS, MEMBER = np.zeros((4, 3, 2)), np.zeros((4, 3), dtype=bool)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"signals": SIGNALS[..., 0]}, "signals: found float64 \\(4, 3\\)"),
        ({"signals": SIGNALS.astype(np.float32)}, "signals: found float32"),
        ({"signals": SIGNALS[..., :0]}, "at least one query"),
        ({"signals": np.where(np.arange(2), SIGNALS, np.inf)}, "signals: found 12 infinite"),
        ({"member": MEMBER.astype(int)}, "member: found int64"),
        ({"member": MEMBER[:, :2]}, "member: found bool \\(4, 2\\), allowed bool \\(4, 3\\)"),
        ({"population": SIGNALS[..., :1]}, "population: found \\(models, queries\\) \\(4, 1\\)"),
        ({"population_member": MEMBER[:3]}, "population_member: found bool \\(3, 3\\)"),
    ],
)
def test_evidence_that_does_not_fit_is_refused(changes, message):
    fields = {
        "signals": SIGNALS,
        "member": MEMBER,
        "population": SIGNALS,
        "population_member": MEMBER,
    }
    with pytest.raises(ValueError, match=message):
        Evidence(**fields | changes)


def test_select_takes_the_same_models_everywhere(game):
    evidence = game(6, 4, queries=2, population=3)
    some = evidence.select(np.array([5, 0]))
    np.testing.assert_array_equal(some.signals, evidence.signals[[5, 0]])
    np.testing.assert_array_equal(some.member, evidence.member[[5, 0]])
    np.testing.assert_array_equal(some.population, evidence.population[[5, 0]])
    np.testing.assert_array_equal(some.population_member, evidence.population_member[[5, 0]])


def test_without_population_keeps_models_and_queries():
    evidence = Evidence.without_population(SIGNALS, MEMBER)
    assert evidence.population.shape == (4, 0, 2)
    assert evidence.population_member.shape == (4, 0)


def test_rehearsal_of_two_values_is_in_complementary_pairs():
    member = rehearsal(6).member
    assert (member[0::2] ^ member[1::2]).all()
    assert (member.sum(axis=0) == 3).all()


@pytest.mark.parametrize(("models", "values", "group"), [(12, 6, 6), (8, 2, 2), (20, 5, 10)])
def test_rehearsal_of_more_values_spreads_the_models_over_them(models, values, group):
    evidence = rehearsal(models, values)
    held = evidence.member.reshape(models, 2, values)
    assert (held.sum(axis=2) == 1).all()
    assert (held.sum(axis=0) == models // values).all()
    assert evidence.group == group


def test_too_few_models_for_each_value_are_found_before_any_is_trained():
    Lira().score(rehearsal(8))
    Lira().score(rehearsal(12, 6))
    with pytest.raises(ValueError, match="IN models left when a group of 6 is left out: found 0"):
        Lira().score(rehearsal(6, 6))


def test_rehearsal_has_a_population_where_there_are_other_points():
    assert rehearsal(8).population.shape == (8, 0, 1)
    assert rehearsal(8, others=3).population.shape == (8, 3, 1)
    assert rehearsal(8, others=1000).population.shape == (8, 4, 1)
