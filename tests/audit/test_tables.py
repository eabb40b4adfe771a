"""Tables as others write them, and the sentence of each that is refused."""

import numpy as np
import pandas as pd
import pytest

from truthserum.audit.tables import column, numbers, read_table
from truthserum.data.files import DataError

TEXT = "größe,y\n1.5,ja\n2.5,nein\n"
WRITTEN = {
    "mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "windows": TEXT.replace("\n", "\r\n").encode(),
    "plain": TEXT.encode(),
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
    "latin": (TEXT.encode("latin-1"), "found the byte 0xf6, allowed is text in UTF-8"),
    "ragged": (TEXT.encode() + b"1,2,3\n", "found no table .*Expected 2 fields in line 4, saw 3"),
    "nothing": (b"", "found no table"),
}


@pytest.mark.parametrize("content, sentence", REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_is_said(read, content, sentence):
    with pytest.raises(DataError, match=f"own.csv: {sentence}") as error:
        read(content)
    assert "\n" not in str(error.value)


def test_a_column_that_is_there_twice_is_refused(read):
    table = read(b"y,a,y\n1,2,3\n")
    assert column(table, "a", "data").tolist() == [2]
    with pytest.raises(DataError, match=r'data\.label: found the column "y" twice'):
        column(table, "y", "data.label")


def test_numbers_are_numbers_or_said_to_be_none():
    table = pd.DataFrame({"a": ["1", "2.5"], "b": [True, False], "c": [1, None], "d": ["1", "5 %"]})
    found = numbers(table, ["a", "b", "c"], "scores")
    assert found == pytest.approx(np.array([[1, 1, 1], [2.5, 0, np.nan]]), nan_ok=True)
    with pytest.raises(DataError, match='scores: found "5 %" in the column d, allowed are numbers'):
        numbers(table, ["a", "d"], "scores")
