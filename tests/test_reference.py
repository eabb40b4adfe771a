from dataclasses import field
from typing import Annotated, Any

import pytest
from jsonschema import Draft202012Validator

from truthserum import registry
from truthserum.options import Count, Maybe, Named, Positive, Several, options
from truthserum.reference import meanings, page, schemas

KINDS = ("attack", "defence", "game", "model", "reconstructor")
EVERY = {name: registry.load(kind, name) for kind in KINDS for name in registry.names(kind)}


@options
class Wheel:
    """A wheel."""

    size: Positive
    """Across, in
    metres."""


@options
class Cart:
    """What rolls,
    at a time.

    More of it.
    """

    axles: Several[Count] = (2,)
    """Of wheels | not of hands."""
    wheel: Maybe[Wheel] = None
    """If any."""
    spare: Maybe[Wheel | str] = None
    """One, or its name."""
    other: Annotated[Any, Named({"wheel": Wheel})] = Wheel(1)


@options
class Coach(Cart):
    """Finer."""

    axles: Several[Count] = (3,)
    seats: Maybe[Count] = None
    """For people."""
    extras: dict[str, Any] = field(default_factory=dict)
    """By name."""


def test_meanings_are_the_strings_below():
    assert meanings(Cart) == {
        "axles": "Of wheels | not of hands.",
        "wheel": "If any.",
        "spare": "One, or its name.",
    }
    assert meanings(Wheel) == {"size": "Across, in metres."}
    assert meanings(Coach) == meanings(Cart) | {
        "seats": "For people.",
        "extras": "By name.",
    }


def test_a_schema_says_range_default_and_meaning():
    found = schemas({"a cart": Cart})
    cart = found["a cart"]
    assert cart["description"] == "What rolls, at a time."
    assert cart["properties"]["axles"] == {
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        "minItems": 1,
        "default": [2],
        "description": "Of wheels | not of hands.",
    }
    assert found["Wheel"]["required"] == ["size"]


@pytest.mark.parametrize(
    ("written", "valid"),
    [
        ({}, True),
        ({"wheel": None}, True),
        ({"wheel": {"size": 1}}, True),
        ({"wheel": {"size": 0}}, False),
        ({"wheel": 1}, False),
        ({"spare": None}, True),
        ({"spare": "a name"}, True),
        ({"spare": {"size": 1}}, True),
        ({"spare": 1}, False),
        ({"other": {"wheel": {"size": 2}}}, True),
        ({"other": {}}, False),
        ({"other": {"cart": {}}}, False),
        ({"axles": []}, False),
        ({"seats": None}, False),
    ],
)
def test_a_schema_takes_what_the_class_takes(written, valid):
    whole = {"$ref": "#/$defs/cart", "$defs": schemas({"cart": Cart})}
    assert Draft202012Validator(whole).is_valid(written) == valid


def test_every_option_of_every_plugin_is_described():
    for name, schema in schemas(EVERY).items():
        assert schema["description"], name
        for option, of in schema.get("properties", {}).items():
            assert of.get("description"), f"{name}.{option}"


def test_the_page_has_every_class_and_option_once():
    text = page("Options", {"Plug-ins": EVERY}, "All of them.")
    assert text.startswith("# Options\n\nAll of them.\n\n- Plug-ins: [")
    for name, cls in EVERY.items():
        assert text.count(f"\n## {name}\n") == 1
        assert f"\n## {cls.__name__}\n" not in text
    section = text.partition("## cnn\n")[2].partition("\n## ")[0]
    assert section.count("\n| `") == 4
    row = "| `depth` | whole number, 1 to 1,000,000 | `3` | Blocks. |"
    assert row in section


def test_the_page_says_what_is_allowed_in_words():
    lines = page("Vehicles", {"All": {"cart": Cart, "coach": Coach}}, "On wheels.").splitlines()
    assert "| `size` | number, more than 0 | must be given | Across, in metres. |" in lines
    assert "| `wheel` | section [Wheel](#wheel) or null | `null` | If any. |" in lines
    assert "| `spare` | section [Wheel](#wheel) or text or null | `null` | One, or" in " ".join(
        lines
    )
    assert "| `extras` | section of keys | `{}` | By name. |" in lines
    assert "| `seats` | whole number, 1 to 1,000,000, or null | `null` | For people. |" in lines
    axles = "list of whole number, 1 to 1,000,000"
    assert rf"| `axles` | {axles} | `[2]` | Of wheels \| not of hands. |" in lines


def test_the_page_has_contents_in_the_order_that_is_asked_for():
    text = page("Vehicles", {"Large": {"a coach": Coach}, "Small": {"a cart": Cart}}, "On wheels.")
    contents = "- Large: [a coach](#a-coach)\n- Small: [a cart](#a-cart)\n"
    assert f"On wheels.\n\n{contents}- Parts of these: [Wheel](#wheel)\n\n## a coach\n" in text
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## a coach", "## a cart", "## Wheel"]
