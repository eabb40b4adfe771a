import gzip
import io
import tarfile
from dataclasses import replace

import pytest

from truthserum.data import packages, sources
from truthserum.data.catalogue import CIFAR10, CIFAR100, FASHION_MNIST, IMAGE_SETS, Copy
from truthserum.data.files import Archive, DataError, md5
from truthserum.data.sources import Sources, fetch


@pytest.fixture
def folder(tmp_path, tiny_content):
    """A user's folder with the tiny set."""
    path = tmp_path / "mine"
    path.mkdir()
    for name, data in tiny_content.items():
        (path / f"{name}.gz").write_bytes(gzip.compress(data))
    return path


def test_a_verified_copy_names_exactly_its_files(tiny, tiny_content):
    assert tiny.full.verify(tiny_content | {"other": b""}) == tiny.full.md5


def test_a_copy_refuses_altered_and_missing_files():
    copy = Copy(1, 1, {"a": md5(b"a"), "b": None})
    assert copy.verify({"a": b"a", "b": b"any"}) == {"a": md5(b"a"), "b": md5(b"any")}
    with pytest.raises(DataError, match=f"a has MD5 {md5(b'A')}, allowed {md5(b'a')}"):
        copy.verify({"a": b"A", "b": b"any"})
    with pytest.raises(DataError, match="there is no b"):
        copy.verify({"a": b"a"})


def test_the_order_is_from_near_to_far(tiny, tiny_content, nowhere, monkeypatch):
    tried = []

    def source(name, answer):
        def give(wanted):
            tried.append(name)
            if answer is None:
                raise DataError("empty")
            return answer

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


@pytest.mark.parametrize("place", ["", "tiny", "Tiny/raw"])
def test_a_folder_is_searched_in_the_usual_places(tiny, nowhere, folder, tmp_path, place):
    tiny = replace(tiny, subfolders=("Tiny/raw",))
    (tmp_path / "data" / place).parent.mkdir(parents=True, exist_ok=True)
    folder.rename(tmp_path / "data" / place)
    loaded = fetch(tiny, replace(nowhere, folder=tmp_path / "data"))
    assert loaded.source == "folder"
    assert loaded.data.train_y.tolist() == [3, 1, 4]


def test_a_folder_may_hold_the_archive(tiny, nowhere, tiny_content, tmp_path):
    path = tmp_path / "tiny-binary.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, data in tiny_content.items():
            member = tarfile.TarInfo(f"tiny/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    packed = replace(tiny, archive=Archive(path.name, md5(path.read_bytes())))
    assert fetch(packed, replace(nowhere, folder=tmp_path)).source == "folder"

    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"folder: tiny-binary\.tar\.gz has MD5"):
        fetch(packed, replace(nowhere, folder=tmp_path))


def test_a_pickled_version_is_not_opened(nowhere, tmp_path):
    (tmp_path / "cifar-10-batches-py").mkdir()
    (tmp_path / "cifar-10-batches-py" / "data_batch_1").write_bytes(b"cos\nsystem\n(S'x'\ntR.")
    with pytest.raises(DataError, match=r"holds none of data_batch_1\.bin, .*a pickle, not opened"):
        sources.from_folder(tmp_path, CIFAR10)


def test_an_altered_file_of_the_folder_is_named(tiny, nowhere, folder):
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"other"))
    with pytest.raises(DataError, match="folder: t10k-labels-idx1-ubyte has MD5"):
        fetch(tiny, replace(nowhere, folder=folder))


def test_an_installed_package_is_found(tiny, nowhere, folder):
    tiny = replace(tiny, package=packages.Debian("dataset-tiny", folder))
    assert fetch(tiny, nowhere).source == "installed package"


def test_a_package_client_runs_only_if_asked(tiny, tiny_content, nowhere):
    class Package:
        def fetch(self, names):
            return tiny_content

    tiny = replace(tiny, package=Package())
    with pytest.raises(DataError, match="package client: `data: package_clients` is false"):
        fetch(tiny, nowhere)
    assert fetch(tiny, replace(nowhere, package_clients=True)).source == "package client"


def test_a_download_is_verified(published, nowhere):
    tiny = published(lambda data: (data, len(data)))
    loaded = fetch(tiny, replace(nowhere, download=True))
    assert loaded.source == "download"
    assert loaded.data.test_y.tolist() == [1, 5]


def test_a_second_address_is_tried(published, nowhere):
    tiny = published(lambda data: (data, len(data)))
    tiny = replace(tiny, urls=("http://127.0.0.1:9/", *tiny.urls))
    assert fetch(tiny, replace(nowhere, download=True)).source == "download"


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda data: (data[:10], len(data)), "IncompleteRead"),
        (lambda data: (data[:-4], len(data) - 4), "cut short or altered"),
        (lambda data: (gzip.compress(b"altered"), len(gzip.compress(b"altered"))), "has MD5"),
        (lambda data: (b"", None), "404"),
    ],
)
def test_a_bad_download_leaves_nothing(published, nowhere, scratch, harm, reason):
    with pytest.raises(DataError, match=f"download: .*t10k-labels-idx1-ubyte.*{reason}"):
        fetch(published(harm), replace(nowhere, download=True))
    assert list(scratch.iterdir()) == []


def test_a_set_that_nobody_has_is_explained(tmp_path, monkeypatch):
    def absent(wanted):
        raise DataError("not here")

    monkeypatch.setattr(sources, "from_installation", absent)
    with pytest.raises(DataError) as caught:
        fetch(FASHION_MNIST, Sources(tmp_path, folder=tmp_path / "mine", download=False))
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
        fetch(CIFAR100, nowhere)
    assert "no `data: folder` is named" in str(caught.value)
    assert str(caught.value).endswith(
        "Either put its files in a folder and name that as `data: folder`."
    )


@pytest.mark.parametrize("key", ["package_clients", "download"])
def test_switches_are_true_or_false(nowhere, key):
    with pytest.raises(ValueError, match=f"{key}: found 'no', allowed true or false"):
        replace(nowhere, **{key: "no"})


@pytest.mark.parametrize("known", IMAGE_SETS.values(), ids=lambda known: known.name)
def test_every_set_has_an_address_and_md5s_or_an_archive(known):
    assert known.urls
    assert known.archive or None not in known.full.md5.values()
    assert all(len(digest) == 32 for digest in known.full.md5.values() if digest)
