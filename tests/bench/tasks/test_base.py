from pathlib import Path

import pytest

from truthserum.bench.tasks.base import Place


def test_data_that_are_needed():
    assert Place(Path(), 1, "auto", Path("data.npz")).prepared == Path("data.npz")
    with pytest.raises(ValueError, match=r"^data: found none, allowed is a file"):
        _ = Place(Path(), 1, "auto").prepared
