from dataclasses import replace

import numpy as np
import pytest

from truthserum.data.images import Images
from truthserum.data.tabular import Column, Encoding, Table, categorical, with_column
from truthserum.storage.files import DataError
from truthserum.storage.manifests import manifest_of

COLUMNS = (
    Column("age"),
    Column("colour", ("red", "green", "very; blue, 'é'")),
    Column("income"),
    Column("owner", ("no", "yes")),
)


def random_table(seed, train=40, test=7):
    rng = np.random.default_rng(seed)

    def rows(count):
        numeric = rng.normal(50, 20, (2, count))
        codes = [rng.integers(0, 3, count), rng.integers(0, 2, count)]
        return np.stack([numeric[0], codes[0], numeric[1], codes[1]], 1).astype(np.float32)

    labels = rng.integers(0, 2, train + test)
    return Table(rows(train), labels[:train], rows(test), labels[train:], 2, COLUMNS)


@pytest.fixture
def table():
    return random_table(0)


def rows(*values):
    return np.array(values, np.float32)


def same(one, other):
    arrays = ("train_x", "train_y", "test_x", "test_y")
    return (one.classes, one.columns) == (other.classes, other.columns) and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        and getattr(one, name).dtype == getattr(other, name).dtype
        for name in arrays
    )


def test_a_column_names_each_level_once():
    with pytest.raises(ValueError, match=r"sex: found \['F'\] repeated"):
        Column("sex", ("F", "M", "F"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"train_x": np.zeros((40, 4))},
            r"train_x: rows: found float64 \(40, 4\), allowed float32",
        ),
        ({"test_x": rows([1, 2, 3])}, r"test_x: rows: found float32 \(1, 3\), allowed .* 4\]"),
        ({"test_x": rows(1, 2, 3, 4)}, r"test_x: found 1 axes, allowed \[n, 4\]"),
        ({"test_x": rows([0, 3, 0, 0])}, "test_x: colour: found 3, allowed 0 to 2, the index"),
        ({"test_x": rows([0, -1, 0, 0])}, "test_x: colour: found -1, allowed 0 to 2"),
        ({"test_x": rows([0, 0, 0, 0.5])}, r"test_x: owner: found 0\.5, allowed 0 to 1"),
        ({"test_x": rows([0, np.nan, 0, 0])}, "test_x: colour: found nan, allowed 0 to 2"),
        ({"test_x": rows([np.inf, 0, 0, 0])}, "test_x: age: found inf, allowed finite numbers"),
        ({"train_y": np.zeros(3, np.int64)}, r"train_y: found int64 \(3,\), allowed int64 \(40,\)"),
        ({"train_y": np.zeros(40, np.int32)}, "train_y: found int32"),
        ({"classes": 1}, "train_y: found labels 0 to 1, allowed 0 to 0"),
        ({"columns": (*COLUMNS[:3], Column("age"))}, r"columns: found \['age'\] repeated"),
    ],
)
def test_refuses_arrays_that_do_not_fit(table, change, message):
    with pytest.raises(ValueError, match=message):
        replace(table, **change)


def test_first_keeps_the_order(table):
    part = table.first(3, 2)
    assert np.array_equal(part.train_x, table.train_x[:3])
    assert np.array_equal(part.train_y, table.train_y[:3])
    assert np.array_equal(part.test_x, table.test_x[:2])
    assert np.array_equal(part.test_y, table.test_y[:2])
    assert part.columns == COLUMNS


def test_first_refuses_more_than_there_are(table):
    with pytest.raises(ValueError, match="test: found 8, allowed 0 to 7"):
        table.first(1, 8)


@pytest.mark.parametrize("kept", [[0, 1, 2, 3], [0, 2], [1, 3], [3]])
def test_a_saved_table_comes_back(table, tmp_path, kept):
    """Also one of numeric or of categorical columns only."""
    table = replace(
        table,
        train_x=table.train_x[:, kept],
        test_x=table.test_x[:, kept],
        columns=tuple(COLUMNS[k] for k in kept),
    )
    path = tmp_path / "new" / "table.npz"
    table.save(path)
    again = Table.load(path)
    assert same(again, table)
    assert type(again.classes) is int
    assert [file.name for file in path.parent.glob("[a-z]*")] == ["table.npz"]


def harm(path, **changes):
    with np.load(path) as file:
        arrays = dict(file)
    np.savez(path, **arrays | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"train_x": np.array([{}], dtype=object)},  # a pickle
        {"counts": np.array([0, 4, 0, 2])},
        {"counts": np.array([0, 3, 2])},
        {"levels": np.array(["red"] * 3 + ["no", "yes"])},
        {"test_x": rows([0, 3, 0, 0])},
        {"stranger": np.zeros(1)},
    ],
)
def test_a_file_that_is_something_else_is_refused(table, tmp_path, changes):
    path = tmp_path / "table.npz"
    table.save(path)
    harm(path, **changes)
    manifest_of(path).unlink()  # a file of somebody else's
    with pytest.raises(DataError, match=r"table\.npz is not a complete table file"):
        Table.load(path)


def test_a_file_that_is_cut_short_is_refused(table, tmp_path):
    path = tmp_path / "table.npz"
    table.save(path)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(DataError, match=r"table\.npz is cut short or altered"):
        Table.load(path)
    manifest_of(path).unlink()
    with pytest.raises(DataError, match=r"table\.npz is not a complete table file"):
        Table.load(path)


def test_tables_and_images_are_not_mistaken_for_each_other(table, tiny_images, tmp_path):
    table.save(tmp_path / "table.npz")
    tiny_images.save(tmp_path / "images.npz")
    with pytest.raises(DataError, match="not a complete image file"):
        Images.load(tmp_path / "table.npz")
    with pytest.raises(DataError, match="not a complete table file"):
        Table.load(tmp_path / "images.npz")


def test_one_column_is_set_in_a_copy(table):
    before = table.train_x.copy()
    changed = with_column(table.train_x, COLUMNS, "colour", 2)
    assert np.array_equal(table.train_x, before)
    assert np.all(changed[:, 1] == 2)
    assert np.array_equal(np.delete(changed, 1, axis=1), np.delete(before, 1, axis=1))
    assert changed.dtype == np.float32


def test_a_single_row_is_rows_too(table):
    assert with_column(table.train_x[0], COLUMNS, "owner", 1)[3] == 1


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "color",
            0,
            "column: found 'color', allowed a categorical column; the nearest is 'colour'",
        ),
        ("age", 0, "column: found 'age', allowed a categorical column; the nearest is '"),
        ("xyz", 0, "column: found 'xyz', allowed a categorical column; the nearest is '"),
        ("colour", 3, "colour: found 3, allowed 0 to 2, the index of a level"),
        ("colour", -1, "colour: found -1, allowed 0 to 2"),
    ],
)
def test_refuses_a_column_or_level_that_is_not_there(table, name, value, message):
    with pytest.raises(ValueError, match=message):
        with_column(table.train_x, COLUMNS, name, value)


def test_a_table_without_categorical_columns_says_so():
    with pytest.raises(ValueError, match="allowed a categorical column, of which there is none"):
        categorical((Column("age"),), "sex")
    assert categorical(COLUMNS, "owner") == 3


def naive_encode(encoding, row):
    """One row, feature by feature."""
    features, scales = [], list(zip(encoding.mean, encoding.std, strict=True))
    for column, value in zip(encoding.columns, row.tolist(), strict=True):
        if column.levels:
            features += [1.0 if value == k else 0.0 for k in range(len(column.levels))]
        else:
            mean, std = scales.pop(0)
            features.append((value - mean) / std)
    return features


@pytest.mark.parametrize("seed", range(5))
def test_encoding_agrees_with_the_naive_one(seed):
    table = random_table(seed)
    encoding = Encoding.of(table)
    found = encoding.encode(table.test_x)
    assert (found.dtype, found.shape) == (np.float32, (7, encoding.features))
    expected = [naive_encode(encoding, row) for row in table.test_x]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_encodes_rows_made_by_hand():
    encoding = Encoding(COLUMNS, mean=(40.0, 100.0), std=(10.0, 50.0))
    assert encoding.features == 7
    assert encoding.encode(rows([50, 1, 0, 0], [40, 2, 150, 1])).tolist() == [
        [1, 0, 1, 0, -2, 1, 0],
        [0, 0, 0, 1, 1, 0, 1],
    ]
    assert encoding.slices == {
        "age": slice(0, 1),
        "colour": slice(1, 4),
        "income": slice(4, 5),
        "owner": slice(5, 7),
    }


@pytest.mark.parametrize("seed", range(3))
def test_public_rows_are_standardised_and_one_hot(seed):
    table = random_table(seed)
    encoding = Encoding.of(table)
    found = encoding.encode(table.test_x)
    for place, column in enumerate(COLUMNS):
        block = found[:, encoding.slices[column.name]]
        if column.levels:
            assert np.all(block.sum(axis=1) == 1)
            assert np.array_equal(block.argmax(axis=1), table.test_x[:, place])
        else:
            assert block.mean() == pytest.approx(0, abs=1e-5)
            assert block.std() == pytest.approx(1, rel=1e-5)


def test_private_rows_do_not_move_the_scale(table):
    assert Encoding.of(table) == Encoding.of(replace(table, train_x=table.train_x[::-1]))
    assert Encoding.of(table) == Encoding.of(table.first(1, 7))
    assert Encoding.of(table) != Encoding.of(table.first(40, 3))
    with pytest.raises(ValueError, match="test_x: found no rows, allowed are one or more"):
        Encoding.of(table.first(40, 0))


def test_leading_axes_and_the_order_of_rows_pass_through(table):
    encoding = Encoding.of(table)
    x = table.train_x
    flat = encoding.encode(x)
    assert np.array_equal(encoding.encode(x.reshape(4, 10, 4)), flat.reshape(4, 10, -1))
    assert np.array_equal(encoding.encode(x[0]), flat[0])
    order = np.random.default_rng(0).permutation(len(x))
    assert np.array_equal(encoding.encode(x[order]), flat[order])
    assert encoding.encode(x[:0]).shape == (0, encoding.features)


@pytest.mark.parametrize(("name", "value"), [("colour", 0), ("owner", 1)])
def test_setting_a_column_moves_its_features_only(table, name, value):
    encoding = Encoding.of(table)
    before = encoding.encode(table.train_x)
    after = encoding.encode(with_column(table.train_x, COLUMNS, name, value))
    here = encoding.slices[name]
    assert np.all(after[:, here] == np.eye(here.stop - here.start)[value])
    outside = np.delete(np.arange(encoding.features), here)
    assert np.array_equal(after[:, outside], before[:, outside])


def test_a_constant_column_encodes_as_zero(table):
    constant = table.test_x * (0, 1, 1, 1) + np.float32([17, 0, 0, 0])
    encoding = Encoding.of(replace(table, test_x=constant.astype(np.float32)))
    assert np.all(encoding.encode(rows([17, 0, 3, 1]))[:, encoding.slices["age"]] == 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mean": (1.0,)}, r"mean: found \(1\.0,\), allowed 2 finite numbers"),
        ({"mean": (1.0, float("nan"))}, "mean: found .*nan"),
        ({"std": (1.0, 0.0)}, r"std: found \(1\.0, 0\.0\), allowed positive numbers"),
    ],
)
def test_an_encoding_without_a_scale_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        Encoding(COLUMNS, **{"mean": (0.0, 0.0), "std": (1.0, 1.0)} | changes)


def test_rows_that_are_none_are_not_encoded(table):
    encoding = Encoding.of(table)
    with pytest.raises(ValueError, match="colour: found 7, allowed 0 to 2"):
        encoding.encode(rows([0, 7, 0, 0]))
    with pytest.raises(ValueError, match=r"found float32 \(3,\), allowed float32 \[\.\.\., 4"):
        encoding.encode(rows(1, 2, 3))
