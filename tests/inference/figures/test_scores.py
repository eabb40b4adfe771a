import numpy as np
from matplotlib.collections import LineCollection

from truthserum.inference.figures import scores


def test_table_has_all_models_of_the_first_targets_in_one_mode(make_spec, make_tables):
    spec = make_spec("scores")
    table = scores.table(make_tables(spec), spec)
    assert table["target"].unique().tolist() == [5, 3, 9, 1]
    assert len(table) == 3 * 4 * 8


def test_arms_may_have_other_and_fewer_targets(make_spec, make_tables):
    spec = make_spec("scores", (200, 400), "train")
    frame = make_tables(spec)["scores"]
    other = frame["arm"] == 400
    frame.loc[other, "target"] += 100
    frame = frame[~other | frame["target"].isin([105, 103])]
    figure = scores.draw(scores.table({"scores": frame}, spec))
    assert [axes.get_ylabel() for axes in figure.axes] == [
        *("target 5", "target 105", "target 3", "target 103", "target 9", "target 1")
    ]


def test_draw_has_a_row_for_each_target_and_a_column_for_each_arm(make_spec, make_tables):
    spec = make_spec("scores")
    table = scores.table(make_tables(spec), spec)
    figure = scores.draw(table)
    panels = np.reshape(figure.axes, (4, 3))
    assert [axes.get_title() for axes in panels[0]] == ["copies = 0", "copies = 2", "copies = 8"]
    assert [axes.get_ylabel() for axes in panels[:, 0]] == [f"target {i}" for i in (5, 3, 9, 1)]
    for row in panels:
        assert len({axes.get_xlim() for axes in row}) == 1
    shown = table[(table["target"] == 3) & (table["arm"] == 8)]
    axes = panels[1, 2]
    rugs = [each for each in axes.collections if isinstance(each, LineCollection)]
    for ticks, member in zip(rugs, (1, 0), strict=True):
        expected = shown.loc[shown["member"] == member, "signal"]
        np.testing.assert_array_equal(np.array(ticks.get_segments())[:, 0, 0], expected)
    # Under the densities: the longest tick ends below zero.
    longest = max(path.vertices[1, 1] for ticks in rugs for path in ticks.get_paths())
    bottom, top = axes.get_ylim()
    assert bottom + longest * (top - bottom) < 0
