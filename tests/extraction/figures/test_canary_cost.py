import numpy as np
import pytest
from drawn import dots

from truthserum.extraction.figures import canary_cost
from truthserum.plots.tables import Spec


@pytest.mark.parametrize(("values", "line"), [((0, 64), "-"), (("prefix", "suffix"), "None")])
def test_every_model_the_means_and_the_pre_trained_model(make_canaries, values, line):
    spec = Spec("canary_cost", "poisons", values, "full", "plain", "none")
    table = canary_cost.table(make_canaries(spec, [[1.0, 2.0]] * 2), spec)
    assert len(table) == 2 * 3
    (axes,) = canary_cost.draw(table).axes
    drawn = {each.get_label(): each for each in axes.lines}
    np.testing.assert_allclose(drawn["mean"].get_ydata(), [5.1, 6.1])
    assert drawn["mean"].get_linestyle() == line
    assert set(drawn["pre-trained model"].get_ydata()) == {4.5}
    places = [[0, 5], [0, 5.1], [1, 6], [1, 6.1], [0, 5.2], [1, 6.2]]
    np.testing.assert_allclose(dots(axes), places)  # victims, then reference models
