from math import asin, sqrt

import numpy as np
import pytest

from truthserum.extraction.tables import QUARTILES, WITHIN
from truthserum.reconstruction.results import ERRORS, GAIN, POOLS, within
from truthserum.statistics.measures import measure
from truthserum.statistics.scales import angle, as_it_is, scale_of


def test_angle_by_hand_and_outside_of_its_range():
    found = angle(np.array([0, 0.1, 0.5, 1]))
    assert found == pytest.approx([asin(sqrt(rate)) for rate in (0, 0.1, 0.5, 1)])
    assert angle(np.array([-0.1, 1.2])) == pytest.approx([0, np.pi / 2])


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_shares_vary_alike_as_angles(rate):
    shares = np.random.default_rng(0).binomial(200, rate, 20_000) / 200
    assert angle(shares).var() == pytest.approx(1 / 800, rel=0.05)


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
