"""Which file is to blame where a product is not the one that was asked for."""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from truthserum.storage.files import DataError, is_file
from truthserum.storage.manifests import complaint, manifest_of, verified


def blame(path: Path, settings: Mapping[str, Any], inputs: Collection[str] | None) -> str | None:
    """What is wrong with a product that should have been made so, of these; None if nothing.

    Where what it was made of is itself another thing than its manifest says, that is told: who was
    told to delete the product would do so with one good product after the other, trained ones too.
    """
    found = complaint(path, settings, inputs)
    if found:
        for source in filter(is_file, _sources(path)):
            try:
                verified(source)
            except DataError as error:
                return str(error)
            except OSError:  # whose reason is not that of the product
                pass
    return found


def _sources(path: Path) -> list[Path]:
    """What the manifest of a product says it was made of; nothing where it is none."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        where = manifest_of(path)
        if is_file(where):  # a pipe would be waited for
            return list(map(Path, dict(json.loads(where.read_text("utf-8"))["inputs"])))
    return []
