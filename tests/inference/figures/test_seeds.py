import numpy as np
import pandas as pd
import pytest

from truthserum.inference.figures import seeds
from truthserum.plots import style


@pytest.fixture
def with_seeds(make_tables):
    """with_seeds(spec, ends): the tables of a spec, with these arms at two more seeds.

    There every value is a hundredth higher, for each seed after the main one.
    """

    def make(spec, ends):
        tables = make_tables(spec)
        frame = tables["metrics"].drop(columns="factor")
        again = [
            frame[frame["arm"] == arm].assign(seed=seed, value=frame["value"] + 0.01 * (index + 1))
            for arm in ends
            for index, seed in enumerate((2205, 2206))
        ]
        return tables | {"seeds": pd.concat(again)}

    return make


@pytest.mark.parametrize(("values", "ends"), [((0, 2, 8), (0, 8)), (("none", "a", "7"), ("7",))])
def test_table_has_the_arms_with_several_seeds(values, ends, make_spec, with_seeds):
    spec = make_spec("seeds", values)
    table = seeds.table(with_seeds(spec, ends), spec)
    assert list(table["arm"].unique()) == list(ends)
    assert list(table["seed"].unique()) == ["main", "2205", "2206"]
    assert set(table["attack"]) == {"lira"}
    # at 0.1 % nothing is resolved
    assert set(table["measure"]) == {"tpr_at_fpr_0.01", "fpr_at_tpr_0.5", "auc"}
    assert len(table) == 3 * 3 * len(ends)


def test_the_main_seed_is_filled_and_the_others_are_below_it(make_spec, with_seeds):
    spec = make_spec("seeds")
    figure = seeds.draw(seeds.table(with_seeds(spec, (0, 8)), spec))
    axes = {axes.get_title(): axes for axes in figure.axes}["TPR at 1 % FPR"]
    marks = [
        line for line in axes.lines if line.get_marker() in ("o", "s") and len(line.get_xdata())
    ]
    assert [line.get_marker() for line in marks] == ["o", "s", "s"]
    assert [line.get_markerfacecolor() for line in marks[1:]] == ["white", "white"]
    values = [line.get_xdata() for line in marks]
    np.testing.assert_allclose(values, [[0.1, 0.7], [0.11, 0.71], [0.12, 0.72]])
    np.testing.assert_allclose([line.get_ydata()[0] for line in marks], [-0.2, 0, 0.2])
    lines = {line.get_label(): line for line in axes.lines}
    assert lines["guessing"].get_xdata() == [0.01, 0.01]
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels.count("other seeds") == 1
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["0", "8"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first arm on top


def test_unresolved_is_a_cross_beside_the_frame(make_spec, with_seeds, unresolved_value):
    spec = make_spec("seeds")
    tables = with_seeds(spec, (0, 8))
    again = tables["seeds"]
    rate = (again["measure"] == "tpr_at_fpr_0.001") & (again["arm"] == 8)
    again.loc[rate, ["value", "low", "high", "resolved"]] = 0.3, 0.2, 0.4, True
    figure = seeds.draw(seeds.table(tables, spec))
    axes = {axes.get_title(): axes for axes in figure.axes}["TPR at 0.1 % FPR"]
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    assert sum(len(line.get_xdata()) for line in crosses) == 4
    assert min(min(line.get_xdata()) for line in crosses) > 1
    for line in axes.lines:
        assert not np.isclose(np.asarray(line.get_xdata(), float), unresolved_value).any()
    assert "unresolved: too few negatives" in [
        text.get_text() for text in figure.legends[0].get_texts()
    ]


def test_the_page_holds_it(make_spec, with_seeds):
    spec = make_spec("seeds")
    figure = seeds.draw(seeds.table(with_seeds(spec, (0, 2, 8)), spec))
    assert figure.get_figwidth() <= style.WIDTH
