import numpy as np
import pandas as pd
import pytest
from drawn import bars, dots, series

from truthserum.inference.figures import exposure


def class_means(axes):
    (line,) = [each for each in axes.lines if each.get_label() == "mean and quartiles of a class"]
    return line


@pytest.mark.parametrize(("count", "tail"), [(1, 0), (2, 1), (10, 1), (40, 2), (250, 12)])
def test_strata_are_the_tails_of_the_ranking(count, tail):
    d_prime = pd.Series(np.random.default_rng(0).normal(size=count))
    strata = exposure.strata(d_prime)
    ranked = strata[d_prime.sort_values().index].tolist()
    assert ranked == ["least"] * tail + ["rest"] * (count - 2 * tail) + ["most"] * tail


def test_table_keeps_the_stratum_of_the_reference_arm(make_spec, make_tables):
    spec = make_spec("exposure")
    tables = make_tables(spec)
    frame = tables["targets"]
    # In the strongest arm the ranking turns round; strata must not.
    frame.loc[frame["arm"] == 8, "d_prime"] = frame["target"]
    table = exposure.table(tables, spec)
    assert len(table) == 3 * 40
    assert table.groupby("stratum")["target"].unique().map(list).to_dict() == {
        "most": [0, 1],
        "rest": list(range(2, 38)),
        "least": [38, 39],
    }


def test_targets_without_a_finite_d_prime_are_left_out_everywhere(make_spec, make_tables):
    spec = make_spec("exposure")
    tables = make_tables(spec)
    frame = tables["targets"]
    frame.loc[(frame["arm"] == 2) & (frame["target"] == 17), "d_prime"] = np.inf
    table = exposure.table(tables, spec)
    assert 17 not in set(table["target"])
    assert len(table) == 3 * 39


def test_each_value_of_a_secret_of_several_counts(make_spec, make_tables):
    spec = make_spec("exposure")
    tables = make_tables(spec)
    once = tables["targets"]
    both = pd.concat([once, once.assign(d_prime=once["d_prime"] + 100)], ignore_index=True)
    table = exposure.table({"targets": both}, spec)
    assert len(table) == 3 * 80
    assert table.groupby("candidate")["d_prime"].min().to_dict() == {0: 1, 1: 101}
    assert set(table.loc[table["stratum"] == "most", "candidate"]) == {1}
    right = exposure.draw(table).axes[2]
    assert next(iter(series(right))) == "least exposed 5 % (n = 4)"


@pytest.mark.parametrize("values", [(0, 2, 8), ("random", "next", "correct")])
def test_draw_shows_before_and_after_and_the_quartiles_of_each_arm(make_spec, make_tables, values):
    spec = make_spec("exposure", values)
    table = exposure.table(make_tables(spec), spec)
    left, middle, right = exposure.draw(table).axes
    (change,) = left.lines
    assert change.get_label() == "no change"
    targets = dots(left)
    np.testing.assert_allclose(targets[:, 1] - targets[:, 0], 20)
    assert len(targets) == 40

    # In these tables every target gains 20.
    gains = dots(middle)
    np.testing.assert_allclose(gains[:, 1], 20)
    assert sorted(gains[:, 0]) == sorted(4 * list(range(10)))
    means = class_means(middle)
    np.testing.assert_array_equal(means.get_xdata(), range(10))

    assert next(iter(series(right))) == "least exposed 5 % (n = 2)"
    strata = zip(series(right).values(), exposure.COLOURS.items(), strict=True)
    for means, (stratum, colour) in strata:
        quartiles = bars(right, colour)
        for arm, mean, bar in zip(values, means.get_ydata(), quartiles, strict=True):
            shown = (table["arm"] == arm) & (table["stratum"] == stratum)
            d_prime = table.loc[shown, "d_prime"]
            assert mean == pytest.approx(d_prime.mean())
            np.testing.assert_allclose(bar, np.quantile(d_prime, [0.25, 0.75]))


def test_the_gain_of_a_class_is_that_of_its_targets(make_spec, make_tables):
    spec = make_spec("exposure")
    tables = make_tables(spec)
    frame = tables["targets"]
    # The last arm adds 20 to all, and here 4 for each class below the target's.
    frame.loc[frame["arm"] == 8, "d_prime"] += 4 * frame["label"]
    _, middle, _ = exposure.draw(exposure.table(tables, spec)).axes
    np.testing.assert_allclose(class_means(middle).get_ydata(), 20 + 4 * np.arange(10))
    assert middle.get_xlabel() == "class of the target"


def test_one_arm_has_nothing_to_compare(make_spec, make_tables):
    spec = make_spec("exposure", (8,))
    (axes,) = exposure.draw(exposure.table(make_tables(spec), spec)).axes
    assert axes.get_ylabel() == "d′: mean and quartiles"


@pytest.mark.parametrize("targets", [0, 1])
def test_so_few_targets_as_are_left_are_drawn(make_spec, make_tables, targets):
    spec = make_spec("exposure")
    tables = make_tables(spec)
    frame = tables["targets"]
    frame.loc[frame["target"] >= targets, "d_prime"] = np.nan
    figure = exposure.draw(exposure.table(tables, spec))
    figure.draw_without_rendering()
    said = {text.get_text() for text in figure.texts}
    assert ("no target has a finite d′ in every arm" in said) == (targets == 0)
    assert (len(figure.axes) == 3) == (targets == 1)
