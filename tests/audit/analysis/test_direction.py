"""Answers that are the wrong way round, by which any leak would pass for none."""

from dataclasses import replace

import numpy as np
import pytest

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.direction import check
from truthserum.audit.analysis.found import Resampling
from truthserum.audit.analysis.released import Released
from truthserum.audit.analysis.study import measured


@pytest.fixture
def losses(rng):
    """(losses, members) of one model that overfits, [1, 300] each."""
    member = rng.random((1, 300)) < 0.5
    return rng.exponential(size=member.shape) * np.where(member, 0.5, 1), member


def passed(signal, member, right=None):
    return check(Answers(signal, member, right), Resampling(5, 40, np.arange(300))).passed


def test_losses_are_told_from_minus_the_losses(losses):
    loss, member = losses
    assert passed(-loss, member)
    assert not passed(loss, member)


def test_others_marked_as_members_are_told(losses):
    loss, member = losses
    likelihood = np.exp(-loss)
    assert passed(likelihood, member, likelihood > 0.5)
    assert not passed(likelihood, ~member, likelihood > 0.5)


def test_answers_all_on_one_side_of_each_other_are_told(losses):
    """Where no draw of the bootstrap differs from another."""
    _, member = losses
    assert passed(np.where(member, 1.0, 0.0), member)
    assert not passed(np.where(member, 0.0, 1.0), member)


def test_models_that_tell_nothing_pass(rng):
    member = rng.random((200, 1, 300)) < 0.5
    assert all(passed(rng.normal(size=of.shape), of) for of in member)


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_audits_the_right_way_round_stand(make_study, shift):
    study = make_study(shift=shift)
    found = {one.id: one.passed for one in measured(study).checks}
    assert found == {"models_differ": True, "members_score_higher": True}


def test_a_function_that_gives_its_loss_voids_the_audit(make_study):
    study = make_study(shift=1.0)
    loss = Answers(-np.log(study.clean.confidence), study.clean.member, None)
    body = measured(replace(study, clean=loss))
    (told,) = (one for one in body.checks if one.passed is False)
    assert told.id == "members_score_higher" and told.voids


def test_a_released_model_that_gives_its_loss_is_undecided(make_study, rng):
    study = make_study(records=400, shift=3.0)
    signal = Answers(np.log(study.clean.confidence), study.clean.member, None)
    of_one = Answers.of_one(-signal.confidence[0], signal.member[0])
    released = Released(of_one, np.arange(400))
    body = measured(replace(study, clean=signal, released=released))
    found = {one.id: (one.passed, one.voids) for one in body.checks}
    assert found["members_score_higher"] == (True, True)
    assert found["released.members_score_higher"] == (False, False)
