"""A logistic regression as a model of ours: what it answers, and the record that it gives away."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from truthserum.audit.linear import EXACT, Glm, claims, reconstructed, train
from truthserum.audit.poison import Poison, nobody
from truthserum.audit.shards import Asked, Shard
from truthserum.closed_form.attack import reconstruct
from truthserum.data.tabular import Column, Encoding, Table


@pytest.fixture(params=[2, 3])
def table(request):
    """Numbers and words, and two or three classes."""
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.normal(size=(120, 3)), rng.integers(0, 4, 120)]).astype(np.float32)
    y = (x[:, 0] + rng.normal(size=120) > 0).astype(np.int64)
    if request.param == 3:
        y[x[:, 1] > 0.8] = 2
    columns = *(Column(str(k)) for k in range(3)), Column("job", tuple("abcd"))
    return Table(x, y, x, y, request.param, tuple(columns))


def test_models_are_those_of_scikit_learn(table):
    member = np.random.default_rng(1).random((2, 120)) < 0.5
    target, liar = 5, int(np.flatnonzero(table.train_y != table.train_y[5])[0])
    copies = Poison(np.array([target]), np.array([target] * 3), np.array([liar] * 3))
    asked = Asked(table.train_x, table.train_y)
    features = Encoding.of(table).encode(table.train_x).astype(float)
    for added in (nobody(), copies):
        (confidence, right), seconds = train(
            Glm(0.5), table, Shard(range(2), 1, member, added), asked
        )
        assert len(seconds) == 2
        for k, held in enumerate(member):
            rows = np.append(np.flatnonzero(held), added.rows)
            labels = table.train_y[np.append(np.flatnonzero(held), added.labels)]
            # The intercept is penalised as all weights are: a feature that is always one.
            x = np.column_stack([np.ones(120), features])
            model = LogisticRegression(C=2.0, fit_intercept=False, tol=1e-10, max_iter=10_000)
            p = model.fit(x[rows], labels).predict_proba(x)
            assert confidence[k] == pytest.approx(p[np.arange(120), table.train_y], abs=1e-4)
            assert (right[k] == (p.argmax(axis=1) == table.train_y)).all()


def test_the_unknown_record_comes_out(table):
    fitted = Glm().fitted(table, table.train_x, table.train_y)
    gap = reconstructed(fitted, np.arange(120), "float64")
    assert (gap < 1e-6).all()
    known = np.arange(120) != 7
    guess = reconstruct(fitted.model, fitted.theta, fitted.features[known], fitted.targets[known])
    assert np.abs(guess.x - fitted.features[7]).max() == pytest.approx(gap[7], abs=1e-9)
    found = {claim.id: claim for claim in claims(fitted, 50, 1)}
    exact, rounded = found["reconstruction_exact"], found["reconstruction_rounded"]
    assert exact.value == 1
    assert exact.low < 1 == exact.high
    assert exact.asked == 50
    assert rounded.value < 1
    assert found["reconstruction_error_exact"].value < EXACT
    assert found["reconstruction_error_rounded"].value > EXACT


def test_weights_that_ignore_their_data_tell_nothing(table):
    fitted = Glm(1e12).fitted(table, table.train_x, table.train_y)
    found = {claim.id: claim for claim in claims(fitted, 50, 1)}
    assert found["reconstruction_rounded"].value == 0
    assert found["reconstruction_error_rounded"].value > EXACT
