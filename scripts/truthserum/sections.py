"""What a config is made of besides options: values, lists without repetitions, tables by name."""

import math
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import Field, Strict, ValidationError
from pydantic_core import core_schema

from truthserum.options import adapter
from truthserum.sentences import NAME, WORDS, mistyped, shown, wrong

T = TypeVar("T")
Schema = core_schema.CoreSchema
Json = dict[str, Any]


class Unique:
    """Lists without repetitions: Annotated[a list, Unique()]."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Schema:
        def check(found: tuple) -> tuple:
            if len(set(found)) < len(found):
                words = f"found {shown(found)}, allowed is a list without repetitions"
                raise wrong("repeated", words)
            return found

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Json:
        return handler(schema["schema"]) | {"uniqueItems": True}


class Scalar:
    """A finite number, text, true or false: Annotated[Any, Scalar()]."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Schema:
        def check(found: object) -> object:
            number = isinstance(found, int | float) and -math.inf < found < math.inf
            if not (number or isinstance(found, str)):
                raise wrong("scalar", mistyped(found, "a finite number, text, true or false"))
            return found

        return core_schema.no_info_plain_validator_function(check)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Json:
        return {"type": ["number", "string", "boolean"]}


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
        try:
            return adapter(self.other).validate_python(written)
        except ValidationError as error:
            (outermost, *_) = error.errors()
            if outermost["loc"] or outermost["type"] not in WORDS:
                raise
            words = f"{self.words} or {WORDS[outermost['type']]}"
            raise wrong("either", mistyped(written, words)) from error

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Schema:
        return core_schema.no_info_plain_validator_function(self._made)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Json:
        both: list[Any] = [adapter(kind).core_schema for kind in (self.other, self.first)]
        return handler(core_schema.union_schema(both))


Name = Annotated[str, Field(pattern=NAME)]
Each = Annotated[tuple[T, ...], Strict(False)]
Distinct = Annotated[T, Unique()]
Value = Annotated[Any, Scalar()]
Table = dict[Name, T]
Filled = Annotated[dict[Name, T], Field(min_length=1)]
