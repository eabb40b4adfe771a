import numpy as np
import pandas as pd
import pytest

from truthserum.closed_form.figures import grid
from truthserum.plots import style
from truthserum.plots.tables import Spec

SPEC = Spec("closed_form_grid", "family", ("ridge", "logistic"), "closed_form", "none", "float64")


@pytest.fixture
def tables():
    """Images of 2 x 3 pixels; of the last arm's worst record nothing is defined."""
    row, column = np.indices((2, 3)).reshape(2, -1)
    frames = [
        pd.DataFrame(
            {"row": row, "column": column, "original": row / 2, "reconstruction": column / 3}
        ).assign(
            factor="family", arm=arm, rank=rank, published=published, residual=0.25, max_error=0.5
        )
        for arm in SPEC.values
        for rank in ("best", "median", "worst")
        for published in ("float64", "3 decimals")
    ]
    frames[-1]["reconstruction"] = np.nan
    return {"images": pd.concat(frames, ignore_index=True)}


def test_table_has_every_target_once_and_every_reconstruction(tables):
    table = grid.table(tables, SPEC)
    assert table.groupby(["arm", "rank", "published"]).size().unique().tolist() == [6]
    targets = table[table["published"] == "target"]
    assert len(targets) == 2 * 3 * 6
    assert targets["pixel"].tolist() == (targets["row"] / 2).tolist()


def test_draw_shows_targets_over_reconstructions_with_residual_and_error(tables, tmp_path):
    figure = grid.draw(grid.table(tables, SPEC))
    assert len(figure.axes) == 3 * 6
    (image,) = figure.axes[0].images
    np.testing.assert_allclose(image.get_array(), [[0, 0, 0], [0.5, 0.5, 0.5]])
    (image,) = figure.axes[6].images
    np.testing.assert_allclose(image.get_array(), np.tile([0, 1 / 3, 2 / 3], (2, 1)))
    assert figure.axes[0].get_xlabel() == "r = 2e-01"
    assert figure.axes[6].get_xlabel() == "5e-01"
    assert [axes.get_ylabel() for axes in figure.axes[::6]] == ["target", "float64", "3\ndecimals"]
    assert np.ma.getmaskarray(figure.axes[-1].images[0].get_array()).all()
    style.save(figure, tmp_path / "grid.png")


@pytest.mark.parametrize(("arms", "rows", "columns"), [(1, 3, 3), (4, 3, 12), (5, 6, 9), (9, 9, 9)])
def test_arms_are_wrapped_to_the_width_of_a_page(arms, rows, columns, tables):
    table = grid.table(tables, SPEC)
    one = table[table["arm"] == "ridge"]
    many = pd.concat([one.assign(arm=f"arm_{i}") for i in range(arms)], ignore_index=True)
    figure = grid.draw(many)
    cells = figure.axes[0].get_gridspec()
    assert (cells.nrows, cells.ncols) == (rows, columns)
    assert len(figure.axes) == arms * 3 * 3
    assert figure.get_figwidth() <= style.WIDTH
    titles = [axes.get_title() for axes in figure.axes if "median" in axes.get_title()]
    named = [f"family = arm {i}\nmedian" for i in range(arms)]
    assert titles == (named if arms > 1 else ["median"])
