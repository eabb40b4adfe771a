"""What there is to choose: the JSON schema of options, and a page that describes them."""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
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


class Described(GenerateJsonSchema):
    """Types and ranges, and the meaning of each option, which is read from the source."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def dataclass_schema(self, schema: Any) -> Schema:
        found, cls = super().dataclass_schema(schema), schema["cls"]
        below = meanings(cls)
        for name, option in found["properties"].items():
            if name in below:
                option["description"] = below[name]
        for one in fields(cls):
            if one.default_factory is not MISSING:
                found["properties"][one.name]["default"] = one.default_factory()
        found.pop("title")
        return found | {"description": summary(cls)}

    def dict_schema(self, schema: Any) -> Schema:
        found = super().dict_schema(schema)
        return found | ({"additionalProperties": False} if "patternProperties" in found else {})

    def nullable_schema(self, schema: Any) -> Schema:
        inner = self.generate_inner(schema["schema"])
        if "anyOf" in inner:
            return {**inner, "anyOf": [*inner["anyOf"], {"type": "null"}]}
        if "type" in inner:
            kinds = inner["type"] if isinstance(inner["type"], list) else [inner["type"]]
            choices = {"enum": [*inner["enum"], None]} if "enum" in inner else {}
            return {**inner, "type": [*kinds, "null"], **choices}
        return {"type": ["object", "null"], "if": {"type": "object"}, "then": inner}


def schemas(kinds: Mapping[str, Any]) -> dict[str, Schema]:
    """JSON schemas (2020-12) of types by name, and of what these are made of, to be `$defs`."""
    kind_of: Literal["validation"] = "validation"
    adapters = [(name, kind_of, adapter(kind)) for name, kind in kinds.items()]
    found, rest = TypeAdapter.json_schemas(adapters, schema_generator=Described)
    names = {named(schema): name for (name, _), schema in found.items()}
    defs = {name: schema for (name, _), schema in found.items() if not named(schema)}
    defs |= {names.get(name, name): schema for name, schema in rest.get("$defs", {}).items()}
    return {name: _renamed(schema, names) for name, schema in defs.items()}


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """The same with other names of the definitions that it refers to."""
    if isinstance(schema, dict):
        parts = {key: _renamed(below, names) for key, below in schema.items()}
        known = names.get(named(schema))
        return parts | ({"$ref": f"#/$defs/{known}"} if known else {})
    return [_renamed(below, names) for below in schema] if isinstance(schema, list) else schema


def named(schema: Schema) -> str:
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
    "null": "null",
    "number": "number",
    "object": "section of keys",
    "string": "text",
}


def allowed(option: Schema) -> str:
    """What an option may be, in words."""
    match option:
        case {"$ref": _}:
            return f"section {_link(named(option))}"
        case {"then": inner, "type": ["object", "null"]}:
            return f"{allowed(inner)} or null"
        case {"type": "null"}:
            return "null"
        case {"const": value}:
            return str(value)
        case {"enum": values}:
            return ", ".join("null" if value is None else str(value) for value in values)
        case {"anyOf": forms}:
            return " or ".join(map(allowed, forms))
        case {"allOf": forms}:
            return " or ".join(allowed(form["then"]) for form in forms)
        case {"items": inner}:
            words = f"list of {allowed(inner)}"
        case {"properties": below, "maxProperties": 1}:
            return f"one of {', '.join(below)}, with options"
        case {"additionalProperties": dict(inner), "propertyNames": {"enum": names}}:
            words = f"some of {', '.join(names)}, each with {allowed(inner)}"
        case {"patternProperties": below, "maxProperties": 1}:
            words = f"one name, with {' or '.join(map(allowed, below.values()))}"
        case {"patternProperties": below}:
            words = f"names, each with {' or '.join(map(allowed, below.values()))}"
        case {"additionalProperties": dict(inner)}:
            words = f"names, each with {allowed(inner)}"
        case {"type": _}:
            return _plain(option)
        case _:
            return "anything"
    return f"{words}, or null" if "null" in option["type"] else words


def _plain(option: Schema) -> str:
    """What a value may be that has no parts."""
    kinds = option["type"] if isinstance(option["type"], list) else [option["type"]]
    limits = [words.format(option[rule]) for rule, words in LIMITS.items() if rule in option]
    if {"minimum", "maximum"} <= set(option):
        both = f"{option['minimum']:,} to {option['maximum']:,}"
        limits = [both, *limits[2:]]
    words = ", ".join(TYPES[kind] for kind in kinds if kind != "null")
    words = " and ".join([words, *limits]).replace(" and ", ", ", 1)
    return f"{words}, or null" if "null" in kinds else words


def page(title: str, groups: Mapping[str, Mapping[str, Any]], above: str) -> str:
    """A Markdown page of classes of options by name: range, default and meaning of each option.

    groups: {heading in the contents: classes by name}, in the order of the page; last comes what
    these are made of. above: a paragraph that stands before all.
    """
    described = schemas({name: one for classes in groups.values() for name, one in classes.items()})
    order = {group: list(classes) for group, classes in groups.items()}
    known = {name for names in order.values() for name in names}
    if rest := sorted(set(described) - known, key=str.lower):
        order["Parts of these"] = rest
    contents = [f"- {group}: {', '.join(map(_link, names))}" for group, names in order.items()]
    parts = [f"# {title}\n\n{above}\n", *contents, ""]
    for name in (name for names in order.values() for name in names):
        parts += [f"## {name}\n\n{described[name]['description']}\n", *_table(described[name])]
    return "\n".join(parts)


def _link(name: str) -> str:
    """A link to the section of the page that has this name."""
    return f"[{name}](#{name.lower().replace(' ', '-')})"


def _table(schema: Schema) -> Iterable[str]:
    if schema["properties"]:
        yield "| option | allowed | default | meaning |\n| --- | --- | --- | --- |"
    for name, option in schema["properties"].items():
        default = f"`{shown(option['default'])}`" if "default" in option else "must be given"
        cells = f"`{name}`", allowed(option), default, option.get("description", "")
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
