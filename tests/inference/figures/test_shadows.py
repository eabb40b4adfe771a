import numpy as np
import pytest

from truthserum.inference.figures import shadows


def test_table_has_the_ends_of_the_sweep_and_zero_means_the_threshold(make_spec, make_tables):
    spec = make_spec("shadows")
    table = shadows.table(make_tables(spec), spec)
    assert set(table["arm"]) == {0, 8}
    assert set(table["measure"]) == set(shadows.TPR)
    assert set(table.loc[table["shadows"] == 0, "attack"]) == {"threshold"}
    assert set(table.loc[table["shadows"] > 0, "attack"]) == {"lira"}
    assert not table.duplicated(["arm", "shadows", "measure"]).any()


def test_draw_has_a_line_for_each_arm_and_crosses_for_the_unresolved(
    make_spec, make_tables, drawn_values, unresolved_value
):
    spec = make_spec("shadows")
    figure = shadows.draw(shadows.table(make_tables(spec), spec))
    at_low, at_high = figure.axes
    marked = [line for line in at_high.lines if len(line.get_xdata()) and line.get_marker() in "os"]
    rates = [line.get_ydata() for line in marked if line.get_linestyle() == "-"]
    np.testing.assert_allclose(rates, [[0.02, 0.04], [0.22, 0.24]])
    # The global threshold is another attack: no line leads from it.
    alone = [line.get_ydata() for line in marked if line.get_linestyle() == "None"]
    np.testing.assert_allclose(alone, [[0], [0.2]])
    crosses = [line.get_xdata() for line in at_low.lines if line.get_marker() == "x"]
    assert np.rint(crosses).tolist() == [[0], [0]]
    assert "400 positives, 500 negatives" in figure.legends[0].get_title().get_text()
    assert not np.isclose(drawn_values(figure), unresolved_value).any()


@pytest.mark.parametrize("values", [(8,), (0, 8)])
def test_rows_may_come_in_any_order(make_spec, make_tables, values):
    spec = make_spec("shadows", values)
    tables = make_tables(spec)
    shuffled = {"shadows": tables["shadows"].iloc[::-1]}
    for figure in (shadows.draw(shadows.table(t, spec)) for t in (tables, shuffled)):
        marked = [line for line in figure.axes[1].lines if line.get_marker() in "os"]
        lines = [line for line in marked if len(line.get_xdata()) and line.get_linestyle() == "-"]
        assert len(lines) == len(values)
        for line in lines:
            assert np.rint(line.get_xdata()).tolist() == [1, 2]
