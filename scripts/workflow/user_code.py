"""A fingerprint of a user's own code: a module, what it imports from its folder, and more files.

What is imported by name at run time, or read by the code, is not seen: `depends` names it.
"""

import ast
import hashlib
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from truthserum.audit.options import Audit
from truthserum.sentences import OptionError, shown
from truthserum.storage.files import is_file, is_folder
from truthserum.storage.manifests import sha256_of

VERSION = re.compile(r"3\.\d+")
FEW = 2  # files whose content is read at every start
LONGEST, PATIENCE = 1000, 30  # bytes that an interpreter says of itself, seconds it may take


def closure(folder: Path, module: str) -> list[Path]:
    """The files of a module and of all that it imports from `folder`, directly or not, sorted.

    The packages that a module is in run with it, and count. Raises OptionError if there is no such
    module, or if a file is no Python.
    """
    if not files_of(folder, module):
        raise OptionError(
            f"function: found no module {shown(module)} in {folder}, allowed is a .py file there, "
            "named without .py"
        )
    found, waiting = set(), files_of(folder, module)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            for name in _imports(path, folder):
                waiting += files_of(folder, name)
    return sorted(found)


def fingerprint(folder: Path, module: str | None = None, depends: Iterable[Path] = ()) -> str:
    """SHA-256 of a module with what it imports, if one is given, and of files, by content."""
    paths = [*(closure(folder, module) if module else ()), *depends]
    digest = hashlib.sha256()
    for path in paths:
        if not is_file(path):
            raise OptionError(f"depends: found no file {path}, allowed is one")
        digest.update(str(path).encode() + b"\0" + bytes.fromhex(sha256_of(path)))
    return digest.hexdigest()[:16]


def trained_by(audit: Audit) -> str:
    """The fingerprint of the code by which a user's function or program trains.

    A program's own files, those that its command names, need not stand in `depends`, too.
    """
    folder, module = Path(audit.path), audit.function.split(":")[0] if audit.function else None
    named = (folder / word for word in audit.command or ())
    further = [*map(Path, audit.depends), *filter(is_file, named)]
    return fingerprint(folder, module, dict.fromkeys(further))


def check_unedited(audit: Audit, expected: str) -> None:
    """OptionError for code other than what the workflow started with: models are no mixture."""
    if trained_by(audit) != expected:
        raise OptionError(
            f"{audit.function or 'command'}: found code in {audit.path} that was edited after the "
            "workflow started, allowed is the same for all models; start snakemake again"
        )


def content(files: Iterable[str | Path]) -> str:
    """What is in the user's data: SHA-256 of a file, of many (images of a folder) names and sizes.

    Snakemake sees that a file is younger than what was made of it, and not that an older one took
    its place, as `cp -p`, `mv` and `tar` have it. A file that is not there yet counts as empty.
    """
    paths = [Path(file) for file in files]
    digest = hashlib.sha256()
    for path in paths:
        told: object = ""
        if is_file(path):
            told = sha256_of(path) if len(paths) <= FEW else path.stat().st_size
        digest.update(f"{path}\0{told}\0".encode())
    return digest.hexdigest()[:16]


@cache
def version_of(python: str) -> str:
    """What an interpreter says of itself; OptionError if it is none."""
    command = [python, "-c", "import sys; print(sys.version)"]
    no, pipe = subprocess.DEVNULL, subprocess.PIPE
    try:
        with subprocess.Popen(
            command, stdin=no, stdout=pipe, stderr=no, start_new_session=True
        ) as run:
            assert run.stdout is not None  # a pipe
            try:
                version = _said(run.stdout.fileno())
            finally:
                with suppress(ProcessLookupError, PermissionError):  # it, and what it started
                    os.killpg(run.pid, signal.SIGKILL)
    except (OSError, ValueError):
        version = ""
    if not VERSION.match(version):
        raise OptionError(f"python: found {shown(python)}, allowed is an interpreter of Python 3")
    return version


def _said(pipe: int) -> str:
    """What comes out of a pipe until its end, if that is not too much nor too late."""
    said, until = b"", time.monotonic() + PATIENCE
    while len(said) < LONGEST:
        waiting, *_ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        if not waiting or not (part := os.read(pipe, LONGEST)):
            break
        said += part
    return said.decode("utf-8", "replace").strip()


def files_of(folder: Path, module: str) -> list[Path]:
    """The files of the packages that a module is in, and its own; none if it is not there."""
    parts, found = module.split("."), []
    for k in range(1, len(parts) + 1):
        base = folder.joinpath(*parts[:k])
        choices = [base / "__init__.py", base.with_suffix(".py")]
        own = [path for path in choices if is_file(path)]
        if not own and not (k < len(parts) and is_folder(base)):
            return []
        found += own[:1]
    return found


def _imports(path: Path, folder: Path) -> Iterator[str]:
    """The names that a file imports; those of a relative import as they are from `folder`."""
    try:
        tree = ast.parse(path.read_bytes())  # in the encoding that it declares
    except (SyntaxError, ValueError) as error:
        raise OptionError(f"function: found {path}, which is no Python ({error})") from error
    package = path.parent.relative_to(folder).parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            if base:
                yield base
            yield from (".".join([*filter(None, [base]), alias.name]) for alias in node.names)
