import numpy as np
import pytest

from truthserum.reconstruction.reconstructors.base import Pairs, Study

PIXELS = 6


def pairs(count: int, seed: int) -> Pairs:
    """Models whose views are a fixed linear map of their images, with little noise."""
    mixing = np.random.default_rng(0).standard_normal((PIXELS, 20))
    rng = np.random.default_rng(seed)
    images = rng.uniform(size=(count, PIXELS))
    views = 0.3 + images @ mixing + 1e-3 * rng.standard_normal((count, 20))
    return Pairs(views.astype(np.float32), images.astype(np.float32))


@pytest.fixture
def study() -> Study:
    return Study(pairs(200, 1), pairs(50, 2), np.random.default_rng(3), {}, device="cpu")


@pytest.fixture
def released() -> Pairs:
    return pairs(40, 4)
