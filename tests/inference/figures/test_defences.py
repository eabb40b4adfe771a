import numpy as np
import pytest
from drawn import points, series
from scipy import stats

from truthserum.inference.figures import defences

ARMS = ("none", "copies", "dp_8")


@pytest.fixture
def table(make_spec, make_tables):
    spec = make_spec("defences", ARMS, "defence")
    return defences.table(make_tables(spec), spec)


def test_table_has_rates_accuracy_and_what_was_dropped(table):
    assert list(table.columns) == defences.COLUMNS
    rows = table.set_index(["measure", "arm"])
    rates = rows.loc["tpr_at_fpr_0.01", "value"].to_dict()
    assert rates == pytest.approx(dict(zip(ARMS, (0.1, 0.4, 0.7), strict=True)))
    assert "tpr_at_fpr_0.001" not in set(table["measure"])  # which no arm resolves
    assert (rows.loc["tpr_at_fpr_0.01", "negatives"] == 500).all()
    assert (rows.loc["test_accuracy", "models"] == 4).all()
    interval = stats.ttest_1samp([0.90, 0.91, 0.92, 0.93], 0).confidence_interval(0.95)
    found = rows.loc[("test_accuracy", "none")]
    np.testing.assert_allclose([found["low"], found["high"]], interval)
    # Without poisons there is nothing of them to drop.
    assert rows.loc["dropped_poisons", "value"].to_dict() == {"copies": 0.5, "dp_8": 0.5}
    assert (rows.loc["dropped_others", "value"] == 0.01).all()


def test_draw_has_a_panel_for_each_question(table, drawn_values, unresolved_value):
    figure = defences.draw(table)
    assert [axes.get_ylabel() for axes in figure.axes] == list(defences.PANELS)
    assert not np.isclose(drawn_values(figure), unresolved_value).any()
    rates, accuracy, dropped = figure.axes
    means = series(accuracy)["test accuracy"]
    np.testing.assert_allclose(means.get_ydata(), [0.915, 0.815, 0.715])
    assert means.get_linestyle() == "None"
    # An arm without poisons keeps its place.
    poisons = series(dropped)["poisons dropped"]
    assert np.rint(points(poisons)[:, 0]).tolist() == [1, 2]
    assert [tick.get_text() for tick in dropped.get_xticklabels()] == ["none", "copies", "dp\n8"]
    behind = figure.legends[0].get_title().get_text()
    assert behind == "behind each estimate: 400 positives, 500 negatives; 4 models"
    (guessing,) = [bars for bars in rates.collections if bars.get_label() == "guessing"]
    assert [segment[0, 1] for segment in guessing.get_segments()] == [0.01]


def test_a_rate_that_one_arm_cannot_resolve_has_a_cross_there(make_spec, make_tables):
    spec = make_spec("defences", ARMS, "defence")
    tables = make_tables(spec)
    known = tables["metrics"]["arm"] != "copies"
    tables["metrics"].loc[known, "resolved"] = True
    rates = defences.draw(defences.table(tables, spec)).axes[0]
    (crosses,) = [line for line in rates.lines if line.get_marker() == "x"]
    assert np.rint(crosses.get_xdata()).tolist() == [1]
    assert min(crosses.get_ydata()) > 1


def test_where_nothing_is_dropped_there_is_no_panel_for_it(table):
    kept = table.assign(value=table["value"].where(~table["measure"].isin(defences.DROPPED), 0.0))
    assert len(defences.draw(kept).axes) == 2
