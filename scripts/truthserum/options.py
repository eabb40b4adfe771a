"""An option is said once: name, type, range, default and, as a string below it, its meaning.

From a class of options come the check of what is written in a config, the sentence of an error and
the description of all options (`truthserum.reference`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, wraps
from types import GenericAlias
from typing import Annotated, Any, TypeVar, dataclass_transform

from pydantic import ConfigDict, Field, Strict, TypeAdapter, ValidationError, WrapValidator
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import ArgsKwargs, core_schema

from truthserum import registry
from truthserum.sentences import (
    PATH,
    TEXT,
    WORDS,
    OptionError,
    choices,
    mistyped,
    sentence,
    unknown,
    wrong,
)

T = TypeVar("T")


@dataclass(frozen=True)
class OneOf:
    """One of the keys of a table: Annotated[str, OneOf(TABLE)]. Other names are a Literal."""

    allowed: Iterable[str]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        allowed = tuple(self.allowed)

        def check(found: object) -> object:
            if found not in allowed:
                raise wrong("choice", choices(found, allowed))
            return found

        return core_schema.no_info_plain_validator_function(check)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"enum": list(self.allowed)}


@dataclass(frozen=True, eq=False)
class OneKey:
    """Exactly one key, the name of a class of options, with these: {name: options}.

    What comes of it is an instance of the class. The type of a field is Annotated[Any, this].
    names: gives all of them, in order. load: gives the class of a name.
    """

    names: Callable[[], Iterable[str]]
    load: Callable[[str], type[Any]]

    def _made(self, written: object) -> object:
        names = list(self.names())
        if not isinstance(written, Mapping):
            if any(type(written) is self.load(name) for name in names):
                return written
            raise wrong("section", mistyped(written, "a section of keys"))
        if len(written) != 1:
            raise wrong("one", mistyped(written, "exactly one key"))
        (name,) = written
        if name not in names:
            raise unknown(name, names)
        (made,) = (
            adapter(GenericAlias(dict, (str, self.load(name)))).validate_python(written).values()
        )
        return made

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._made)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        classes = {name: self.load(name).__pydantic_core_schema__ for name in self.names()}
        return {
            "description": "Exactly one of these keys, with its options.",
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": {name: handler(below) for name, below in classes.items()},
        }


@cache  # one for each kind, so that what checks it is made once
def Plugin(kind: str, only: tuple[str, ...] = ()) -> OneKey:
    """A plug-in of this kind with its options; one of the given names, or any if there are none."""
    return OneKey(lambda: only or registry.names(kind), lambda name: registry.load(kind, name))


def Named(table: Mapping[str, type[Any]]) -> OneKey:
    """One of the classes of a table."""
    return OneKey(table.keys, table.__getitem__)


def _as_written(value: object, handler: Any) -> object:
    """Whole numbers stay so: what is told of an option is as it was written."""
    handler(value)
    return value


def or_told(value: object, check: Any, *, allowed: str = "{} or null") -> Any:
    """What comes of the check of a value; of one of another type it is said what else is allowed.

    allowed: in words, {} for the type of the check. Raises ValidationError, PydanticCustomError.
    """
    try:
        return check(value)
    except ValidationError as error:
        (first, *_) = error.errors()
        if first["loc"] or first["type"] not in WORDS:
            raise
        raise wrong("either", mistyped(value, allowed.format(WORDS[first["type"]]))) from error


Written = WrapValidator(_as_written)
Text = Annotated[str, Field(pattern=TEXT)]
MOST = 1_000_000  # what a typing error is likely to exceed, and no machine is waited for
Count = Annotated[int, Field(ge=1, le=MOST)]
Amount = Annotated[int, Field(ge=0, le=MOST)]
Draws = Annotated[int, Field(ge=20, le=MOST)]  # of a bootstrap: fewer have no 95 % interval
Natural = Annotated[int, Field(ge=0)]
Even = Annotated[int, Field(ge=2, le=MOST, multiple_of=2)]
Positive = Annotated[float, Field(gt=0), Written]
NonNegative = Annotated[float, Field(ge=0), Written]
Share = Annotated[float, Field(gt=0, lt=1), Written]
PartialShare = Annotated[float, Field(ge=0, lt=1), Written]
ClosedShare = Annotated[float, Field(ge=0, le=1), Written]
Several = Annotated[tuple[T, ...], Strict(False), Field(min_length=1)]
Place = Annotated[str, Field(pattern=PATH)]
Two = Annotated[tuple[T, ...], Strict(False), Field(min_length=2, max_length=2)]
Maybe = Annotated[T | None, WrapValidator(or_told)]


CONFIG = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def options(cls: type[T]) -> type[T]:
    """Make of a class with typed fields a frozen dataclass that checks them.

    Types are strict: neither 8.0 nor true is a whole number, NaN and infinity are no numbers, and
    unknown keys are refused. `__post_init__` may raise ValueErrors that begin with the name of a
    field, "key: found X, allowed is Y", for what concerns several fields. What an option means is
    said in a string below it, which `truthserum.reference` reads.

    The constructor raises OptionError. Where a field is of such a class, so may be a section of
    keys of what is written.
    """
    open_class: Any = cls  # pydantic finds its hook by name
    open_class.__get_pydantic_core_schema__ = classmethod(_section)
    made: Any = pydantic_dataclass(frozen=True, config=CONFIG)(open_class)
    construct = made.__init__
    places = [one.name for one in fields(made) if not one.kw_only]

    @wraps(construct)
    def __init__(self: Any, *arguments: object, **named: object) -> None:
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
            allowed = [one.name for one in fields(cls)]
            for key in named:
                if key not in allowed:
                    raise unknown(key, allowed)
        return written

    return core_schema.no_info_before_validator_function(known, schema)


@cache
def adapter(kind: Any) -> TypeAdapter:
    """What checks and describes values of a type, or a OneKey."""
    return TypeAdapter(Annotated[Any, kind] if isinstance(kind, OneKey) else kind)


def build(kind: str, choice: Mapping[str, Mapping]) -> Any:
    """The plug-in of a kind that {name: options} describes; OptionError if there is none such."""
    return checked(Plugin(kind), choice, kind)


def checked(kind: Any, written: object, where: str) -> Any:
    """What is written in a config as an instance of a class of options, of a type or of a OneKey.

    where: its place in the config. Raises OptionError: the key, what was found, what is allowed.
    """
    try:
        return adapter(kind).validate_python(written)
    except ValidationError as error:
        raise OptionError(sentence(error, where)) from None
