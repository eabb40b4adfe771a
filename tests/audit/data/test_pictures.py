"""Folders of images, and what is refused of them."""

import os

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from truthserum.audit.data.own import read
from truthserum.audit.data.pictures import pictures
from truthserum.audit.options import Data
from truthserum.storage.files import DataError


@pytest.fixture
def folder(tmp_path):
    """55 images in each of two classes, of which two are equal."""
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for k in range(55):
            pixels = rng.integers(0, 255, (4, 4, 3), dtype=np.uint8)
            if k < 2 and name == "cat":
                pixels[:] = 7
            Image.fromarray(pixels).save(tmp_path / name / f"{k:02d}.png")
    return tmp_path


def test_an_image_folder_has_a_class_a_folder(folder):
    own = read(Data(folder=str(folder)), "probabilities")
    assert own.classes == ("cat", "dog")
    assert np.bincount(own.label).tolist() == [55, 55]
    assert own.content[0] == own.content[1]
    assert len(np.unique(own.content)) == 109


@pytest.mark.parametrize("mode", ["RGB", "L", "P"])
def test_the_same_pixels_are_one_record_in_whatever_file(folder, mode):
    with Image.open(folder / "cat" / "05.png") as image:
        pixels = image.convert(mode)
    about = PngImagePlugin.PngInfo()
    about.add_text("date", "1999-12-31")
    pixels.save(folder / "cat" / "90.bmp")
    pixels.save(folder / "dog" / "91.png", pnginfo=about)
    pixels.transpose(Image.Transpose.ROTATE_90).save(folder / "dog" / "92.png")
    own, names = read(Data(folder=str(folder)), "probabilities"), pictures(folder)
    content = dict(zip((path.name for path in names), own.content, strict=True))
    assert content["90.bmp"] == content["91.png"] != content["92.png"]


def test_the_same_pixels_are_one_record_however_they_are_stored(folder):
    grey = np.random.default_rng(1).integers(0, 255, (4, 4), dtype=np.uint8)
    for k, mode in enumerate(("L", "LA", "P", "RGB", "RGBA")):
        Image.fromarray(grey).convert(mode).save(folder / "cat" / f"{90 + k}.png")
    seen = Image.fromarray(grey).convert("RGBA")
    seen.putalpha(9)
    seen.save(folder / "cat" / "95.png")
    own, names = read(Data(folder=str(folder)), "probabilities"), pictures(folder)
    content = dict(zip((path.name for path in names), own.content, strict=True))
    assert len({content[f"{90 + k}.png"] for k in range(5)}) == 1
    assert content["95.png"] != content["90.png"]


def test_a_broken_image_is_named(folder):
    (folder / "dog" / "03.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"03\.png: found no image that Pillow can read"):
        read(Data(folder=str(folder)), "probabilities")
    bomb = b"P6 65000 65000 255 "  # which Pillow does not open
    (folder / "dog" / "03.png").write_bytes(bomb)
    with pytest.raises(DataError, match=r"03\.png: .*could be decompression bomb"):
        read(Data(folder=str(folder)), "probabilities")


def test_what_others_hide_beside_images_is_none(folder):
    before = pictures(folder)
    for hidden in (".ipynb_checkpoints/dog.png", "dog/._03.png", ".thumbnails/dog/1.png"):
        (folder / hidden).parent.mkdir(parents=True, exist_ok=True)
        (folder / hidden).write_bytes(b"no image")
    (folder / "dog" / "folder.png").mkdir()
    os.mkfifo(folder / "dog" / "pipe.png")
    assert pictures(folder) == before


@pytest.mark.parametrize("name", ["{x}", "<x>", "<results>"])
def test_a_name_that_snakemake_would_fill_in_is_refused(folder, name):
    (folder / "dog" / f"{name}.png").touch()
    with pytest.raises(DataError, match=r"dog/.\w+.\.png: found .*, allowed are names without"):
        pictures(folder)


def test_names_that_are_no_text_are_refused(folder):
    """As older systems leave them in archives."""
    (folder / "cat" / "05.png").rename(os.fsdecode(os.fsencode(folder) + b"/cat/caf\xe9.png"))
    with pytest.raises(DataError, match=r"cat/caf.udce9\.png', allowed are names in UTF-8"):
        pictures(folder)


@pytest.mark.parametrize(
    "name, sentence",
    [
        ("dog/1.GIF", r"1\.GIF: found \.GIF, allowed are \.bmp, \.jpeg"),
        ("bird/1.avif", r"1\.avif: found \.avif, allowed are"),
        ("1.png", r"1\.png: found an image of no class, allowed is class/name\.png"),
    ],
)
def test_an_image_that_would_be_left_out_is_named(folder, name, sentence):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).touch()
    with pytest.raises(DataError, match=sentence):
        pictures(folder)


def test_parts_of_a_data_set_are_no_classes(folder):
    for name, part in {"cat": "train", "dog": "test"}.items():
        (folder / part).mkdir()
        (folder / name).rename(folder / part / name)
    with pytest.raises(DataError, match="found the folders test, train, which are no classes"):
        pictures(folder)


def test_a_folder_without_images_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"found no images, allowed is class/name\.png"):
        read(Data(folder=str(tmp_path)), "probabilities")
