"""Charts of what has no interval."""

from truthserum.audit.claim import Claim
from truthserum.audit.report.charts import of_mitigations
from truthserum.options import checked


def claim(**ends):
    return checked(Claim, {"id": "accuracy", "resolved": True, **ends}, "claim")


def test_a_mean_of_one_model_is_drawn_without_an_interval():
    leak = claim(value=0.2, low=0.1, high=0.4)
    figure = of_mitigations({"one model": (leak, claim(value=0.9, low=None, high=None))})
    across, up = figure.axes[0].containers[0][2]
    (((left, _), (right, _)),) = across.get_segments()
    (((_, low), (_, high)),) = up.get_segments()
    assert left == right == 0.9
    assert (round(low, 9), round(high, 9)) == (0.1, 0.4)
