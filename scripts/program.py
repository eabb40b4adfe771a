"""What every program of the workflow shares: its arguments, its settings, its way to fail."""

import argparse
import json
import sys
from pathlib import Path

from truthserum import registry
from truthserum.data.files import DataError, replacing

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


def plugin(kind, choice):
    """The plug-in that {name: options} describes; ValueError for options it does not take."""
    (name, options), *others = choice.items()
    if others:
        raise ValueError(f"{kind}: found {sorted(choice)}, allowed is one name")
    try:
        return registry.load(kind, name)(**options)
    except TypeError as error:
        raise ValueError(f"{kind} {name}: {error}") from error


def write_json(path, content):
    """Write JSON, whole or not at all."""
    with replacing(path) as part:
        part.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")


def write_csv(path, frame):
    """Write a table, whole or not at all."""
    with replacing(path) as part:
        frame.to_csv(part, index=False)
