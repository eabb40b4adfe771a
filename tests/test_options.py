import json
import math
import subprocess
import sys
from copy import deepcopy
from dataclasses import FrozenInstanceError, field, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from truthserum import registry
from truthserum.options import (
    ClosedShare,
    Count,
    Even,
    Maybe,
    Named,
    Natural,
    NonNegative,
    OneOf,
    PartialShare,
    Plugin,
    Positive,
    Several,
    Share,
    Two,
    checked,
    options,
)
from truthserum.sentences import OptionError, choice


@options
class Shape:
    """A part."""

    sides: Count
    """How many."""
    round: bool = False
    """Without corners?"""


@options
class Ball:
    """Another part."""


@options
class Whole:
    """Everything that an option can be.

    And more.
    """

    count: Count
    natural: Natural = 0
    even: Even = 2
    positive: Positive = 1.0
    negative: NonNegative = 0.0
    share: Share = 0.5
    partial: PartialShare = 0.5
    closed: ClosedShare = 0.5
    digits: Annotated[int, Field(ge=1, le=7)] = 6
    flag: bool = False
    text: Annotated[str, Field(max_length=9)] = ""
    several: Several[Count] = (1,)
    two: Two[str] = ("a", "b")
    table: Annotated[str, OneOf({"fast": 1, "slow": 2})] = "fast"
    names: Literal["red", "green"] = "red"
    numbers: Literal[10, 16] = 10
    maybe: Maybe[Count] = None
    part: Shape = Shape(3)
    none: Maybe[Shape] = None
    named: Annotated[Any, Named({"shape": Shape, "ball": Ball})] = Ball()
    late: Count = field(default=1, kw_only=True)

    def __post_init__(self):
        if self.count == self.natural:
            raise ValueError(f"natural: found {self.natural}, allowed is another than count")


SENTENCES = [
    (None, "here: found null, allowed is a section of keys"),
    ([1], "here: found [1], allowed is a section of keys"),
    ({}, 'here: the key "count" is missing, found are none'),
    ({"natural": 1}, 'here: the key "count" is missing, found are natural'),
    ({"count": 1, "part": {}}, 'here.part: the key "sides" is missing, found are none'),
    ({"count": 1, "part": None}, "here.part: found null, allowed is a section of keys"),
    ({"count": 1, "none": 3}, "here.none: found 3, allowed is a section of keys or null"),
    ({"count": 1, "none": {"sides": 0}}, "here.none.sides: found 0, allowed is 1 or more"),
    (
        {"count": 1, "part": {"side": 3}},
        'here.part: found the key "side", allowed are round, sides (did you mean "sides"?)',
    ),
    ({"count": 1, "part": {3: 3}}, "here.part: found the key 3, allowed are round, sides"),
    ({"count": 1, "named": {}}, "here.named: found {}, allowed is exactly one key"),
    ({"count": 1, "named": 3}, "here.named: found 3, allowed is a section of keys"),
    (
        {"count": 1, "named": {"shap": {}}},
        'here.named: found the key "shap", allowed are ball, shape (did you mean "shape"?)',
    ),
    (
        {"count": 1, "named": {"shape": None}},
        "here.named.shape: found null, allowed is a section of keys",
    ),
    (
        {"count": 1, "named": {"shape": {"sides": 0}}},
        "here.named.shape.sides: found 0, allowed is 1 or more",
    ),
    ({"count": 2, "natural": 2}, "here.natural: found 2, allowed is another than count"),
]
VALUES = [
    ("count", 0, "found 0, allowed is 1 or more"),
    ("count", 10**7, "found 10000000, allowed is 1,000,000 or less"),
    ("count", 8.0, "found 8.0, allowed is a whole number"),
    ("count", True, "found true, allowed is a whole number"),
    ("count", "8", 'found the text "8", allowed is a whole number'),
    ("count", None, "found null, allowed is a whole number"),
    ("natural", -1, "found -1, allowed is 0 or more"),
    ("even", 7, "found 7, allowed is a multiple of 2"),
    ("positive", 0, "found 0, allowed is more than 0"),
    ("positive", math.nan, "found NaN, allowed is a finite number"),
    ("positive", math.inf, "found Infinity, allowed is a finite number"),
    ("positive", True, "found true, allowed is a finite number"),
    ("positive", "1", 'found the text "1", allowed is a finite number'),
    ("negative", -0.5, "found -0.5, allowed is 0 or more"),
    ("share", 1, "found 1, allowed is less than 1"),
    ("share", 0, "found 0, allowed is more than 0"),
    ("partial", 1, "found 1, allowed is less than 1"),
    ("partial", -1, "found -1, allowed is 0 or more"),
    ("closed", 2, "found 2, allowed is 1 or less"),
    ("digits", 8, "found 8, allowed is 7 or less"),
    ("flag", 1, "found 1, allowed is true or false"),
    (
        "flag",
        "true",
        'found the text "true", allowed is true or false (without quotes; True on a command line)',
    ),
    ("text", 1, "found 1, allowed is text"),
    ("text", "0123456789", 'found "0123456789": String should have at most 9 characters'),
    ("several", 3, "found 3, allowed is a list"),
    ("several", [], "found [], allowed is a list of 1 or more"),
    ("two", ["a"], 'found ["a"], allowed is a list of 2 or more'),
    ("two", ["a"] * 3, 'found ["a", "a", "a"], allowed is a list of 2 or fewer'),
    ("table", "fats", 'found "fats", allowed are fast, slow (did you mean "fast"?)'),
    ("table", None, "found null, allowed are fast, slow"),
    ("table", ["fast"], 'found ["fast"], allowed are fast, slow'),
    ("names", "reds", 'found "reds", allowed are red, green (did you mean "red"?)'),
    ("numbers", 11, "found 11, allowed are 10, 16"),
    ("maybe", 0, "found 0, allowed is 1 or more"),
    ("maybe", "x", 'found the text "x", allowed is a whole number or null'),
]


def refusal(written):
    with pytest.raises(OptionError) as caught:
        checked(Whole, written, "here")
    return str(caught.value)


@pytest.mark.parametrize(("written", "sentence"), SENTENCES, ids=str)
def test_a_section_that_is_wrong_is_named(written, sentence):
    assert refusal(written) == sentence


@pytest.mark.parametrize(("key", "value", "rest"), VALUES, ids=str)
def test_a_value_that_is_wrong_is_named(key, value, rest):
    assert refusal({"count": 1, key: value}) == f"here.{key}: {rest}"


def test_an_item_that_is_wrong_is_named():
    assert (
        refusal({"count": 1, "several": [1, 0]}) == "here.several.1: found 0, allowed is 1 or more"
    )


def test_the_outermost_error_comes_first_and_then_the_first_in_the_file():
    assert refusal({"count": 1, "part": {"sides": 0}, "text": 1}).startswith("here.text: ")
    assert refusal({"text": 1, "flag": 1, "count": 1}).startswith("here.flag: ")


def test_what_is_allowed_comes_as_it_was_written():
    made = checked(
        Whole,
        {"count": 3, "positive": 2, "several": [4, 5], "part": {"sides": 5}, "maybe": 1},
        "here",
    )
    assert made == Whole(3, positive=2, several=(4, 5), part=Shape(5), maybe=1)
    assert type(made.positive) is int and type(made.several) is tuple
    assert checked(Named({"ball": Ball}), {"ball": {}}, "here") == Ball()
    assert checked(Shape, Shape(4), "here") == Shape(4)


@pytest.mark.parametrize(
    ("arguments", "named", "sentence"),
    [
        ((0,), {}, "Shape.sides: found 0, allowed is 1 or more"),
        ((), {"sides": 3, "rund": 1}, 'Shape: found the key "rund", allowed are round, sides (did'),
        ((), {}, 'Shape: the key "sides" is missing, found are none'),
    ],
)
def test_a_constructor_says_the_same(arguments, named, sentence):
    with pytest.raises(OptionError) as caught:
        Shape(*arguments, **named)
    assert str(caught.value).startswith(sentence)


def test_what_python_refuses_of_any_call_is_refused():
    with pytest.raises(TypeError, match="Shape takes 2 options, not 3"):
        Shape(1, False, 2)
    with pytest.raises(TypeError, match="Whole takes 20 options, not 21"):
        Whole(*[1] * 21)
    with pytest.raises(TypeError, match="multiple values"):
        Shape(1, sides=1)


def test_options_are_frozen_dataclasses():
    made = Whole(3, late=2)
    with pytest.raises(FrozenInstanceError):
        made.count = 4
    assert hash(made) == hash(replace(made)) and made == replace(made)
    assert replace(made, count=4) != made
    assert deepcopy(made) == made
    assert [option.name for option in fields(Shape)] == ["sides", "round"]
    assert repr(Shape(3)) == "Shape(sides=3, round=False)"
    with pytest.raises(OptionError, match="count: found 0"):
        replace(made, count=0)


def test_a_plugin_is_one_of_its_kind():
    made = checked(Plugin("game"), {"membership": {"targets": 3}}, "game")
    assert made == registry.load("game", "membership")(3)
    with pytest.raises(OptionError, match='game: found the key "canary", allowed are membership'):
        checked(Plugin("game", ("membership",)), {"canary": {}}, "game")


def test_a_choice_is_named_with_its_neighbour():
    choice("here", "roc", ["roc", "tpr"])
    with pytest.raises(OptionError, match=r'^here: found "rok", allowed are roc \(did you mean'):
        choice("here", "rok", ["roc"])
    with pytest.raises(OptionError, match=r"^here: found 1, allowed are none$"):
        choice("here", 1, [])


def test_options_of_plugins_load_no_torch():
    kinds = ["attack", "defence", "experiment", "game", "model", "reconstructor"]
    code = (
        "import sys; from truthserum import registry\n"
        f"[registry.load(k, n) for k in {json.dumps(kinds)} for n in registry.names(k)]\n"
        "print(*sys.modules)"
    )
    folder = Path(registry.__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=folder, capture_output=True, text=True
    )
    assert not {"torch", "scipy.stats", "pandas"} & set(run.stdout.split())
