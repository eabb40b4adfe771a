"""What there is to choose: the JSON schema of options, and a page that describes them."""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from itertools import pairwise
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from truthserum.options import adapter
from truthserum.sentences import shown

Schema = dict[str, Any]


def meanings(cls: type) -> dict[str, str]:
    """{option: the string below it} of a class and of those that it inherits from."""
    found = {}
    for base in reversed(cls.__mro__):
        if is_dataclass(base):
            (tree,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
            assert isinstance(tree, ast.ClassDef)
            for option, below in pairwise(tree.body):
                match option, below:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(text))),
                    ):
                        found[name] = " ".join(text.split())
    return found


def summary(cls: type) -> str:
    """The first paragraph of a docstring, in one line."""
    return " ".join(inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0].split())


class Plain(GenerateJsonSchema):
    """Types and ranges alone, which is quick: to check by."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def dataclass_schema(self, schema: Any) -> Schema:
        found = super().dataclass_schema(schema)
        found.pop("title", None)
        found.pop("description", None)
        return found

    def nullable_schema(self, schema: Any) -> Schema:
        inner = self.generate_inner(schema["schema"])
        if "type" in inner:
            return {**inner, "type": [inner["type"], "null"]}
        return {"type": ["object", "null"], "if": {"type": "object"}, "then": inner}


class Described(Plain):
    """With the meaning of each option, read from the source: for editors and for people."""

    def dataclass_schema(self, schema: Any) -> Schema:
        found, cls = super().dataclass_schema(schema), schema["cls"]
        below = meanings(cls)
        for name, option in found["properties"].items():
            if name in below:
                option["description"] = below[name]
        return {"description": summary(cls), **found}


def schemas(kinds: Mapping[str, Any], generator: type[Plain] = Described) -> dict[str, Schema]:
    """JSON schemas (2020-12) of types by name, and of what these are made of, to be `$defs`."""
    kind_of: Literal["validation"] = "validation"
    adapters = [(name, kind_of, adapter(kind)) for name, kind in kinds.items()]
    found, rest = TypeAdapter.json_schemas(adapters, schema_generator=generator)
    defs = rest.get("$defs", {})
    return defs | {name: defs.get(_named(schema), schema) for (name, _), schema in found.items()}


def _named(schema: Schema) -> str:
    """The name of the definition that a schema is, if it is one."""
    return schema.get("$ref", "").rpartition("/")[2]


LIMITS = {
    "minimum": "{} or more",
    "exclusiveMinimum": "more than {}",
    "maximum": "{} or less",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
}
TYPES = {
    "boolean": "true or false",
    "integer": "whole number",
    "number": "number",
    "string": "text",
}


def allowed(option: Schema) -> str:
    """What an option may be, in words."""
    if "$ref" in option:
        return f"section [{_named(option)}](#{_named(option).lower()})"
    if "then" in option:
        return f"{allowed(option['then'])} or null"
    if "enum" in option:
        return ", ".join(map(str, option["enum"]))
    if "items" in option:
        return f"list of {allowed(option['items'])}"
    if "properties" in option:
        return f"one of {', '.join(option['properties'])}, with options"
    kinds = option["type"] if isinstance(option["type"], list) else [option["type"]]
    limits = [words.format(option[rule]) for rule, words in LIMITS.items() if rule in option]
    words = " and ".join([TYPES[kinds[0]], *limits]).replace(" and ", ", ", 1)
    return f"{words}, or null" if "null" in kinds else words


def page(title: str, classes: Mapping[str, type]) -> str:
    """A Markdown page of classes of options by name: range, default and meaning of each option."""
    described = schemas(classes)
    parts = [f"# {title}\n"]
    for name in sorted(described, key=str.lower):
        schema = described[name]
        # Said once, under the name that was asked for.
        if name in classes or all(schema is not described[other] for other in classes):
            parts += [f"## {name}\n\n{schema['description']}\n", *_table(schema)]
    return "\n".join(parts)


def _table(schema: Schema) -> Iterable[str]:
    if schema["properties"]:
        yield "| option | allowed | default | meaning |\n| --- | --- | --- | --- |"
    for name, option in schema["properties"].items():
        default = f"`{shown(option['default'])}`" if "default" in option else "must be given"
        cells = f"`{name}`", allowed(option), default, option.get("description", "")
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
