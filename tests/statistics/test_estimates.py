"""An estimate with its interval."""

import numpy as np

from truthserum.statistics.estimates import Interval
from truthserum.statistics.paired import Difference, Estimate


def test_every_kind_of_estimate_has_its_ends_by_name():
    ends = {"value": 0.5, "low": 0.4, "high": 0.7}
    for one in (Interval(**ends), Estimate(**ends, draws=np.zeros(3)), Difference(**ends, p=0.1)):
        assert one.ends == ends and list(one) == [0.5, 0.4, 0.7]
