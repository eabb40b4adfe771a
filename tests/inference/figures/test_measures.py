from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from drawn import series

from truthserum.inference.figures import measures, variants
from truthserum.statistics.measures import measure

WORDS = ("none", "flips_and_crops", "next")


def panels(figure):
    return {axes.get_title(): axes for axes in figure.axes}


def test_every_measure_that_is_measured_has_a_panel():
    member = np.arange(4)[:, None] % 2 == np.arange(40) % 2
    found = measure(
        member * 1.0, member, np.random.default_rng(0), np.arange(4), np.arange(40), draws=2
    )
    assert {row.name for row in found} == set(measures.CHANCE)


@pytest.mark.parametrize(("module", "count"), [(measures, 7), (variants, 2)])
@pytest.mark.parametrize("values", [WORDS, (0, 0.25, 0.5)])
def test_table_has_the_measures_of_the_attack_that_some_arm_resolves(
    module, count, values, make_spec, make_tables
):
    spec = make_spec("measures", values, "share")
    table = module.table(make_tables(spec), spec)
    assert table.groupby("arm", sort=False)["measure"].nunique().tolist() == [count] * 3
    assert len(table) == 3 * count
    assert set(table["attack"]) == {"lira"}
    assert "tpr_at_fpr_0.001" not in set(table["measure"])
    assert len(module.draw(table).axes) == count


def test_where_nothing_is_resolved_the_crosses_say_so(make_spec, make_tables):
    spec = make_spec("variants", WORDS, "variant")
    tables = make_tables(spec)
    tables["metrics"]["resolved"] = False
    table = variants.table(tables, spec)
    assert len(table) == 3 * 3 and table["value"].isna().all()
    assert len(variants.draw(table).axes) == 3


def test_rows_are_the_arms_from_the_top(make_spec, make_tables):
    spec = make_spec("variants", WORDS, "variant")
    figure = variants.draw(variants.table(make_tables(spec), spec))
    axes = panels(figure)["TPR at 1 % FPR"]
    estimates = series(axes)["estimate and 95 % interval"]
    np.testing.assert_allclose(estimates.get_xdata(), [0.1, 0.4, 0.7])
    assert estimates.get_ydata().tolist() == [0, 1, 2]
    top, bottom = sorted(axes.get_ylim())
    assert axes.get_ylim() == (bottom, top)  # upside down
    first = figure.axes[0]
    assert [tick.get_text() for tick in first.get_yticklabels()] == [
        "none",
        "flips and crops",
        "next",
    ]
    assert figure.get_supylabel() == "variant"


def test_behind_all_arms_lies_the_interval_of_the_first(make_spec, make_tables):
    spec = make_spec("measures", WORDS, "label")
    drawn = panels(measures.draw(measures.table(make_tables(spec), spec)))
    (band,) = drawn["FPR at 50 % TPR"].patches
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((0.15, 0.34))
    assert band.get_label() == "interval of 'none'"
    low, high = drawn["FPR at 50 % TPR"].get_xlim()
    assert low < 0 and high > 0.34
    for name in ("AUC", "precision at 50 % TPR", "balanced accuracy"):
        assert drawn[name].get_xlim()[0] < 0.5


def test_unresolved_is_a_cross_beside_the_frame(
    make_spec, make_tables, drawn_values, unresolved_value
):
    spec = make_spec("variants", WORDS, "variant")
    tables = make_tables(spec)
    last = (tables["metrics"]["arm"] == "next") & (tables["metrics"]["mode"] == spec.mode)
    rate = tables["metrics"]["measure"] == "tpr_at_fpr_0.001"
    tables["metrics"].loc[last & rate, ["value", "low", "high", "resolved"]] = 0.3, 0.2, 0.4, True
    figure = variants.draw(variants.table(tables, spec))
    axes = panels(figure)["TPR at 0.1 % FPR"]
    (crosses,) = [line for line in axes.lines if line.get_marker() == "x"]
    assert crosses.get_ydata().tolist() == [0, 1]
    assert min(crosses.get_xdata()) > 1
    assert not axes.patches  # the first arm has no interval
    for axes in figure.axes:
        for line in axes.lines:
            assert not np.isclose(np.asarray(line.get_xdata(), float), unresolved_value).any()
    assert "unresolved: too few negatives" in str(
        [text.get_text() for text in figure.legends[0].get_texts()]
    )


def test_twelve_names_have_room(make_spec, make_tables):
    """Neighbouring names do not touch, and the longest is inside the figure."""
    spec = make_spec("variants", WORDS, "variant")
    three = variants.table(make_tables(spec), spec)
    names = [f"{number} epochs, flips and crops, near copies" for number in (4, 8, 16, 32)]
    table = pd.concat([three.assign(arm=three["arm"] + name) for name in names])
    figure = variants.draw(table)
    figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in figure.axes[0].get_yticklabels()]
    assert len(boxes) == 12
    assert all(upper.y0 >= lower.y1 for upper, lower in pairwise(boxes))
    assert min(box.x0 for box in boxes) >= 0
