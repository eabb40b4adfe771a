"""What is kept of a product beside it until somebody has read the product: a kill costs little.

Kept longer than until the product is written: Snakemake deletes what a job wrote whose end it did
not see, be it that the job or that Snakemake itself was killed, and starts the job again. Who reads
the product runs after Snakemake knows it to be whole.
"""

import errno
import fcntl
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from glob import escape
from pathlib import Path
from string import digits
from typing import Self

# What a file system says that has no locks.
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP)


@dataclass(frozen=True)
class Place:
    """Where something is kept, and the key of what it is made of: only with that it is taken up."""

    folder: Path
    key: str

    def within(self, *names: str) -> Self:
        """A place in this one."""
        return replace(self, folder=self.folder.joinpath(*names))


def kept_of(product: Path) -> Path:
    """The folder beside a product for what is finished of it."""
    return product.parent / f".{product.stem}"


@contextmanager
def alone(product: Path) -> Iterator[Path]:
    """Be the only process that makes this product; yields the folder of what is kept of it.

    A program outlives a Snakemake that is killed alone, and the next one starts another for the
    same product: that waits here, and takes up what the first one has finished. The kernel drops
    the lock when a process ends, however it ends.
    """
    folder = kept_of(product)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"another process makes {product}: waiting for its end", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
        yield folder


def clear(products: Iterable[Path]) -> None:
    """Remove what is kept of products that were read, if anything is."""
    for product in products:
        with suppress(FileNotFoundError):  # another reader of the product may be removing it, too
            shutil.rmtree(kept_of(product))


def sweep(products: Iterable[Path]) -> None:
    """Remove what is left of products with other numbers than these, as of shards that are no more.

    To be called when these were read: what a process of whatever machine was writing then is of one
    that was killed. What another process makes (see `alone`) stays.
    """
    for folder, start in {(each.parent, each.stem.rstrip(digits)) for each in products}:
        for left in folder.glob(f".{escape(start)}*"):
            with suppress(FileNotFoundError):
                if not left.is_dir():
                    left.unlink()
                elif not _is_held(left / "lock"):
                    shutil.rmtree(left)


def _is_held(lock: Path) -> bool:
    with suppress(FileNotFoundError), lock.open("r+b") as file:  # as NFS wants it of who locks
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # or nobody knows
            return True
    return False
