"""A user's own records as a data set of ours, and the sentence of each refusal."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from truthserum.audit.data.own import read
from truthserum.audit.data.prepared import prepared, surroundings, versions
from truthserum.audit.options import Data
from truthserum.data.tabular import Encoding
from truthserum.storage.files import DataError

ROWS = 120


@pytest.fixture
def frame():
    """Numbers with a gap, large numbers, words with a gap, and classes."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "age": np.where(np.arange(ROWS) == 7, np.nan, rng.normal(40, 9, ROWS)),
            "seen": 1.7e9 + rng.integers(0, 50, ROWS),
            "job": rng.choice(["clerk", "nurse", None], ROWS),
            "old": rng.random(ROWS) < 0.5,
            "risk": np.array(["high", "low"])[np.arange(ROWS) % 2],
        }
    )


@pytest.fixture
def made(tmp_path):
    """made(frame): the data set of a table."""

    def make(frame):
        frame.to_csv(tmp_path / "own.csv", index=False)
        data = Data(file=str(tmp_path / "own.csv"), label="risk")
        return prepared(data, read(data, "probabilities"))

    return make


def test_features_are_scaled_numbers_and_indicators(frame, made):
    table = made(frame)
    features = Encoding.of(table).encode(table.train_x)
    columns = {name: features[:, at] for name, at in Encoding.of(table).slices.items()}
    age, seen = frame["age"].fillna(frame["age"].mean()), frame["seen"]
    assert columns["age"][:, 0] == pytest.approx((age - age.mean()) / age.std(ddof=0), abs=1e-5)
    assert columns["age (missing)"][:, 1].tolist() == frame["age"].isna().tolist()
    assert columns["seen"][:, 0] == pytest.approx((seen - seen.mean()) / seen.std(ddof=0), abs=1e-5)
    job = frame["job"].fillna("missing")
    for k, word in enumerate(["clerk", "missing", "nurse"]):
        assert columns["job"][:, k].tolist() == (job == word).tolist()
    assert columns["old"][:, 1].tolist() == frame["old"].tolist()
    assert set(columns) == {"age", "age (missing)", "seen", "job", "old"}
    assert table.train_y.tolist() == (frame["risk"] == "low").tolist()


def test_numbers_with_a_comma_are_no_words(frame, made, tmp_path):
    """Few different ones are no identifier, and were indicators of as many words."""
    frame["price"] = [f"{k % 9},5" for k in range(ROWS)]
    with pytest.raises(DataError, match='data: found "0,5" in the column "price", allowed are num'):
        made(frame)
    kept = Data(file=str(tmp_path / "own.csv"), label="risk", keep=["price"])
    assert len(prepared(kept, read(kept, "probabilities")).columns[-1].levels) == 9
    frame["price"] = [f"{k % 9},5,7" for k in range(ROWS)]  # a list of codes
    assert len(made(frame).columns[-1].levels) == 9


def test_images_are_of_one_size_and_in_order(tmp_path):
    for k, name in enumerate("ab"):
        (tmp_path / name).mkdir()
        for j in range(60):
            Image.new("L", (9, 8), 10 * k + j).save(tmp_path / name / f"{j:02d}.png")
    data = Data(folder=str(tmp_path), size=4)
    images = prepared(data, read(data, "probabilities"))
    assert images.train_x.shape == (120, 3, 4, 4)
    assert images.train_x[:, 2, 1, 1].tolist() == [*range(60), *range(10, 70)]
    assert images.train_y.tolist() == [0] * 60 + [1] * 60
    small = tmp_path / "b" / "07.png"
    Image.new("RGBA", (9, 3)).save(small)
    with pytest.raises(DataError, match=f"size: found 4, allowed are at most 3 pixels, .* {small}"):
        prepared(data, read(data, "probabilities"))


def test_arrays_are_numbers(tmp_path):
    x, y = np.random.default_rng(0).normal(size=(120, 3)), np.arange(120) % 2
    np.savez(tmp_path / "own.npz", x=x, y=y)
    data = Data(file=str(tmp_path / "own.npz"))
    table = prepared(data, read(data, "probabilities"))
    assert table.train_x == pytest.approx((x - x.mean(axis=0)) / x.std(axis=0), abs=1e-6)
    np.savez(tmp_path / "own.npz", x=x[:, :, None], y=y)
    with pytest.raises(DataError, match=r"found x float64 \[120, 3, 1\], allowed for our models"):
        prepared(data, read(data, "probabilities"))


@pytest.fixture
def around(tmp_path):
    """around(frame, name): what is known beside a protected column of a table."""

    def make(frame, name):
        frame.to_csv(tmp_path / "own.csv", index=False)
        data = Data(file=str(tmp_path / "own.csv"), label="risk")
        return surroundings(data, read(data, "probabilities"), name)

    return make


def test_a_protected_column_is_one_of_words_and_others_tell_what_they_can(frame, around):
    frame["rooms"] = np.where(np.arange(ROWS) == 5, np.nan, np.arange(ROWS) % 3)
    words(frame), infinite(frame)
    table = around(frame, "rooms")
    assert [column.name for column in table.columns] == ["seen", "old", "rooms"]
    assert table.columns[-1].levels == ("0.0", "1.0", "2.0", "missing")
    expected = frame["rooms"].fillna(3)
    assert table.train_x[:, -1].tolist() == expected.tolist()


NOT_GUESSED = {
    "numbers": ("seen", '48 different values of "seen", allowed are 2 to 20: add a column with'),
    "one value": ("one", 'protect: found 1 different values of "one", allowed are 2 to 20$'),
    "many words": ("word", 'protect: found 105 different values of "word", allowed are 2 to 20$'),
    "no column": ("jobs", r'protect: found no column "jobs" .did you mean "job"'),
}


@pytest.mark.parametrize("name, sentence", NOT_GUESSED.values(), ids=NOT_GUESSED)
def test_what_cannot_be_guessed_is_said(frame, around, name, sentence):
    frame["one"], frame["word"] = 1, [f"word {k % 105}" for k in range(ROWS)]
    with pytest.raises(DataError, match=sentence) as error:
        around(frame, name)
    assert "\n" not in str(error.value)


def test_a_column_is_lent_as_it_is(frame, made):
    table = made(frame)
    names = [column.name for column in table.columns]
    rows, lenders = np.array([1, 2, 3]), np.array([7, 8, 7])  # of which row 7 has no age
    found = versions(table, rows, lenders, "age")
    for k, name in enumerate(names):
        from_where = lenders if name.startswith("age") else rows
        assert found[:, k].tolist() == table.train_x[from_where, k].tolist()
    assert found[:, names.index("age (missing)")].tolist() == [1, 0, 1]


def test_numbers_whose_squares_are_infinite_are_scaled_as_all_are(frame, made):
    def scaled(values):
        return made(frame.assign(age=values)).train_x[:, 0]

    drawn = np.random.default_rng(0).normal(size=ROWS)
    for factor in (2.0**1020, 2.0**-1030):  # of which the deviation was infinite, and 0
        assert scaled(drawn * factor) == pytest.approx(scaled(drawn), abs=1e-6)


def words(frame):
    frame["job"] = [f"word {k % 105}" for k in range(ROWS)]


def infinite(frame):
    frame.loc[3, "age"] = np.inf


def empty(frame):
    frame["age"] = np.nan


REFUSED = {
    "words": (words, 'found 105 different words in the column "job", allowed for our models are'),
    "infinite": (infinite, 'found an infinite number in the column "age", allowed are finite'),
    "empty": (empty, 'found no number in the column "age", allowed are finite numbers'),
}


@pytest.mark.parametrize("change, sentence", REFUSED.values(), ids=REFUSED)
def test_what_our_models_cannot_take_is_said(frame, made, change, sentence):
    change(frame)
    with pytest.raises(DataError, match=sentence) as error:
        made(frame)
    assert "\n" not in str(error.value)
