"""An option is said once: name, type, range, default and, as a string below it, its meaning.

From a class of options come the check of what is written in a config, the sentence of an error and
the description of all options (`truthserum.reference`).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache, wraps
from typing import Annotated, Any, TypeVar, dataclass_transform

from pydantic import ConfigDict, Field, Strict, TypeAdapter, ValidationError, WrapValidator
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import ArgsKwargs, PydanticCustomError, core_schema

from truthserum import registry

T = TypeVar("T")


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


def choice(where: str, found: object, allowed: Iterable[object]) -> None:
    """Raise OptionError unless `found` is one of `allowed`, naming the nearest."""
    if found not in allowed:
        raise OptionError(f"{where}: {choices(found, allowed)}")


def _wrong(kind: str, sentence: str) -> PydanticCustomError:
    """An error that is a whole sentence but for its place."""
    return PydanticCustomError(kind, "{sentence}", {"sentence": sentence})


def _unknown(found: object, allowed: Iterable[str]) -> PydanticCustomError:
    names = sorted(allowed)
    return _wrong(
        "unknown",
        f"found the key {shown(found)}, allowed are {listed(names)}{nearest(found, names)}",
    )


@dataclass(frozen=True)
class OneOf:
    """One of the keys of a table: Annotated[str, OneOf(TABLE)]. Other names are a Literal."""

    allowed: Iterable[str]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        allowed = tuple(self.allowed)

        def check(found: object) -> object:
            if found not in allowed:
                raise _wrong("choice", choices(found, allowed))
            return found

        return core_schema.no_info_plain_validator_function(check)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"enum": list(self.allowed)}


class OneKey:
    """Exactly one key, the name of a class of options, with these: {name: options}.

    What comes of it is an instance of the class. The type of a field is Annotated[Any, this].
    """

    def names(self) -> Iterable[str]:
        """All names, in order."""
        raise NotImplementedError

    def load(self, name: str) -> type:
        """The class of this name."""
        raise NotImplementedError

    def _made(self, written: object) -> object:
        names = list(self.names())
        if any(type(written) is self.load(name) for name in names):
            return written
        if not isinstance(written, Mapping):
            raise _wrong("section", _found(written, "a section of keys"))
        if len(written) != 1:
            raise _wrong("one", _found(written, "exactly one key"))
        (name,) = written
        if name not in names:
            raise _unknown(name, names)
        (made,) = adapter(dict[str, self.load(name)]).validate_python(written).values()
        return made

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._made)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        classes = {name: self.load(name).__pydantic_core_schema__ for name in self.names()}
        return {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": {name: handler(below) for name, below in classes.items()},
        }


@dataclass(frozen=True)
class Plugin(OneKey):
    """A plug-in of this kind with its options; one of the given names, or any if there are none."""

    kind: str
    only: tuple[str, ...] = ()

    def names(self) -> Iterable[str]:
        return self.only or registry.names(self.kind)

    def load(self, name: str) -> type:
        return registry.load(self.kind, name)


@dataclass(frozen=True)
class Named(OneKey):
    """One of the classes of a table."""

    table: Mapping[str, type]

    def names(self) -> Iterable[str]:
        return self.table

    def load(self, name: str) -> type:
        return self.table[name]


def _as_written(value: object, handler: Any) -> object:
    """Whole numbers stay so: what is told of an option is as it was written."""
    handler(value)
    return value


def _or_null(value: object, handler: Any) -> object:
    """Says of a value of another type that null is allowed, too."""
    try:
        return handler(value)
    except ValidationError as error:
        (first, *_) = error.errors()
        if first["loc"] or first["type"] not in WORDS:
            raise
        words = f"{WORDS[first['type']]} or null"
        raise _wrong("null", _found(value, words)) from error


Written = WrapValidator(_as_written)
Count = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]
Even = Annotated[int, Field(ge=2, multiple_of=2)]
Positive = Annotated[float, Field(gt=0), Written]
NonNegative = Annotated[float, Field(ge=0), Written]
Share = Annotated[float, Field(gt=0, lt=1), Written]
PartialShare = Annotated[float, Field(ge=0, lt=1), Written]
ClosedShare = Annotated[float, Field(ge=0, le=1), Written]
Several = Annotated[tuple[T, ...], Strict(False), Field(min_length=1)]
Two = Annotated[tuple[T, ...], Strict(False), Field(min_length=2, max_length=2)]
Maybe = Annotated[T | None, WrapValidator(_or_null)]


CONFIG = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


@dataclass_transform(frozen_default=True)
def options(cls: type[T]) -> type[T]:
    """Make of a class with typed fields a frozen dataclass that checks them.

    Types are strict: neither 8.0 nor true is a whole number, NaN and infinity are no numbers, and
    unknown keys are refused. `__post_init__` may raise ValueErrors that begin with the name of a
    field, "key: found X, allowed is Y", for what concerns several fields. What an option means is
    said in a string below it, which `truthserum.reference` reads.

    The constructor raises OptionError. Where a field is of such a class, so may be a section of
    keys of what is written.
    """
    cls.__get_pydantic_core_schema__ = classmethod(_section)
    made = pydantic_dataclass(frozen=True, config=CONFIG)(cls)
    construct = made.__init__
    places = [field.name for field in fields(made) if not field.kw_only]

    @wraps(construct)
    def __init__(self, *arguments, **named):
        if len(arguments) > len(places):
            raise TypeError(f"{made.__name__} takes {len(places)} options, not {len(arguments)}")
        try:
            construct(self, **dict(zip(places, arguments, strict=False)), **named)
        except ValidationError as error:
            raise OptionError(sentence(error, made.__name__)) from None

    made.__init__ = __init__
    return made


def _section(cls: type, source: Any, handler: Any) -> core_schema.CoreSchema:
    """The schema of a class of options, which takes mappings in spite of strict types."""
    schema = handler(source)
    inner = handler.resolve_ref_schema(schema)
    while inner["type"] != "dataclass":
        inner = inner["schema"]
    inner["strict"] = False

    def known(written: object) -> object:
        named = written.kwargs if isinstance(written, ArgsKwargs) else written
        if isinstance(named, Mapping):
            allowed = [field.name for field in fields(cls)]
            for key in named:
                if key not in allowed:
                    raise _unknown(key, allowed)
        return written

    return core_schema.no_info_before_validator_function(known, schema)


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


def _found(value: object, allowed: str) -> str:
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
        return f"{place}: {_found(found, WORDS[kind])}"
    return f"{place}: found {shown(found)}, allowed is {LIMITS[kind].format(**limits)}"


def _place(error: Any) -> tuple[int | str, ...]:
    """Where an error is; a key that is missing is so in its section."""
    return error["loc"][:-1] if error["type"] == "missing" else error["loc"]


@cache
def adapter(kind: Any) -> TypeAdapter:
    """What checks and describes values of a type, or a OneKey."""
    return TypeAdapter(Annotated[Any, kind] if isinstance(kind, OneKey) else kind)


def checked(kind: Any, written: object, where: str) -> Any:
    """What is written in a config as an instance of a class of options, of a type or of a OneKey.

    where: its place in the config. Raises OptionError: the key, what was found, what is allowed.
    """
    try:
        return adapter(kind).validate_python(written)
    except ValidationError as error:
        raise OptionError(sentence(error, where)) from None
