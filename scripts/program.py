"""What every program of the workflow shares: its arguments, its settings, its way to fail."""

import argparse
import json
import sys
import zipfile
from pathlib import Path

import numpy as np

from truthserum.data.files import DataError, replacing
from truthserum.options import Plugin, checked
from workflow.fingerprint import code_of

# What a user can mend: shown as one line. Everything else is a bug and shows its traceback.
MENDABLE = (ValueError, OSError, DataError)


def run(main, *mendable):
    """Run `main`, turning the user's errors into one line on stderr and exit status 1."""
    try:
        main()
    except (*MENDABLE, *mendable) as error:
        sys.exit(f"{Path(sys.argv[0]).stem}: {error}")


def parser(description):
    """A parser with the argument that every program has: its settings, as one JSON object."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--settings", type=json.loads, required=True, help="one JSON object")
    return made


def parsed(arguments, argv=None):
    """The options of this run.

    Raises ValueError if the settings are for other code than lies here: the library was edited
    after the workflow started, and its jobs must not be a mixture.
    """
    options = arguments.parse_args(argv)
    expected = options.settings.get("code")
    if expected and expected != code_of(Path(sys.argv[0]).stem, options.settings):
        raise ValueError("the code was edited after the workflow started; start snakemake again")
    return options


def configured(what, factory, options):
    """factory(**options); ValueError for options that it does not take."""
    try:
        return factory(**options)
    except TypeError as error:
        raise ValueError(f"{what}: {error}") from error


def plugin(kind, choice):
    """The plug-in that {name: options} describes; OptionError if there is none such."""
    return checked(Plugin(kind), choice, kind)


def read_npz(path):
    """The arrays of an .npz file by name, never unpickled; DataError if it is not a whole one."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise DataError(
            f"{path} is cut short or altered ({error}); delete it and run again"
        ) from error


def write_npz(path, arrays):
    """Write arrays, whole or not at all."""
    with replacing(path) as part, part.open("wb") as file:
        np.savez(file, **arrays)


def write_json(path, content):
    """Write JSON, whole or not at all."""
    with replacing(path) as part:
        part.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")


def write_csv(path, frame):
    """Write a table, whole or not at all."""
    with replacing(path) as part:
        frame.to_csv(part, index=False)
