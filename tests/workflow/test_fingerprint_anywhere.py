"""The fingerprint of the same code, wherever it is taken."""

import ast
import os
import subprocess
import sys

import pytest
from pythons import MINORS, python_of

from workflow.fingerprint import _said

# Of every module, by its text: what a fingerprint is made of.
ASK = """
import sys; sys.path.insert(0, "scripts")
from pathlib import Path
from workflow.fingerprint import _normalised, fingerprint
chosen = dict(game=["membership"], model=["cnn"], defence=["none"])
print(fingerprint("train", train=["inference"], **chosen), fingerprint("measure", figure=["roc"]))
for path in sorted(Path("scripts", "truthserum").rglob("*.py")):
    print(path, _normalised(path.read_text("utf-8"))[0])
"""


def asked(root, python, **environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    command = [python, "-B", "-c", ASK]
    kept = {**clean, **environment}
    return subprocess.run(
        command, cwd=root, env=kept, capture_output=True, check=True, encoding="utf-8"
    ).stdout


def test_it_is_the_same_under_every_python_and_locale(root):
    expected = asked(root, sys.executable)
    assert len(expected.split()) > 200
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "1"}
    assert asked(root, sys.executable, **plain) == expected
    for minor in MINORS:
        if python := python_of(minor):
            assert asked(root, python) == expected, minor


def said(text):
    return _said(ast.parse(text), set())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Fields that are not set are left out: newer Pythons have more of them (type_params), and
        # `ast.dump` writes them or not; a constant's None is the end of its list.
        ("return None", "Return(value=Constant())"),
        ("return", "Return()"),
        (
            "class K: ...",
            "ClassDef(name=str 'K',body=[Expr(value=Constant(value=ellipsis Ellipsis))])",
        ),
        # What is a printable character depends on the Unicode of a Python.
        (
            "x = '\\u0378'",
            "Assign(targets=[Name(id=str 'x',ctx=Store())],value=Constant(value=str '\\u0378'))",
        ),
        # Python 3.11 finds an empty text after the nested part.
        (
            "return f'{a:{b}}'",
            "Return(value=JoinedStr(values=[FormattedValue(value=Name(id=str 'a',ctx=Load()),"
            "conversion=int -1,format_spec=JoinedStr(values=[FormattedValue(value=Name(id=str 'b',"
            "ctx=Load()),conversion=int -1)]))]))",
        ),
    ],
    ids=["none", "nothing", "class", "character", "f-string"],
)
def test_code_is_said_in_one_way(text, expected):
    assert said(text) == f"Module(body=[{expected}])"


def test_different_code_is_said_differently():
    texts = ["x = 1", "x = 1.0", "x = True", "x = '1'", "x = b'1'", "x = None", "x: int", "x"]
    texts += ["f(a)", "f(*a)", "f(**a)", "f(a=a)", "{**a}", "{None: a}", "f'{a}'", "f'{a!r}'"]
    texts += ["x = '),Name('", "x = []", "x = [[]]", "x = ''"]
    assert len({said(text) for text in texts}) == len(texts)
