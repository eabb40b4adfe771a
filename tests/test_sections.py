import math
from typing import Annotated, Any, Literal

import pytest
from jsonschema import Draft202012Validator
from pydantic import Field

from truthserum.options import Count, Maybe, Several, checked, options
from truthserum.reference import schemas
from truthserum.sections import Distinct, Each, Either, Filled, Name, Table, Value
from truthserum.sentences import OptionError
from truthserum.settings import Option


@options
class Part:
    """A part."""

    size: Count


@options
class Whole:
    """Everything that a config is made of."""

    distinct: Distinct[Several[Count]] = (1,)
    each: Each[Count] = ()
    value: Value = 1
    maybe: Maybe[Value] = None
    named: Annotated[Any, Either(str, "text", str, Part)] = "x"
    listed: Annotated[Any, Either(str, "text", str, Distinct[Several[str]])] = "x"
    table: Maybe[Table[Part]] = None
    filled: Maybe[Filled[Part]] = None
    one: Maybe[Annotated[dict[Option, int], Field(min_length=1, max_length=1)]] = None
    some: Maybe[dict[Literal["red", "green"], Part]] = None
    least: Maybe[Annotated[dict[Name, int], Field(min_length=2)]] = None
    twice: int = 0

    def __post_init__(self):
        if self.twice == 2 * self.value:
            raise ValueError(f"twice: found {self.twice}, allowed is another than value")


WRONG = [
    ("twice", 2, "twice: found 2, allowed is another than value"),
    ("distinct", [1, 2, 1], "distinct: found [1, 2, 1], allowed is a list without repetitions"),
    ("distinct", [], "distinct: found [], allowed is a list of 1 or more"),
    ("distinct", [0, 0], "distinct.0: found 0, allowed is 1 or more"),
    ("distinct", 1, "distinct: found 1, allowed is a list"),
    ("each", [0], "each.0: found 0, allowed is 1 or more"),
    ("value", None, "value: found null, allowed is a finite number, text, true or false"),
    ("value", math.inf, "value: found Infinity, allowed is a finite number, text, true or false"),
    ("value", [1], "value: found [1], allowed is a finite number, text, true or false"),
    ("named", 3, "named: found 3, allowed is text or a section of keys"),
    ("named", {"size": 0}, "named.size: found 0, allowed is 1 or more"),
    ("named", {}, 'named: the key "size" is missing, found are none'),
    ("listed", None, "listed: found null, allowed is text or a list"),
    ("listed", [], "listed: found [], allowed is a list of 1 or more"),
    ("listed", ["a", "a"], 'listed: found ["a", "a"], allowed is a list without repetitions'),
    ("table", {"A": {}}, 'table: found "A", allowed is a name of lower-case letters, digits and _'),
    ("table", {3: {}}, "table: found 3, allowed is text"),
    ("table", {"a": {}}, 'table.a: the key "size" is missing, found are none'),
    ("filled", {}, "filled: found {}, allowed is 1 or more keys"),
    ("one", {}, "one: found {}, allowed is 1 or more keys"),
    ("one", {"a": 1, "b": 2}, 'one: found {"a": 1, "b": 2}, allowed is exactly one key'),
    ("one", {"a.b.c": 1}, 'one: found "a.b.c", allowed is section.option, such as game.copies'),
    ("some", {"gren": {}}, 'some: found the key "gren", allowed are red, green (did you mean "gre'),
    ("some", {"red": {"size": 0}}, "some.red.size: found 0, allowed is 1 or more"),
    ("least", {"a": 1}, 'least: found {"a": 1}, allowed is 2 or more keys'),
]
RIGHT = [
    ("distinct", [2, 1], (2, 1)),
    ("each", [], ()),
    *(("value", value, value) for value in (0.5, 3, "x", True)),
    ("maybe", None, None),
    ("maybe", "x", "x"),
    ("named", "y", "y"),
    ("named", {"size": 3}, Part(3)),
    ("listed", ["a", "b"], ("a", "b")),
    ("table", {}, {}),
    ("table", {"a_1": {"size": 2}}, {"a_1": Part(2)}),
    ("filled", {"a": {"size": 2}}, {"a": Part(2)}),
    ("one", {"a.b": 1}, {"a.b": 1}),
    ("some", {"red": {"size": 1}}, {"red": Part(1)}),
    ("least", {"a": 1, "b": 2}, {"a": 1, "b": 2}),
]
VALIDATOR = Draft202012Validator({"$ref": "#/$defs/whole", "$defs": schemas({"whole": Whole})})


@pytest.mark.parametrize(("key", "value", "sentence"), WRONG, ids=str)
def test_what_is_wrong_is_named(key, value, sentence):
    with pytest.raises(OptionError) as caught:
        checked(Whole, {key: value}, "")
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, value, _ in WRONG], ids=str)
def test_the_schema_refuses_the_same(key, value):
    if key != "twice" and value not in (math.inf, {3: {}}):  # which no JSON has
        assert not VALIDATOR.is_valid({key: value})


@pytest.mark.parametrize(("key", "value", "made"), RIGHT, ids=str)
def test_what_is_right_is_taken_and_by_the_schema_too(key, value, made):
    found = getattr(checked(Whole, {key: value}, ""), key)
    assert found == made and type(found) is type(made)
    assert VALIDATOR.is_valid({key: value})
