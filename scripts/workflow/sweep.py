"""The arms of an experiment: its settings with one option swept, or in named variants."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import product
from typing import Any

from truthserum.sentences import OptionError, choice, cut, shown
from truthserum.settings import Repeats


def option_of(sweep: Mapping[str, Any]) -> str:
    """The name of what is swept, as arms and figures call it."""
    (factor,) = sweep
    return factor.split(".")[-1]


def meant(value: Any, known: Mapping[str, Any] | None, where: str) -> Any:
    """A copy of the value, or of what `known` has under it where it is a name.

    known: {name: section}, or None where no name is allowed, but only what the schema says.
    """
    if known is not None and isinstance(value, str):
        choice(where, value, list(known))
        value = known[value]
    return deepcopy(value)


def arms_of(
    sweep: Mapping[str, Any],
    settings: Mapping[str, Any],
    sections: Sequence[str],
    where: str,
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> Iterator[tuple[Any, dict[str, Any], str]]:
    """(value, a copy of the settings with the swept options set, what it is called in errors) each.

    What is swept is an option with a list of values, or a name with named sets of several options.
    settings: of one scale, which may have a `sweep` of its own: other values, or some of the names.
    sections: those with options that may be swept. known: {section: {name: what it stands for}} of
    those that may be a name. Raises OptionError for any other section or name.
    """
    ((factor, values),) = sweep.items()
    chosen = settings.get("sweep") or list(values)
    plain = {key: value for key, value in settings.items() if key != "sweep"}
    for value in chosen:
        if isinstance(values, dict):
            choice(f"{where}.{factor}", value, list(values))
            changes = values[value]
        else:
            changes = {factor: value}
        for path in changes:
            choice(where, path.partition(".")[0], sections)
        arm = changed(plain, changes, where, known)
        yield value, arm, f"{where}: {factor} = {cut(str(value))}"


def changed(
    settings: Mapping[str, Any],
    changes: Mapping[str, Any],
    where: str,
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """A copy of the settings with these sections, and options of sections, set.

    changes: by section ("recipe") or by option ("recipe.lr"). known: as for `arms_of`.
    """
    arm = deepcopy(dict(settings))
    # A section is set before its options are, however they are written.
    for path in sorted(changes, key=lambda path: "." in path):
        section, _, option = path.partition(".")
        if option:
            _options(arm, section, where)[option] = changes[path]
        else:
            arm[section] = meant(changes[path], (known or {}).get(section), f"{where}.{path}")
    return arm


def _options(settings: dict[str, Any], section: str, where: str) -> dict[str, Any]:
    """The options of a section, those of its plug-in where it names one."""
    found = settings.setdefault(section, {})
    if section in ("game", "model") and isinstance(found, dict) and len(found) == 1:
        (found,) = found.values()
    if not isinstance(found, dict):
        raise OptionError(
            f"{where}.{section}: found {shown(found)}, allowed is a section of keys where one of "
            "its options is swept"
        )
    return found


def repeated(
    repeats: Repeats, seed: int, values: Sequence[Any], where: str
) -> list[tuple[Any, int]]:
    """(value, seed) of each arm that is run again.

    seed: that of all other arms. values: the swept ones.
    """
    if seed in repeats.seeds:
        raise OptionError(f"{where}.seeds: found {seed}, allowed are others than the seed itself")
    for value in repeats.arms:
        choice(f"{where}.arms", value, values)
    return list(product(repeats.arms, repeats.seeds))


def against(
    sweep: Mapping[str, Any],
    compare: Mapping[str, Any] | None,
    values: Iterable[Any],
    where: str,
) -> dict[str, str]:
    """With which arm each of those that are run is compared: {value: value}, both as text.

    The first, or what `compare`, which may be None, says.
    """
    (swept,), run = sweep.values(), list(map(str, values))
    written = {str(arm): str(other) for arm, other in (compare or {}).items()}
    for name in {**written, **dict.fromkeys(written.values())}:
        choice(where, name, list(map(str, swept)))
    chosen = {arm: written.get(arm, run[0]) for arm in run}
    return {arm: other for arm, other in chosen.items() if other != arm and other in run}
