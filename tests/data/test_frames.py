import numpy as np

from truthserum.data.frames import read_csv


def test_words_stay_words_and_empty_cells_are_no_numbers(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("mode,value\nnone,1.5\nNA,\nnull,nan\n")
    table = read_csv(path)
    assert table["mode"].tolist() == ["none", "NA", "null"]
    assert table["value"].iloc[0] == 1.5
    assert np.isnan(table["value"].iloc[1:]).all()
