from dataclasses import replace

import numpy as np
import pytest
from halves import halves
from scipy.stats import t as student

from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.measures import measure
from truthserum.statistics.paired import FREEDOM, Estimate, difference, holm, independent, ratio
from truthserum.statistics.scales import STEPS, angle, as_it_is


def estimate(value, low, high, draws=()):
    return Estimate(value, low, high, np.array(draws, float))


def test_pairs_of_draws_are_compared():
    """Two measures that go up and down together differ by a constant."""
    rng = np.random.default_rng(0)
    shared = rng.standard_normal(500)
    one, other = (estimate(v, v - 2, v + 2, v + shared) for v in (5.0, 4.0))
    found = difference(one, other)
    assert (found.value, found.low, found.high) == pytest.approx((1, 1, 1))
    assert found.p < 1e-12
    twice = ratio(estimate(8, 6, 10, 2 * (4 + shared)), other)
    assert (twice.value, twice.low, twice.high) == pytest.approx((2, 2, 2))


def test_the_interval_and_the_p_value_of_a_known_difference():
    rng = np.random.default_rng(1)
    one, other = (estimate(v, v - 1, v + 1, rng.normal(v, s, 20_000)) for v, s in ((3, 3), (1, 4)))
    found = difference(one, other)
    half = 5 * student.ppf(0.975, FREEDOM)
    assert (found.low, found.high) == pytest.approx((2 - half, 2 + half), abs=0.3)
    assert found.p == pytest.approx(2 * student.sf(2 / 5, FREEDOM), abs=0.01)


@pytest.mark.parametrize("scale", [angle, as_it_is, np.log])
def test_the_p_value_by_hand(scale):
    """Draw by draw on the scale; where draws stand still, by the ends of the intervals."""
    one = estimate(0.4, 0.3, 0.6, [0.3, 0.4, 0.6, 0.5])
    other = estimate(0.1, 0.05, 0.2, [0.1, 0.1, 0.3, 0.2])
    moved = [scale(a) - scale(b) for a, b in zip(one.draws, other.draws, strict=True)]
    squares = sum((each - sum(moved) / 4) ** 2 for each in moved) / 3
    apart = scale(0.4) - scale(0.1)
    expected = 2 * student.sf(apart / squares**0.5, FREEDOM)
    assert difference(one, other, scale).p == pytest.approx(expected)
    assert difference(other, one, scale).p == pytest.approx(expected)
    still = estimate(0.1, 0.05, 0.2, [0.1] * 4)
    towards = (scale(0.4) - scale(0.3)) ** 2 + (scale(0.2) - scale(0.1)) ** 2
    expected = 2 * student.sf(1.959964 * apart / towards**0.5, FREEDOM)
    assert difference(one, still, scale).p == pytest.approx(expected, rel=1e-6)
    assert difference(still, one, scale).p == pytest.approx(expected, rel=1e-6)


def test_a_step_of_logarithms_is_between_their_powers():
    """Numbers of guesses: e^(m + s / 2) - e^(m - s / 2), whichever of the two is the larger."""
    many, few = estimate(300, 200, 500, [200, 300, 500]), estimate(20, 10, 40, [10, 20, 40])
    found, turned = difference(many, few, np.log), difference(few, many, np.log)
    assert found.value == pytest.approx(STEPS[np.log](np.log(6000) / 2, np.log(15))) == 280
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))
    assert found.low < 280 < found.high


@pytest.mark.parametrize("still", [False, True])
@pytest.mark.parametrize("scale", [angle, as_it_is, np.log])
def test_an_interval_holds_0_just_where_its_p_value_says_so(scale, still):
    rng, beyond = np.random.default_rng(4), []
    for _ in range(300):
        values = rng.beta(1, 4, 2)
        pair = [
            estimate(v, v * 0.7, v + (1 - v) * 0.2, np.clip(rng.normal(v, 0.09, 60), 0.05, 1))
            for v in values
        ]
        if still:
            pair[1] = replace(pair[1], draws=np.full(60, values[1]))
        found = difference(*pair, scale)
        assert found.low <= found.value <= found.high
        beyond.append(found.low > 0 or found.high < 0)
        assert beyond[-1] == (found.p < 0.05)
        turned = difference(*pair[::-1], scale)
        assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))
    assert 30 < sum(beyond) < 270


def test_the_interval_of_students_t_covers():
    """Rates near 0, whose error hangs on their value: as they are, and as more than they are."""
    rng, truth, covered, runs = np.random.default_rng(5), (0.3, 0.02), 0, 200
    for _ in range(runs):
        counts = [rng.binomial(120, rate) for rate in truth]
        pair = [estimate(n / 120, 0, 1, rng.binomial(120, n / 120, 200) / 120) for n in counts]
        found = difference(*pair, angle)
        covered += found.low <= truth[0] - truth[1] <= found.high
    assert covered >= 0.93 * runs


def test_without_width_the_intervals_stand_in():
    """No false positive of 100: the upper end is that of Clopper and Pearson, not 0."""
    high = float(clopper_pearson(0, 100)[1])
    zero, some = estimate(0, 0, high, [0, 0, 0]), estimate(0.2, 0.1, 0.3, [0.1, 0.2, 0.3])
    found = independent(some, zero)
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(0.2 - np.hypot(0.1, high))
    assert found.high == pytest.approx(0.3)
    paired = difference(some, zero, angle)
    assert 0 < paired.low < found.low
    assert found.high < paired.high < 0.4
    assert ratio(some, zero).high == np.inf
    assert ratio(some, zero).low == pytest.approx(0.1 / high)
    assert (ratio(zero, some).low, ratio(zero, some).high) == pytest.approx((0, high / 0.1))
    nothing = ratio(zero, zero)
    assert np.isnan([nothing.value, nothing.low, nothing.high]).all()
    same = difference(estimate(1, 1, 1, [1, 1]), estimate(1, 1, 1, [1, 1]))
    assert (same.low, same.high, same.p) == (0, 0, 1)


def test_a_ratio_by_zero_in_some_draws_has_no_upper_end():
    one = estimate(0.2, 0.1, 0.3, np.tile([0.1, 0.2, 0.3], 100))
    other = estimate(0.01, 0, 0.02, np.tile([0.0, 0.01, 0.02], 100))
    found = ratio(one, other)
    assert (found.value, found.high) == (pytest.approx(20), np.inf)
    assert found.low == pytest.approx(15)


def test_draws_that_are_no_numbers_are_left_out():
    one = estimate(2, 1, 3, [1, np.nan, 3])
    half = np.std([0.5, 1.5], ddof=1) * student.ppf(0.975, FREEDOM)
    found = difference(one, estimate(1, 0, 2, [0.5, 1, 1.5]))
    assert (found.low, found.high) == pytest.approx((1 - half, 1 + half))


def test_a_ratio_turned_over_has_the_ends_turned_over():
    rng = np.random.default_rng(7)
    one, other = (estimate(v, v / 2, 2 * v, v * rng.lognormal(0, 0.3, 200)) for v in (3, 2))
    found, turned = ratio(one, other), ratio(other, one)
    assert (turned.low, turned.high) == pytest.approx((1 / found.high, 1 / found.low))


def test_holm_by_hand():
    found = holm(np.array([0.01, 0.04, 0.03, 0.005]))
    assert found.tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.9, 0.8])).tolist() == [1, 1]


def test_draws_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="draws: found 2 and 3, allowed are as many of both"):
        difference(estimate(1, 0, 2, [1, 2]), estimate(1, 0, 2, [1, 2, 3]))


def test_arms_of_one_game_are_told_apart_as_often_as_they_should():
    """Two arms with the same secrets and targets and no difference: 5 % are called one."""
    rng, called, covered, runs = np.random.default_rng(3), 0, 0, 100
    for _ in range(runs):
        member = halves(rng, 16, 60)
        shared = rng.standard_normal((16, 60)) + rng.standard_normal(60)
        arms = []
        for shift in (1.0, 1.0, 1.6):
            scores = shift * member + shared + 0.5 * rng.standard_normal((16, 60))
            same = np.random.default_rng(5)
            rows = measure(scores, member, same, pairs(16), np.arange(60), draws=60)
            (row,) = [row for row in rows if row.name == "auc"]
            arms.append(Estimate(row.value, row.low, row.high, row.draws))
        called += difference(arms[1], arms[0]).p < 0.05
        covered += difference(arms[2], arms[0]).low > 0
    assert called <= 0.09 * runs
    assert covered >= 0.9 * runs
