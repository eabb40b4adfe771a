import io

import numpy as np
import pandas as pd
import pytest

from truthserum.storage.files import DataError
from truthserum.storage.frames import read_csv, write_text


def test_words_stay_words_and_empty_cells_are_no_numbers(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("mode,value\nnone,1.5\nNA,\nnull,nan\n")
    table = read_csv(path)
    assert table["mode"].tolist() == ["none", "NA", "null"]
    assert table["value"].iloc[0] == 1.5
    assert np.isnan(table["value"].iloc[1:]).all()


def test_names_are_text_even_where_each_could_be_a_number(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("arm,attack,value\n0,010,1\n0.30000000000000004,1e3,2\n")
    table = read_csv(path)
    assert table["arm"].tolist() == ["0", "0.30000000000000004"]
    assert table["attack"].tolist() == ["010", "1e3"]
    assert table["value"].tolist() == [1, 2]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,\xff\n", b"a,b\n1,2\n1,2,3\n"])
def test_what_is_no_table_is_refused_by_its_name(tmp_path, content):
    (tmp_path / "plan.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"plan.csv: found no table .*, allowed is CSV in UTF-8"):
        read_csv(tmp_path / "plan.csv")


@pytest.mark.parametrize("word", ["a\rb", "\r", "a\nb", "a\r\nb", 'a"b', "a,b", "ä", "", None])
def test_a_table_of_any_texts_has_as_many_rows_when_it_is_read(tmp_path, word):
    """A lone carriage return was two rows to every program but Python 3.13."""
    table = pd.DataFrame(
        {f"note {word}": [word, "plain"], "age": [1.5, np.nan], "in": [True, False]}
    )
    write_text(tmp_path / "own.csv", table)
    content = (tmp_path / "own.csv").read_bytes()
    read = pd.read_csv(io.BytesIO(content), keep_default_na=False, na_values={"age": [""]})
    expected = table.fillna({f"note {word}": ""})
    pd.testing.assert_frame_equal(read, expected, check_dtype=False)
    if "\r" not in str(word):
        assert content == table.to_csv(index=False).encode()
