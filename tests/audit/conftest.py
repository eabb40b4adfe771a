"""Audits whose answer is known: made-up answers of models by coin pairs; and the example."""

import json

import audited
import numpy as np
import pytest
from scipy.special import expit

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.found import Resampling
from truthserum.audit.analysis.records import People
from truthserum.audit.analysis.study import Study
from truthserum.audit.presence import Presence
from truthserum.audit.report.policy import read_policy
from truthserum.audit.report.verdict import judge
from truthserum.audit.result import read_audit


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def made(rng, pairs=8, records=200, shift=0.0, classes=3, **more):
    """A study of Gaussian log odds, higher by `shift` deviations for members."""
    label = rng.integers(0, classes, records)
    unit = np.arange(records)
    coins = Presence(unit, label, np.ones(records, bool)).coins(
        int(rng.integers(2**40)), range(pairs)
    )
    centre = rng.normal(1, 2, records)
    odds = centre + rng.normal(size=coins.member.shape) + np.asarray(shift) * coins.member
    answers = Answers(expit(odds), coins.member, odds > 0)
    people = People(
        np.arange(records),
        label.astype(str),
        {"sex": np.array(["f", "m"])[rng.integers(0, 2, records)]},
    )
    return Study(answers, coins, people, Resampling(5, 40, unit), **more)


@pytest.fixture
def make_study(rng):
    """make_study(pairs, records, shift, …): see `made`."""
    return lambda **options: made(rng, **options)


@pytest.fixture
def audit():
    """audit(**keys): the example, with keys replaced."""
    return lambda **more: read_audit(audited.claims(**more), "claims.json")


@pytest.fixture
def judged(audit):
    """judged({limit: …}, …, key=…): the example under a policy."""

    def made(*limits, more=None, **keys):
        written = [{"source": "the board"} | limit for limit in limits]
        text = json.dumps({"name": "board", "limits": written} | keys)
        return judge(audit(**(more or {})), read_policy(text, "board.yaml"))

    return made
