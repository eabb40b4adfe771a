"""Which models a user's code is asked to train, by either door, and what is kept of its answers."""

import sys
from pathlib import Path

import numpy as np
import pytest

from truthserum.audit.doors.by_user import answered, orders_of
from truthserum.audit.game import Game
from truthserum.audit.options import Audit, Data
from truthserum.audit.products import Records

ROWS = 12
RUNNER = Path(__file__).resolve().parents[3] / "scripts" / "run_user.py"
# Each record has its number as the signal where the model was trained on it, and else 0.
FUNCTION = """
def train(x, y, seed):
    known = set(x["age"])
    return lambda asked, y: [age if age in known else 0 for age in asked["age"]]
"""
PROGRAM = """
import csv, sys
train, ask, seed, out = sys.argv[1:]
ages = [[float(row["age"]) for row in csv.DictReader(open(file))] for file in (train, ask)]
signals = [age if age in ages[0] else 0 for age in ages[1]]
open(out, "w").write("\\n".join(["signal", *map(str, signals), ""]))
"""
DOORS = {
    "function": {"function": "mine:train"},
    "command": {"command": (sys.executable, "mine.py", "{train}", "{ask}", "{seed}", "{out}")},
}


@pytest.mark.parametrize("door", DOORS)
def test_each_of_a_pair_is_trained_on_its_half_and_asked_about_all(tmp_path, door):
    ages = np.arange(1, ROWS + 1)
    lines = [f"{age},{'ab'[k % 2]}" for k, age in enumerate(ages)]
    (tmp_path / "own.csv").write_text("\n".join(["age,y", *lines, ""]))
    (tmp_path / "mine.py").write_text({"function": FUNCTION, "command": PROGRAM}[door])
    data = Data(file=str(tmp_path / "own.csv"), label="y")
    audit = Audit(data=data, path=str(tmp_path), output="signal", **DOORS[door])
    asked = np.ones(ROWS, bool)
    game = Game(audit, Records(np.arange(ROWS) % 2, ("a", "b"), np.arange(ROWS), asked, 0))
    settings = {"pair": 3, "poisoned": False, "options": {}}
    orders = orders_of(game, settings, np.zeros(ROWS, bool))
    pairs = [answered(game, order, "the key", RUNNER) for order in orders]
    member = game.coins(range(3, 4)).member
    for pair, held in zip(pairs, member, strict=True):
        assert pair.confidence.tolist() == [np.where(held, ages, 0).tolist()]
        assert pair.right is None and pair.made["key"] == "the key"
    assert (member[0] != member[1]).all() and len({order.seed for order in orders}) == 2
