"""The images of a folder, wherever its parts lie: none is left out without a word."""

import os

import pytest

from truthserum.audit.data.pictures import pictures
from truthserum.storage.files import DataError


@pytest.fixture
def folder(tmp_path):
    """An image in each of two classes."""
    for name in ("cat", "dog"):
        (tmp_path / "images" / name).mkdir(parents=True)
        (tmp_path / "images" / name / "1.png").touch()
    return tmp_path / "images"


def names(folder):
    return [str(path.relative_to(folder)) for path in pictures(folder)]


def test_a_class_may_be_a_link_to_a_folder(folder, tmp_path):
    (folder / "dog").rename(tmp_path / "dogs")
    (folder / "dog").symlink_to(tmp_path / "dogs")
    assert names(folder) == ["cat/1.png", "dog/1.png"]


def test_all_may_be_behind_a_link(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    assert names(tmp_path / "link") == ["cat/1.png", "dog/1.png"]


@pytest.mark.parametrize("target", [".", "..", "../.."])
def test_a_link_to_a_folder_around_it_is_refused(folder, target):
    (folder / "dog" / "more").symlink_to(target)
    with pytest.raises(DataError, match=r"/more: found a link to a folder around it, allowed are"):
        pictures(folder)


def test_a_class_that_may_not_be_read_is_named(folder, monkeypatch):
    scandir = os.scandir

    def forbidden(path):
        if str(path).endswith("dog"):  # root may read every folder
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidden)
    with pytest.raises(
        DataError, match=r"/dog: found a folder that cannot be read \(Perm.*allowed"
    ):
        pictures(folder)


def test_a_hidden_folder_need_not_be_readable_or_end(folder):
    (folder / ".cache").symlink_to("..")
    assert names(folder) == ["cat/1.png", "dog/1.png"]


@pytest.mark.parametrize("target", ["/dev/zero", "pipe", "nothing", "2.png"])
def test_a_link_to_what_is_no_file_is_named_and_not_waited_for(folder, target):
    os.mkfifo(folder / "dog" / "pipe")
    (folder / "dog" / "2.png").symlink_to(target)
    with pytest.raises(DataError, match=r"dog/2.png: found a link to no file, allowed are links"):
        pictures(folder)
