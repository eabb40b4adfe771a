import numpy as np
import pandas as pd
import pytest
from drawn import series
from matplotlib.colors import to_hex
from matplotlib.markers import MarkerStyle

from truthserum.inference.figures import economics
from truthserum.plots import style

ARMS = ("no_poison", "few", "many")


@pytest.fixture
def tables(make_spec, make_tables):
    made = make_tables(make_spec("economics", ARMS, "setting"))
    # 'few' aims at 40 targets as the first arm does, 'many' at 10.
    at = made["targets"]
    made["targets"] = at[(at["arm"] != "many") | (at["target"] < 10)]
    return made


@pytest.fixture
def table(make_spec, tables):
    return economics.table(tables, make_spec("economics", ARMS, "setting"))


def test_table_has_leak_and_accuracy_beside_what_is_spent(table):
    assert list(table.columns) == economics.COLUMNS
    assert set(table["measure"]) == {"tpr_at_fpr_0.01", "auc", "test_accuracy"}
    spent = table.drop_duplicates("arm").set_index("arm")[economics.BUDGET]
    assert spent.loc["few"].tolist() == pytest.approx([0.08, 0.002, 40, 2])
    assert spent.loc["many"].tolist() == pytest.approx([0.19, 0.008, 10, 8])
    values = table.set_index(["measure", "arm"])["value"]
    np.testing.assert_allclose(values["tpr_at_fpr_0.01"][list(ARMS)], [0.1, 0.4, 0.7])
    np.testing.assert_allclose(values["test_accuracy"][list(ARMS)], [0.915, 0.815, 0.715])
    rates = table["measure"] != "test_accuracy"
    assert (table.loc[rates, "negatives"] == 500).all()
    assert (table.loc[~rates, "models"] == 4).all()


def test_a_line_for_each_number_of_targets_and_a_level_without_poison(table):
    figure = economics.draw(table)
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "TPR at 1 % FPR",
        "AUC",
        "test accuracy",
    ]
    for axes, values in zip(figure.axes, [(0.7, 0.4), (0.9, 0.9), (0.715, 0.815)], strict=True):
        assert axes.get_xscale() == "log"
        lines = {label.partition(" (")[0]: line for label, line in series(axes).items()}
        for name, share, value in zip(
            ("10 targets", "40 targets"), (0.19, 0.08), values, strict=True
        ):
            np.testing.assert_allclose(lines[name].get_xydata(), [[share, value]])
    rates, _, accuracy = figure.axes
    level = {line.get_label(): line for line in accuracy.lines}
    (free,) = [line for label, line in level.items() if label.startswith("no poison")]
    np.testing.assert_allclose(free.get_ydata(), 0.915)
    assert "guessing" not in level
    assert "guessing" in {line.get_label() for line in rates.lines}


def test_the_level_without_poison_is_that_of_all_targets(table):
    few = table[table["arm"] == "no_poison"].assign(arm="10_no_poison", value=0.2, negatives=125)
    figure = economics.draw(pd.concat([table, few], ignore_index=True))
    for axes in figure.axes:
        (level,) = [line for line in axes.lines if line.get_label().startswith("no poison")]
        assert "125" not in level.get_label()
        assert not np.isclose(level.get_ydata(), 0.2).any()


def test_the_marker_is_that_of_the_poisons_a_target_and_the_legend_says_their_share(table):
    axes, *_ = economics.draw(table).axes
    drawn = {
        line.get_label(): line.get_marker() for line in axes.lines if "a target" in line.get_label()
    }
    assert [label.replace("\N{NO-BREAK SPACE}", " ") for label in drawn] == [
        "2 poisons a target: 0.20 % of the rows",
        "8 poisons a target: 0.80 % of the rows",
    ]
    (marks,) = [each for each in axes.collections if len(each.get_offsets()) == 2]
    by_share = np.argsort(marks.get_offsets()[:, 0])
    for place, marker in zip(by_share, drawn.values(), strict=True):
        shape = MarkerStyle(marker)
        expected = shape.get_path().transformed(shape.get_transform())
        np.testing.assert_allclose(marks.get_paths()[place].vertices, expected.vertices)
    colours = [to_hex(marks.get_facecolors()[place]) for place in by_share]
    assert colours == style.palette(2)[::-1]


def test_unresolved_is_a_cross_and_never_a_number(
    make_spec, tables, drawn_values, unresolved_value
):
    rate = tables["metrics"]["measure"] == "tpr_at_fpr_0.001"
    tables["metrics"].loc[rate & (tables["metrics"]["arm"] == "few"), "resolved"] = True
    tables["metrics"].loc[rate & (tables["metrics"]["arm"] == "few"), "value"] = 0.3
    table = economics.table(tables, make_spec("economics", ARMS, "setting"))
    figure = economics.draw(table)
    assert not np.isclose(drawn_values(figure), unresolved_value).any()
    (crosses,) = [line for line in figure.axes[0].lines if line.get_marker() == "x"]
    assert crosses.get_xdata().tolist() == [0.19]
    assert min(crosses.get_ydata()) > 1
    assert len(figure.axes) == 4


def test_lines_join_the_settings_of_as_many_targets(table):
    # Between them lie those of others.
    more = table[table["arm"] == "many"].assign(arm="most", poison_share=0.02, poisons=1)
    axes, *_ = economics.draw(pd.concat([more, table], ignore_index=True)).axes
    (line,) = [line for label, line in series(axes).items() if label.startswith("10 targets")]
    np.testing.assert_allclose(line.get_xdata(), [0.02, 0.19])


def test_every_arm_may_have_poison_and_some_may_have_as_much(tables, make_spec):
    tables["models"]["poison_share"] = 0.08
    table = economics.table(tables, make_spec("economics", ARMS, "setting"))
    axes = economics.draw(table).axes[-1]
    low, high = axes.get_xlim()
    np.testing.assert_allclose([high / low, low * high], [10, 0.98 * 0.08**2])
    (marks,) = [each for each in axes.collections if len(each.get_offsets()) == 3]
    np.testing.assert_allclose(marks.get_offsets()[:, 1], [0.915, 0.815, 0.715])


def test_markers_begin_again_after_many_numbers_of_poisons(table):
    few = table[table["arm"] == "few"]
    arms = [few.assign(arm=str(n), poisons=n, poison_share=0.01 * n) for n in range(1, 11)]
    free = table[table["arm"] == "no_poison"]
    axes, *_ = economics.draw(pd.concat([free, *arms], ignore_index=True)).axes
    shown = [line.get_marker() for line in axes.lines if "poisons a target" in line.get_label()]
    assert shown == [*style.MARKERS, *style.MARKERS[:2]]
