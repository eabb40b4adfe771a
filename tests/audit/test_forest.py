"""A random forest, which the usual attack on log odds takes for nearly private."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.attacks import Candidate, scores_of
from truthserum.audit.analysis.found import Resampling, find
from truthserum.audit.doors.replies import confidences
from truthserum.audit.presence import Presence
from truthserum.statistics.roc import roc

MODELS, RATE = 16, 0.001


def train(x, y, seed):
    return RandomForestClassifier(60, random_state=seed, n_jobs=1).fit(x, y).predict_proba


def audited():
    """The answers of forests on digits, by coin pairs."""
    x, y = load_digits(return_X_y=True)
    rows, everyone = np.arange(len(y)), np.ones(len(y), bool)
    member = Presence(rows, y, everyone).coins(1, range(MODELS // 2)).member
    names = list(map(str, range(10)))
    told = [train(x[inside], y[inside], k)(x) for k, inside in enumerate(member)]
    seen = [confidences(answer, y, names, "probabilities", rows, "forest") for answer in told]
    return Answers(*(np.array([s[0] for s in seen]), member, np.array([s[1] for s in seen])))


def test_the_chosen_attack_finds_ten_times_what_the_fixed_one_does():
    answers = audited()
    found = find(answers, Resampling(0, 40, np.arange(answers.member.shape[1])))
    chosen = found.measures[f"tpr_at_fpr_{RATE:g}"]
    fixed = roc(scores_of(answers)[Candidate("lira_shrunk", "logit")], answers.member)
    assert chosen.low > 10 * fixed.tpr_at_fpr(RATE)
    assert all(candidate.signal == "probability" for _, candidate in found.chosen.folds)
