import numpy as np
from drawn import bars, series

from truthserum.inference.figures import tpr


def test_table_has_three_measures_for_each_arm(make_spec, make_tables):
    spec = make_spec("tpr")
    table = tpr.table(make_tables(spec), spec)
    assert table.groupby("arm")["measure"].agg(list).tolist() == [[*tpr.TPR, tpr.FPR]] * 3
    assert set(table["attack"]) == {"lira"}
    assert set(table["group"]) == {"targets"}


def test_unresolved_is_a_cross_and_never_a_number(
    make_spec, make_tables, drawn_values, unresolved_value
):
    spec = make_spec("tpr")
    table = tpr.table(make_tables(spec), spec)
    assert table.loc[~table["resolved"], ["value", "low", "high"]].isna().all(axis=None)
    figure = tpr.draw(table)
    assert not np.isclose(drawn_values(figure), unresolved_value).any()
    (crosses,) = [line for line in figure.axes[0].lines if line.get_marker() == "x"]
    assert np.rint(crosses.get_xdata()).tolist() == [0, 1, 2]
    assert min(crosses.get_ydata()) > 1  # above the frame
    assert "unresolved: too few negatives" in [
        text.get_text() for text in figure.legends[0].get_texts()
    ]


def test_no_key_to_crosses_where_all_is_resolved(make_spec, make_tables):
    spec = make_spec("tpr")
    table = tpr.table(make_tables(spec), spec)
    figure = tpr.draw(table[table["resolved"]])
    assert "unresolved" not in str([text.get_text() for text in figure.legends[0].get_texts()])


def test_draw_shows_the_rates_and_an_upper_limit_for_no_false_positive(make_spec, make_tables):
    spec = make_spec("tpr")
    left, right = tpr.draw(tpr.table(make_tables(spec), spec)).axes
    np.testing.assert_allclose(series(left)["TPR at 1 % FPR"].get_ydata(), [0.1, 0.4, 0.7])
    np.testing.assert_allclose(series(right)["FPR at 50 % TPR"].get_ydata(), [0.3, 0.02])
    limit = right.lines[-1]
    assert (limit.get_xdata().tolist(), limit.get_ydata().tolist()) == ([2], [0.01])
    assert right.get_yscale() == "log"
    assert [tick.get_text() for tick in right.get_xticklabels()] == ["0", "2", "8"]


def test_an_interval_that_reaches_zero_ends_at_the_frame_with_an_arrow(make_spec, make_tables):
    spec = make_spec("tpr")
    table = tpr.table(make_tables(spec), spec)
    table.loc[(table["measure"] == tpr.FPR) & (table["arm"] == 2), "low"] = 0.0
    _, right = tpr.draw(table).axes
    bottom = right.get_ylim()[0]
    assert bottom == 0.01
    (arrow,) = [line for line in right.lines if line.get_label() == "interval reaches zero"]
    assert (arrow.get_xdata().tolist(), arrow.get_ydata().tolist()) == ([1], [bottom])
    np.testing.assert_allclose(bars(right, "black")[:, 0], [0.15, bottom])


def test_no_arm_needs_a_false_positive(make_spec, make_tables):
    spec = make_spec("tpr")
    table = tpr.table(make_tables(spec), spec)
    table.loc[table["measure"] == tpr.FPR, ["value", "low"]] = 0.0
    _, right = tpr.draw(table).axes
    (limits,) = right.lines
    highest = table.loc[table["measure"] == tpr.FPR, "high"].tolist()
    assert (limits.get_xdata().tolist(), limits.get_ydata().tolist()) == ([0, 1, 2], highest)
    assert [tick.get_text() for tick in right.get_xticklabels()] == ["0", "2", "8"]


def test_words_have_markers_and_no_lines(make_spec, make_tables):
    spec = make_spec("tpr", ("random", "next"), "poison_label")
    left, _ = tpr.draw(tpr.table(make_tables(spec), spec)).axes
    assert {line.get_linestyle() for line in series(left).values()} == {"None"}
    assert left.get_xlabel() == "poison label"
