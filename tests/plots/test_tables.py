import numpy as np
import pandas as pd
import pytest

from truthserum.plots.tables import (
    Spec,
    blank_unresolved,
    join_arms,
    poison_share,
    select,
    with_shares,
)
from truthserum.registry import configured

SETTINGS = {
    "figure": "roc",
    "factor": "copies",
    "values": [0, 8],
    "attack": "lira",
    "baseline_attack": "threshold",
    "mode": "none",
}


def test_spec_from_settings_names_the_ends_of_the_sweep():
    spec = Spec(**SETTINGS)
    assert (spec.reference, spec.strongest, spec.title) == (0, 8, "")


def test_one_word_makes_all_values_words():
    assert Spec(**(SETTINGS | {"values": ["none", 1, True]})).values == (
        "none",
        "1",
        "True",
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": []}, "values: found"),
        ({"values": [1, 1]}, "values: found"),
        ({"mode": None}, "mode: found None"),
        ({"colour": "red"}, r"settings: .*colour"),
    ],
)
def test_bad_settings_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        configured("settings", Spec, SETTINGS | change)


def test_missing_setting_is_refused():
    with pytest.raises(ValueError, match=r"settings: .*factor"):
        configured("settings", Spec, {"figure": "roc"})


def test_join_arms_labels_every_row_in_the_order_of_the_values():
    spec = Spec(**(SETTINGS | {"values": ["b", "a"]}))
    joined = join_arms([pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [3]})], spec)
    assert joined["arm"].tolist() == ["b", "b", "a"]
    assert joined["x"].tolist() == [1, 2, 3]
    assert set(joined["factor"]) == {"copies"}


def test_join_arms_refuses_a_missing_arm():
    with pytest.raises(ValueError, match="arms: found 1"):
        join_arms([pd.DataFrame({"x": [1]})], Spec(**SETTINGS))


def test_the_share_of_poison_is_that_of_poisoned_models_if_any_is_designed():
    assert poison_share(pd.DataFrame({"poison_share": [0.0, 0.2, 0.2]})) == 0.2
    assert np.isnan(poison_share(pd.DataFrame({"test_accuracy": [0.8]})))


def test_with_shares_puts_the_share_of_poison_beside_each_arm():
    table = pd.DataFrame({"factor": "copies", "arm": [8, 0, 8], "value": [1, 2, 3]})
    # A reference model is trained on no poison, and what is said of its arm is that of the victims.
    models = pd.DataFrame({"arm": [0, 8, 8], "poison_share": [0.0, 0.19, 0.0]})
    made = with_shares(table, {"models": models})
    assert list(made) == ["factor", "arm", "poison_share", "value"]
    assert made["poison_share"].tolist() == [0.19, 0.0, 0.19]
    pd.testing.assert_frame_equal(made.drop(columns="poison_share"), table)


def test_with_shares_knows_arms_that_are_written_as_text():
    models = pd.DataFrame({"arm": [0, 8], "poison_share": [0.0, 0.19]})
    made = with_shares(pd.DataFrame({"arm": ["8", "adaptive"]}), {"models": models})
    np.testing.assert_equal(made["poison_share"].tolist(), [0.19, np.nan])


@pytest.mark.parametrize("tables", [{}, {"models": pd.DataFrame({"arm": [0, 8]})}])
def test_without_shares_a_table_stays_as_it_is(tables):
    table = pd.DataFrame({"arm": [8, 0]})
    assert with_shares(table, tables) is table


FRAME = pd.DataFrame({"arm": [0, 0, 8], "mode": ["batch", "running", "batch"], "x": [1, 2, 3]})


def test_select_takes_one_value_or_several():
    assert select(FRAME, mode="batch")["x"].tolist() == [1, 3]
    assert select(FRAME, mode=["batch", "running"], x=[1, 3])["x"].tolist() == [1, 3]


def test_models_without_modes_are_shown_beside_those_seen_in_one_mode():
    rows = FRAME.assign(mode=["batch", "running", "none"])
    assert select(rows, mode=Spec(**SETTINGS | {"mode": "running"}).modes)["x"].tolist() == [2, 3]


def test_select_refuses_to_lose_an_arm():
    with pytest.raises(ValueError, match=r"mode \(arm 8\): found \['batch'\], must have running"):
        select(FRAME, mode="running")


def test_select_refuses_an_empty_table():
    with pytest.raises(ValueError, match="found no rows"):
        select(FRAME.head(0), mode="running")


def test_blank_unresolved_keeps_the_row_and_its_counts_but_no_number():
    frame = pd.DataFrame(
        {"value": [0.5, 0.6], "low": 0.1, "high": 0.9, "resolved": [True, False], "negatives": 7}
    )
    blank = blank_unresolved(frame)
    assert blank.loc[0, ["value", "low", "high"]].tolist() == [0.5, 0.1, 0.9]
    assert blank.loc[1, ["value", "low", "high"]].isna().all()
    assert blank["negatives"].tolist() == [7, 7]
