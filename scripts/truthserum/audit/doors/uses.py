"""The doors of an audit, and which options, files and columns each of them has a use for."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from pathlib import PurePath
from typing import Any

from truthserum.sentences import listed, shown

# The option that opens each door, and the name of the door.
DOORS = {"scores": "scores", "function": "function", "command": "command", "model": "recipe"}
USERS = ("function", "command")
TRAINED = (*USERS, "model")
# Which doors have a use for an option, if not all have, or if no other check sees to it.
USED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("defence", "precision"), ("model",)),
    "python": ("function",),
    **dict.fromkeys(("path", "depends", "minutes"), USERS),
    "output": (*USERS, "scores"),
    **dict.fromkeys(("asked", "poison", "targets", "without_exposed"), TRAINED),
    **dict.fromkeys(("mitigations", "mitigation_models"), TRAINED),
}

TABLES = {".csv", ".parquet"}
PICKLES = {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".sav"}
UNPICKLED = (
    "a pickle runs code when it is opened; write predictions to CSV, or give a train function"
)
FILES = {*TABLES, ".npz"}
CLASS = "class"  # what a division by labels is called
COLUMNS = ("label", "drop", "keep", "groups", "subject", "member")  # of tables alone


def check_used(audit: Any, door: str) -> None:
    """Refuse what would decide nothing, such as a defence of a user's own model (ValueError).

    audit: of `options.Audit`; door: the option that opens it.
    """
    for option in fields(audit):
        allowed, found = USED.get(option.name, tuple(DOORS)), getattr(audit, option.name)
        if door not in allowed and found != _default(option):
            raise ValueError(
                f"{option.name}: found {shown(found)} with {door}, which has no use for it, "
                f"allowed with {listed(allowed)}"
            )


def check_file(key: str, name: str) -> None:
    """Refuse what would have to be unpickled, and kinds of files that are not read (ValueError)."""
    suffix = PurePath(name).suffix.lower()
    if suffix in PICKLES:
        raise ValueError(f"{key}: found {shown(name)}: {UNPICKLED}")
    if suffix not in FILES:
        raise ValueError(f"{key}: found {shown(name)}, allowed are files {listed(sorted(FILES))}")


def check_columns(section: Any) -> None:
    """Refuse columns of what has none, such as whose an image is (ValueError): nobody would be kept
    together by them; and a group that is called as the division by classes is.

    section: of `options.Data` or `options.Scores`.
    """
    if CLASS in section.groups and section.label != CLASS:
        raise ValueError(
            f"groups: found {shown(CLASS)}, by which records are told apart in any case: by their "
            f"{section.label or 'label'}, allowed are columns of other names"
        )
    if PurePath(section.file or "").suffix.lower() in TABLES:
        return
    for option in fields(section):
        found = getattr(section, option.name)
        if option.name in COLUMNS and found != _default(option):
            raise ValueError(
                f"{option.name}: found {shown(found)} without a table, allowed with tables "
                f"({listed(sorted(TABLES))})"
            )


def _default(option: Field[Any]) -> object:
    return option.default if option.default_factory is MISSING else option.default_factory()
