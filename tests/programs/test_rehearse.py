"""What is tried before anything runs, and how what is found is told."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import rehearse
from truthserum.storage.files import DataError


def test_a_full_disk_is_told_as_it_is_and_not_blamed_on_the_settings(monkeypatch):
    said = "/tmp/x cannot be written: No space left on device"

    def on_a_full_disk(settings, data):
        raise OSError(said)

    monkeypatch.setattr(rehearse.registry, "load", lambda kind, leak: on_a_full_disk)
    assert rehearse.tried("inference", {}, data=None) == said


def test_of_a_folder_one_image_is_read(tmp_path):
    for k in range(40):
        path = tmp_path / "ab"[k % 2] / f"{k:02d}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"not read here")
    Image.new("RGB", (9, 12), (7, 8, 9)).save(tmp_path / "a" / "00.png")
    asked = {"folder": str(tmp_path), "size": 9}
    made = rehearse.data_of(Path("nowhere"), asked)
    assert (made.train_x.shape, made.train_y.tolist()) == ((40, 3, 9, 9), [0] * 20 + [1] * 20)
    assert (made.train_x[0] == np.array([7, 8, 9])[:, None, None]).all()
    assert len(np.unique(made.train_x, axis=0)) == 40
    with pytest.raises(DataError, match=r"00.png: found 12 x 9 pixels, allowed are 10 x 10 or"):
        rehearse.data_of(Path("nowhere"), {**asked, "size": 10})
