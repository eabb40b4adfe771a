"""What is said to the user whose option is wrong: the key, what was found, what is allowed."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ArgsKwargs, PydanticCustomError

LONGEST, LONGEST_LIST = 200, 2000  # characters of a value, and of names, in a sentence
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
# What the names of keys are: so long that two of them fit into the name of a file.
NAME, VARIANT, OPTION = "^[a-z0-9_]{1,80}$", "^[A-Za-z0-9_-]{1,80}$", r"^[a-z_]+(\.[a-z_]+)?$"
PATH = "^[^{}<>]*$"
TEXT = r"\S"
MD5, CLASS, FILE = "^[0-9a-f]{32}$", "^[A-Za-z][A-Za-z0-9_]*$", r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"
PATTERNS = {
    PATH: "a path without {, }, < and >, which Snakemake fills in",
    TEXT: "words",
    MD5: "an MD5 of 32 digits, 0 to 9 and a to f",
    CLASS: "the name of a class of torchvision.datasets",
    FILE: "the name of a file, of letters, digits, _, - and points",
    NAME: "a name of lower-case letters, digits and _, 80 at most",
    VARIANT: "a name of letters, digits, _ and -, 80 at most",
    OPTION: "section.option, such as game.copies, or one word",
}
LIMITS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:,.10g} or less",
    "multiple_of": "a multiple of {multiple_of:g}",
    "too_long": "a list of {max_length} or fewer",
    "too_short": "a list of {min_length} or more",
}
KEYS = {"too_long": "exactly one key", "too_short": "{min_length} or more keys"}


class Sentence(Exception):
    """What a user can mend, said in one sentence and in one line."""

    def __str__(self) -> str:
        text = super().__str__()  # names of files may hold what moves a terminal's cursor
        return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


class DeviceError(RuntimeError):
    """The device that was asked for is not there, or too small."""


class OptionError(Sentence, ValueError):
    """An option is wrong."""


def cut(text: str, most: int = LONGEST_LIST) -> str:
    """The start of a text that is longer than so many characters, by default more than a screen."""
    return text if len(text) <= most else f"{text[:most]} …"


def shown(value: object) -> str:
    """A value as one writes it in the config; the start of one that is longer than a line."""
    try:
        text = json.dumps(value, default=str)
    except (ValueError, RecursionError):  # it holds itself
        text = repr(value)
    return cut(text, LONGEST)


def listed(names: Iterable[object]) -> str:
    """Names in a sentence; the first of those that fill more than a screen, as columns may."""
    return cut(", ".join(map(str, names)) or "none")


def nearest(found: object, allowed: Iterable[object]) -> str:
    """' (did you mean "x"?)' where an allowed name is close, else nothing."""
    names = [str(name) for name in allowed] if isinstance(found, str) else []
    close = get_close_matches(str(found), names, n=1)
    return f" (did you mean {shown(close[0])}?)" if close else ""


def choices(found: object, allowed: Iterable[object], what: str = "") -> str:
    """'found x, allowed are ...', naming the nearest. what: comes before x."""
    return f"found {what}{shown(found)}, allowed are {listed(allowed)}{nearest(found, allowed)}"


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
    # Snakemake hands over true and false as text in --config, but for True and False by themselves.
    text = "the text " if isinstance(value, str) else ""
    quoted = value in ("true", "false") and allowed == WORDS["bool_type"]
    hint = f" (without quotes; {str(value).title()} on a command line)" if quoted else ""
    if isinstance(value, Mapping) and allowed == WORDS["string_type"]:
        hint = " (in quotes, if a colon is part of it)"
    return f"found {text}{shown(value)}, allowed is {allowed}{hint}"


def missing(key: object, found: Iterable[str]) -> str:
    """'the key x is missing, found are ...'."""
    return f"the key {shown(key)} is missing, found are {listed(found)}"


def sentence(error: ValidationError, where: str) -> str:
    """The outermost error in one sentence; of several at one depth the first in the file."""
    # A list of which an item is wrong is called too short as well.
    first = min(error.errors(), key=lambda one: (one["type"] == "too_short", len(_place(one))))
    place = ".".join([*filter(None, [where]), *map(str, _place(first))])
    kind, found, limits = first["type"], first["input"], first.get("ctx", {})
    if "sentence" in limits:
        return f"{place}: {limits['sentence']}"
    if kind == "value_error":  # of `__post_init__`, which names the key
        return f"{place}.{limits['error']}".removeprefix(".")
    if kind == "missing":
        keys = (found.kwargs or {}) if isinstance(found, ArgsKwargs) else found
        return f"{place}: {missing(first['loc'][-1], keys)}"
    if kind in KEYS and isinstance(found, Mapping):
        return f"{place}: found {shown(found)}, allowed is {KEYS[kind].format(**limits)}"
    if limits.get("pattern") in PATTERNS:
        hint = ""
        if limits["pattern"] == OPTION and isinstance(found, str) and found.count(".") == 2:
            section, _, option = found.split(".")  # as model.mlp.widths, as it is written in a file
            hint = nearest(found, [f"{section}.{option}"])
        return f"{place}: found {shown(found)}, allowed is {PATTERNS[limits['pattern']]}{hint}"
    if kind == "literal_error":
        allowed = [name.strip("'") for name in re.split(", | or ", limits["expected"])]
        key = "the key " if first["loc"][-1:] == ("[key]",) else ""
        return f"{place}: {choices(found, allowed, key)}"
    if kind in WORDS:
        return f"{place}: {mistyped(found, WORDS[kind])}"
    if kind in LIMITS:
        return f"{place}: found {shown(found)}, allowed is {LIMITS[kind].format(**limits)}"
    return f"{place}: found {shown(found)}: {first['msg']}"


def _place(error: Any) -> tuple[int | str, ...]:
    """Where an error is; a key that is missing or wrong is so in its section."""
    *outer, last = error["loc"] or (None,)
    if last == "[key]":
        return tuple(outer[:-1])
    return tuple(outer) if error["type"] == "missing" else error["loc"]
