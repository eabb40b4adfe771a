import numpy as np
import pandas as pd
import pytest
from drawn import dots, series

from truthserum.plots import accuracy, style


def test_table_has_means_and_models_and_skips_arms_without_poison(make_spec, make_tables):
    spec = make_spec("accuracy")
    table = accuracy.table(make_tables(spec), spec)
    means = table[table["model"].isna()].set_index(["measure", "arm"])["value"]
    assert means["test_accuracy"].to_dict() == pytest.approx({0: 0.915, 2: 0.815, 8: 0.715})
    assert means["poison_accuracy"].to_dict() == {2: 0.25, 8: 0.5}
    models = table[table["model"].notna()]
    assert models.groupby("measure").size().to_dict() == {
        "test_accuracy": 12,
        "poison_accuracy": 8,
    }


def test_draw_has_means_over_faint_models(make_spec, make_tables):
    spec = make_spec("accuracy")
    test, poison = accuracy.draw(accuracy.table(make_tables(spec), spec)).axes
    means = series(test)["mean and 95 % interval"]
    np.testing.assert_allclose(means.get_ydata(), [0.915, 0.815, 0.715])
    models = dots(test)
    np.testing.assert_array_equal(models[:, 0], np.repeat([0, 1, 2], 4))
    np.testing.assert_allclose(models[:4, 1], [0.90, 0.91, 0.92, 0.93])
    # An arm without poisons keeps its place on the axis.
    assert series(poison)["mean and 95 % interval"].get_xdata().tolist() == [1, 2]
    assert [tick.get_text() for tick in poison.get_xticklabels()] == ["0", "2", "8"]


@pytest.mark.parametrize(("times", "columns"), [(1, 2), (3, 1)])
def test_panels_of_many_words_are_below_each_other(times, columns, make_spec, make_tables):
    spec = make_spec("accuracy", ("none", "next", "random"))
    three = accuracy.table(make_tables(spec), spec)
    table = pd.concat([three.assign(arm=three["arm"] + f" {i}") for i in range(times)])
    figure = accuracy.draw(table)
    assert figure.axes[0].get_gridspec().ncols == columns
    assert figure.get_figwidth() <= style.WIDTH
    assert figure.legends[0].get_title().get_text() == "behind each estimate: 4 models"


def test_without_poisons_there_is_one_panel(make_spec, make_tables):
    spec = make_spec("accuracy", (0,))
    assert len(accuracy.draw(accuracy.table(make_tables(spec), spec)).axes) == 1
