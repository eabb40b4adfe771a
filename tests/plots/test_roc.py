import numpy as np

from truthserum.plots import roc


def test_table_has_the_arms_and_both_references_of_the_strongest(make_spec, make_tables):
    spec = make_spec("roc")
    table = roc.table(make_tables(spec), spec)
    found = table.groupby("curve", sort=False)[["arm", "group", "attack"]].agg(lambda x: set(x))
    assert found.loc["arm"].tolist() == [{0, 2, 8}, {"targets"}, {"lira"}]
    assert found.loc["pool"].tolist() == [{8}, {"pool"}, {"lira"}]
    assert found.loc["baseline"].tolist() == [{8}, {"targets"}, {"threshold"}]
    assert len(table) == 5 * 3  # five curves of three points: one mode only


def test_references_are_drawn_only_where_they_were_measured(make_spec, make_tables):
    spec = make_spec("roc")
    rows = make_tables(spec)["roc"]
    table = roc.table({"roc": rows[rows["group"] == "targets"]}, spec)
    assert set(table["curve"]) == {"arm", "baseline"}


def test_draw_shows_the_points_and_names_the_counts(make_spec, make_tables):
    spec = make_spec("roc")
    figure = roc.draw(roc.table(make_tables(spec), spec))
    (axes,) = figure.axes
    lines = {line.get_label(): line for line in axes.lines}
    assert [name for name in lines if name.startswith("copies")] == [
        "copies = 0",
        "copies = 2",
        "copies = 8",
        "copies = 8, untargeted points\n(500 non-member decisions)",
        "copies = 8, global threshold",
    ]
    np.testing.assert_allclose(lines["copies = 2"].get_ydata(), [0.04, 0.4, 1])
    np.testing.assert_allclose(lines["copies = 2"].get_xdata()[1:], [0.1, 1])
    assert lines["copies = 8, global threshold"].get_linestyle() == ":"
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert "500 negative decisions" in axes.get_xlabel()


def test_rates_below_one_false_positive_are_shaded(make_spec, make_tables):
    spec = make_spec("roc")
    (axes,) = roc.draw(roc.table(make_tables(spec), spec)).axes
    (shade,) = axes.patches
    assert shade.get_x() + shade.get_width() == 1 / 500
    assert shade.get_x() == axes.get_xlim()[0] < 1 / 500


def test_only_curves_with_a_band_get_one(make_spec, make_tables):
    spec = make_spec("roc", (8,))
    (axes,) = roc.draw(roc.table(make_tables(spec), spec)).axes
    filled = [band for band in axes.collections if any(len(p.vertices) for p in band.get_paths())]
    assert len(filled) == 1
