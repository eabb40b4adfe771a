"""Beside every product its manifest: that it is what was written, and what it was made of.

The manifest of `signals.npz` is `.made/signals.npz.json`. A program says once with which settings
it runs (`begin`); what it then writes through `signing` and reads through `verified` is in the
manifests of what it makes.
"""

import hashlib
import json
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from truthserum.storage.files import DataError, is_file, replacing

FOLDER = ".made"
CLOCKS_APART = 60.0  # seconds that the clock of a file server may be ahead


@dataclass
class Job:
    """What this process makes things with: its settings, and the SHA-256 of each file it read."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)


JOB = Job()


def begin(settings: Mapping[str, Any]) -> None:
    """From here on, what is written was made with these settings, of what is read from here on."""
    JOB.settings, JOB.inputs = dict(settings), {}


def key_of(settings: Mapping[str, Any], content: str) -> str:
    """What determines a product: SHA-256 of its settings and of the `content_of` its inputs."""
    return hashlib.sha256(json.dumps([settings, content], sort_keys=True).encode()).hexdigest()


def content_of(*inputs: Path) -> str:
    """SHA-256 of the content of input files, in their order."""
    digest = hashlib.sha256()
    for path in inputs:
        digest.update(bytes.fromhex(sha256_of(path)))
    return digest.hexdigest()


def manifest_of(path: Path) -> Path:
    """Where the manifest of a product lies."""
    return path.parent / FOLDER / f"{path.name}.json"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, which is read once as long as it stays the same."""
    found = path.stat()
    return _known(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=4096)
def _known(path: Path, size: int, modified: int) -> str:
    return _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def signing(path: Path) -> Iterator[Path]:
    """As `replacing`, for a product: its manifest is written, too.

    First, so that a product without a manifest is never one that a kill has left.
    """
    with replacing(path) as part:
        yield part
        record = {
            "product": str(path),
            "sha256": _sha256(part),
            "settings": JOB.settings,
            "inputs": JOB.inputs,
        }
        with replacing(manifest_of(path)) as written:
            written.write_text(json.dumps(record, sort_keys=True) + "\n", "utf-8")


def verified(path: Path) -> Path:
    """The path of an input, which counts from here on as read.

    Raises DataError if it has a manifest that is not of this content, or of another product.
    Without one it is a file of the user's own: it was made by no program of this project.
    """
    if manifest_of(path).exists():
        record = _record(path)
        _check_product(path, record)
        _check_content(path, record)
        JOB.inputs[str(path)] = sha256_of(path)
    return path


def complaint(
    path: Path, settings: Mapping[str, Any], inputs: Collection[str] | None
) -> str | None:
    """Why a product is not the one that was made with these settings; None if it is.

    inputs: the files that it would be made of now; None where the job looks for them itself. The
    file is read, whatever its time: Snakemake gives it another one. That an input is younger
    Snakemake sees; here those count that are not. What is made of a file of tomorrow is older than
    that: Snakemake refuses it, but after the work.
    """
    try:
        record, found = _record(path), path.stat()
        if wrong := of_tomorrow(path):
            return f"{wrong}, or {_again(path)}"
        _check_content(path, record)
        _check_product(path, record)
        made = record["settings"]
        changed = sorted(k for k in {**made, **settings} if made.get(k) != settings.get(k))
        if changed:
            what = " and ".join(changed)
            return f"{path} was made with other {what} than asked for now; {_again(path)}"
        modified = found.st_mtime_ns
        for name, content in record["inputs"].items():
            source = Path(name)
            if inputs is not None and _is_no_longer(source, inputs, modified):
                return f"{path} was made of {name}, which is not asked for now; {_again(path)}"
            signed = is_file(manifest_of(source)) and _is_older(source, modified)
            if signed and _record(source)["sha256"] != content:
                return f"{path} was made of another {name} than lies there now; {_again(path)}"
    except DataError as error:
        return str(error)
    except OSError as error:  # nothing is wrong with what may not be read: no advice to delete it
        return f"{error.filename or path} cannot be read: {error.strerror}"
    return None


def of_tomorrow(path: Path) -> str | None:
    """What is wrong with the date of a file that is there; None if nothing is."""
    modified = path.stat().st_mtime
    if modified <= time.time() + CLOCKS_APART:
        return None
    date = datetime.fromtimestamp(modified).isoformat(" ", "seconds")
    allowed = "dates up to now; set this machine's clock right"
    return f"{path}: found the date {date}, allowed are {allowed}"


def _is_no_longer(source: Path, inputs: Collection[str], modified: int) -> bool:
    """Whether this is none of the inputs, and these were all there at that time.

    What a job itself has kept of its work, in a hidden folder, is none and need be none.
    """
    own = any(part.startswith(".") for part in source.parts)
    asked = str(source) in inputs or any(_same_end(source, Path(one)) for one in inputs)
    return not (own or asked) and all(_is_older(Path(one), modified) for one in inputs)


def _is_older(source: Path, modified: int) -> bool:
    """Whether a file is there and was there at this time."""
    return is_file(source) and source.stat().st_mtime_ns <= modified


def _record(path: Path) -> dict[str, Any]:
    where = manifest_of(path)
    try:
        # A pipe would be waited for.
        record = json.loads(where.read_text("utf-8") if where.is_file() else "null")
        sections = record["settings"], record["inputs"]
        named = isinstance(record["product"], str) and "sha256" in record
        if named and all(isinstance(section, dict) for section in sections):
            return record
    except (KeyError, TypeError, ValueError, RecursionError):
        pass
    has = f"a manifest {where} that is cut short or altered" if where.exists() else f"no {where}"
    raise DataError(f"{path} has {has}, so nobody knows what it is; {_again(path)}")


def _check_product(path: Path, record: Mapping[str, Any]) -> None:
    """Manifests of two arms may differ in nothing else: who copies both files says so here.

    Results may be seen from elsewhere than they were made: one name ends as the other does.
    """
    if not _same_end(Path(record["product"]), path):
        raise DataError(f"{path}: found what was made as {record['product']}; {_again(path)}")


def _same_end(one: Path, other: Path) -> bool:
    common = min(len(one.parts), len(other.parts))
    return one.parts[-common:] == other.parts[-common:]


def _check_content(path: Path, record: Mapping[str, Any]) -> None:
    if not path.is_file():  # a pipe would be waited for
        raise DataError(f"{path}: found no file, allowed is one; {_again(path)}")
    if sha256_of(path) != record["sha256"]:
        raise DataError(
            f"{path} is cut short or altered: its SHA-256 is not that of what was made; "
            f"{_again(path)}"
        )


def _again(path: Path) -> str:
    return f"delete {path} and run again"
