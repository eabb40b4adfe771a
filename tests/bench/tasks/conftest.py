import numpy as np
import pytest

from truthserum.bench.tasks.base import Place
from truthserum.data.images import Images


@pytest.fixture
def measured(tmp_path):
    """measured(task, data=None): {name: values} of its measures, on one core in float32."""

    def run(task, data=None):
        place = Place(tmp_path, threads=1, precision="float32", data=data)
        return {each.name: each.values for each in task.measures(place)}

    return run


@pytest.fixture
def images(tmp_path):
    """The file of 64 images [1, 8, 8] of 3 classes."""
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 256, (64, 1, 8, 8), dtype=np.uint8), rng.integers(0, 3, 64)
    path = tmp_path / "images.npz"
    Images(x, y, x[:4], y[:4], classes=3).save(path)
    return path
