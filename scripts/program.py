"""What every program of the workflow shares: its arguments, its settings, its way to fail."""

import argparse
import atexit
import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from truthserum import registry
from truthserum.sentences import shown
from truthserum.storage.files import DataError
from truthserum.storage.manifests import begin, signing, verified
from workflow.fingerprint import code_of

if TYPE_CHECKING:
    import pandas as pd

# What is imported is no garbage, and to look for some there takes a fifth of the start of a job.
gc.disable()

# What a user can mend: shown as one line. Everything else is a bug and shows its traceback.
MENDABLE = (ValueError, OSError, DataError)


def run(main: Callable[[], None], *mendable: type[Exception]) -> None:
    """Run `main` and end the process, with the user's errors as one line and exit status 1."""
    kinds: tuple[type[Exception], ...] = (*MENDABLE, *mendable)
    gc.freeze()
    gc.enable()
    try:
        main()
    except kinds as error:
        sys.exit(f"{Path(sys.argv[0]).stem}: {error}")
    except SystemExit as end:  # of --help, which is no error
        if end.code:
            raise
    leave()


def leave() -> NoReturn:
    """End here: Python takes half a second to take torch apart, as long as many a job computes."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def parser(described: str | None, *paths: str, **several: str | int) -> argparse.ArgumentParser:
    """A parser with the argument that every program has: its settings, as one JSON object.

    described: of which the first line is shown; none where Python leaves docstrings out. paths: the
    names of more arguments, each of them one path that must be given. several: of those that are as
    many paths as is said: a number, + for one or more, and where none need be given * for any and ?
    for one, else None.
    """
    made = argparse.ArgumentParser(description=(described or "").partition("\n")[0])
    made.add_argument("--settings", type=_object, required=True, help="one JSON object")
    for name in paths:
        made.add_argument(f"--{name}", type=Path, required=True)
    for name, many in several.items():
        made.add_argument(
            f"--{name}",
            type=Path,
            nargs=many,
            required=many not in ("*", "?"),
            default=None if many == "?" else [],
        )
    return made


def _object(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError(f"found {shown(found)}, allowed is a JSON object")
    return found


def count(text: str) -> int:
    """A number of models or threads, of which there is one at least."""
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f"found {text}, allowed is 1 or more")
    return int(text)


def parsed(
    arguments: argparse.ArgumentParser, argv: Sequence[str] | None = None
) -> argparse.Namespace:
    """The options of this run.

    Raises ValueError if the settings are for other code than lies here: the library was edited
    after the workflow started, and its jobs must not be a mixture.
    """
    options = arguments.parse_args(argv)
    expected = options.settings.get("code")
    if expected and expected != code_of(Path(sys.argv[0]).stem, options.settings):
        raise ValueError("the code was edited after the workflow started; start snakemake again")
    begin(options.settings)
    return options


def read_json(path: Path) -> Any:
    """Parsed JSON; DataError where it is none, or where an object has a key twice."""
    try:
        return json.loads(verified(path).read_text("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: found no JSON ({error}), allowed is JSON") from None
    except MemoryError:  # else it would end the gate with a verdict
        raise DataError(f"{path}: found more than memory holds, allowed is JSON") from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise ValueError(f"key {key!r} is there twice")
        made[key] = value
    return made


def read_texts(paths: Iterable[Path]) -> dict[str, str]:
    """{file name: text} of templates, styles and words."""
    return {path.name: path.read_text("utf-8") for path in paths}


def write_text(path: Path, text: str) -> None:
    """Write a text, whole or not at all."""
    with signing(path) as part:
        part.write_text(text, "utf-8")


def write_json(path: Path, content: object) -> None:
    """Write JSON, whole or not at all."""
    write_text(path, json.dumps(content, indent=2, sort_keys=True) + "\n")


def write_csv(path: Path, frame: "pd.DataFrame") -> None:
    """Write a table, whole or not at all."""
    with signing(path) as part:
        frame.to_csv(part, index=False, encoding="utf-8")


def write_across(path: Path, name: str, frame: "pd.DataFrame") -> None:
    """Write a table of several arms; ValueError unless it has the columns that are declared."""
    write_csv(path, registry.load("columns", "across")[name].checked(name, frame))
