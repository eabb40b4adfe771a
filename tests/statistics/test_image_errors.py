import numpy as np
import pytest

from truthserum.statistics.image_errors import CHUNK, cross_errors, nearest, pixel_errors


@pytest.fixture
def images():
    return np.random.default_rng(2).uniform(size=(CHUNK + 30, 5)).astype(np.float32)


def test_pixel_errors_one_image_at_a_time(images):
    found, truth = images[:4], images[4:8]
    judged = pixel_errors(found, truth)
    for at in range(4):
        gaps = [abs(float(f) - float(t)) for f, t in zip(found[at], truth[at], strict=True)]
        mse, mae = sum(g * g for g in gaps) / 5, sum(gaps) / 5
        assert judged["mse"][at] == pytest.approx(mse, rel=1e-5)
        assert judged["mae"][at] == pytest.approx(mae, rel=1e-5)
        assert judged["mae_plus_mse"][at] == pytest.approx(mae + mse, rel=1e-5)


def test_images_of_another_shape_are_refused(images):
    with pytest.raises(ValueError, match="allowed is that of truth"):
        pixel_errors(images[:1], images)


def test_nearest_is_the_least_of_all_distances(images):
    pool = np.random.default_rng(3).uniform(size=(40, 5)).astype(np.float32)
    expected = [min(range(40), key=lambda i: ((pool[i] - x) ** 2).sum()) for x in images]
    assert nearest(pool, images).tolist() == expected
    assert nearest(images, images[7:9]).tolist() == [7, 8]


def test_an_empty_pool_is_refused(images):
    with pytest.raises(ValueError, match="pool: found no image"):
        nearest(images[:0], images)


def test_cross_errors_are_those_of_every_pair(images):
    found, truth = images[:3], images[2:6]
    table = cross_errors(found, truth)
    expected = [[pixel_errors(f[None], t[None])["mse"][0] for t in truth] for f in found]
    np.testing.assert_allclose(table, expected, atol=1e-7)
    assert table[2, 0] == 0
