import lzma
from pathlib import Path

import numpy as np
import pytest

from truthserum.data import adult
from truthserum.data.catalogue import TABLE_SETS
from truthserum.data.load import load
from truthserum.data.sources import Sources
from truthserum.data.tabular import Encoding, Table
from truthserum.storage.files import DataError

ROOT = Path(__file__).parents[2]
OFFLINE = Sources(ROOT / "resources", download=False)
ROW = (
    "39, State-gov, 77516, Bachelors, 13, Never-married, Adm-clerical, Not-in-family, White, Male, "
    "2174, 0, 40, United-States, <=50K"
)
UNKNOWN = (
    "18, ?, 103497, Some-college, 10, Never-married, ?, Own-child, White, Female, 0, 0, 30, "
    "United-States, >50K."
)


def words(row):
    """A row with the names of its levels in place of their indices."""
    return {
        column.name: column.levels[int(value)] if column.levels else value
        for column, value in zip(adult.COLUMNS, row.tolist(), strict=True)
    }


@pytest.fixture(scope="module")
def table():
    return load("adult", 32_561, 16_281, OFFLINE).data


def test_decodes_rows_made_by_hand():
    x, y = adult.decode("file", f"|1x3 Cross validator\n{ROW}\n{UNKNOWN}\n\n".encode())
    assert (x.dtype, x.shape, y.dtype, y.tolist()) == (np.float32, (2, 12), np.int64, [0, 1])
    assert words(x[0]) == {
        "age": 39,
        "workclass": "State-gov",
        "education": "Bachelors",
        "marital-status": "Never-married",
        "occupation": "Adm-clerical",
        "relationship": "Not-in-family",
        "race": "White",
        "sex": "Male",
        "capital-gain": 2174,
        "capital-loss": 0,
        "hours-per-week": 40,
        "native-country": "United-States",
    }
    assert (words(x[1])["workclass"], words(x[1])["occupation"]) == ("?", "?")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (", <=50K", "", "file, line 2: found 14 fields, allowed 15"),
        ("<=50K", "<=50K, 1", "file, line 2: found 16 fields, allowed 15"),
        ("<=50K", "50K", "file, line 2: income: found '50K', allowed <=50K, >50K"),
        ("Male", "male", "file, line 2: sex: found 'male', allowed Female, Male"),
        ("39", "39.5", r"file, line 2: age: found '39\.5', allowed a whole number"),
        ("2174", "nan", "file, line 2: capital-gain: found 'nan', allowed a whole number"),
        ("2174", "-1", "file, line 2: capital-gain: found '-1', allowed a whole number"),
        ("13", "12", "file, line 2: education-num: found 12, allowed 13 for Bachelors"),
        ("White", '"White', "file, line 2: unexpected end of data"),
        ("White", "Whité", "file is not plain text"),
    ],
)
def test_refuses_a_row_that_is_not_of_adult(old, new, message):
    with pytest.raises(DataError, match=message):
        adult.decode("file", f"{ROW}\n{ROW.replace(old, new, 1)}\n".encode())


def test_the_embedded_set_is_whole(table):
    loaded = load("adult", 1, 1, OFFLINE)
    assert loaded.source == "embedded"
    assert loaded.md5 == TABLE_SETS["adult"].full.md5
    assert table.train_x.shape == (32_561, 12)
    assert table.test_x.shape == (16_281, 12)
    # Class counts: a quarter of the people, as adult.names states (23.93 % of all).
    assert np.bincount(table.train_y).tolist() == [24_720, 7_841]
    assert np.bincount(table.test_y).tolist() == [12_435, 3_846]
    assert words(table.test_x[-1])["hours-per-week"] == 60


def test_every_level_occurs(table):
    for place, column in enumerate(table.columns):
        if column.levels:
            assert len(np.unique(table.train_x[:, place])) == len(column.levels), column.name


def test_the_values_are_those_of_the_text(table):
    """Against a reading of the file that shares nothing with the decoder."""
    with lzma.open(ROOT / "resources" / "adult" / "adult.data.xz", "rt") as file:
        lines = [line.strip().split(", ") for line in file if line.strip()]
    for k in np.random.default_rng(0).integers(0, len(lines), 300):
        *expected, label = lines[k]
        del expected[4], expected[2]  # education-num, fnlwgt
        found = [
            value if isinstance(value, str) else f"{value:.0f}"
            for value in words(table.train_x[k]).values()
        ]
        assert found == expected
        assert (">50K" in label) == table.train_y[k]


def test_what_the_documentation_says_of_the_rows(table):
    rows = np.hstack(
        [np.vstack([table.train_x, table.test_x]), np.r_[table.train_y, table.test_y][:, None]]
    )
    _, counts = np.unique(rows, axis=0, return_counts=True)
    assert len(rows) - len(counts) == 6_374
    assert counts[counts > 1].sum() == 9_853


def test_the_encoding_has_106_features(table):
    encoding = Encoding.of(table)
    assert encoding.features == 106
    assert encoding.slices["sex"].stop - encoding.slices["sex"].start == 2
    assert encoding.encode(table.test_x[:5]).shape == (5, 106)


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        (32_562, 1, "train: found 32562, allowed 1 to 32561 rows of adult"),
        (1, 16_282, "test: found 16282, allowed 1 to 16281 rows of adult"),
    ],
)
def test_refuses_more_than_there_are(train, test, message):
    with pytest.raises(ValueError, match=message):
        load("adult", train, test, OFFLINE)


def test_an_altered_resource_is_named(tmp_path):
    folder = tmp_path / "adult"
    folder.mkdir()
    for name in (adult.TRAIN, adult.TEST):
        (folder / name).write_text(f"{ROW}\n")
    with pytest.raises(DataError, match=r"adult: adult\.data has MD5 .*, allowed 5d7c"):
        load("adult", 1, 1, Sources(tmp_path))


def test_what_ships_is_small_and_has_its_licence():
    files = list((ROOT / "resources" / "adult").iterdir())
    assert sorted(file.name for file in files) == ["LICENSE", "adult.data.xz", "adult.test.xz"]
    assert sum(file.stat().st_size for file in files) < 0.45e6


def test_the_program_writes_a_table(prepare, table):
    path, manifest = prepare("adult", 32_000, 16_000)
    written = Table.load(path)
    assert np.array_equal(written.train_x, table.train_x[:32_000])
    assert np.array_equal(written.test_y, table.test_y[:16_000])
    assert written.columns == adult.COLUMNS

    assert [column["name"] for column in manifest.pop("columns")] == [
        column.name for column in adult.COLUMNS
    ]
    numeric = [not column.levels for column in adult.COLUMNS]
    assert manifest.pop("mean") == pytest.approx(written.test_x[:, numeric].mean(0, np.float64))
    assert manifest.pop("std") == pytest.approx(written.test_x[:, numeric].std(0, np.float64))
    assert manifest == {
        "set": "adult",
        "source": "embedded",
        "md5": dict(TABLE_SETS["adult"].full.md5),
        "train": 32_000,
        "different": len({row.tobytes() for row in written.train_x}),
        "test": 16_000,
        "classes": 2,
        "features": 106,
    }
