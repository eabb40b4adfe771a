"""Whether a user's function and program can be called as an audit calls them, before it does.

A function is read, not run: a config is checked in seconds, and what a module does when it is
imported is the user's interpreter's business. What only a run can know passes.
"""

import ast
import os
import shutil
from collections.abc import Iterator, Mapping
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

from truthserum.audit.doors.shell import users_shell
from truthserum.sentences import OptionError, listed, nearest, shown
from truthserum.storage.files import is_file

GIVEN = ("x", "y", "seed")  # by position
OPENS = ("__getattr__", "exec", "globals", "setattr")  # by these, names come while a module runs
Options = Mapping[str, Mapping[str, Any]]  # keywords by the place in the config that says so


def check_function(path: Path, name: str, options: Options) -> None:
    """OptionError if a module has no such function, or one that cannot be called.

    It is given x, y and seed by position, and `options` by name. A function that is decorated,
    defined more than once or made by something else may take anything.
    """
    tree = ast.parse(path.read_bytes())
    try:
        bound = list(_bound(tree))
    except RecursionError:  # thousands of terms in one sum
        return
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names = {each for each, _ in bound}
    if "*" in names or not used.union(names).isdisjoint(OPENS):
        return
    found = [what for each, what in bound if each == name]
    if not found:
        named = [each for each, what in bound if isinstance(what, ast.FunctionDef)]
        raise OptionError(
            f"function: found no {name} in {path}, which defines "
            f"{listed(named) if named else 'no function'}{nearest(name, named)}"
        )
    (what, *more) = found
    if isinstance(what, ast.FunctionDef) and not (more or what.decorator_list):
        _check_signature(what, options)


def _bound(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Names that running a module binds, in order, with what binds them; "*" for all of another."""
    for inside in ast.iter_child_nodes(node):
        if isinstance(inside, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield inside.name, inside
        elif isinstance(inside, ast.alias):
            yield inside.asname or inside.name.partition(".")[0], inside
        elif isinstance(inside, ast.Name) and isinstance(inside.ctx, ast.Store):
            yield inside.id, inside
        elif not isinstance(inside, ast.Lambda):
            yield from _bound(inside)


def _check_signature(function: ast.FunctionDef, options: Options) -> None:
    for where, named in {"function": {}, **options}.items():
        try:
            _signature(function.args).bind(*GIVEN, **named)
        except (TypeError, ValueError) as error:  # of a call, or of a name that is there twice
            by_name = f" and, by name, {listed(named)}" if named else ""
            raise OptionError(
                f"{where}: found {function.name}({ast.unparse(function.args)}) on line "
                f"{function.lineno}, allowed is a function that takes {listed(GIVEN)}{by_name} "
                f"({error})"
            ) from None


def _signature(taken: ast.arguments) -> Signature:
    """Of a function that was read; a default is None, whatever it is."""
    positions = [*taken.posonlyargs, *taken.args]
    required = len(positions) - len(taken.defaults)
    parameters = [
        Parameter(
            each.arg,
            Parameter.POSITIONAL_ONLY
            if each in taken.posonlyargs
            else Parameter.POSITIONAL_OR_KEYWORD,
            default=Parameter.empty if k < required else None,
        )
        for k, each in enumerate(positions)
    ]
    if taken.vararg:
        parameters.append(Parameter(taken.vararg.arg, Parameter.VAR_POSITIONAL))
    for each, default in zip(taken.kwonlyargs, taken.kw_defaults, strict=True):
        empty = Parameter.empty if default is None else None
        parameters.append(Parameter(each.arg, Parameter.KEYWORD_ONLY, default=empty))
    if taken.kwarg:
        parameters.append(Parameter(taken.kwarg.arg, Parameter.VAR_KEYWORD))
    return Signature(parameters)


def check_program(word: str, folder: Path) -> None:
    """OptionError if the first word of a command is no program, as the user's shell finds it."""
    path = users_shell(os.environ).get("PATH", os.defpath)
    found = shutil.which(folder / word if os.sep in word else word, path=path)
    if found is None:
        there = os.sep in word and is_file(folder / word)
        what = "a file that may not be run" if there else "no such program"
        raise OptionError(f"command: found {shown(word)}, {what}, allowed is a program")
