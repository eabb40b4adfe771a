"""What a config is made of besides options: values, lists without repetitions, tables by name."""

import math
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, PlainValidator, Strict, WithJsonSchema
from pydantic_core import core_schema

from truthserum.options import adapter, or_told
from truthserum.sentences import NAME, mistyped, shown, wrong

T = TypeVar("T")


def _without_repetitions(found: tuple) -> tuple:
    if len(set(found)) < len(found):
        raise wrong("repeated", f"found {shown(found)}, allowed is a list without repetitions")
    return found


def _scalar(found: object) -> object:
    number = isinstance(found, int | float) and -math.inf < found < math.inf
    if not (number or isinstance(found, str)):
        raise wrong("scalar", mistyped(found, "a finite number, text, true or false"))
    return found


@dataclass(frozen=True)
class Either:
    """What is of a Python type as the first of two types, else as the other one.

    words: what the first is called. The type of a field is Annotated[Any, this].
    """

    python: type
    words: str
    first: Any
    other: Any

    def _made(self, written: object) -> object:
        if isinstance(written, self.python):
            return adapter(self.first).validate_python(written)
        return or_told(
            written, adapter(self.other).validate_python, allowed=f"{self.words} or {{}}"
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._made)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        both: list[Any] = [adapter(kind).core_schema for kind in (self.other, self.first)]
        return handler(core_schema.union_schema(both))


Name = Annotated[str, Field(pattern=NAME)]
Each = Annotated[tuple[T, ...], Strict(False)]
Distinct = Annotated[
    T, AfterValidator(_without_repetitions), Field(json_schema_extra={"uniqueItems": True})
]
Value = Annotated[
    Any, PlainValidator(_scalar), WithJsonSchema({"type": ["number", "string", "boolean"]})
]
Table = dict[Name, T]
Filled = Annotated[dict[Name, T], Field(min_length=1)]
