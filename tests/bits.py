"""One bit of a product that is another, as a failing disk leaves it."""

import json
import os
from pathlib import Path

from truthserum.storage.manifests import manifest_of
from workflow.altered import blame


def products():
    """Every file that a run has made here, for people and programs; not Snakemake's own."""
    made = [path for top in ("results", "figures/smoke") for path in sorted(Path(top).rglob("*"))]
    return [path for path in made if path.is_file() and not _hidden(path)]


def _hidden(path):
    return any(part.startswith(".") for part in path.parts)


def flip(path):
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def complaint(path):
    """What is said of a product where it is asked for as it was made."""
    made = json.loads(manifest_of(path).read_text("utf-8"))
    return blame(path, made["settings"], made["inputs"])


def refusal(path):
    """What is said of a product that has one other bit, which it has no longer then."""
    assert complaint(path) is None
    before = path.stat()
    flip(path)
    said = complaint(path)
    flip(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return said


def sentence(path):
    """What is to be said of it."""
    return (
        f"{path} is cut short or altered: its SHA-256 is not that of what was made; "
        f"delete {path} and run again"
    )


def check_every_product(folder, monkeypatch, *kinds):
    """That each is refused by its name, and that there are some whose names end so."""
    monkeypatch.chdir(folder)
    found = products()
    assert [kind for kind in kinds if not any(str(path).endswith(kind) for path in found)] == []
    assert {path: refusal(path) for path in found} == {path: sentence(path) for path in found}
