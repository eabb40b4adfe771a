"""What a user's program finds in the tables that it is given."""

import sys

import numpy as np

from truthserum.audit.doors import by_command
from truthserum.audit.doors.orders import Order
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
