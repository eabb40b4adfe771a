"""Files as publishers make them, of a few images, through the whole way that real ones take."""

import gzip
import hashlib
import io
import pickle
import struct
import tarfile
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import scipy.io
from torchvision import datasets

from truthserum.data.catalogue import IMAGE_SETS
from truthserum.data.idx import encode
from truthserum.data.images import Images
from truthserum.data.sources import fetch
from truthserum.data.vision import arrays
from truthserum.storage.files import Copy, DataError

TRAIN, TEST = 6, 3


def digest(data):
    return hashlib.md5(data).hexdigest()


def drawn(name, count, seed):
    """Images [n, C, H, W] and labels [n] of the shape of a set."""
    rng, known = np.random.default_rng(seed), IMAGE_SETS[name]
    x = rng.integers(0, 256, (count, *known.shape), np.uint8)
    return x, rng.integers(0, known.classes, count)


def gray(prefixes, names=("images-idx3-ubyte", "labels-idx1-ubyte"), labels=np.uint8):
    """The writer of packed idx files with these prefixes of the two parts."""

    def write(train, test):
        return {
            f"{prefix}-{name}.gz": gzip.compress(data)
            for prefix, (x, y) in zip(prefixes, (train, test), strict=True)
            for name, data in zip(names, (encode(x[:, 0]), encode(y.astype(labels))), strict=True)
        }

    return write


def qmnist(train, test):
    """Labels are eight big-endian int32, the first of which is the class."""
    files = gray(("qmnist-train", "qmnist-test"))(train, test)
    for prefix, (_, y) in zip(("qmnist-train", "qmnist-test"), (train, test), strict=True):
        rows = np.column_stack([y, np.arange(7 * len(y)).reshape(-1, 7)]).astype(">i4")
        header = struct.pack(">2x2B2I", 12, 2, *rows.shape)
        del files[f"{prefix}-labels-idx1-ubyte.gz"]
        files[f"{prefix}-labels-idx2-int.gz"] = gzip.compress(header + rows.tobytes())
    return files


def emnist(split):
    def write(train, test):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            packed = gray((f"emnist-{split}-train", f"emnist-{split}-test"))(train, test)
            for name, data in packed.items():
                archive.writestr(f"gzip/{name}", data)
        return {"gzip.zip": buffer.getvalue()}

    return write


def svhn(train, test):
    """Height, width, channels, images; the digit 0 is labelled 10."""

    def mat(x, y):
        buffer = io.BytesIO()
        labels = np.where(y == 0, 10, y).astype(np.uint8)[:, None]
        scipy.io.savemat(buffer, {"X": x.transpose(2, 3, 1, 0), "y": labels})
        return buffer.getvalue()

    return {"train_32x32.mat": mat(*train), "test_32x32.mat": mat(*test)}


def batch(x, y, key):
    return pickle.dumps({"data": x.reshape(len(x), -1), key: y.tolist()}, protocol=2)


def cifar10(train, test):
    x, y = train
    cuts = [slice(0, 2), *(slice(k, k + 1) for k in range(2, TRAIN))]
    files = {f"data_batch_{k}": batch(x[at], y[at], "labels") for k, at in enumerate(cuts, 1)}
    meta = pickle.dumps({"label_names": ["any"]}, protocol=2)
    return files | {"test_batch": batch(*test, "labels"), "batches.meta": meta}


def cifar100(train, test):
    meta = pickle.dumps({"fine_label_names": ["any"]}, protocol=2)
    return {
        "train": batch(*train, "fine_labels"),
        "test": batch(*test, "fine_labels"),
        "meta": meta,
    }


def stl10(train, test):
    """Each plane is column by column, labels are from 1."""
    files = {"unlabeled_X.bin": b"any"}
    for part, (x, y) in {"train": train, "test": test}.items():
        files[f"{part}_X.bin"] = x.transpose(0, 1, 3, 2).tobytes()
        files[f"{part}_y.bin"] = (y + 1).astype(np.uint8).tobytes()
    return files


WRITERS = {
    "kmnist": gray(("train", "t10k")),
    "qmnist": qmnist,
    **{f"emnist_{split}": emnist(split) for split in ("balanced", "digits", "letters")},
    "svhn": svhn,
    "cifar10": cifar10,
    "cifar100": cifar100,
    "stl10": stl10,
}


@pytest.fixture
def believe(monkeypatch):
    """believe(set, files) -> the set, if these were its true files, for torchvision and for us."""

    def change(known, files):
        digests = {name: digest(data) for name, data in files.items()}
        assert set(digests) == set(known.full.md5)
        kind = getattr(datasets, known.kind)
        for key in ("train_list", "test_list"):
            if hasattr(kind, key):
                names = [[name, digests[name]] for name, _ in getattr(kind, key)]
                monkeypatch.setattr(kind, key, names)
        if hasattr(kind, "meta"):
            meta = kind.meta | {"md5": digests[kind.meta["filename"]]}
            monkeypatch.setattr(kind, "meta", meta)
        if hasattr(kind, "split_list"):
            names = {name.partition("_")[0]: ["", name, digests[name]] for name in digests}
            monkeypatch.setattr(kind, "split_list", names)
        if known.kind == "EMNIST":
            monkeypatch.setattr(kind, "md5", digests["gzip.zip"])
        elif known.kind == "KMNIST":
            monkeypatch.setattr(kind, "resources", list(digests.items()))
        elif known.kind == "QMNIST":
            pairs = list(digests.items())
            found = {part: sorted(p for p in pairs if part in p[0]) for part in ("train", "test")}
            monkeypatch.setattr(kind, "resources", found)
        return replace(known, full=replace(known.full, md5=digests), package=None)

    return change


@pytest.fixture(params=WRITERS)
def case(request, believe):
    """A set whose files are made here, the files, and what is in them."""
    name = request.param
    train, test = drawn(name, TRAIN, 1), drawn(name, TEST, 2)
    files = WRITERS[name](train, test)
    return believe(IMAGE_SETS[name], files), files, Images(*train, *test, IMAGE_SETS[name].classes)


def write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def test_a_users_files_are_what_was_written(case, nowhere, tmp_path):
    known, files, expected = case
    write(tmp_path / known.full.folder, files)
    loaded = fetch(known, replace(nowhere, folder=tmp_path))
    assert (loaded.source, loaded.md5) == ("folder", known.full.md5)
    for name, value in vars(expected).items():
        assert np.array_equal(getattr(loaded.data, name), value), name
        assert np.asarray(getattr(loaded.data, name)).dtype == np.asarray(value).dtype
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted(files)


def test_nothing_that_is_altered_is_opened(case, nowhere, tmp_path, monkeypatch):
    known, files, _ = case
    last = list(files)[-1]
    write(tmp_path / known.full.folder, files | {last: b"altered"})

    def opened(*_, **__):
        raise AssertionError("opened")

    monkeypatch.setattr(datasets, known.kind, opened)
    with pytest.raises(DataError, match=f"folder: {last} has MD5 {digest(b'altered')}, allowed"):
        fetch(known, replace(nowhere, folder=tmp_path))


@pytest.fixture
def archived(believe, monkeypatch, tmp_path):
    """CIFAR-100 in a folder as its archive, and what is in it."""
    train, test = drawn("cifar100", TRAIN, 1), drawn("cifar100", TEST, 2)
    known, buffer = IMAGE_SETS["cifar100"], io.BytesIO()
    files = cifar100(train, test)
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"{known.full.folder}/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    path = tmp_path / "cifar-100-python.tar.gz"
    path.write_bytes(buffer.getvalue())
    archive = Copy(TRAIN, TEST, {path.name: digest(buffer.getvalue())})
    monkeypatch.setattr(datasets.CIFAR100, "tgz_md5", archive.md5[path.name])
    return replace(believe(known, files), archive=archive), path, train


def test_a_folder_may_hold_the_archive(archived, nowhere):
    known, path, (x, y) = archived
    loaded = fetch(known, replace(nowhere, folder=path.parent))
    assert (loaded.data.train_x == x).all()
    assert (loaded.data.train_y == y).all()
    assert loaded.md5 == known.archive.md5


def test_an_archive_is_checked_before_it_is_opened(archived, nowhere):
    known, path, _ = archived
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"folder: cifar-100-python\.tar\.gz has MD5"):
        fetch(known, replace(nowhere, folder=path.parent))


def test_a_set_without_files_is_downloaded_only(nowhere, tiny_images, published, tmp_path):
    tiny = published(lambda data: (data, len(data)))
    tiny = replace(tiny, full=replace(tiny.full, md5={}))
    asked = replace(nowhere, folder=tmp_path, download=True)
    assert fetch(tiny, asked).data.train_y.tolist() == tiny_images.train_y.tolist()
    with pytest.raises(DataError, match=r"files, which are unknown; .* Either state its files in"):
        fetch(tiny, replace(asked, download=False))


def test_another_shape_is_refused():
    items = [(np.zeros((4, 5), np.uint8), 0), (np.zeros((4, 5, 3), np.uint8), 1)]
    with pytest.raises(DataError, match=r"image 1: found the shape \(3, 4, 5\), allowed is \(1, 4"):
        arrays(items, (1, 4, 5))
