import numpy as np
import pandas as pd
import pytest
from drawn import series

from truthserum.plots.tables import Spec, join_arms
from truthserum.reconstruction.figures import bounds as figure

SPEC = Spec("reconstruction_bounds", "epsilon", ("none", "10", "1"), "average", "mean", "all")


@pytest.fixture
def tables():
    prior = [
        pd.DataFrame(
            {
                "attack": ["gradients", "weights"],
                "candidates": 8,
                "success": [value, value / 2],
                "low": [value - 0.1, value / 2 - 0.1],
                "high": [value + 0.1, value / 2 + 0.1],
                "trials": 100,
                "chance": 0.125,
            }
        )
        for value in (0.9, 0.6, 0.3)
    ]
    allowed = [
        pd.DataFrame({"guarantee": list(figure.LINES), "prior": prior, "bound": bound})
        for prior in ("candidates", "any_guess")
        for bound in (1.0, 0.8, 0.4)
    ]
    allowed = [pd.concat(allowed[arm::3]) for arm in range(3)]
    return {"prior": join_arms(prior, SPEC), "bounds": join_arms(allowed, SPEC)}


def test_table_has_what_was_measured_what_is_chance_and_what_is_allowed(tables):
    table = figure.table(tables, SPEC)
    expected = dict.fromkeys(("gradients", "weights", "chance"), 3)
    # A bound of 1 excludes nothing and is left out.
    assert table.groupby("what").size().to_dict() == expected | dict.fromkeys(figure.LINES, 2)
    measured = table["what"].isin(["gradients", "weights"])
    assert table.loc[measured, "low"].notna().all() and table.loc[~measured, "low"].isna().all()
    assert (table.loc[table["what"] == "chance", "value"] == 0.125).all()


def test_every_bound_and_every_attack_is_drawn(tables):
    (axes,) = figure.draw(figure.table(tables, SPEC)).axes
    lines = series(axes)
    assert list(lines["sees every noisy gradient"].get_ydata()) == [0.9, 0.6, 0.3]
    places = [line.get_xdata() for line in lines.values()]
    assert np.rint(places).tolist() == [[0, 1, 2]] * 2
    assert not np.isclose(*places).any()  # side by side
    assert axes.get_ylabel() == "right one of 8 records"
    assert "100 trials" in axes.figure.legends[0].get_title().get_text()
    levels = {
        bars.get_label(): [path.vertices[0, 1] for path in bars.get_paths()]
        for bars in axes.collections
    }
    for guarantee in figure.LINES:
        assert levels[f"bound: {guarantee}"] == [0.8, 0.4]
    assert levels["chance"] == [0.125] * 3
