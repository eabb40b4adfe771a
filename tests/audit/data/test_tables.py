"""Tables as others write them, and the sentence of each that is refused."""

import gzip
import os
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from truthserum.audit.data.tables import (
    _bytes_of_texts,
    column,
    numbers,
    read_table,
    with_classes,
)
from truthserum.storage.files import DataError

TEXT = "größe,y\n1.5,ja\n2.5,nein\n"
WRITTEN = {
    "mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "windows": TEXT.replace("\n", "\r\n").encode(),
    "plain": TEXT.encode(),
    "commas at the end": TEXT.replace("5,ja", "5,ja,").encode(),
}


@pytest.fixture
def read(tmp_path):
    """read(bytes): the table in a file of these."""

    def of(content):
        (tmp_path / "own.csv").write_bytes(content)
        return read_table(tmp_path / "own.csv")

    return of


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_a_table_is_read_as_it_is_meant(read, content):
    expected = pd.DataFrame({"größe": [1.5, 2.5], "y": ["ja", "nein"]})
    pd.testing.assert_frame_equal(read(content), expected)


REFUSED = {
    "semicolons": (
        TEXT.replace(",", ";").encode(),
        'found ";" between columns, allowed is a comma',
    ),
    "semicolons, and commas in numbers": (
        b"a;b;y\n1,5;2,5;x\n3,5;4;y\n",
        'found ";" between columns, allowed is a comma',
    ),
    "latin": (TEXT.encode("latin-1"), "found the byte 0xf6, allowed is text in UTF-8"),
    "more values than names": (
        b"a,y\n1,2,x\n3,4,z\n",
        "found more values in a row than names in the first one, allowed are as many",
    ),
    "a name twice": (b"y,a,y\n1,2,3\n", 'found the column "y" twice, allowed is once'),
    "NA twice": (b"y,NA,NA\n1,2,3\n", 'found the column "NA" twice, allowed is once'),
    "ragged": (TEXT.encode() + b"1,2,3\n", "found no table .*Expected 2 fields in line 4, saw 3"),
    "nothing": (b"", "found no table"),
}


@pytest.mark.parametrize("content, sentence", REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_is_said(read, content, sentence):
    with pytest.raises(DataError, match=f"own.csv: {sentence}") as error:
        read(content)
    assert "\n" not in str(error.value)


def test_a_name_that_only_looks_like_that_of_a_second_column_is_a_name(read):
    table = read(b"y,y.1\n1,2\n")
    assert [column(table, name, "data").tolist() for name in ("y", "y.1")] == [[1], [2]]


def test_a_word_is_the_same_in_every_part_of_a_long_table(read):
    rows = 300_000  # pandas reads fewer at a time
    table = read(b"y,z\n" + b"007,1\n" * rows + b"words,1\n")
    assert set(table["y"]) == {"007", "words"}


def test_cells_of_several_values_are_refused():
    table = pd.DataFrame({"a": [[1, 2], None], "b": ["[1, 2]", None]})
    assert column(table, "b", "data").tolist()[0] == "[1, 2]"
    with pytest.raises(DataError, match='found lists in the column "a", allowed is one value'):
        column(table, "a", "data")


def test_what_is_no_file_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "own.csv")
    for name in (tmp_path, tmp_path / "own.csv", tmp_path / ("x" * 300)):
        with pytest.raises(DataError, match="found no file, allowed is a table"):
            read_table(name)


def test_bytes_of_parquet_are_the_texts_that_they_spell(tmp_path, monkeypatch):
    """In place of pyarrow, which the environment of the tests has not."""
    (tmp_path / "own.parquet").touch()
    held = pd.DataFrame({"y": ["müde".encode(), b"\xff", None], 3: [b"a", "b", 1], "x": [1, 2, 3]})
    monkeypatch.setattr(pd, "read_parquet", lambda path: held)
    found = read_table(tmp_path / "own.parquet")
    assert found["y"].tolist()[:2] == ["müde", "\\xff"] and found["y"].isna().tolist()[2]
    assert found["3"].tolist() == ["a", "b", 1] and found["x"].dtype == held["x"].dtype


def test_decimals_of_parquet_are_numbers(tmp_path, monkeypatch):
    """As those of databases; as words, each of a hundred prices was one of its own."""
    (tmp_path / "own.parquet").touch()
    held = pd.DataFrame({"price": [Decimal("12.50"), None, Decimal("-3")], "word": ["a", "b", "3"]})
    monkeypatch.setattr(pd, "read_parquet", lambda path: held)
    found = read_table(tmp_path / "own.parquet")
    assert found["price"].dtype == float and found["price"].isna().tolist() == [False, True, False]
    assert found["price"].dropna().tolist() == [12.5, -3]
    assert found["word"].tolist() == ["a", "b", "3"]


def test_more_than_the_memory_is_not_read(tmp_path):
    with (tmp_path / "own.csv").open("wb") as file:
        file.truncate(2**43)  # sparse
    with pytest.raises(DataError, match=r"own\.csv: found 8,796,093,022,208 bytes, allowed"):
        read_table(tmp_path / "own.csv")


def test_a_packed_table_is_not_unpacked(tmp_path):
    path = tmp_path / "own.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    with pytest.raises(DataError, match="found the byte 0x8b, allowed is text in UTF-8"):
        read_table(path)


def test_a_parquet_of_more_cells_than_memory_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "own.parquet").touch()
    many = SimpleNamespace(num_rows=10**12, num_columns=3)
    monkeypatch.setattr("truthserum.audit.data.tables.footer", lambda path: many)
    with pytest.raises(DataError, match="found 24,000,000,000,000 bytes, allowed are the"):
        read_table(tmp_path / "own.parquet")


def test_numbers_are_numbers_or_said_to_be_none():
    table = pd.DataFrame({"a": ["1", "2.5"], "b": [True, False], "c": [1, None], "d": ["1", "5 %"]})
    found = numbers(table, ["a", "b", "c"], "scores")
    assert found == pytest.approx(np.array([[1, 1, 1], [2.5, 0, np.nan]]), nan_ok=True)
    table["e"] = [10**400, 1]
    with pytest.raises(DataError, match=r'found "10+.* in the column e, allowed are numbers'):
        numbers(table, ["e"], "scores")
    with pytest.raises(DataError, match='scores: found "5 %" in the column d, allowed are numbers'):
        numbers(table, ["a", "d"], "scores")


def test_of_many_columns_the_nearest_is_told_and_not_all(read):
    genes = [f"gene_{k}" for k in range(20_000)]
    table = read(f"{','.join(genes)}\n{','.join('1' * len(genes))}\n".encode())
    with pytest.raises(DataError, match=r'"gen_77" \(did you mean "gene_77"\?\)') as error:
        column(table, "gen_77", "data.label")
    assert len(str(error.value)) < 3000


def test_columns_of_classes_are_found_where_these_are_truth_values():
    """R writes TRUE, which pandas reads as True."""
    table = pd.DataFrame([[0, 0, 1]], columns=["p_TRUE", "TRUE", 7])
    assert list(with_classes(table, ("False", "True"), "p_")) == ["p_True", "TRUE", "7"]
    assert list(with_classes(table, ("False", "True"))) == ["p_TRUE", "True", "7"]
    assert list(with_classes(table, ("FALSE", "TRUE"))) == ["p_TRUE", "TRUE", "7"]
    # Where there is a column of that name already, as where labels are "TRUE" and "True".
    both = pd.DataFrame([[0, 1]], columns=["p_TRUE", "p_True"])
    assert list(with_classes(both, ("False", "True"), "p_")) == ["p_TRUE", "p_True"]
    both = pd.DataFrame([[0, 1]], columns=["TRUE", "true"])
    assert sorted(with_classes(both, ("False", "True"))) == ["True", "true"]


def test_a_parquet_of_one_long_text_in_many_rows_is_not_read(tmp_path):
    """In the file it stands once."""
    pytest.importorskip("pyarrow")
    path, words = tmp_path / "own.parquet", ["a" * 1000, "bc", None]
    pd.DataFrame({"x": np.arange(3000), "word": words * 1000, "y": ["ja"] * 3000}).to_parquet(path)
    assert _bytes_of_texts(path) == 1000 * (1000 + 2) + 2 * 3000
    assert read_table(path)["word"].tolist()[:2] == words[:2]
    pd.DataFrame({"x": [1.5]}).to_parquet(path)
    assert _bytes_of_texts(path) == 0
