"""What an audit keeps on disk: the records as numbers, a file for each pair (shard) of models.

A file of a pair holds answers only, and the key of all that decides them; it is believed only if
that is the key expected now.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from truthserum.audit.data.pictures import pictures
from truthserum.storage.arrays import read_npz, write_npz
from truthserum.storage.files import DataError
from truthserum.storage.manifests import sha256_of


@dataclass(frozen=True)
class Records:
    """label: int64 [N] of `classes`; unit: int64 [N], in or out together; asked: bool [N];
    repeated: how many rows equal an earlier one.
    """

    label: np.ndarray
    classes: Sequence[str]
    unit: np.ndarray
    asked: np.ndarray
    repeated: int

    @classmethod
    def load(cls, path: Path) -> "Records":
        """Those of a file."""
        found: dict[str, Any] = read_npz(path)
        classes, repeated = tuple(map(str, found["classes"])), int(found["repeated"])
        return cls(**found | {"classes": classes, "repeated": repeated})

    def save(self, path: Path) -> None:
        """Keep them."""
        arrays = {name: getattr(self, name) for name in ("label", "unit", "asked")}
        arrays |= {"classes": np.array(self.classes), "repeated": np.array(self.repeated)}
        write_npz(path, arrays)


def digest_of(*sources: Path) -> str:
    """SHA-256 of the content of files, and of all images of folders, with their names there."""
    digest = hashlib.sha256()
    for source in sources:
        for path in pictures(source) if source.is_dir() else [source]:
            name = str(path.relative_to(source)) if source.is_dir() else ""
            digest.update(name.encode() + b"\0" + bytes.fromhex(sha256_of(path)))
    return digest.hexdigest()


@dataclass(frozen=True)
class Pair:
    """What two models answered, or 2k of a shard: confidence float64 [2 k, n], right bool [2 k, n]
    or None; and how. One of the two is kept in the same form.

    made: key, seconds of each model, those of the processes for two (wall), version of what
    trained; bytes of memory, of files beside this one until it is read, and of temporary ones;
    libraries of what trained.
    """

    confidence: np.ndarray
    right: np.ndarray | None
    made: Mapping[str, Any]

    @property
    def bytes(self) -> int:
        """Of the answers."""
        return self.confidence.nbytes + (0 if self.right is None else self.right.nbytes)

    def save(self, path: Path) -> None:
        """Keep it."""
        made = json.dumps(dict(self.made)).encode()  # as text numpy takes four bytes a character
        arrays = {"confidence": self.confidence, "made": np.array(made)}
        write_npz(path, arrays | ({} if self.right is None else {"right": self.right}))

    @classmethod
    def idle(cls, asked: int, classes: bool, key: str) -> "Pair":
        """That of no models at all, where there is nothing to train."""
        right = np.zeros((0, asked), bool) if classes else None
        made = {"key": key, "seconds": [], "wall": 0.0, "version": "nothing", "libraries": {}}
        made |= dict.fromkeys(("memory", "beside", "temporary"), 0)
        return cls(np.zeros((0, asked)), right, made)

    @classmethod
    def joined(cls, models: Sequence["Pair"]) -> "Pair":
        """All of these as one, such as models which were trained one by one."""
        made = [one.made for one in models]
        right = [one.right for one in models if one.right is not None]
        whole = {
            **made[0],
            "seconds": [seconds for each in made for seconds in each["seconds"]],
            **{name: max(each[name] for each in made) for name in ("memory", "temporary")},
            **{name: sum(each[name] for each in made) for name in ("wall", "beside")},
        }
        answers = np.concatenate([one.confidence for one in models])
        return cls(answers, np.concatenate(right) if right else None, whole)

    @classmethod
    def read(cls, path: Path) -> "Pair":
        """That of a file, whatever it was made of."""
        found = read_npz(path)
        return cls(found["confidence"], found.get("right"), json.loads(found["made"].item()))

    @classmethod
    def load(cls, path: Path, key: str) -> "Pair":
        """That of a file; DataError if it was made of anything else than is asked for now."""
        found = cls.read(path)
        if found.made["key"] != key:
            raise DataError(
                f"{path}: found models of other settings, code or data than asked for now; delete "
                "it and run again"
            )
        return found

    @classmethod
    def kept(cls, path: Path, key: str, make: Callable[[], "Pair"]) -> "Pair":
        """That of a file, which an earlier run had finished; else it is made, and kept there."""
        with suppress(OSError, DataError):  # not there, cut short, or of other settings
            return cls.load(path, key)
        made = make()
        made.save(path)
        return made
