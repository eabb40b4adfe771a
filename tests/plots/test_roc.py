import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from truthserum.plots import roc
from truthserum.plots.tables import with_shares


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
        "copies = 8,\nuntargeted points\n(500 non-member decisions)",
        "copies = 8,\nglobal threshold",
    ]
    np.testing.assert_allclose(lines["copies = 2"].get_ydata(), [0.04, 0.4, 1])
    np.testing.assert_allclose(lines["copies = 2"].get_xdata()[1:], [0.1, 1])
    assert lines["copies = 8,\nglobal threshold"].get_linestyle() == ":"
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


def test_among_words_none_is_the_strongest(make_spec, make_tables):
    spec = make_spec("roc", ("no_poison", "next", "dp_8"), "defence")
    table = roc.table(make_tables(spec), spec)
    assert set(table["curve"]) == {"arm"}
    (axes,) = roc.draw(table).axes
    named = {line.get_label(): line for line in axes.lines if "defence" in line.get_label()}
    assert list(named) == ["defence = no poison", "defence = next", "defence = dp 8"]
    assert len({line.get_linestyle() for line in named.values()}) == 3


def test_of_many_arms_only_the_ends_have_bands(make_spec, make_tables):
    spec = make_spec("roc")
    table = roc.table(make_tables(spec), spec)
    three = table[table["curve"] == "arm"]
    for times, banded in ((1, [0, 2, 8]), (2, [0, 108])):
        arms = [three.assign(arm=three["arm"] + 100 * i) for i in range(times)]
        (axes,) = roc.draw(pd.concat(arms)).axes
        colours = {line.get_label(): line.get_color() for line in axes.lines}
        shades = [to_hex(band.get_facecolor()[0]) for band in axes.collections]
        assert shades == [colours[f"copies = {arm}"] for arm in banded]


def test_shade_lies_behind_the_bands_and_the_axis_begins_at_half_a_positive(make_spec, make_tables):
    spec = make_spec("roc")
    (axes,) = roc.draw(roc.table(make_tables(spec), spec)).axes
    (shade,) = axes.patches
    assert shade.get_zorder() < min(band.get_zorder() for band in axes.collections)
    assert axes.get_ylim()[0] == 0.5 / 400


def test_curves_are_named_with_their_share_of_poison(make_spec, make_tables):
    spec = make_spec("roc")
    tables = make_tables(spec)
    (axes,) = roc.draw(with_shares(roc.table(tables, spec), tables)).axes
    names = [line.get_label().replace("\N{NO-BREAK SPACE}", " ") for line in axes.lines]
    assert names[:2] == ["copies = 0 (no poison)", "copies = 2 (8.0 % poison)"]
    assert names[2] == "copies = 8 (19 % poison)"
    assert sum(name.startswith("copies = 8 (19 % poison),\n") for name in names) == 2
