import numpy as np
import pandas as pd
import pytest
from drawn import series

from truthserum.closed_form.figures import precision
from truthserum.plots.tables import Spec

SPEC = Spec("closed_form_precision", "penalty", (1, 0.1), "closed_form", "none", "float64")


@pytest.fixture
def tables():
    """Ten records under two losses; the second intercept's errors must not be shown."""
    settings = [(1e-2, "float64"), (1e-6, "float64"), (0.0, "float64"), (0.0, "3 decimals")]
    frames = [
        pd.DataFrame({"max_error": np.arange(1, 11) * (tolerance + 1e-12), "factor": "penalty"})
        .assign(arm=arm, intercept=intercept, loss=loss, tolerance=tolerance, published=published)
        .assign(recovered=np.arange(10) < (3 if published == "3 decimals" else 10))
        for arm in SPEC.values
        for intercept in ("penalised", "free")
        for loss in ("sum", "mean")
        for tolerance, published in settings
    ]
    frame = pd.concat(frames, ignore_index=True)
    frame.loc[frame["intercept"] == "free", "max_error"] = 99.0
    return {"records": frame}


def test_table_has_quantiles_and_shares_for_each_setting(tables):
    table = precision.table(tables, SPEC)
    assert len(table) == 2 * 2 * 4
    assert set(table["count"]) == {10}
    assert table["high"].max() < 1
    row = table[(table["study"] == "tolerance") & (table["setting"] == "1e-02")].iloc[0]
    assert row[["low", "median", "high"]].tolist() == pytest.approx([0.01, 0.05, 0.09])
    rounded = table[table["setting"] == "3 decimals"].iloc[0]
    assert rounded["recovered"] == 0.3
    assert 0 < rounded["recovered_low"] < 0.3 < rounded["recovered_high"] < 1


def test_draw_has_a_line_for_each_series_in_every_panel(tables):
    figure = precision.draw(precision.table(tables, SPEC))
    error, exact, share, rounded = figure.axes
    for axes in figure.axes:
        assert len(series(axes)) == 4
    assert {line.get_linestyle() for line in series(error).values()} == {"-", "--"}
    words = list(series(rounded).values())
    assert {line.get_linestyle() for line in words} == {"None"}
    assert {line.get_markerfacecolor() for line in words[1::2]} == {"white"}
    assert "10 records" in figure.legends[0].get_title().get_text()
    assert (error.get_yscale(), share.get_yscale()) == ("log", "linear")
    names = [tick.get_text() for tick in rounded.get_xticklabels()]
    assert names == ["3\ndecimals", "float64"]  # to the right more exact, as on the left
    np.testing.assert_allclose(words[0].get_ydata(), [0.3, 1])
    assert np.rint(words[0].get_xdata()).tolist() == [0, 1]
    assert exact.get_yscale() == "log"
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[0] == "penalty = 1, sum loss"


def test_a_failure_without_end_does_not_move_the_median(tables):
    frame = tables["records"]
    frame.loc[frame["max_error"] == frame["max_error"][9], "max_error"] = np.inf
    table = precision.table(tables, SPEC)
    assert np.isfinite(table["median"]).all()
