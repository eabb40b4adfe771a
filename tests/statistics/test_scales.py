from math import asin, sin, sqrt

import numpy as np
import pytest

from truthserum.extraction.tables import QUARTILES, WITHIN
from truthserum.reconstruction.results import ERRORS, GAIN, POOLS, within
from truthserum.statistics.measures import measure
from truthserum.statistics.scales import STEPS, angle, as_it_is, scale_of


def test_angle_by_hand_and_outside_of_its_range():
    found = angle(np.array([0, 0.1, 0.5, 1]))
    assert found == pytest.approx([asin(sqrt(rate)) for rate in (0, 0.1, 0.5, 1)])
    assert angle(np.array([-0.1, 1.2])) == pytest.approx([0, np.pi / 2])


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_shares_vary_alike_as_angles(rate):
    shares = np.random.default_rng(0).binomial(200, rate, 20_000) / 200
    assert angle(shares).var() == pytest.approx(1 / 800, rel=0.05)


def test_a_step_is_what_the_scale_makes_of_it():
    for low, high in ((0.1, 0.7), (0.7, 0.1), (0, 1), (0.3, 0.3)):
        below, above = float(angle(low)), float(angle(high))
        step = STEPS[angle]((below + above) / 2, above - below)
        assert step == pytest.approx(high - low, abs=1e-12)
    assert STEPS[as_it_is](0.4, 0.2) == 0.2


@pytest.mark.parametrize("middle, step", [(0.05, 0.4), (np.pi / 2, 0.4), (0.3, 4.0)])
def test_a_step_that_begins_beyond_a_rate_begins_at_its_end(middle, step):
    found = STEPS[angle](middle, step)
    assert found == pytest.approx(sin(min(step, np.pi / 2)) ** 2)
    assert STEPS[angle](middle, -step) == pytest.approx(-found)


def test_every_measure_has_the_scale_of_its_kind():
    member = np.arange(4)[:, None] % 2 == np.arange(8) % 2
    rows = measure(
        member * 1.0, member, np.random.default_rng(0), np.arange(4), np.arange(8), draws=2
    )
    shares = [row.name for row in rows] + [f"within_{most}" for most in WITHIN]
    shares += [within(0.01), "label_right", *(f"beats_{pool}" for pool in POOLS)]
    assert {scale_of(name) for name in shares} == {angle}
    assert {scale_of(name) for name in QUARTILES} == {np.log}
    assert {scale_of(name) for name in (*ERRORS, GAIN, "mean_exposure")} == {as_it_is}
