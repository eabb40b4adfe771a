import numpy as np
import pandas as pd
import pytest
from drawn import bars, series
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle

from truthserum.plots import style
from truthserum.plots.intervals import estimates

ARMS = [8, 0, 2]
LOOKS = {
    "a": {"label": "first", "color": style.BLUE, "marker": "o", "linestyle": "-"},
    "b": {"label": "second", "color": style.ORANGE, "marker": MarkerStyle("s", fillstyle="none")},
    "c": {"label": "not there", "color": style.GREEN, "marker": "v"},
}


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"arm": ARMS * 2, "attack": ["a"] * 3 + ["b"] * 3, "value": 0.5})
    table["value"] += 0.1 * rng.normal(size=6)
    # An interval need not hold its estimate.
    return table.assign(low=table["value"] - rng.random(6), high=table["value"] - 0.01)


@pytest.mark.parametrize("turned", [False, True])
def test_marks_and_bars_are_the_numbers_of_the_table(rows, turned):
    axes = Figure().subplots()
    places = {"x": "value", "y": "arm"} if turned else {}
    estimates(axes, rows.sample(frac=1, random_state=1), "attack", LOOKS, ARMS, **places, apart=0.2)
    lines = series(axes)
    assert set(lines) == {"first", "second"}
    for shift, (name, look) in zip((-0.1, 0.1), list(LOOKS.items())[:2], strict=True):
        table = rows[rows["attack"] == name]
        line = lines[look["label"]]
        at, value = line.get_data()[:: -1 if turned else 1]
        np.testing.assert_allclose(at, np.arange(3) + shift)
        np.testing.assert_allclose(value, table["value"])
        if not turned:
            np.testing.assert_allclose(bars(axes, look["color"]), table[["low", "high"]])
    assert axes.get_legend() is None


def test_what_is_unresolved_or_missing_has_no_mark_and_the_first_a_cross(rows):
    axes = Figure().subplots()
    rows.loc[1, ["value", "low", "high"]] = np.nan
    rows.loc[3, ["low", "high"]] = np.nan
    estimates(axes, rows.drop(index=5), "attack", LOOKS, ARMS)
    lines = series(axes)
    assert np.isfinite(lines["first"].get_ydata()).tolist() == [True, False, True]
    np.testing.assert_allclose(lines["second"].get_ydata(), [*rows["value"][3:5], np.nan])
    assert len(bars(axes, style.BLUE)) == 2 and len(bars(axes, style.ORANGE)) == 1
    (cross,) = [line for line in axes.lines if line.get_marker() == "x"]
    np.testing.assert_allclose(cross.get_xdata(), [0.9])
    assert cross.get_ydata() > [1] and cross.get_color() == style.BLUE


def test_only_hollow_marks_are_white(rows):
    axes = Figure().subplots()
    estimates(axes, rows, "attack", LOOKS, ARMS)
    faces = {name: line.get_markerfacecolor() for name, line in series(axes).items()}
    assert faces == {"first": style.BLUE, "second": "white"}


def test_without_an_order_places_are_numbers(rows):
    axes = Figure().subplots()
    axes.set_xscale("log")
    estimates(axes, rows.assign(arm=rows["arm"] + 1), "attack", LOOKS, apart=0)
    first = series(axes)["first"]
    np.testing.assert_allclose(first.get_xdata(), [1, 3, 9])
    np.testing.assert_allclose(first.get_ydata(), rows["value"][[1, 2, 0]])
