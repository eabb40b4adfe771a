"""A fingerprint of the code that a program runs.

Snakemake never sees a change in an imported module. So every rule carries, among its settings, a
hash of the syntax trees of its program and of everything first-party that the program imports.
Comments, docstrings and layout do not count; plug-ins count only where they are chosen. The same
code has the same hash under every Python that runs it, whatever the locale.
"""

import ast
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from truthserum import registry

SCRIPTS = Path(__file__).resolve().parents[1]
# The registry names every plug-in, what is chosen from it is counted by itself; checking options
# and counting are no part of a result.
NOT_COUNTED = {"truthserum.options", "truthserum.registry", "workflow.fingerprint"}
# The content of data is verified: how it was got does not count, only how it is decoded and kept.
ENTRY = {"prepare_data": "truthserum.data.images"}


def _file_of(module: str) -> Path | None:
    base = SCRIPTS.joinpath(*module.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _imported(node: ast.AST) -> list[str]:
    """The names of what a statement may import."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        # `from package import module` names a module; for other names there is no file
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def _is_executed(node: Any) -> bool:
    """Not a string that stands alone, nor what is imported for types."""
    if isinstance(node, ast.Expr):
        return not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str))
    if isinstance(node, ast.If):
        return not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING")
    return True


def _said(node: Any, imported: set[str]) -> str:
    """What is executed of a syntax tree, as text; adds the names of what it imports.

    Not `ast.dump`, which writes empty fields in one Python and not in the next, and adds those of
    new syntax. What is not set is left out here, in every one of them, and so are the empty texts
    in an f-string, which one Python finds there and the next does not.
    """
    if isinstance(node, list):
        return f"[{','.join([_said(each, imported) for each in node])}]"
    if not isinstance(node, ast.AST):
        # `ascii`: which characters `repr` shows as they are is another thing in each Unicode.
        return f"{type(node).__name__} {node!a}"
    imported.update(_imported(node))
    inside = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(node, ast.JoinedStr):
            value = [part for part in node.values if getattr(part, "value", None) != ""]
        elif isinstance(value, list):
            value = [each for each in value if _is_executed(each)]
        if value is not None and value != []:
            inside.append(f"{name}={_said(value, imported)}")
    return f"{type(node).__name__}({','.join(inside)})"


@cache
def _normalised(text: str) -> tuple[str, frozenset[str]]:
    """(hash of the code of a file with this text, everything that it may import)."""
    imported: set[str] = set()
    code = _said(ast.parse(text), imported)
    return hashlib.sha256(code.encode()).hexdigest(), frozenset(imported)


@cache
def _parsed(module: str) -> tuple[str, frozenset[str]]:
    """(hash of the module's normalised code, first-party modules that it imports)."""
    path = _file_of(module)
    assert path is not None, module
    code, imported = _normalised(path.read_text("utf-8"))
    return code, frozenset(name for name in imported - NOT_COUNTED if _file_of(name) is not None)


def closure(*modules: str) -> list[str]:
    """The given modules and all first-party modules that they import, directly or not."""
    found, waiting = set(), list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(_parsed(module)[1])
    return sorted(found)


def _set_of(name: str) -> Any:
    """What is known of a data set; imports numpy and more, which other code is read without."""
    from truthserum.data.catalogue import SETS

    return SETS[name]


def fingerprint(program: str, **plugins: Iterable[str]) -> str:
    """Hash of a program (a module under scripts/), of what it imports and of the chosen plug-ins.

    plugins: kind=names, for example game=["membership"]. Of data sets, their entry counts, too.
    """
    sets = [_set_of(name) for name in plugins.pop("data", [])]
    chosen = [registry.module_of(kind, name) for kind, names in plugins.items() for name in names]
    chosen += [known.module for known in sets]
    return _hashed((program, *chosen), tuple(f"{known.name} {known.meaning}" for known in sets))


@cache
def _hashed(modules: tuple[str, ...], meanings: tuple[str, ...]) -> str:
    """Hash of modules, of what they import and of what else counts: once for all shards."""
    parts = [f"{module} {_parsed(module)[0]}" for module in closure(*modules)]
    return hashlib.sha256("\n".join([*parts, *meanings]).encode()).hexdigest()[:16]


def plugins_of(program: str, settings: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a job's settings name, by kind: plug-ins, and the leak whose stage its program does."""
    for inner in (settings.get("training", {}), *settings.get("task", {}).values()):
        settings = {**inner, **settings}
    attacks = settings.get("attacks", {}).values()
    drawn = [settings, *(spec for _, spec in settings.get("panels", ()))]
    staged = program in registry.PLUGINS and "leak" in settings
    return {
        **({program: [settings["leak"]]} if staged else {}),
        "data": [settings["set"]] if "set" in settings else [],
        "game": list(settings.get("game", ())),
        "model": list(settings.get("model", ())),
        "attack": sorted({kind for options in attacks for kind in options}),
        "defence": list(settings.get("defence", ())),
        "reconstructor": sorted(
            {kind for options in settings.get("reconstructors", {}).values() for kind in options}
        ),
        "bench": list(settings.get("task", ())),
        "columns": registry.names("columns") if program == "documents" else [],
        "figure": sorted({one["figure"] for one in drawn if "figure" in one}),
    }


def code_of(program: str, settings: Mapping[str, Any]) -> str:
    """The fingerprint of a program that runs with these settings."""
    return fingerprint(ENTRY.get(program, program), **plugins_of(program, settings))


def with_code(program: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a program, and the fingerprint of the code that it runs with these."""
    return {**settings, "code": code_of(program, settings)}
