"""The figures of an informed adversary's reconstructions, from the same small tables."""

import numpy as np
import pandas as pd
import pytest
from drawn import series

from truthserum.plots import style
from truthserum.plots.tables import Spec, join_arms
from truthserum.reconstruction.figures import error as error_figure
from truthserum.reconstruction.figures import grid as grid_figure
from truthserum.reconstruction.figures import privacy as privacy_figure
from truthserum.reconstruction.figures import radius as radius_figure
from truthserum.reconstruction.figures import roc as roc_figure
from truthserum.reconstruction.figures import shadows as shadows_figure
from truthserum.reconstruction.figures.shared import BEATS, BLIND, LOSS, MEAN, NEAREST, ORACLE

SPEC = Spec("any", "epsilon", ("none", "10"), "network", "mean", "all")
COUNTS = {"positives": 20, "negatives": 380, "resolved": True}
ATTACKS = ("mean", "kernel", "network", ORACLE, "oracle_shadows")
ERROR = dict(zip(ATTACKS, (0.22, 0.1, 0.06, 0.09, 0.095), strict=True))


def estimates(arm: int, scale: float = 1.0) -> pd.DataFrame:
    rows = []
    for view in ("weights", "logits"):
        for attack, error in ERROR.items():
            rows.append((attack, view, LOSS, scale * error + 0.01 * arm))
            if not attack.startswith("oracle"):
                rows.append((attack, view, BEATS, 1 - error))
                rows.append((attack, view, "within_0.02", 0.5 - error))
        rows.append(("blind", view, "within_0.02", 0.03))
    frame = pd.DataFrame(rows, columns=["attack", "group", "measure", "value"])
    return frame.assign(low=frame["value"] - 0.01, high=frame["value"] + 0.01, **COUNTS)


def shadows(arm: int) -> pd.DataFrame:
    parts = [estimates(arm, scale).assign(shadows=n) for n, scale in ((100, 2.0), (1000, 1.0))]
    return pd.concat(parts)


def images(arm: int, channels: int = 1) -> pd.DataFrame:
    channel, row, column = np.indices((channels, 2, 3)).reshape(3, -1)
    place = {"channel": channel, "row": row, "column": column}
    pixels = {"original": row / 2 + channel / 8, "reconstruction": column / 3}
    frames = [
        pd.DataFrame(place | pixels).assign(
            oracle=0.5, attack=attack, group=view, mode="all", rank=rank, model=4
        )
        for attack in ("kernel", "network")
        for view in ("weights", "logits")
        for rank in ("best", "median", "worst")
    ]
    return pd.concat(frames).assign(mse=0.0123, oracle_mse=0.0456)


def roc(arm: int) -> pd.DataFrame:
    frames = [
        pd.DataFrame({"fpr": [0.0, 0.1, 1.0], "tpr": [0.2, 0.6, 1.0]}).assign(
            attack=attack, group="weights", mode="all", low=0.1, high=1.0, **COUNTS
        )
        for attack in ("mean", "network")
    ]
    return pd.concat(frames)


def bounds(arm: int) -> pd.DataFrame:
    if arm == 0:
        return pd.DataFrame(columns=["guarantee", "bound", "prior", "radius"])
    rows = [
        (guarantee, value, prior, 0.02)
        for guarantee, more in (("Gaussian f-DP", 0.0), ("zCDP", 0.1))
        for prior, value in (("guesses", 0.4 + more), ("any_guess", 0.7 + more), ("ball", 0.01))
    ]
    return pd.DataFrame(rows, columns=["guarantee", "bound", "prior", "radius"])


def models(arm: int) -> pd.DataFrame:
    accuracy = [0.8, 0.82, 0.1, 0.1]
    roles = ["released", "released", "validation", "shadow"]
    return pd.DataFrame({"role": roles, "test_accuracy": accuracy})


def prior(arm: int) -> pd.DataFrame:
    if arm == 0:
        return pd.DataFrame(
            columns=["attack", "candidates", "success", "low", "high", "chance", "trials"]
        )
    row = {"attack": "weights", "candidates": 8, "success": 0.7, "low": 0.6, "high": 0.8}
    return pd.DataFrame([row | {"chance": 0.125, "trials": 100}])


@pytest.fixture
def tables():
    makers = (shadows, images, roc, models, prior, bounds)
    return {maker.__name__: join_arms([maker(0), maker(1)], SPEC) for maker in makers}


def drawn(figure, tables, tmp_path):
    table = figure.table(tables, SPEC)
    made = figure.draw(table)
    style.save(made, tmp_path / "figure.png")
    return table, made


def labels(figure):
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_error_has_a_panel_for_each_view_and_its_references(tables, tmp_path):
    table, figure = drawn(error_figure, tables, tmp_path)
    assert set(table["attack"]) == {"kernel", "network", MEAN, NEAREST}
    assert set(table["measure"]) == {LOSS}
    assert [axes.get_title() for axes in figure.axes] == ["weights", "logits"]
    assert sorted(labels(figure)) == sorted(["kernel", "network", MEAN, NEAREST])
    behind = "behind each estimate: 20 targets, 1,000 shadow models"
    assert figure.legends[0].get_title().get_text() == behind
    for axes in figure.axes:
        np.testing.assert_allclose(series(axes)["network"].get_ydata(), [0.06, 0.07])
        # The intervals of the two references at the two arms.
        bands = sorted((bar.get_y(), bar.get_height()) for bar in axes.patches)
        np.testing.assert_allclose(bands, [(y, 0.02) for y in (0.08, 0.09, 0.21, 0.22)])
        assert axes.get_ylim()[0] == 0


def test_a_reconstructor_keeps_its_colour_where_others_are_missing(tables):
    table = error_figure.table(tables, SPEC)
    table = table[(table["group"] == "weights") | (table["attack"] != "kernel")]
    figure = error_figure.draw(table)
    alone = series(figure.axes[1])["network"]
    assert alone.get_xdata().tolist() == [0, 1]  # no lane for what is missing
    assert len({series(axes)["network"].get_color() for axes in figure.axes}) == 1


def test_views_are_in_their_order_and_the_mean_image_is_in_all(tables):
    table = error_figure.table(tables, SPEC)
    known = (table["attack"] != MEAN) | (table["group"] == "weights")
    turned = table[known].sort_values("group", kind="stable")
    figure = error_figure.draw(turned)
    assert [axes.get_title() for axes in figure.axes] == ["weights", "logits"]
    for axes in figure.axes:
        assert MEAN in {bars.get_label() for bars in axes.collections}


def test_colours_follow_the_names_and_not_the_order_of_rows(tables):
    table = shadows_figure.table(tables, SPEC)
    colours = [
        {name: line.get_color() for name, line in series(figure.axes[0]).items()}
        for figure in map(shadows_figure.draw, (table, table.iloc[::-1]))
    ]
    assert colours[0] == colours[1]
    assert colours[0]["kernel"] == style.BLUE


def test_what_agrees_is_drawn_beside_each_other(tables):
    table = shadows_figure.table(tables, SPEC)
    same = table[table["attack"] == "network"].assign(attack="average")
    left = shadows_figure.draw(pd.concat([table, same])).axes[0]
    lines = series(left)
    average, network = lines["average"], lines["network"]
    assert average.get_ydata().tolist() == network.get_ydata().tolist()
    assert (average.get_xdata() < network.get_xdata()).all()


def test_shadows_are_those_of_the_reference_arm(tables, tmp_path):
    table, figure = drawn(shadows_figure, tables, tmp_path)
    assert set(table["arm"]) == {"none"}
    left, right = figure.axes
    lines = series(left)
    np.testing.assert_allclose(lines["network"].get_ydata(), [0.12, 0.06])
    np.testing.assert_allclose(lines[MEAN].get_ydata(), [0.44, 0.22])
    assert NEAREST in lines and NEAREST not in series(right)
    assert [tick.get_text() for tick in left.get_xticklabels()] == ["100", "1,000"]


def test_grid_shows_target_reconstruction_and_oracle_with_their_errors(tables, tmp_path):
    table, figure = drawn(grid_figure, tables, tmp_path)
    assert len(table) == 2 * 3 * 3 * 6
    assert len(figure.axes) == 3 * 6
    np.testing.assert_allclose(
        figure.axes[6].images[0].get_array(), np.tile([0, 1 / 3, 2 / 3], (2, 1))
    )
    assert [figure.axes[6 * i].get_xlabel() for i in range(3)] == ["", "MSE 0.0123", "MSE 0.0456"]
    assert figure.axes[1].get_title() == "epsilon = none\nmedian"


def test_grid_shows_colours_as_one_image(tables, tmp_path):
    tables["images"] = join_arms([images(0, 3), images(1, 3)], SPEC)
    _, figure = drawn(grid_figure, tables, tmp_path)
    expected = np.empty((2, 3, 3))
    expected[0], expected[1] = np.array([0, 0.125, 0.25]), np.array([0.5, 0.625, 0.75])
    np.testing.assert_allclose(figure.axes[0].images[0].get_array(), expected)


def test_roc_has_each_arm_and_the_mean_image_once(tables, tmp_path):
    table, figure = drawn(roc_figure, tables, tmp_path)
    curves = table.drop_duplicates(["curve", "arm"])[["curve", "arm", "attack"]]
    assert curves.to_numpy().tolist() == [
        ["arm", "none", "network"],
        ["arm", "10", "network"],
        ["baseline", "none", MEAN],
    ]
    assert f"epsilon = none,\n{MEAN}" in labels(figure)


def test_privacy_has_errors_shares_accuracy_and_prior(tables, tmp_path):
    table, figure = drawn(privacy_figure, tables, tmp_path)
    accuracy = table[table["measure"] == "test_accuracy"]
    assert accuracy["value"].tolist() == pytest.approx([0.81, 0.81])
    known = table[table["measure"] == "prior"].set_index("attack")
    assert known["value"].to_dict() == {"weights": 0.7, "chance": 0.125}
    assert np.isnan(known.loc["chance", "low"])
    everyone = {"kernel", "network", MEAN, NEAREST}
    assert set(table.loc[table["measure"] == LOSS, "attack"]) == everyone
    top_left = series(figure.axes[0])
    looks = {(line.get_color(), line.get_marker()) for line in top_left.values()}
    assert len(looks) == 2 and top_left["network"].get_ydata() == pytest.approx([0.06, 0.07])
    assert not np.isclose(*(line.get_xdata() for line in top_left.values())).any()
    bottom_right = figure.axes[3]
    assert series(bottom_right)["sees the final weights"].get_xdata().tolist() == [1]
    assert bottom_right.get_ylabel() == "right one of 8 records"
    assert (accuracy["models"] == 2).all() and known.loc["weights", "trials"] == 100
    assert (table.loc[table["measure"] == LOSS, "positives"] == 20).all()
    behind = figure.legends[0].get_title().get_text()
    counts = "20 targets, 1,000 shadow models, 2 released models, 100 trials"
    assert behind == f"behind each estimate: {counts}"
    assert {"network", "released models", "chance"} <= set(labels(figure))


def test_radius_has_shares_a_blind_guess_and_the_tightest_bounds(tables, tmp_path):
    table, figure = drawn(radius_figure, tables, tmp_path)
    assert set(table["radius"]) == {0.02}
    (axes,) = figure.axes
    points = series(axes)
    np.testing.assert_allclose(points["network"].get_ydata(), [0.44, 0.44])
    assert set(points) == {"kernel", "network"}  # the mean image is a blind guess
    levels = {
        bars.get_label(): [path.vertices[0, 1] for path in bars.get_paths()]
        for bars in axes.collections
    }
    assert levels["bound, whatever is guessed"] == [0.7]
    assert levels["bound, for the best guess found"] == [0.4]
    assert levels[BLIND] == [0.03] * 2
    assert axes.get_title() == "within an MSE of 0.02"
    behind = figure.legends[0].get_title().get_text()
    assert behind == "behind each estimate: 20 targets, 1,000 shadow models"


def test_bounds_that_exclude_nothing_are_left_out(tables):
    tables["bounds"]["bound"] = 0.9999
    table = radius_figure.table(tables, SPEC)
    assert set(table["attack"]) == {"kernel", "network", BLIND}


def test_without_radii_there_is_no_figure(tables):
    shadows = tables["shadows"]
    tables["shadows"] = shadows[shadows["measure"] != "within_0.02"]
    with pytest.raises(ValueError, match="radii: found none"):
        radius_figure.table(tables, SPEC)
