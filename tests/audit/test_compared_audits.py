"""Two audits on the same coins: their comparison is paired, and its intervals cover."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.claims import comparable
from truthserum.audit.analysis.found import Resampling, find
from truthserum.audit.analysis.study import Study, measured
from truthserum.audit.presence import Presence
from truthserum.audit.report.compare import compare, compared
from truthserum.audit.result import Audit, Subject

RUNS, PAIRS, RECORDS = 120, 6, 60


def two_arms(rng, shifts, pairs=PAIRS, records=RECORDS, alike=0.8):
    """Answers of two ways to train on the same coins, most of whose noise is the same; the coins.

    shifts: by how many deviations of the noise members are surer.
    """
    label = np.zeros(records, int)
    presence = Presence(np.arange(records), label, np.ones(records, bool))
    coins = presence.coins(int(rng.integers(2**40)), range(pairs))
    member = coins.member
    centre, shared = rng.normal(0, 2, records), rng.normal(size=member.shape)
    arms = []
    for shift in shifts:
        own = rng.normal(size=member.shape)
        odds = centre + alike**0.5 * shared + (1 - alike) ** 0.5 * own + shift * member
        arms.append(Answers(expit(odds), member, odds > 0))
    return arms, coins


def auc_of(answers, seed):
    rows = comparable(find(answers, Resampling(seed, 60, np.arange(RECORDS))))
    (row,) = [row for row in rows if row.id == "auc"]
    return row


@pytest.fixture(scope="module", params=[(1.0, 1.0), (1.5, 0.7)], ids=["equal", "less"])
def simulated(request):
    """Paired and independent intervals of the change in AUC, [runs, (value, low, high)] each."""
    rng, found = np.random.default_rng(7), {True: [], False: []}
    for run in range(RUNS):
        one, other = (auc_of(each, run) for each in two_arms(rng, request.param)[0])
        for alike, rows in found.items():
            row = compared(one, other, alike)
            assert row.paired == alike
            rows.append((row.change.value, row.change.low, row.change.high))
    return {alike: np.array(rows) for alike, rows in found.items()}


def test_a_paired_interval_covers_and_is_shorter(simulated):
    value, low, high = simulated[True].T
    covered = (low <= value.mean()) & (value.mean() <= high)
    assert covered.sum() >= binom.ppf(0.001, RUNS, 0.95)
    wide = np.ptp(simulated[False][:, 1:], axis=1)
    assert (high - low).mean() < 0.95 * wide.mean()


def study(answers, coins, people, **more):
    unit = np.arange(answers.member.shape[1])
    return Study(answers, coins, people, Resampling(5, 40, unit), **more)


def test_it_says_what_the_same_arm_as_a_mitigation_says(make_study, rng):
    people = make_study(records=200).people
    (plain, less), coins = two_arms(rng, (1.5, 0.5), pairs=8, records=200)
    inside = measured(study(plain, coins, people, trained={"less": less}))
    (mitigated,) = [row for row in inside.mitigations if row.id == "less"]
    audits = []
    for name, answers in (("one", plain), ("other", less)):
        body = measured(study(answers, coins, people))
        audits.append(Audit(1, {}, Subject(name, "function", coins="heads"), body.claims))
    rows = {row.one.id: row for row in compare(*audits)}
    differences = {told.id: told for told in mitigated.differences}
    assert {"auc", "accuracy", "tpr_at_fpr_0.01"} <= differences.keys()
    for told in differences.values():
        change = rows[told.id].change
        found = change.value, change.low, change.high
        assert rows[told.id].paired
        assert found == pytest.approx([told.value, told.low, told.high], abs=3e-6)
