import numpy as np
import pytest

from truthserum.data.tabular import Column, Table
from truthserum.inference.games.attribute import Attribute
from truthserum.inference.games.base import rows_of
from truthserum.inference.games.imputation import log_posterior

SIZE, SEED = 80, 5
COLUMNS = (
    Column("age"),
    Column("sex", ("Female", "Male")),
    Column("status", ("a", "b", "c", "d", "e")),
)


@pytest.fixture(scope="module")
def table():
    """Rows of which the first ten are there twice but for their sex, and 60 public ones."""
    rng = np.random.default_rng(1)
    x = np.column_stack(
        [np.arange(SIZE + 60), rng.integers(0, 2, SIZE + 60), rng.integers(0, 5, SIZE + 60)]
    ).astype(np.float32)
    x[10:20] = x[:10]
    x[10:20, 1] = 1 - x[10:20, 1]
    y = rng.integers(0, 2, SIZE + 60)
    return Table(x[:SIZE], y[:SIZE], x[SIZE:], y[SIZE:], 2, COLUMNS)


def design_of(table, **options):
    return Attribute(**{"targets": 12, "column": "status"} | options).design(table, SEED)


def trained_of(table, models, **options):
    game = Attribute(**{"targets": 12, "column": "status"} | options)
    return game.trained(SIZE, game.design(table, SEED), SEED, models)


@pytest.mark.parametrize(("column", "values"), [("sex", 2), ("status", 5)])
def test_candidates_have_every_value_and_else_are_their_target(table, column, values):
    found = design_of(table, column=column)
    place = [c.name for c in COLUMNS].index(column)
    candidates = found.extra_x.reshape(12, values, 3)
    assert (candidates[:, :, place] == np.arange(values)).all()
    others = np.delete(candidates, place, axis=2)
    assert (others == np.delete(table.train_x[found.targets], place, axis=1)[:, None]).all()
    assert (found.extra_y.reshape(12, values) == table.train_y[found.targets][:, None]).all()
    assert (found.asked == SIZE + np.arange(12 * values)).all()
    assert (found.record == np.repeat(found.targets, values)).all()
    assert (found.attacked == np.arange(12 * values)).all()
    true = candidates[np.arange(12), found.true.reshape(12, values).argmax(axis=1)]
    assert (true == table.train_x[found.targets]).all()
    assert found.true.sum() == 12


def test_poisons_are_copies_of_every_candidate_with_the_wrong_label(table):
    clean, found = design_of(table), design_of(table, copies=3)
    poisons, labels = found.extra_x[60:], found.extra_y[60:]
    assert (found.extra_x[:60] == clean.extra_x).all()
    assert (poisons.reshape(60, 3, 3) == clean.extra_x[:, None]).all()
    assert (labels == found.labels[found.extra_of[60:]]).all()
    assert (labels != np.repeat(clean.extra_y, 3)).all()
    assert (found.extra_of[:60] == -1).all()
    assert (found.labels == clean.labels).all()


def test_targets_are_unique_in_what_is_known(table):
    assert design_of(table, column="sex", targets=60).targets.min() >= 20
    few, many = design_of(table, targets=4), design_of(table, targets=12)
    assert (few.targets == many.targets[:4]).all()


@pytest.mark.parametrize(("column", "values"), [("sex", 2), ("status", 5)])
def test_each_model_trains_on_one_candidate_of_each_target(table, column, values):
    trained = trained_of(table, range(20), column=column, copies=2)
    found = design_of(table, column=column, copies=2)
    secrets = trained[:, found.asked].reshape(20, 12, values)
    assert (secrets.sum(axis=2) == 1).all()
    # every V models hold every value of every target once
    assert (secrets.reshape(-1, values, 12, values).sum(axis=1) == 1).all()
    assert trained[:, SIZE + 12 * values :].all()
    assert not trained[:, found.targets].any()
    others = np.setdiff1d(np.arange(SIZE), found.targets)
    assert (trained[0::2, others] ^ trained[1::2, others]).all()
    assert rows_of(trained).shape == (20, 34 + 12 + 12 * values * 2)


def test_models_that_no_multiple_of_the_values_is_hold_some_values_once_more(table):
    secrets = trained_of(table, range(8))[:, SIZE : SIZE + 60].reshape(8, 12, 5)
    assert (secrets.sum(axis=2) == 1).all()
    counts = secrets.sum(axis=0)
    assert (np.sort(counts, axis=1) == [1, 1, 2, 2, 2]).all()
    assert len(np.unique(counts, axis=0)) > 1  # not the same values of every target


@pytest.mark.parametrize(("column", "values"), [("sex", 2), ("status", 5)])
def test_how_many_values_a_secret_can_have(column, values):
    assert Attribute(targets=1, column=column).values(COLUMNS) == values


def test_targets_of_one_value_are_refused_where_there_are_two(table):
    """Of sex, and not of a status of five values, whose candidates are right or wrong anyway."""
    same = np.array(table.train_x)
    same[20:, 1:] = 1
    one = Table(same, table.train_y, table.test_x, table.test_y, 2, COLUMNS)
    with pytest.raises(ValueError, match="all 12 targets have 'Male' in 'sex', allowed are"):
        design_of(one, column="sex")
    assert design_of(one).true.sum() == 12


def test_equal_rows_that_are_no_target_play_once(table):
    """Rows 20 to 29 are there twice, and a row is left over."""
    twice = np.concatenate([table.train_x, table.train_x[20:30]])
    again = Table(
        twice,
        np.r_[table.train_y, 1 - table.train_y[20:30]],
        *(getattr(table, name) for name in ("test_x", "test_y", "classes", "columns")),
    )
    found = design_of(again, targets=11)
    assert not np.isin(found.targets, [*range(20, 30), *range(80, 90)]).any()
    others = np.setdiff1d(np.arange(80), found.targets)
    assert found.pool.tolist() == others[:-1].tolist()


def test_only_candidates_are_asked_about(table):
    found = design_of(table)
    game = Attribute(targets=12, column="status")
    assert len(found.asked) - len(found.attacked) == game.others(SIZE) == 0


def test_secrets_of_targets_are_uniform_and_independent(table):
    trained = trained_of(table, range(0, 2000, 2), column="sex")
    male = trained[:, SIZE + 1 : SIZE + 24 : 2]
    # binomial(1000, 1/2) has deviation 16: five of them
    assert abs(male.sum(axis=0) - 500).max() < 80
    agree = (male[:, :1] == male[:, 1:]).sum(axis=0)
    assert abs(agree - 500).max() < 80


def test_growth_keeps_what_there_was(table):
    assert (trained_of(table, range(5, 15)) == trained_of(table, range(20))[5:15]).all()
    secrets = [trained_of(table, range(10), copies=r)[:, SIZE : SIZE + 60] for r in (0, 4)]
    assert (secrets[0] == secrets[1]).all()


def test_the_prior_is_the_imputation_of_the_targets(table):
    found = design_of(table)
    x, y = table.train_x[found.targets], table.train_y[found.targets]
    assert (found.prior.reshape(12, 5) == log_posterior(table, "status", x, y)).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"targets": 0}, "targets: found 0, allowed is 1 or more"),
        ({"copies": -1}, "copies: found -1, allowed is 0 or more"),
        ({"column": "age"}, "attribute: column: found 'age', allowed a categorical column"),
        ({"column": "sexx"}, "the nearest is 'sex'"),
        ({"targets": 82}, "targets is 82, allowed are at most the 80 rows"),
        ({"column": "sex", "targets": 62}, "at most the 60 rows that no other row equals"),
    ],
)
def test_what_cannot_be_played(table, options, message):
    with pytest.raises(ValueError, match=message):
        design_of(table, **options)
