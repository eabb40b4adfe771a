import lzma
import shutil
from pathlib import Path

import numpy as np
import pytest

from truthserum.data.catalogue import IMAGE_SETS, SETS
from truthserum.data.load import load
from truthserum.data.sources import Sources, fetch
from truthserum.storage.files import DataError

FASHION_MNIST = IMAGE_SETS["fashion_mnist"]
RESOURCES = Path(__file__).parents[2] / "resources"
EMBEDDED = {name: known.embedded for name, known in IMAGE_SETS.items() if known.embedded}


@pytest.mark.parametrize("name", EMBEDDED)
def test_the_embedded_part_is_whole(name):
    part = EMBEDDED[name]
    loaded = load(name, part.train, part.test, Sources(RESOURCES, download=False))
    assert loaded.source == "embedded"
    assert loaded.md5 == part.md5
    assert loaded.data.train_x.shape == (part.train, 1, 28, 28)
    assert loaded.data.test_x.shape == (part.test, 1, 28, 28)
    assert set(loaded.data.train_y) == set(range(10))


def test_what_ships_is_small():
    files = [path for name in EMBEDDED for path in (RESOURCES / name).iterdir()]
    assert sum(path.stat().st_size for path in files) < 6.6e6


@pytest.mark.skipif(
    not FASHION_MNIST.package.folder.is_dir(),
    reason=f"the package {FASHION_MNIST.package.package} is not installed",
)
def test_the_first_images_are_the_same_from_the_full_set():
    sources = Sources(RESOURCES, download=False)
    part = EMBEDDED["fashion_mnist"]
    embedded = load("fashion_mnist", part.train, part.test, sources).data
    larger = load("fashion_mnist", part.train + 1, 1, sources)
    assert larger.source == "installed package"
    assert larger.data.train_y.shape == (part.train + 1,)
    full = fetch(FASHION_MNIST, sources).data
    assert np.array_equal(full.train_x[: part.train], embedded.train_x)
    assert np.array_equal(full.train_y[: part.train], embedded.train_y)
    assert np.array_equal(full.test_x[: part.test], embedded.test_x)
    assert np.array_equal(full.test_y[: part.test], embedded.test_y)


@pytest.mark.parametrize(("train", "test"), [(14_001, 1), (1, 1_001)])
def test_more_than_is_embedded_needs_the_full_set(train, test):
    with pytest.raises(DataError, match="no source has the full mnist"):
        load("mnist", train, test, Sources(RESOURCES, download=False))


@pytest.fixture
def resources(tmp_path):
    """A copy that a test may harm."""
    shutil.copytree(RESOURCES / "mnist", tmp_path / "mnist")
    return tmp_path


def test_an_altered_resource_is_named(resources):
    path = resources / "mnist" / "train-labels-idx1-ubyte.xz"
    data = bytearray(lzma.decompress(path.read_bytes()))
    data[100] ^= 1
    path.write_bytes(lzma.compress(bytes(data)))
    with pytest.raises(DataError, match=r"mnist: train-labels-idx1-ubyte has MD5 .*, allowed b42c"):
        load("mnist", 10, 10, Sources(resources))


def test_a_resource_that_is_cut_short_is_named(resources):
    path = resources / "mnist" / "t10k-images-idx3-ubyte.xz"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"mnist/t10k-images-idx3-ubyte\.xz is cut short"):
        load("mnist", 10, 10, Sources(resources))


def test_a_missing_resource_is_named(resources):
    (resources / "mnist" / "t10k-images-idx3-ubyte.xz").unlink()
    with pytest.raises(DataError, match="mnist has no t10k-images-idx3-ubyte"):
        load("mnist", 10, 10, Sources(resources))


@pytest.mark.parametrize(
    ("name", "train", "test", "message"),
    [
        ("shvn", 1, 1, f"set: found 'shvn', allowed {', '.join(SETS)}$"),
        ("mnist", 60_001, 1, "train: found 60001, allowed 1 to 60000 images of mnist"),
        ("cifar10", 0, 1, "train: found 0, allowed 1 to 50000 images of cifar10"),
        ("mnist", 1, 10_001, "test: found 10001, allowed 1 to 10000"),
        ("mnist", 1.5, 1, r"train: found 1\.5"),
        ("mnist", "10", 1, "train: found '10'"),
    ],
)
def test_refuses_what_no_set_has(name, train, test, message):
    with pytest.raises(ValueError, match=message):
        load(name, train, test, Sources(RESOURCES))
