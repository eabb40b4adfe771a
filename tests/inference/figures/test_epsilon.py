import numpy as np
import pytest
from drawn import series

from truthserum.inference.figures import epsilon

ARMS = ("none", "dp_8", "dp_1")


@pytest.fixture
def table(make_spec, make_tables):
    spec = make_spec("epsilon", ARMS, "defence")
    return epsilon.table(make_tables(spec), spec)


def shown(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_table_has_the_bounds_of_both_attacks(table):
    assert table["attack"].tolist() == ["lira", "threshold"] * 3
    assert table["lower"].tolist() == pytest.approx([3.0, 1.5, 0.3, 0.15, 0.0, 0.0])
    assert table["upper"].isna().tolist() == [True] * 2 + [False] * 4
    assert set(table["coins"]) == {450}


def test_draw_has_lower_bounds_below_upper_ones(table):
    figure = epsilon.draw(table)
    (axes,) = figure.axes
    assert shown(figure) == [
        "at least, by LiRA, moderated variance",
        "at least, by global threshold",
        "most that could be proven",
        "at most, as promised",
    ]
    lines = {line.get_label(): line for line in axes.lines} | series(axes)
    np.testing.assert_allclose(
        lines["at least, by LiRA, moderated variance"].get_ydata(), [3.0, 0.3, 0.0]
    )
    np.testing.assert_allclose(lines["at most, as promised"].get_ydata()[1:], [11.0, 1.9])
    assert axes.get_ylabel() == "epsilon at delta 1e-5"
    behind = figure.legends[0].get_title().get_text()
    assert behind == "behind each estimate: 450 memberships, 6 models"


def test_where_nothing_is_promised_there_is_no_upper_bound(table):
    figure = epsilon.draw(table.assign(upper=np.nan, delta=[1e-5, 1e-4, 1e-3] * 2))
    assert len(shown(figure)) == 3
    assert figure.axes[0].get_ylabel() == "epsilon at delta 1e-5 to 0.001"


@pytest.mark.parametrize("highest", [1.2, 4.7, 11.0, 60.0])
def test_an_epsilon_can_be_read_off_its_axis(table, highest):
    """No two labels are a factor of more than 2.5 apart, up to the highest bound."""
    (axes,) = epsilon.draw(table.assign(lower=1.0, ceiling=highest, upper=np.nan)).axes
    ticks = [tick for tick in axes.get_yticks() if 1 <= tick <= axes.get_ylim()[1]]
    assert ticks[0] == 1 and highest < 2.5 * ticks[-1]
    assert (np.divide(ticks[1:], ticks[:-1]) <= 2.5).all()


def test_where_nothing_can_be_proven_the_axis_has_room_above_zero(table):
    (axes,) = epsilon.draw(table.assign(lower=0.0, ceiling=0.0, upper=np.nan)).axes
    assert axes.get_ylim() == (-0.1, 1)
