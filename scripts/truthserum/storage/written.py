"""What people write in YAML or JSON, before anybody asks what it means.

PyYAML takes the last of two equal keys, lists that hold themselves and numbers without end. What is
let through here is a finite tree with text as every key, or the user is told file and line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from yaml.composer import Composer

from truthserum.sentences import OptionError, shown

T = TypeVar("T")
MOST_VALUES = 100_000  # all experiments together have 3,000
MOST_BYTES = 5_000_000
DEEPEST = 50
DIGITS = 18  # so many hold all integers of numpy
TAG = "tag:yaml.org,2002:"
TEXT, WHOLE, REAL, MERGE = map(f"{TAG}{{}}".format, ("str", "int", "float", "merge"))
KINDS = {TEXT, WHOLE, REAL, MERGE, *map(f"{TAG}{{}}".format, ("bool", "null", "seq", "map"))}
MEANT_OTHERWISE = re.compile(r"[-+]?0[0-9_]|.*:")  # 010 is 8 in YAML, and 1:30 is 90


def _loader() -> type:
    """LibYAML's, where there is one: the parser in Python takes eight times as long.

    Nodes are put together in Python: where LibYAML does it, deep lists end the interpreter.
    """
    if not hasattr(yaml, "CSafeLoader"):
        return yaml.SafeLoader

    class Loader(Composer, yaml.CSafeLoader):
        def __init__(self, text: str) -> None:
            yaml.CSafeLoader.__init__(self, text)
            Composer.__init__(self)

    return Loader


LOADER = _loader()


def read(path: Path) -> Any:
    """What a file says in UTF-8; OptionError, one sentence with file and line, if that is wrong."""
    return parsed(text_of(path), str(path))


def text_of(path: Path) -> str:
    """A file as text; OptionError for what is none in UTF-8, or more than people write."""
    try:
        if not path.is_file():  # a pipe would be waited for
            raise OptionError(f"{path}: found no file, allowed is one")
        if (size := path.stat().st_size) > MOST_BYTES:
            raise OptionError(f"{path}: found {size} bytes, allowed are at most {MOST_BYTES}")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise OptionError(
            f"{path}: found that it cannot be read ({error.strerror}), allowed is a file that can"
        ) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise OptionError(
            f"{path}: line {line}: found a byte that is not UTF-8, allowed is UTF-8"
        ) from error


def section(path: Path) -> dict[str, Any]:
    """As `read`, of a file that has keys; OptionError, too, where it has none."""
    found = read(path)
    if not isinstance(found, dict):
        raise OptionError(f"{path}: found no keys, allowed is a section of keys")
    return found


def given(entries: Iterable[str], taken: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The lists and sections among `name=value` of a command line, as `read` takes them in a file.

    One after the other, since a name may stand there twice. taken: as Snakemake took them all: each
    of their values is a text, and of equal keys there is one. OptionError where a value is not what
    `read` lets through.
    """
    for entry in entries:
        name, _, text = entry.partition("=")
        found = taken.get(name)
        if isinstance(found, Mapping | list) and _is_of_texts(name, found):
            yield {name: parsed(text, f"--config {name}")}


def _is_of_texts(name: str, found: Any) -> bool:
    inside = _bounded(_below(f"--config {name}", found, 0))
    return all(isinstance(inner, Mapping | list | str) for _, inner in inside)


def check_tree(config: Mapping[str, Any]) -> None:
    """OptionError, with the key, for what `read` lets through of no file.

    A config has values of the command line, and, as a module, those of another workflow, too.
    """
    for place, found in _bounded(_below("config", config, 0)):
        if isinstance(found, int) and abs(found) >= 10**DIGITS:
            raise OptionError(
                f"{place}: found a number of more than {DIGITS} digits, allowed are fewer"
            )


def _bounded(every: Iterable[tuple[str, T, int]]) -> Iterator[tuple[str, T]]:
    """What is in a tree, each with its place; OptionError for too much of it, or too deep."""
    for count, (place, found, depth) in enumerate(every):
        if count >= MOST_VALUES:
            raise OptionError(f"{place}: found more than {MOST_VALUES} values, allowed are fewer")
        if depth > DEEPEST:
            raise OptionError(
                f"{place}: found more than {DEEPEST} levels, or a value that holds itself, allowed "
                "are fewer"
            )
        yield place, found


def _below(place: str, found: Any, depth: int) -> Iterator[tuple[str, Any, int]]:
    """As `_inside`, of values: the place is the key that each stands at."""
    yield place, found, depth
    if isinstance(found, Mapping):
        for key, inner in found.items():
            yield from _below(str(key), inner, depth + 1)
    elif isinstance(found, list):
        for inner in found:
            yield from _below(place, inner, depth + 1)


def parsed(text: str, where: str) -> Any:
    """As `read`, of a text; where: the name of its file. JSON is YAML, too, as people write it."""
    try:
        loader = LOADER(text)
        root = loader.get_single_node()
        if root is None:
            return None
        _check(root)
        return loader.construct_document(root)
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, TypeError) as error:
        raise OptionError(f"{where}: {_said(error)}") from error


def _said(error: Exception) -> str:
    """What is wrong, and in which line where that is known."""
    if isinstance(error, OptionError):
        return str(error)
    if isinstance(error, RecursionError):
        return f"found more than {DEEPEST} levels, allowed are fewer"
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        return f"{line}found no YAML ({error.problem}), allowed is YAML"
    if isinstance(error, yaml.YAMLError):
        return f"found no YAML ({str(error).splitlines()[0]}), allowed is YAML"
    return f"found a value that cannot be read ({error}), allowed is text in quotes"


def _check(root: yaml.Node) -> None:
    """OptionError, with the line, for what is no finite tree of small numbers and named values."""
    for line, node in _bounded(_inside(root, 0)):
        if node.tag not in KINDS:
            kind = node.tag.removeprefix(TAG)
            raise OptionError(
                f"{line}: found a value of the kind {kind}, allowed are text in quotes, numbers, "
                "true, false, null, lists and sections"
            )
        if node.tag == TEXT and "\0" in node.value:
            raise OptionError(f"{line}: found the character NUL in a text, allowed are others")
        if node.tag == WHOLE and len(node.value) > DIGITS:
            raise OptionError(
                f"{line}: found a number of more than {DIGITS} digits, allowed are fewer"
            )
        if node.tag in (WHOLE, REAL) and MEANT_OTHERWISE.match(node.value):
            raise OptionError(
                f"{line}: found {shown(node.value)}, which YAML reads in base 8 or 60, allowed are "
                "numbers without leading zeros, and text in quotes"
            )
        if isinstance(node, yaml.MappingNode):
            _check_keys(node)


def _check_keys(section: yaml.Node) -> None:
    seen: dict[str, int] = {}
    for key, _ in section.value:
        line = key.start_mark.line + 1
        if key.tag not in (TEXT, MERGE):
            found = shown(key.value) if isinstance(key, yaml.ScalarNode) else "of several values"
            raise OptionError(f"line {line}: found the key {found}, allowed is text")
        if key.value in seen:
            raise OptionError(
                f"line {line}: found the key {shown(key.value)} twice, first in line "
                f"{seen[key.value]}, allowed is once"
            )
        seen[key.value] = line


def _inside(node: yaml.Node, depth: int) -> Iterator[tuple[str, yaml.Node, int]]:
    """Every value in a node as often as it is named, the outer ones first: line, value, depth."""
    yield f"line {node.start_mark.line + 1}", node, depth
    if isinstance(node, yaml.MappingNode):
        for _, inner in node.value:
            yield from _inside(inner, depth + 1)
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            yield from _inside(inner, depth + 1)
