import numpy as np
import pytest

from truthserum.data.tabular import Column, Table
from truthserum.inference.games.imputation import log_posterior

COLUMNS = (Column("hint", ("x", "y", "z")), Column("secret", ("a", "b", "c")))


@pytest.fixture
def table():
    """Public rows whose hint names the secret nine times in ten; class 1 is rare and of 'c'."""
    rng = np.random.default_rng(0)
    secret = rng.integers(0, 3, 6000)
    hint = np.where(rng.random(6000) < 0.9, secret, (secret + rng.integers(1, 3, 6000)) % 3)
    x = np.column_stack([hint, secret]).astype(np.float32)
    return Table(x[:9], np.zeros(9, int), x, (secret == 2) * (np.arange(6000) % 2), 2, COLUMNS)


def test_probabilities_of_a_known_table(table):
    """Bayes by hand: the hint is right with 0.9, and class 0 halves the weight of 'c'."""
    x = np.array([[0, 0], [1, 0], [2, 0]], np.float32)
    found = np.exp(log_posterior(table, "secret", x, np.zeros(3, int)))
    expected = (0.05 + 0.85 * np.eye(3)) * [1, 1, 0.5]
    assert found == pytest.approx(expected / expected.sum(axis=1, keepdims=True), abs=0.03)


def test_the_class_is_known_and_the_secret_is_not(table):
    x = np.array([[0, 0], [0, 1], [0, 2]], np.float32)
    rare = np.exp(log_posterior(table, "secret", x, np.ones(3, int)))
    assert (rare == rare[0]).all()
    assert rare[0, 2] > 0.9


def test_a_value_that_the_public_lack_is_unlikely_but_possible(table):
    columns = (COLUMNS[0], Column("secret", ("a", "b", "c", "never")))
    grown = Table(table.train_x, table.train_y, table.test_x, table.test_y, 2, columns)
    found = log_posterior(grown, "secret", grown.train_x, grown.train_y)
    assert np.isfinite(found).all()
    assert (np.exp(found[:, 3]) < 0.01).all()


def test_a_numeric_secret_is_refused(table):
    with pytest.raises(ValueError, match="found 'age', allowed a categorical column"):
        log_posterior(table, "age", table.train_x, table.train_y)
