"""What is said to the user whose option is wrong: the key, what was found, what is allowed."""

import json
import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ArgsKwargs, PydanticCustomError

WORDS = {
    "bool_type": "true or false",
    "dataclass_type": "a section of keys",
    "dict_type": "a section of keys",
    "finite_number": "a finite number",
    "float_type": "a finite number",
    "int_type": "a whole number",
    "string_type": "text",
    "tuple_type": "a list",
}
LIMITS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
    "multiple_of": "a multiple of {multiple_of:g}",
    "too_long": "a list of {max_length} or fewer",
    "too_short": "a list of {min_length} or more",
}


class OptionError(ValueError):
    """An option is wrong; the message is one sentence for the user."""


def shown(value: object) -> str:
    """A value as one writes it in the config."""
    return json.dumps(value, default=str)


def listed(names: Iterable[object]) -> str:
    """Names in a sentence."""
    return ", ".join(map(str, names)) or "none"


def nearest(found: object, allowed: Iterable[object]) -> str:
    """' (did you mean "x"?)' where an allowed name is close, else nothing."""
    names = [str(name) for name in allowed] if isinstance(found, str) else []
    close = get_close_matches(str(found), names, n=1)
    return f" (did you mean {shown(close[0])}?)" if close else ""


def choices(found: object, allowed: Iterable[object]) -> str:
    """'found x, allowed are ...', naming the nearest."""
    return f"found {shown(found)}, allowed are {listed(allowed)}{nearest(found, allowed)}"


def choice(where: str, found: object, allowed: Collection[object]) -> None:
    """Raise OptionError unless `found` is one of `allowed`, naming the nearest."""
    if found not in allowed:
        raise OptionError(f"{where}: {choices(found, allowed)}")


def wrong(kind: str, sentence: str) -> PydanticCustomError:
    """An error that is a whole sentence but for its place."""
    return PydanticCustomError(kind, "{sentence}", {"sentence": sentence})


def unknown(found: object, allowed: Iterable[str]) -> PydanticCustomError:
    """The error of a key that is none of those allowed."""
    names = sorted(allowed)
    return wrong(
        "unknown",
        f"found the key {shown(found)}, allowed are {listed(names)}{nearest(found, names)}",
    )


def mistyped(value: object, allowed: str) -> str:
    """'found x, allowed is a whole number', or whatever is allowed."""
    # Snakemake hands over true and false as text where they are nested in --config.
    text = "the text " if isinstance(value, str) else ""
    return f"found {text}{shown(value)}, allowed is {allowed}"


def sentence(error: ValidationError, where: str) -> str:
    """The outermost error in one sentence; of several at one depth the first in the file."""
    # A list of which an item is wrong is called too short as well.
    first = min(error.errors(), key=lambda one: (one["type"] == "too_short", len(_place(one))))
    place = ".".join([where, *map(str, _place(first))])
    kind, found, limits = first["type"], first["input"], first.get("ctx", {})
    if "sentence" in limits:
        return f"{place}: {limits['sentence']}"
    if kind == "value_error":  # of `__post_init__`, which names the key
        return f"{place}.{limits['error']}"
    if kind == "missing":
        keys = (found.kwargs or {}) if isinstance(found, ArgsKwargs) else found
        missing = shown(first["loc"][-1])
        return f"{place}: the key {missing} is missing, found are {listed(keys)}"
    if kind == "literal_error":
        allowed = [name.strip("'") for name in re.split(", | or ", limits["expected"])]
        return f"{place}: {choices(found, allowed)}"
    if kind in WORDS:
        return f"{place}: {mistyped(found, WORDS[kind])}"
    if kind in LIMITS:
        return f"{place}: found {shown(found)}, allowed is {LIMITS[kind].format(**limits)}"
    return f"{place}: found {shown(found)}: {first['msg']}"


def _place(error: Any) -> tuple[int | str, ...]:
    """Where an error is; a key that is missing is so in its section."""
    return error["loc"][:-1] if error["type"] == "missing" else error["loc"]
