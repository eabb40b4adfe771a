"""Coins for models that others train: fair, of whole units, and found again afterwards."""

import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from truthserum.audit.analysis import claims
from truthserum.audit.analysis.answers import Answers
from truthserum.audit.doors.scores import read
from truthserum.audit.options import Audit
from truthserum.audit.tossed import Tossed, toss
from truthserum.options import checked
from truthserum.storage.files import DataError
from workflow.audits import plans

ROOT = Path(__file__).resolve().parents[2]


def test_coins_are_fair_and_of_whole_units():
    unit = np.repeat(np.arange(1000), 2)
    member = toss(unit, 3, 4)
    assert (member[:, ::2] == member[:, 1::2]).all()
    assert (member[0] != member[1]).all() and (member[2] != member[3]).all()
    assert abs(member[::2].mean() - 0.5) < 4 * 0.5 / np.sqrt(2000)
    alike = (member[0] == member[2])[::2].mean()  # of pairs, by coins of their own
    assert abs(alike - 0.5) < 4 * 0.5 / np.sqrt(1000)


def test_more_models_leave_the_coins_that_there_are():
    unit = np.arange(50)
    assert (toss(unit, 3, 1) == toss(unit, 3, 6)[:1]).all()
    assert (toss(unit, 3, 4) == toss(unit, 3, 6)[:4]).all()
    assert (toss(unit, 3, 1) != toss(unit, 4, 1)).any()


@pytest.fixture
def tossed():
    unit = np.array([0, 1, 1, 2, 3])
    return Tossed(unit, toss(unit, 0, 2), np.array([0, 1, 1, 0, 2]))


def test_the_table_says_what_each_model_is_given(tossed):
    table = tossed.table()
    assert list(table) == ["record", "include_0", "include_1"]
    assert (tossed.member == table[["include_0", "include_1"]].to_numpy().T).all()
    one = replace(tossed, member=tossed.member[:1]).table()
    assert list(one) == ["record", "include"] and one["record"].tolist() == [0, 1, 2, 3, 4]
    assert tossed.first.tolist() == [0, 1, 3, 4]


def test_other_members_than_the_coins_are_refused(tossed):
    label = np.array(list("abbac"))
    tossed.check(tossed.member.copy(), label)
    with pytest.raises(DataError, match="found 2 models on 4 records, allowed are 2 models on 5"):
        tossed.check(tossed.member[:, :4], label[:4])
    other = tossed.member.copy()
    other[1, [2, 4]] ^= True
    side = "in" if other[1, 2] else "out"
    said = f"found record 2 {side} for model 1, and 1 more unlike the coins, allowed are the coins"
    with pytest.raises(DataError, match=said):
        tossed.check(other, label)


def test_answers_in_another_order_than_members_show_by_their_classes(tossed):
    """As of a loader that shuffles, beside members that are in the order of the data."""
    for label in ("01102", "aaaaa", "abbab"):  # other names, none, and two classes as one
        tossed.check(tossed.member, np.array(list(label)))
    said = "the class b for record 3 and a for record 0, .*, and 0 more such, allowed are rows in"
    with pytest.raises(DataError, match=said):
        tossed.check(tossed.member, np.array(list("abbbc")))


@pytest.fixture
def example(monkeypatch, tmp_path):
    """The audit of the example, its predictions in a folder of the test."""
    monkeypatch.chdir(ROOT)
    section = yaml.safe_load(Path("examples/audit/handed.yaml").read_text("utf-8"))["audits"]
    section["handed"]["scores"]["file"] = str(tmp_path / "handed.csv")
    return section


def test_the_example_trains_by_its_coins_and_is_recognised(example, tmp_path):
    audit = checked(Audit, example["handed"], "handed")
    tossed = Tossed.of(audit)
    tossed.table().to_csv(tmp_path / "include.csv", index=False)
    script = [sys.executable, "examples/audit/handed.py", tmp_path / "include.csv"]
    subprocess.run([*script, audit.scores.file], check=True, cwd=ROOT)
    given = read(audit.scores)
    tossed.check(given.answers.member, given.label)
    assert given.answers.right.mean() > 0.7
    assert len(given.of(tossed.first).label) == len(np.unique(tossed.unit)) < len(given.label)


def test_coins_hang_on_no_predictions(example):
    (plan,) = plans(deepcopy(example)).values()
    assert not plan.source.exists() and plan.tossed == ["examples/audit/adult.csv"]
    assert set(plan.inputs) == {str(plan.source), *plan.tossed}
    example["handed"] |= {"draws": 90, "scores": {**example["handed"]["scores"], "groups": ["sex"]}}
    (other,) = plans(deepcopy(example)).values()
    assert plan.coins_settings() == other.coins_settings()
    (reseeded,) = plans({"handed": example["handed"] | {"seed": 5}}).values()
    assert plan.coins_settings() != reseeded.coins_settings()


@pytest.mark.parametrize(
    "change",
    [{"membership": "given"}, {"scores": None, "function": "a:b"}, {"protect": "sex"}],
)
def test_data_beside_scores_are_for_coins_alone(example, change):
    with pytest.raises(ValueError, match=r"^handed.(data|membership|protect): found "):
        checked(Audit, example["handed"] | change, "handed")


def test_the_coin_of_a_pair_is_one_coin():
    """Signals of a hard record are low in both models: without a leak 5 % of audits find one.

    With one, those differences do not hide it.
    """
    rng, found = np.random.default_rng(0), {0.0: 0, 0.5: 0}
    for leak in found:
        for audit in range(40):
            record = 5 * rng.standard_normal(200)
            member = toss(np.arange(200), audit, 2)
            signal = record + rng.standard_normal((2, 200)) + leak * member
            answers = Answers(signal, member, None)
            found[leak] += claims.any_leak_of_drawn(answers, audit).p <= 0.05
    assert found[0.0] <= 6  # of 40, at 5 %: more than that in 1 % of such tests
    assert found[0.5] >= 36
