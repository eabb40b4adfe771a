"""A released model attacked with the models of an audit, and the blind control."""

import json
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.found import Resampling, find
from truthserum.audit.analysis.released import Released, accuracy_gap, blind_control, joined
from truthserum.audit.analysis.study import measured
from truthserum.audit.doors.scores import read_released
from truthserum.audit.products import Records
from truthserum.audit.report.rows import of_checks
from truthserum.audit.report.wording import answer
from truthserum.audit.result import Audit, Subject, read_audit
from truthserum.storage.files import DataError


@pytest.fixture
def study(make_study):
    return make_study(pairs=8, records=400, shift=3.0)


@pytest.fixture
def release(study, rng):
    """release(member): what one more model says, that was trained on these of half the records."""

    def make(member, shift=3.0):
        at = np.arange(0, 400, 2)
        odds = np.log(study.clean.confidence / (1 - study.clean.confidence))[:, at]
        centre = np.mean(odds - 3.0 * study.clean.member[:, at], axis=0)
        told = expit(centre + shift * member + rng.normal(size=200))
        answers = Answers(told[None], member[None], told[None] > 0.5)
        return Released(answers, at)

    return make


def by_id(rows):
    return {row.id: row for row in rows}


def test_a_released_model_that_leaks_is_found_and_its_members_are_no_others(study, release, rng):
    body = measured(replace(study, released=release(rng.random(200) < 0.5)))
    found, checks = by_id(body.claims), by_id(body.checks)
    assert found["released.auc"].low > 0.8
    assert found["released.auc"].models == 1
    assert found["released.tpr_at_fpr_0.001"].value is None
    assert checks["blind_control"].passed
    assert "released" in set(body.tables["roc"]["group"])


@pytest.mark.parametrize("told", ["top class", "probabilities"])
def test_shadow_models_and_the_released_one_may_be_of_other_kinds(study, release, rng, told):
    """A tree says 0 or 1 and a forest anything between; of a few records a tree may, too."""
    released = release(rng.random(200) < 0.5)
    at = released.at if told == "probabilities" else slice(None)
    shadows = study.clean
    shadows.confidence[:, at] = shadows.right[:, at]
    if told == "probabilities":
        one = replace(released.answers, confidence=released.answers.right.astype(float))
        released = replace(released, answers=one)
    found = by_id(measured(replace(study, clean=shadows, released=released)).claims)
    assert found["released.auc"].low > 0.5


def test_a_released_model_that_rounds_is_no_surer_than_the_shadow_models(study, release, rng):
    """Its 1 may be 0.996, and they say 1 - 1e-9 of everybody."""
    released = release(rng.random(200) < 0.5)
    surer = expit(logit(study.clean.confidence) + 16)
    one = replace(released.answers, confidence=np.round(released.answers.confidence, 2))
    odds = joined(replace(study.clean, confidence=surer), replace(released, answers=one))
    assert np.abs(odds.signals["logit"]).max() == pytest.approx(-logit(1e-6), rel=0.1)


def test_the_page_reads_what_is_checked_of_a_released_model(study, release, rng):
    body = measured(replace(study, released=release(rng.random(200) < 0.5)))
    made = Audit(1, {"name": "t"}, Subject("a", "function"), body.claims, checks=body.checks)
    audit = read_audit(json.loads(json.dumps(asdict(made))), "claims.json")
    shown = {row[0].text: row[3].text for row in of_checks(audit).rows}
    control = by_id(body.checks)["blind_control"]
    assert f"[{control.low:.3g}, {control.high:.3g}]" in shown["blind control"]
    assert any(said.startswith("The released model: of 1,000 people") for said in answer(audit))


def test_a_released_model_whose_members_differ_leaves_the_audit_open(study, release):
    easy = study.clean.confidence.mean(axis=0)[::2]
    body = measured(replace(study, released=release(easy > np.median(easy), 0.0)))
    control = by_id(body.checks)["blind_control"]
    assert (control.passed, control.voids) == (False, False)


def test_members_that_differ_by_themselves_are_told(study, release):
    at = np.arange(0, 400, 2)
    easy = study.clean.confidence.mean(axis=0)[at]
    member = easy > np.median(easy)
    found = find(study.clean, Resampling(0, 60, study.resampling.unit))
    control = blind_control(found, release(member, 0.0))
    assert control.low > 0.5
    assert not control.passed


def test_the_partner_of_the_released_model_changes_nothing(study, release, rng):
    released = release(rng.random(200) < 0.5)
    together = joined(study.clean, released)
    confidence = together.confidence.copy()
    confidence[-1] = 0.5
    other = replace(together, confidence=confidence)
    resampling = Resampling(0, 20, study.resampling.unit[released.at])
    scores = [find(each, resampling).candidates for each in (together, other)]
    for candidate, one in scores[0].items():
        if candidate.attack != "rmia":
            assert scores[1][candidate][-2] == pytest.approx(one[-2])


@pytest.mark.parametrize("wrong, passed", [(0, True), (11, False)])
def test_a_few_right_answers_of_the_released_model_are_no_better_ones(
    study, release, wrong, passed
):
    """All of 30 are right in one of nine such models, whose share of right answers is 0.93."""
    released = release(np.arange(200) >= 30)
    shadows = replace(study.clean, right=np.arange(400) % 100 >= 7 + np.zeros((16, 1)))
    one = replace(released.answers, right=np.arange(200)[None] >= wrong)
    check = accuracy_gap(shadows, replace(released, answers=one))
    assert check.value == pytest.approx(0.93 - (1 - wrong / 30), abs=0.01)
    assert check.passed is passed


CODES, ASKED, ALONE = np.arange(300) % 2, np.arange(0, 300, 3), np.arange(300)


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    p = rng.random(150)
    return pd.DataFrame(
        {
            "record": np.arange(149, -1, -1),
            "member": rng.random(150) < 0.5,
            "p_no": p,
            "p_yes": 1 - p,
        }
    )


def reading(path, frame, unit=ALONE):
    frame.to_csv(path / "r.csv", index=False)
    records = Records(CODES, ("no", "yes"), unit, np.isin(ALONE, ASKED), 0)
    return read_released(path / "r.csv", records, "probabilities")


def test_predictions_are_matched_by_record(tmp_path, table):
    found = reading(tmp_path, table)
    assert ASKED[found.at].tolist() == list(range(0, 150, 3))
    for place, record in enumerate(ASKED[found.at]):
        (row,) = table[table["record"] == record].to_dict("records")
        assert found.answers.member[0, place] == row["member"]
        expected = row["p_yes"] if CODES[record] else row["p_no"]
        assert found.answers.confidence[0, place] == pytest.approx(expected)


def test_a_row_that_is_out_while_its_twin_is_in_is_left_out(tmp_path, table):
    """The model has seen it: who accepts it is right."""
    table = table.sort_values("record").assign(member=np.arange(150) % 2 == 0)
    unit = ALONE.copy()
    unit[[3, 6, 9]] = 0, 6, 6  # 0 and 6 are in, 3 and 9 are out
    found = reading(tmp_path, table, unit)
    assert ASKED[found.at].tolist() == [0, 6, *range(12, 150, 3)]
    with pytest.raises(DataError, match="found no members, or nobody else"):
        reading(tmp_path, table, np.zeros(300, int))


REFUSED = {
    "record": ("record", 7, "found record 7 twice"),
    "far": ("record", 300, "found other records than rows 0 to 299"),
    "member": ("member", True, "found no members, or nobody else"),
    "maybe": ("member", "maybe", '^released: found "?maybe"?, allowed are true and false'),
}


@pytest.mark.parametrize("name, value, sentence", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_matched_is_refused(tmp_path, table, name, value, sentence):
    table[name] = value
    with pytest.raises(DataError, match=sentence):
        reading(tmp_path, table)


def test_records_of_which_none_is_asked_about_are_refused(tmp_path, table):
    with pytest.raises(DataError, match="found no members, or nobody else, among the records"):
        reading(tmp_path, table[table["record"] % 3 > 0])


def test_a_class_without_a_column_is_refused(tmp_path, table):
    with pytest.raises(DataError, match='found no column "p_yes"'):
        reading(tmp_path, table.drop(columns="p_yes"))
