"""Whether a user's function and program can be called: what is refused, what passes."""

import re

import pytest
import yaml

from truthserum.audit.doors.shell import USERS
from truthserum.sentences import OptionError
from workflow.audits import plans
from workflow.user_calls import check_function, check_program

PLAIN = "def train(x, y, seed, *, depth=None): ..."


@pytest.fixture
def check(tmp_path):
    """check(source, **options): what is said of a module's `train` with such mitigations."""

    def said(source, **options):
        path = tmp_path / "mine.py"
        path.write_text(source)
        try:
            check_function(path, "train", {"mitigations.other": options} if options else {})
        except OptionError as error:
            return str(error).replace(str(path), "mine.py")
        return None

    return said


@pytest.mark.parametrize(
    "source, options",
    [
        (PLAIN, {}),
        (PLAIN, {"depth": 3}),
        ("def train(x, y, seed, depth=1): ...", {"depth": 3}),
        ("def train(*given, **named): ...", {"depth": 3}),
        ("def train(table, labels, /, seed): ...", {}),
        ("class train:\n    def __init__(self, x, y, seed): ...", {"depth": 3}),
        ("@wrapped\ndef train(): ...", {"depth": 3}),
        ("def train(): ...\ntrain = wrapped(train)", {"depth": 3}),
        ("try:\n    from fast import train\nexcept ImportError:\n    def train(): ...", {}),
        ("from elsewhere import train", {}),
        ("import elsewhere as train", {}),
        ("from elsewhere import *", {}),
        ("train = lambda x, y, seed: None", {}),
        ("S = " + " + ".join("1" * 1500) + f"\n{PLAIN}", {}),
        (
            "try:\n    from fast import train\nexcept ImportError:\n    def train(x, y, seed): ...",
            {},
        ),
        ("for train in []: ...", {}),
        ("def __getattr__(name): ...", {}),
        ("globals()['train'] = print", {}),
        ("def train(x): ...\ndef train(x, y, seed): ...", {}),
    ],
)
def test_what_can_be_called_or_only_a_run_knows_passes(check, source, options):
    assert check(source, **options) is None


@pytest.mark.parametrize(
    "source, options, expected",
    [
        (
            "def trian(x, y, seed): ...\nx = 1",
            {},
            'function: found no train in mine.py, which defines trian (did you mean "trian"?)',
        ),
        ("x = 1", {}, "function: found no train in mine.py, which defines no function"),
        (
            "def other():\n    def train(x, y, seed): ...",
            {},
            "function: found no train in mine.py, which defines other",
        ),
        (
            "def train(x, y): ...",
            {},
            "function: found train(x, y) on line 1, allowed is a function that takes x, y, seed "
            "(too many positional arguments)",
        ),
        (
            "def train(x, y, seed, y): ...",
            {},
            "function: found train(x, y, seed, y) on line 1, allowed is a function that takes x, "
            "y, seed (duplicate parameter name: 'y')",
        ),
        (
            "def train(x, y, seed, depth): ...",
            {"depth": 3},
            "function: found train(x, y, seed, depth) on line 1, allowed is a function that takes "
            "x, y, seed (missing a required argument: 'depth')",
        ),
        (
            PLAIN,
            {"depht": 3},
            "mitigations.other: found train(x, y, seed, *, depth=None) on line 1, allowed is a "
            "function that takes x, y, seed and, by name, depht (got an unexpected keyword "
            "argument 'depht')",
        ),
        (
            PLAIN,
            {"seed": 3},
            "mitigations.other: found train(x, y, seed, *, depth=None) on line 1, allowed is a "
            "function that takes x, y, seed and, by name, seed (multiple values for argument "
            "'seed')",
        ),
    ],
)
def test_what_would_fail_at_the_first_training_is_said_before(check, source, options, expected):
    assert check(source, **options) == expected


def test_what_is_said_of_a_call_is_what_python_says_of_it(check):
    """The oracle: the function itself, called."""
    sources = [
        "def train(x, y, seed, a, b=1, /, *, c): ...",
        "def train(x, y, seed, a=1, b=2, /, c=3, *more, d=4): ...",
        "def train(x, y, seed=0, **named): ...",
        "def train(x, *, y, seed): ...",
        "def train(x, y=1, seed=2, a=3, *, b, c=5): ...",
    ]
    for source in sources:
        for options in ({}, {"a": 1}, {"b": 1}, {"c": 1, "d": 2}, {"x": 1}):
            space = {}
            exec(source, space)
            try:
                for each in ({}, options):
                    space["train"](1, 2, 3, **each)
                callable_ = True
            except TypeError:
                callable_ = False
            assert (check(source, **options) is None) == callable_, (source, options)


def test_a_program_is_looked_for_where_it_will_be_run(tmp_path, monkeypatch):
    own, elsewhere = tmp_path / "own", tmp_path / "bin"
    for path in (own / "train.sh", elsewhere / "trainer"):
        path.parent.mkdir()
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    monkeypatch.setenv(USERS, f'{{"PATH": "{elsewhere}"}}')  # not that of this project's jobs
    check_program("./train.sh", own)
    check_program("trainer", own)
    check_program(str(elsewhere / "trainer"), own)
    for word in ("train.sh", "./trainer", "sh"):
        with pytest.raises(OptionError, match=re.escape(f'command: found "{word}", no such')):
            check_program(word, own)
    (own / "train.sh").chmod(0o644)
    with pytest.raises(OptionError, match="a file that may not be run"):
        check_program("./train.sh", own)


def test_an_audit_says_so_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text("a,y\n1,2\n")
    (tmp_path / "mine.py").write_text("def train(x, y, seed, depth=1): ...")
    text = "{one: {data: {file: own.csv, label: y}, function: mine:train}}"
    section = yaml.safe_load(text)
    assert plans(section)
    section["one"]["mitigations"] = {"small": {"depht": 1}}
    with pytest.raises(OptionError, match=r"^audits\.one\.mitigations\.small: found train\("):
        plans(section)
    section = yaml.safe_load(text.replace("train", "fit"))
    with pytest.raises(OptionError, match=r"^audits\.one\.function: found no fit in mine\.py"):
        plans(section)
    words = "command: [Rscritp, '{train}', '{ask}', '{seed}', '{out}']"
    section = yaml.safe_load(text.replace("function: mine:train", words))
    with pytest.raises(OptionError, match=r"^audits\.one\.command: found \"Rscritp\", no such"):
        plans(section)
