import numpy as np
import pandas as pd
import pytest
from drawn import dots

from truthserum.closed_form.figures import residual
from truthserum.plots import style
from truthserum.plots.tables import Spec

SPEC = Spec(
    "closed_form_residual", "family", ("ridge", "logistic"), "closed_form", "none", "float64"
)


@pytest.fixture
def tables():
    """Two arms, two conventions, an exact fit and two others that must not be shown."""
    places = pd.DataFrame(
        [
            {
                "factor": "family",
                "arm": arm,
                "intercept": intercept,
                "loss": "sum",
                "tolerance": tolerance,
                "published": published,
                "gradient": 1e-14 if (tolerance, published) == (0, "float64") else 0.5,
            }
            for arm in SPEC.values
            for intercept in ("penalised", "free")
            for tolerance, published in ((0.0, "float64"), (1e-2, "float64"), (0.0, "3 decimals"))
        ]
    )
    records = places.drop(columns="gradient").merge(
        pd.DataFrame({"residual": [1e-1, 1e-4, 0.0]}), how="cross"
    )
    exact = (records["tolerance"] == 0) & (records["published"] == "float64")
    error = np.where(exact, 1e-14 / (records["residual"] + 1e-16), 0.7)
    return {"records": records.assign(max_error=error, recovered=error < 1e-3), "fits": places}


def test_table_has_each_record_once_with_its_own_fit(tables):
    table = residual.table(tables, SPEC)
    assert len(table) == 2 * 2 * 3
    assert set(table["gradient"]) == {1e-14}
    assert 0.7 not in set(table["max_error"])


def test_draw_has_a_panel_for_each_arm_and_a_line_of_slope_minus_one(tables):
    figure = residual.draw(residual.table(tables, SPEC))
    assert [axes.get_title() for axes in figure.axes] == ["family = ridge", "family = logistic"]
    assert "3 records a convention" in figure.legends[0].get_title().get_text()
    for axes in figure.axes:
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
        assert len(dots(axes)) == 3 + 3
        # a residual of zero has no place on the axis: it is drawn at what float64 resolves
        assert min(dots(axes)[:, 0]) == pytest.approx(residual.FLOOR)
        expected = [line for line in axes.lines if len(line.get_xdata()) == 3]
        assert len(expected) == 2
        for line in expected:
            np.testing.assert_allclose(line.get_xdata() * line.get_ydata(), 1e-14)


@pytest.mark.parametrize(("arms", "shape"), [(1, 1), (3, 3), (4, 2), (5, 2), (6, 2)])
def test_panels_are_in_rows_and_none_is_empty(arms, shape, tables):
    values = tuple(f"arm{i}" for i in range(arms))
    table = residual.table(tables, SPEC)
    one = table[table["arm"] == "ridge"]
    figure = residual.draw(pd.concat([one.assign(arm=value) for value in values]))
    assert len(figure.axes) == arms
    assert figure.axes[0].get_gridspec().ncols == shape
    assert figure.get_figwidth() <= style.WIDTH
    last = figure.axes[-1]
    assert last.get_xlabel() == "residual of the record"
