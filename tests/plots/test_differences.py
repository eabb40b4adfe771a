import numpy as np
import pandas as pd
import pytest
from drawn import points, series

from truthserum.plots import differences, style


@pytest.fixture
def compared():
    """Two arms less the first, one of them clearly different, under two attacks."""
    rows = []
    for attack in ("lira", "threshold"):
        for arm, value in ((1, 0.02), (8, 0.4)):
            for measure in differences.MEASURES:
                place = {"arm": arm, "reference": 0, "attack": attack, "group": "targets"}
                ends = {"low": value - 0.1, "high": value + 0.1, "p": 0.5, "coarse": False}
                place |= {"mode": "running", "measure": measure, "difference": value}
                rows.append(place | ends)
    return {"differences": pd.DataFrame(rows)}


def test_table_has_the_shown_attack_alone(compared, make_spec):
    table = differences.table(compared, make_spec("differences"))
    assert set(table["attack"]) == {"lira"}
    assert len(table) == 2 * len(differences.MEASURES)


def test_what_differs_is_filled_and_all_else_hollow(compared, make_spec):
    figure = differences.draw(differences.table(compared, make_spec("differences")))
    assert len(figure.axes) == len(differences.MEASURES)
    for axes in figure.axes:
        filled, hollow = series(axes).values()
        assert (hollow.get_markerfacecolor(), filled.get_markerfacecolor()) == ("white", style.BLUE)
        np.testing.assert_allclose(points(hollow)[:, 0], [0.02])
        np.testing.assert_allclose(points(filled)[:, 0], [0.4])
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["1 − 0", "8 − 0"]


def test_rates_differ_by_points_and_the_axis_names_what_is_swept(compared, make_spec):
    figure = differences.draw(differences.table(compared, make_spec("differences")))
    *rates, area = figure.axes
    assert [axes.get_xlabel() for axes in figure.axes] == ["points", "points", "points", ""]
    assert rates[0].xaxis.get_major_formatter()(-0.05, 0) == "−5"
    assert area.xaxis.get_major_formatter()(0.25, 0) != "25"
    assert rates[0].get_ylabel() == "copies: arm − reference"


def test_a_measure_without_rows_has_no_panel(compared, make_spec):
    frame = compared["differences"]
    fewer = {"differences": frame[frame["measure"] != "tpr_at_fpr_0.001"]}
    figure = differences.draw(differences.table(fewer, make_spec("differences")))
    assert len(figure.axes) == len(differences.MEASURES) - 1
