import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import prepare_data
from truthserum.data.catalogue import IMAGE_SETS, SETS
from truthserum.data.images import Images
from truthserum.storage.files import DataError

PROGRAM = Path(prepare_data.__file__)
SETTINGS = {"set": "mnist", "train": 300, "test": 20}
SOURCES = {"folder": None, "package_clients": False, "download": False}


def arguments(folder, sources=SOURCES, **changes):
    return [
        *("--settings", json.dumps(SETTINGS | changes)),
        *("--sources", json.dumps(sources)),
        *("--output", str(folder / "images.npz")),
        *("--manifest", str(folder / "manifest.json")),
    ]


def run(folder, **changes):
    folder.mkdir(exist_ok=True)
    command = [sys.executable, str(PROGRAM), *arguments(folder, **changes)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The folder in which the program has prepared the images of `SETTINGS`."""
    folder = tmp_path_factory.mktemp("prepared")
    done = run(folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def test_embedded_images_from_any_folder(prepared):
    images = Images.load(prepared / "images.npz")
    assert images.train_x.shape == (300, 1, 28, 28)
    assert images.train_y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert images.test_y[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]

    manifest = json.loads((prepared / "manifest.json").read_text())
    scaled = images.train_x.astype(float) / 255
    assert manifest.pop("mean") == pytest.approx([scaled.mean()])
    assert manifest.pop("std") == pytest.approx([np.sqrt(((scaled - scaled.mean()) ** 2).mean())])
    assert manifest == {
        "set": "mnist",
        "source": "embedded",
        "md5": dict(IMAGE_SETS["mnist"].embedded.md5),
        "train": 300,
        "different": 300,
        "test": 20,
        "shape": [1, 28, 28],
        "classes": 10,
    }


def test_the_same_settings_give_the_same_bytes(prepared, tmp_path):
    run(tmp_path)
    first, second = ((k / "images.npz").read_bytes() for k in (prepared, tmp_path))
    assert first == second


def test_a_users_error_is_one_line(tmp_path):
    done = run(tmp_path, train=70_000)
    assert done.returncode == 1
    assert done.stderr == ("prepare_data: train: found 70000, allowed 1 to 60000 images of mnist\n")
    assert list(tmp_path.iterdir()) == []


def test_missing_data_is_one_line(tmp_path):
    done = run(tmp_path, set="cifar10")
    assert done.returncode == 1
    assert done.stderr.startswith("prepare_data: no source has the full cifar10: folder: ")
    assert done.stderr.count("\n") == 1


def test_a_download_that_is_cut_off_leaves_nothing(tmp_path, published, scratch, monkeypatch):
    monkeypatch.setitem(SETS, "tiny", published(lambda data: (data[:10], len(data))))
    out = tmp_path / "out"
    out.mkdir()
    asked = arguments(out, SOURCES | {"download": True}, set="tiny", train=3, test=2)
    monkeypatch.setattr(sys, "argv", [str(PROGRAM), *asked])
    with pytest.raises(DataError, match="corrupted"):
        prepare_data.main()
    assert list(out.iterdir()) == list(scratch.iterdir()) == []


def test_channels_have_their_own_mean():
    colour = Images(
        np.stack([np.full((4, 2, 2), level, np.uint8) for level in (0, 51, 255)], axis=1),
        np.zeros(4, np.int64),
        np.zeros((1, 3, 2, 2), np.uint8),
        np.zeros(1, np.int64),
        classes=10,
    )
    found = prepare_data.manifest("any", prepare_data.Loaded(colour, "here", {}))
    assert found["mean"] == pytest.approx([0, 0.2, 1])
    assert found["std"] == [0, 0, 0]
