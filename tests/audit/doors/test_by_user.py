"""Which models a user's code is asked to train, by either door, and what is kept of its answers."""

import sys
from pathlib import Path

import numpy as np
import pytest

from truthserum.audit.doors.by_user import answered, orders_of
from truthserum.audit.doors.replies import check_repeats
from truthserum.audit.game import Game
from truthserum.audit.options import Audit, Data
from truthserum.audit.products import Records
from truthserum.storage.files import DataError

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


ASKED = np.ones(ROWS, bool)


@pytest.fixture
def made(tmp_path):
    """made(door, source): the game of an audit by that door, of code of that text."""

    def make(door, source):
        lines = [f"{age},{'ab'[age % 2]}" for age in range(1, ROWS + 1)]
        (tmp_path / "own.csv").write_text("\n".join(["age,y", *lines, ""]))
        (tmp_path / "mine.py").write_text(source)
        data = Data(file=str(tmp_path / "own.csv"), label="y")
        audit = Audit(data=data, path=str(tmp_path), output="signal", **DOORS[door])
        records = Records(np.arange(ROWS) % 2, ("a", "b"), np.arange(ROWS), ASKED, 0)
        return Game(audit, records)

    return make


def orders(game):
    """Of the models of a pair."""
    settings = {"pair": 3, "poisoned": False, "options": {}}
    return orders_of(game, settings, np.zeros(ROWS, bool))


@pytest.mark.parametrize("door", DOORS)
def test_each_of_a_pair_is_trained_on_its_half_and_asked_about_all(made, door):
    game = made(door, {"function": FUNCTION, "command": PROGRAM}[door])
    pairs = [answered(game, order, "the key", RUNNER) for order in orders(game)]
    member = game.coins(range(3, 4)).member
    for pair, held in zip(pairs, member, strict=True):
        assert pair.confidence.tolist() == [np.where(held, 1 + np.arange(ROWS), 0).tolist()]
        assert pair.right is None and pair.made["key"] == "the key"
    assert (member[0] != member[1]).all() and len({order.seed for order in orders(game)}) == 2


ANSWERS = "def train(x, y, seed): return lambda asked, y: "
WRITES = """
import sys, pandas as pd
asked = pd.read_csv(sys.argv[2])
asked.assign(signal=asked["age"])"""
DISORDERED = {
    "shuffled": ("function", ANSWERS + "asked['age'].sample(frac=1).to_numpy()"),
    "sorted by a function": ("function", ANSWERS + "asked['age'].sort_values().to_numpy()"),
    "sorted by a program": ("command", WRITES + ".sort_values('age').to_csv(sys.argv[4])"),
    "reversed": ("command", WRITES + "[::-1].to_csv(sys.argv[4])"),
}


@pytest.mark.parametrize("door, source", DISORDERED.values(), ids=DISORDERED)
def test_answers_in_another_order_are_refused(made, door, source):
    game = made(door, source)
    with pytest.raises(DataError, match=f"^{door} .*in the order of those asked about"):
        answered(game, orders(game)[0], "the key", RUNNER)


def test_answers_may_be_noisy_and_differ_as_batches_round(made):
    noisy = "asked['age'] + __import__('numpy').random.random(len(asked))"
    game = made("function", ANSWERS + noisy)
    found = answered(game, orders(game)[0], "the key", RUNNER).confidence
    assert found.shape == (1, ROWS) and 0 < np.ptp(found - np.arange(ROWS)) < 1
    check_repeats(np.ones(4), np.array([1, 1, 1, 1 + 4e-6]), "a network that says the same of all")
