"""Predictions that are there already, and the sentence of each refusal."""

import numpy as np
import pandas as pd
import pytest

from truthserum.audit.doors.scores import read
from truthserum.audit.options import Scores
from truthserum.storage.files import DataError


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    p = rng.random(150)
    return pd.DataFrame(
        {
            "y": rng.choice(["no", "yes"], 150),
            "in_train": rng.choice([True, False], 150),
            "p_no": p,
            "p_yes": 1 - p,
            "sex": rng.choice(["f", "m"], 150),
            "signal": rng.normal(size=150),
        }
    )


@pytest.fixture
def given(tmp_path):
    """given(table, …): what is read of it."""

    def make(frame, **more):
        frame.to_csv(tmp_path / "p.csv", index=False)
        options = {"file": str(tmp_path / "p.csv"), "member": "in_train", "label": "y", **more}
        return read(Scores(**options))

    return make


def test_the_probability_of_the_true_class_is_read(table, given):
    found = given(table, groups=("sex",))
    expected = np.where(table["y"] == "no", table["p_no"], table["p_yes"])
    assert found.answers.confidence[0] == pytest.approx(expected)
    assert found.answers.member[0].tolist() == table["in_train"].tolist()
    assert (found.answers.right[0] == (expected > 0.5)).all()
    assert (found.label == table["y"]).all()
    assert (found.groups["sex"] == table["sex"]).all()


def test_columns_with_names_like_those_of_probabilities_are_what_they_are_said_to_be(table, given):
    plain = given(table, groups=("sex",))
    named = {"y": "p_class", "in_train": "p_member", "sex": "p_sex"}
    options = {"label": "p_class", "member": "p_member", "groups": ("p_sex",)}
    found = given(table.rename(columns=named), **options)
    assert (found.answers.confidence == plain.answers.confidence).all()
    assert (found.groups["p_sex"] == plain.groups["sex"]).all()


def test_columns_of_truth_values_are_those_of_the_classes(table, given):
    plain = given(table)
    table["y"] = table["y"].map({"no": "FALSE", "yes": "TRUE"})
    found = given(table.rename(columns={"p_no": "p_FALSE", "p_yes": "p_TRUE"}))
    assert (found.answers.confidence == plain.answers.confidence).all()
    assert set(found.label) == {"False", "True"}


def test_a_signal_is_read_where_there_is_no_label(table, given):
    found = given(table, label=None)
    assert found.answers.confidence[0] == pytest.approx(table["signal"])
    assert found.answers.right is None


@pytest.mark.parametrize("words", [("1", "0"), ("yes", "no"), ("True", "False"), ("1.0", "0.0")])
def test_members_may_be_written_in_words(table, given, words):
    inside = table["in_train"].to_numpy()
    table["in_train"] = np.where(inside, *words)
    assert (given(table).answers.member[0] == inside).all()


def test_arrays_of_several_models_are_read(tmp_path):
    rng = np.random.default_rng(0)
    signals, member = rng.normal(size=(4, 120)), rng.integers(0, 2, (4, 120))
    np.savez(tmp_path / "s.npz", signals=signals, member=member)
    found = read(Scores(file=str(tmp_path / "s.npz")))
    assert (found.answers.confidence == signals).all()
    assert (found.answers.member == member).all()


@pytest.mark.parametrize("again", [0, 2])
def test_no_two_models_have_the_same_members(tmp_path, again):
    rng = np.random.default_rng(0)
    signals, member = rng.normal(size=(4, 120)), rng.integers(0, 2, (4, 120))
    member[3] = member[again]  # trained with another seed
    np.savez(tmp_path / "s.npz", signals=signals, member=member)
    with pytest.raises(DataError, match=f"found the members of model {again} again for model 3,"):
        read(Scores(file=str(tmp_path / "s.npz")))


def test_a_model_whose_partner_is_elsewhere_is_refused(tmp_path):
    """As a shadow model of that one it would tell what it held, whatever it learnt."""
    rng = np.random.default_rng(0)
    half = rng.integers(0, 2, (4, 120)).astype(bool)
    paired = np.stack([half, ~half], axis=1).reshape(8, 120)
    for member, wrong in (
        (paired, ""),
        (half, ""),
        (paired[:-1], "model 0 holds just the records that model 1 does not"),
        (np.concatenate([half, ~half]), "model 0 holds just the records that model 4 does not"),
        (np.delete(paired, [3, 5], axis=0), "model 0 holds just the records that model 1 does not"),
    ):
        np.savez(tmp_path / "s.npz", signals=rng.normal(size=member.shape), member=member)
        scores = Scores(file=str(tmp_path / "s.npz"))
        if wrong:
            with pytest.raises(DataError, match=f"scores: found that {wrong}, allowed are such"):
                read(scores)
        else:
            assert (read(scores).answers.member == member).all()


def put(name, row, value):
    def change(frame):
        values = frame[name].astype(object)
        values.loc[row] = value
        frame[name] = values

    return change


REFUSED = {
    "all in": (put("in_train", slice(None), True), {}, "found all records in for model 0"),
    "all out": (put("in_train", slice(None), False), {}, "found all records out for model 0"),
    "member": (put("in_train", 3, "maybe"), {}, "found maybe, allowed are true and false"),
    "no member": (lambda f: None, {"member": "in_trn"}, 'no column "in_trn" .did you mean'),
    "label": (put("y", 4, None), {}, "found 1 rows without a label, .* record 4,"),
    "class": (put("y", 4, "perhaps"), {}, "found no column p_perhaps, allowed"),
    "loss": (
        lambda frame: [frame.pop(name) for name in ("p_no", "p_yes")],
        {},
        "found no column p_<class>, .* .no, yes., or, with label left out, a column signal, larger",
    ),
    "logits": (put("p_no", 4, 3.0), {}, "outside of 0 to 1 .* add up to 1 .the softmax of logits."),
    "case": (put("y", 4, "Yes"), {}, 'found no column p_Yes .did you mean "p_yes"'),
    "nan": (put("p_no", 7, np.nan), {}, "a value that is not finite, .* for record 7"),
    "constant": (put("signal", slice(None), 1.0), {"label": None}, "found one signal for"),
    "nan signal": (put("signal", 9, np.nan), {"label": None}, "scores: .* not finite, or beyond"),
    "huge signal": (put("signal", 9, 1e308), {"label": None}, "beyond 1e.100, for record 9 .1 in"),
    "text": (put("signal", 9, "x"), {"label": None}, 'found "x" in the column signal'),
    "comma": (put("p_no", 7, "0,5"), {}, 'scores: found "0,5" in the column p_no, allowed are num'),
}


@pytest.mark.parametrize("change, more, sentence", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_audited_is_said(table, given, change, more, sentence):
    change(table)
    with pytest.raises(DataError, match=sentence) as error:
        given(table, **more)
    assert "\n" not in str(error.value)


def test_few_records_are_refused(table, given):
    with pytest.raises(DataError, match="found 90 records, allowed are at least 100"):
        given(table[60:])


@pytest.mark.parametrize(
    "arrays, sentence",
    [
        ({"signals": np.zeros((2, 120))}, "found no member among signals"),
        ({"signals": np.zeros((2, 120)), "member": np.zeros((2, 9))}, "one shape"),
        ({"signals": np.zeros((1, 120)), "member": np.full((1, 120), 2)}, "other members than"),
        (
            {"signals": np.repeat([[1.0], [2.0]], 120, axis=1), "member": np.eye(2, 120)},
            "found one signal for all records",
        ),
        ({"signals": np.zeros((1, 120), object), "member": np.zeros((1, 120))}, "pickled objects"),
    ],
)
def test_arrays_of_another_kind_are_refused(tmp_path, arrays, sentence):
    np.savez(tmp_path / "s.npz", **arrays)
    with pytest.raises(DataError, match=sentence):
        read(Scores(file=str(tmp_path / "s.npz")))
