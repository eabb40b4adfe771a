"""The runner in a user's interpreter: what it needs there, and what it says of the libraries."""

import ast
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import run_user
from truthserum.audit.doors import by_function
from truthserum.audit.doors.orders import Order
from truthserum.audit.options import Audit, Data
from truthserum.storage.files import DataError

RUNNER = Path(__file__).resolve().parents[3] / "scripts" / "run_user.py"
# What runs a program by an interpreter that finds no such library.
WITHOUT = (
    "import runpy, sys; sys.modules['{}'] = None; sys.argv = sys.argv[1:]; "
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)


@pytest.fixture
def function(tmp_path):
    """function(source, …): what comes of a function `train` of that text, asked about two rows."""
    rows = np.arange(40)
    lines = [f"{k / 2},{'ab'[k % 2]}" for k in rows]
    (tmp_path / "own.csv").write_text("\n".join(["age,y", *lines, ""]))
    order = Order(rows % 2, ("a", "b"), rows[:2], rows, rows, 1, {})

    def run(source, module="mine", **options):
        (tmp_path / f"{module}.py").write_text(source)
        data = Data(file=str(tmp_path / "own.csv"), label="y")
        audit = Audit(data=data, function=f"{module}:train", path=str(tmp_path), **options)
        return by_function.train(audit, order, RUNNER)

    return run


def test_it_imports_nothing_for_what_it_says_of_libraries():
    names = {
        name
        for node in ast.walk(ast.parse(RUNNER.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
    }
    assert names <= {*sys.stdlib_module_names, "numpy", "pandas"}
    assert not [name for name in names if name.startswith("importlib.")]


def test_versions_of_what_was_loaded_are_known_and_of_nothing_else(function, tmp_path):
    (tmp_path / "lone_wolf.py").write_text("")
    source = """
import lone_wolf, sys, yaml
sys.modules["no_module"] = None
def train(x, y, seed):
    import sklearn
    return lambda asked: [0] * len(asked)
"""
    found = function(source, output="labels")
    names = ("numpy", "pandas", "PyYAML", "scikit-learn")
    assert found.libraries.items() >= {name: version(name) for name in names}.items()
    assert {"lone_wolf", "mine", "torch", "setuptools"}.isdisjoint(found.libraries)
    assert found.version == f"Python {platform.python_version()}"


@pytest.mark.parametrize("library", ["numpy", "pandas"])
def test_an_interpreter_that_lacks_what_it_needs_is_said(function, tmp_path, library):
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{WITHOUT.format(library)}" "$@"\n')
    python.chmod(0o755)
    with pytest.raises(DataError, match=f"python: found .* without {library}, ") as error:
        function("def train(x, y, seed): return len", python=str(python))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "order, said",
    [
        ("[[1, 0]]", "columns begins with 1, 0,"),
        (".sort_values(0)", "index begins with 1, 0,"),
        (".set_axis(['1', '0'], axis=1)", "columns begins with 1, 0,"),
        (".set_axis(['b', 'a'], axis=1)", "columns begins with b, a,"),
        (".set_axis(['1', '0'])", "index begins with 1, 0,"),
    ],
)
def test_a_table_of_answers_that_says_it_is_in_another_order_is_refused(function, order, said):
    """By position it would be taken for answers on other records, or on other classes."""
    source = "import pandas\ndef train(x, y, seed): return lambda asked: pandas.DataFrame({})"
    answers = "[[0.9, 0.1], [0.3, 0.7]]"
    for right in ("", ".set_axis(['a', 'b'], axis=1)", ".set_axis(['0', '1'], axis=1)"):
        table = function(source.format(answers) + right).answer
        assert table.tolist() == [[0.9, 0.1], [0.3, 0.7]]
    with pytest.raises(DataError, match=f"predict returned a table whose {said} allowed"):
        function(source.format(answers) + order)


def test_columns_of_parquet_may_have_numbers_as_names(monkeypatch):
    """As of a frame of an array; they reach training as they are."""
    held = pd.DataFrame({0: [7, 8, 9], 1: [4, 5, 6], "y": ["a", "b", "a"]})
    monkeypatch.setattr(pd, "read_parquet", lambda path: held)
    task = {"kind": "table", "file": "own.parquet", "hidden": ["y", "0"], "label": "y"}
    x, y = run_user.records(task)
    assert x.columns.tolist() == [1] and y.tolist() == ["a", "b", "a"]
    arrays = {"asked": np.array([2, 0]), "lent": np.array([1, 1])}
    assert run_user.asking(x, arrays, "1")[1].tolist() == [5, 5]


def test_what_training_closes_loses_no_answers(function):
    source = """
import sys
def train(x, y, seed):
    sys.stdout.close()
    sys.stderr = None
    return lambda asked: [0] * len(asked)
"""
    assert function(source, output="labels").answer.tolist() == [0, 0]


def test_what_is_masked_is_no_number(function):
    masked = "np.ma.masked_equal(np.arange(len(asked)), 1)"
    source = f"import numpy as np\ndef train(x, y, seed): return lambda asked: {masked}"
    assert str(function(source, output="labels").answer.tolist()) == "[0.0, nan]"


def test_sets_of_words_have_one_order_in_every_training(function):
    source = "def train(x, y, seed): return lambda asked: [hash('age') % 1000003] * len(asked)"
    once, again = (function(source, output="labels").answer for _ in range(2))
    assert once.tolist() == again.tolist()


@pytest.mark.parametrize("name", ["random", "sys", "numpy"])
def test_a_module_with_the_name_of_one_that_is_loaded_is_refused(function, name):
    with pytest.raises(DataError, match=f"function: found the module {name}, whose name .* other"):
        function("def train(x, y, seed): return len", module=name)


def test_a_module_may_have_the_name_of_a_program_of_ours(function):
    source = "def train(x, y, seed): return lambda asked: [0] * len(asked)"
    assert function(source, module="train", output="labels").answer.tolist() == [0, 0]


def test_what_the_users_shell_adds_to_the_path_is_kept_where_the_path_is_safe(function, tmp_path):
    (tmp_path / "added").mkdir()
    (tmp_path / "added" / "theirs.py").touch()
    start = f"import sys; sys.path.insert(0, '{tmp_path}/added'); "  # as of PYTHONPATH elsewhere
    start += (
        "import runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -P -c "{start}" "$@"\n')
    python.chmod(0o755)
    source = "import theirs\ndef train(x, y, seed): return lambda asked: [0] * len(asked)"
    assert function(source, python=str(python), output="labels").answer.tolist() == [0, 0]
