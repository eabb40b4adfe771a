"""Training by a user's function and by a user's program: what they are given, what goes wrong."""

import ast
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from truthserum.audit.doors import by_command, by_function
from truthserum.audit.doors.orders import Lent, Order
from truthserum.audit.options import Audit, Data
from truthserum.storage.files import DataError

RUNNER = Path(__file__).resolve().parents[3] / "scripts" / "run_user.py"
ROWS = np.array([5, 3, 3, 40])
LABELS = np.array([5, 3, 0, 40])


def test_a_users_older_interpreter_can_evaluate_what_the_runner_says_of_types():
    subscripted = [
        n for n in ast.walk(ast.parse(RUNNER.read_text("utf-8"))) if isinstance(n, ast.Subscript)
    ]
    assert {"dict", "list", "tuple"}.isdisjoint(ast.unparse(node.value) for node in subscripted)


@pytest.fixture
def order():
    codes = np.arange(60) % 3
    return Order(codes, ("a", "b", "c"), np.array([2, 7, 1, 30]), ROWS, LABELS, 11, {})


@pytest.fixture
def table(tmp_path):
    """60 rows with text, a missing value, an identifier and a subject."""
    frame = pd.DataFrame(
        {
            "id": range(100, 160),
            "age": np.arange(60) / 2,
            "job": ["clerk", None] * 30,
            "who": [k // 2 for k in range(60)],
            "y": list("abc") * 20,
        }
    )
    frame.to_csv(tmp_path / "own.csv", index=False)
    return frame


@pytest.fixture
def function(tmp_path, table, order):
    """function(source, …): what comes of a module of that text."""

    def run(source, name="train", order=order, data=None, **options):
        (tmp_path / "mine.py").write_text(source)
        data = data or Data(file=str(tmp_path / "own.csv"), label="y", drop=("id",), subject="who")
        audit = Audit(data=data, function=f"mine:{name}", path=str(tmp_path), **options)
        return by_function.train(audit, order, RUNNER)

    return run


TELLS = """
import numpy as np
def train(x, y, seed, *, power=1):
    told = [list(x.columns) == ["age", "job"], len(x), x["age"].sum(), y.sum(), seed, power]
    assert x["job"].isna().any() == (x["job"].size > 2)
    return lambda asked: np.array([[*told, *asked["age"]]] * len(asked))
"""


def test_a_function_is_given_its_records_as_they_are(function, table, order):
    answer = function(TELLS, output="logits").answer
    assert answer[0].tolist() == [
        1,
        len(ROWS),
        table["age"][ROWS].sum(),
        order.codes[LABELS].sum(),
        order.seed,
        1,
        *table["age"][order.asked],
    ]


def test_a_column_is_asked_about_as_others_have_it(function, command, table, order):
    lenders = np.array([0, 1, 2, 5])  # of which the second and the last have no job
    order = replace(order, lent=Lent("job", lenders))
    told = "asked['age'] + 100 * asked['job'].isna()"
    expected = table["age"][order.asked].to_numpy() + np.array([0, 100, 0, 100])
    source = f"def train(x, y, seed): return lambda asked: {told}"
    assert function(source, order=order).answer.tolist() == expected.tolist()
    end = f"pd.DataFrame({{'signal': {told}}}).to_csv(out, index=False)"
    assert command(end, order=order, output="signal").answer.tolist() == expected.tolist()


def test_options_are_keywords(function, order):
    answer = function(TELLS, order=replace(order, options={"power": 3})).answer
    assert answer[0][5] == 3


def test_classes_are_put_in_order_and_missing_ones_filled_in(function, order):
    source = """
import numpy as np
class Model:
    def __init__(self, classes):
        self.classes_ = classes
    def predict_proba(self, x):
        return np.full((len(x), len(self.classes_)), [0.7, 0.1, 0.2][:len(self.classes_)])
def train(x, y, seed):
    return Model(np.array([2, 0] if seed == 11 else ["c", "a", "b"])).predict_proba
"""
    ordered, named = (function(source, order=replace(order, seed=seed)).answer for seed in (11, 12))
    assert ordered[1].tolist() == [0.1, 0, 0.7]
    assert named[1].tolist() == [0.7, 0.1, 0.2]  # of names only the user knows the order


def test_a_signal_is_asked_with_labels_of_the_file(function, table, order):
    source = """
import numpy as np
def train(x, y, seed):
    assert set(y) <= set("abc")
    return lambda asked, labels: np.array([ord(label) for label in labels])
"""
    answer = function(source, output="signal").answer
    assert answer.tolist() == [ord(label) for label in table["y"][order.asked]]


def test_arrays_and_images_are_given_as_such(function, tmp_path, order):
    x = np.random.default_rng(0).normal(size=(60, 2, 2))
    np.savez(tmp_path / "own.npz", x=x, y=order.codes)
    source = "def train(x, y, seed): return lambda asked: asked[:, 0, 1] + x[0, 0, 0]"
    found = function(source, data=Data(file=str(tmp_path / "own.npz"))).answer
    assert found == pytest.approx(x[order.asked, 0, 1] + x[ROWS[0], 0, 0])
    for name in "abc":
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for k in range(20):
            Image.new("L", (2, 2), k).save(tmp_path / "pictures" / name / f"{k:02d}.png")
    source = """
from pathlib import Path
def train(x, y, seed):
    assert Path(x[0]).parts[-2:] == ("a", "05.png") and len(x) == len(y)
    return lambda asked: [int(Path(path).stem) for path in asked]
"""
    found = function(source, data=Data(folder=str(tmp_path / "pictures"))).answer
    assert found.tolist() == [2, 7, 1, 10]


def test_a_helper_beside_the_module_is_found_and_ours_are_not(function, tmp_path):
    (tmp_path / "design.py").write_text("value = 4.0")
    source = """
import design
def train(x, y, seed): return lambda asked: [design.value] * len(asked)
"""
    assert function(source).answer.tolist() == [4.0] * 4


WRONG = {
    "name": ("def trian(x): pass", "found no train in mine, which defines trian"),
    "error": ("def train(x, y, seed): raise ValueError('too cold')", "ValueError: too cold"),
    "result": ("def train(x, y, seed): return 3", "it returned int, allowed is a function such as"),
    "answer": ("def train(x, y, seed): return lambda asked: None", "predict returned NoneType"),
    "ragged": ("def train(x, y, seed): return lambda asked: [[1], 2]", "predict returned list"),
    "no function": ("train = 3", "found no train in mine, which defines no function"),
    "arguments": ("def train(x, y): pass", "TypeError: train.. takes 2 positional arguments"),
    "killed": (
        "import os\ndef train(x, y, seed): os.kill(os.getpid(), 9)",
        "SIGKILL, allowed is 0$",
    ),
    "exit": ("import os\ndef train(x, y, seed): os._exit(0)", "found no answers"),
}


@pytest.mark.parametrize("source, sentence", WRONG.values(), ids=WRONG)
def test_what_goes_wrong_in_a_function_is_said(function, source, sentence):
    with pytest.raises(DataError, match=sentence):
        function(source)


def test_only_the_users_part_of_a_traceback_is_shown(function, capfd):
    with pytest.raises(DataError) as error:
        function("def train(x, y, seed):\n    raise ValueError('too cold')")
    assert "\n" not in str(error.value)
    said = capfd.readouterr().out
    assert said.startswith("Traceback") and "too cold" in said
    assert "run_user" not in said


RUDE = """
import os, random, subprocess, sys, threading, time
import numpy as np
subprocess.Popen(["sleep", "60"])
threading.Thread(target=time.sleep, args=[60]).start()
def train(x, y, seed):
    print("so much " * 10000)
    x.drop(columns="age", inplace=True)
    os.chdir("/")
    drawn = random.random() + np.random.random()
    def predict(asked):
        asked["age"] += drawn
        return asked.pop("age")
    return predict
"""


def test_what_a_function_does_beside_training_changes_nothing(function, table, order, capfd):
    start = time.monotonic()
    first, second, other = (
        function(RUDE, order=replace(order, seed=seed)).answer for seed in (11, 11, 12)
    )
    assert time.monotonic() - start < 50  # what it left behind is not waited for
    drawn = [of - table["age"][order.asked] for of in (first, other)]
    assert np.ptp(drawn, axis=1) == pytest.approx(0)
    assert drawn[0][2] != pytest.approx(drawn[1][2])
    assert np.array_equal(first, second)
    assert len(capfd.readouterr().out) < 75_000


def test_an_interpreter_that_is_none_is_said(function):
    with pytest.raises(DataError, match="found no program no/python"):
        function("", python="no/python")


def test_a_limit_of_time_is_kept(function):
    source = "import time\ndef train(x, y, seed): time.sleep(60)"
    with pytest.raises(DataError, match=r"found no end after 0\.01 minutes"):
        function(source, minutes=0.01)


PROGRAM = """
import sys, pandas as pd
train, ask, seed, out, *more = sys.argv[1:]
train, asked = pd.read_csv(train), pd.read_csv(ask)
found = pd.DataFrame({c: asked["age"] + len(train) + (train["y"] == c).sum() for c in "abc"})
"""


@pytest.fixture
def command(tmp_path, table, order):
    """command(end, …): what comes of a program that ends so."""

    def run(end, order=order, **options):
        (tmp_path / "train.py").write_text(PROGRAM + end)
        data = Data(file=str(tmp_path / "own.csv"), label="y", drop=("id",), subject="who")
        words = (sys.executable, "train.py", "{train}", "{ask}", "{seed}", "{out}")
        audit = Audit(data=data, command=words, path=str(tmp_path), **options)
        return by_command.train(audit, order)

    return run


def test_a_program_is_given_tables(command, table, order):
    answer = command("found.to_csv(out, index=False)").answer
    for k, name in enumerate("abc"):
        count = (table["y"][LABELS] == name).sum()
        assert answer[:, k] == pytest.approx(table["age"][order.asked] + len(ROWS) + count)


def test_options_are_arguments_of_a_program(command, order):
    end = "assert more == ['--depth', '3']\nfound.to_csv(out, index=False)"
    order = replace(order, options={"depth": 3})
    assert len(command(end, order=order).answer) == len(order.asked)


def test_a_program_may_say_classes_or_a_signal(command, order):
    end = 'pd.DataFrame({"label": asked["y"]}).to_csv(out, index=False)'
    assert command(end, output="labels").answer.tolist() == order.codes[order.asked].tolist()
    with pytest.raises(DataError, match=r'found the class "A" in .out., allowed are a, b, c'):
        command('pd.DataFrame({"label": ["A"] * 4}).to_csv(out)', output="labels")
    end = 'pd.DataFrame({"signal": asked["age"]}).to_csv(out, index=False)'
    assert command(end, output="signal").answer == pytest.approx(order.asked / 2)


FAILS = {
    "status": ("print('out of wood'); sys.exit(3)", "exit status 3, .* last said: out of wood"),
    "empty": ("open(out, 'w')", "command: {out}: found no table"),
    "text": ("found.assign(a='x').to_csv(out, index=False)", 'found "x" in the column a, allowed'),
    "nothing": ("", "found no file {out}"),
    "rows": ("found[1:].to_csv(out, index=False)", "found 3 rows in {out}, allowed are the 4 of"),
    "classes": ("found[['a', 'b']].to_csv(out)", "no column c in {out}, which begins with Unnamed"),
    "header": (
        "found.iloc[:, :1].to_csv(out, header=False)",
        "no column a in {out}, .* with 0, 7.0",
    ),
}


@pytest.mark.parametrize("end, sentence", FAILS.values(), ids=FAILS)
def test_what_goes_wrong_in_a_program_is_said(command, end, sentence):
    with pytest.raises(DataError, match=sentence):
        command(end)
