import hashlib
import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from truthserum.data.catalogue import SETS
from truthserum.data.image_sets import described
from truthserum.data.load import load
from truthserum.data.sources import fetch
from truthserum.storage.files import DataError

ENTRY = {"class": "ImageFolder", "shape": [3, 6, 4], "classes": 2, "train": 5, "test": 3}


def make(**changes):
    return described({"mine": ENTRY | {"folder": "pictures"} | changes})["mine"]


def draw(folder, counts, seed=0, size=(6, 4, 3)):
    """Folders of PNGs of noise; {MD5 of the file: (pixels, class)} of all."""
    rng, drawn = np.random.default_rng(seed), {}
    for label, (name, count) in enumerate(sorted(counts.items())):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for k in range(count):
            path, pixels = folder / name / f"{k}.png", rng.integers(0, 256, size, np.uint8)
            Image.fromarray(pixels).save(path)
            drawn[hashlib.md5(path.read_bytes()).hexdigest()] = pixels.transpose(2, 0, 1), label
    return drawn


@pytest.fixture
def sources(nowhere, tmp_path):
    return replace(nowhere, folder=tmp_path)


def expected(drawn):
    """Pixels and classes in the order of the MD5s."""
    return zip(*(drawn[key] for key in sorted(drawn)), strict=True)


def test_one_folder_is_split_in_the_order_of_the_digests(tmp_path, sources):
    x, y = expected(draw(tmp_path / "pictures", {"dog": 4, "cat": 5}))
    loaded = fetch(make(), sources)
    assert (loaded.data.test_x == x[:3]).all()
    assert loaded.data.test_y.tolist() == list(y[:3])
    assert (loaded.data.train_x == x[3:8]).all()
    assert loaded.data.train_y.tolist() == list(y[3:8])
    assert (loaded.source, loaded.data.classes) == ("folder", 2)


def test_folders_of_both_parts_are_kept_apart(tmp_path, sources):
    train = draw(tmp_path / "pictures" / "train", {"dog": 4, "cat": 4})
    test = draw(tmp_path / "pictures" / "test", {"dog": 2, "cat": 3}, seed=1)
    found = fetch(make(), sources).data
    for part, drawn, size in (("train", train, 5), ("test", test, 3)):
        x, y = expected(drawn)
        assert (getattr(found, f"{part}_x") == x[:size]).all()
        assert getattr(found, f"{part}_y").tolist() == list(y[:size])


def test_the_names_of_files_do_not_decide_the_order(tmp_path, sources):
    draw(tmp_path / "pictures", {"dog": 4, "cat": 5})
    before = fetch(make(), sources)
    for k, path in enumerate(sorted((tmp_path / "pictures" / "cat").iterdir())):
        path.rename(path.with_name(f"{9 - k}-other.png"))
    after = fetch(make(), sources)
    assert (after.data.train_x == before.data.train_x).all()
    assert after.md5 == before.md5


def test_a_larger_picture_is_cropped_in_the_middle_and_resized(tmp_path, sources):
    # 12 x 24 for 6 x 4: the columns 8 to 15, two by two; what is linear stays so
    pixels = np.broadcast_to(10 * np.arange(24)[None, :, None], (12, 24, 3)).astype(np.uint8)
    for name in ("cat", "dog"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for k in range(4):
            pixels[0, 0] = k  # in a corner that is cut off: else the files were equal
            Image.fromarray(pixels).save(tmp_path / "pictures" / name / f"{k}.png")
    found = fetch(make(), sources).data
    assert found.shape == (3, 6, 4)
    assert (found.train_x == [85, 105, 125, 145]).all()


def test_pictures_may_be_made_grey(tmp_path, sources):
    drawn = draw(tmp_path / "pictures", {"dog": 4, "cat": 5})
    found = fetch(make(shape=[1, 6, 4]), sources).data
    x, _ = expected(drawn)
    luma = np.tensordot([0.299, 0.587, 0.114], np.stack(x[3:8]), axes=(0, 1))  # ITU-R 601-2
    assert abs(found.train_x[:, 0] - luma).max() <= 1


def test_what_is_known_is_not_opened_if_it_is_altered(tmp_path, sources):
    draw(tmp_path / "pictures", {"dog": 4, "cat": 5})
    digest = fetch(make(), sources).md5["pictures"]
    assert fetch(make(md5=digest), sources).md5 == {"pictures": digest}
    (tmp_path / "pictures" / "dog" / "0.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=f"pictures: the pictures have MD5 .*, allowed {digest}"):
        fetch(make(md5=digest), sources)


def test_a_picture_that_cannot_be_read_is_named(tmp_path, sources):
    draw(tmp_path / "pictures", {"dog": 4, "cat": 4})
    path = tmp_path / "pictures" / "dog" / "0.png"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(DataError, match=r"dog/0\.png is no readable picture: "):
        fetch(make(), sources)


def test_a_picture_of_more_bits_is_refused_since_it_would_be_cut_off(tmp_path, sources):
    draw(tmp_path / "pictures", {"dog": 4, "cat": 4})
    deep = np.full((6, 4), 30_000, np.uint16)
    Image.fromarray(deep).save(tmp_path / "pictures" / "dog" / "0.png")
    with pytest.raises(DataError, match="found the mode I;16, allowed are 8 bits a colour"):
        fetch(make(), sources)


@pytest.mark.parametrize(("colour", "channels"), [(2, 3), (4, 2), (6, 4)])
def test_a_coloured_picture_of_more_bits_is_refused_too(tmp_path, sources, colour, channels):
    """A scan of 12 bits would keep 4 of them. Written by the specification of PNG."""

    def chunk(kind, said):
        check = zlib.crc32(kind + said)
        return struct.pack(">I", len(said)) + kind + said + struct.pack(">I", check)

    draw(tmp_path / "pictures", {"dog": 4, "cat": 4})
    rows = 6 * (b"\0" + struct.pack(">H", 4095) * 4 * channels)
    header = struct.pack(">IIBBBBB", 4, 6, 16, colour, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    scan = tmp_path / "pictures" / "dog" / "0.png"
    scan.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    with pytest.raises(DataError, match=r"found the mode .*;16B, allowed are 8 bits a colour"):
        fetch(make(), sources)


@pytest.mark.parametrize(
    ("counts", "changes", "message"),
    [
        ({"dog": 4, "cat": 3}, {}, "pictures: found 4 train pictures, allowed are 5 or more"),
        ({"dog": 9}, {}, r"pictures: found the classes \['dog'\], allowed are 2"),
        ({"dog": 9, "cat": 0}, {}, "Found no valid file for the classes cat"),
        ({"dog": 4, "cat": 4}, {"shape": [3, 7, 4]}, r"\.png: found 6 x 4 pixels, allowed are 7 x"),
        ({"dog": 4, "cat": 4}, {"folder": "other"}, "No such file or directory: .*other"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, sources, counts, changes, message):
    draw(tmp_path / "pictures", counts)
    with pytest.raises(DataError, match=message):
        fetch(make(**changes), sources)


def test_both_parts_have_the_same_classes(tmp_path, sources):
    draw(tmp_path / "pictures" / "train", {"dog": 4, "cat": 4})
    draw(tmp_path / "pictures" / "test", {"dog": 4, "cow": 4})
    with pytest.raises(DataError, match=r"test: found the classes \['cow', 'dog'\], allowed are"):
        fetch(make(), sources)


def test_without_a_folder_it_is_said_which_one_is_meant(nowhere):
    with pytest.raises(DataError, match="no `data: folder` is named, in which the folder pictures"):
        fetch(make(), nowhere)


def test_a_set_of_pictures_is_loaded_by_name_and_size(tmp_path, sources, monkeypatch):
    draw(tmp_path / "pictures", {"dog": 4, "cat": 5})
    monkeypatch.setitem(SETS, "mine", make())
    assert load("mine", 4, 2, sources).data.train_x.shape == (4, 3, 6, 4)
    with pytest.raises(ValueError, match="train: found 6, allowed 1 to 5 images of mine"):
        load("mine", 6, 2, sources)
