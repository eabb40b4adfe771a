"""What a user's program finds in the tables that it is given."""

import sys

import numpy as np
import pandas as pd

from truthserum.audit.doors import by_command
from truthserum.audit.doors.orders import Lent, Order
from truthserum.audit.options import Audit, Data

PROGRAM = """
import shutil, sys
train, ask, seed, out = sys.argv[1:]
shutil.copy(train, "seen.csv")
rows = open(ask).read().splitlines()[1:]
open(out, "w").write("signal\\n" + "1\\n" * len(rows))
"""
CELLS = ("NA", "None", "007", "1.50", "", "null", "a b")


def test_cells_are_given_as_they_are_written(tmp_path):
    """Other languages, as R, take an empty text for one that is there, and NA for a missing one."""
    lines = [f"{cell},{k},{'ab'[k % 2]}" for k, cell in enumerate(CELLS)]
    (tmp_path / "own.csv").write_text("\n".join(["job,age,y", *lines, ""]))
    (tmp_path / "train.py").write_text(PROGRAM)
    words = (sys.executable, "train.py", "{train}", "{ask}", "{seed}", "{out}")
    data = Data(file=str(tmp_path / "own.csv"), label="y")
    audit = Audit(data=data, command=words, path=str(tmp_path), output="signal")
    rows = np.arange(len(CELLS))
    by_command.train(audit, Order(rows % 2, ("a", "b"), rows[:2], rows, rows, 1, {}))
    assert (tmp_path / "seen.csv").read_text().splitlines() == ["job,age,y", *lines]


def test_a_text_with_a_lone_carriage_return_is_one_row(tmp_path):
    words = ["cough\rand fever", "plain"] * 2
    lines = [f'"{word}",{"ab"[k % 2]}' for k, word in enumerate(words)]
    (tmp_path / "own.csv").write_bytes("\n".join(["note,y", *lines, ""]).encode())
    program = PROGRAM.replace("open(ask).read().splitlines()", "list(csv.reader(open(ask)))")
    (tmp_path / "train.py").write_text(program.replace("import", "import csv,"))
    command = (sys.executable, "train.py", "{train}", "{ask}", "{seed}", "{out}")
    data = Data(file=str(tmp_path / "own.csv"), label="y")
    audit = Audit(data=data, command=command, path=str(tmp_path), output="signal")
    rows = np.arange(len(words))
    by_command.train(audit, Order(rows % 2, ("a", "b"), rows[:1], rows, rows, 1, {}))
    assert pd.read_csv(tmp_path / "seen.csv")["note"].tolist() == words


def test_a_column_of_any_name_is_guessed(tmp_path):
    """`self` is what pandas calls the table that a column is put into."""
    lines = [f"{k},{'ab'[k % 2]}" for k in range(4)]
    (tmp_path / "own.csv").write_text("\n".join(["self,y", *lines, ""]))
    (tmp_path / "train.py").write_text(PROGRAM.replace("copy(train", "copy(ask"))
    words = (sys.executable, "train.py", "{train}", "{ask}", "{seed}", "{out}")
    data = Data(file=str(tmp_path / "own.csv"), label="y")
    audit = Audit(data=data, command=words, path=str(tmp_path), output="signal", protect="self")
    rows = np.arange(4)
    order = Order(rows % 2, ("a", "b"), rows, rows, rows, 1, {}, Lent("self", rows[::-1]))
    by_command.train(audit, order)
    assert pd.read_csv(tmp_path / "seen.csv")["self"].tolist() == [3, 2, 1, 0]
