import numpy as np
import pytest
import torch
from rounding import SUMS, rounding

from truthserum.reconstruction.reconstructors.kernel import KernelRidge, kernel
from truthserum.reconstruction.reconstructors.linear import solve
from truthserum.reconstruction.reconstructors.ridge import Ridge
from truthserum.statistics.image_errors import pixel_errors

PLAIN = ([{"standardise": {}}],)


def error(fitted, pairs):
    return pixel_errors(fitted.predict(pairs.views), pairs.images)["mse"].mean()


def test_solve_is_the_inverse_times_the_right_side():
    factor = np.random.default_rng(0).normal(size=(5, 9))
    gram, right = factor @ factor.T, np.arange(10.0).reshape(5, 2)
    before = gram.copy()
    penalised = gram + 0.3 * np.eye(5)
    expected = np.linalg.inv(penalised) @ right
    near = rounding(condition=SUMS * np.linalg.cond(penalised), dtype=torch.float64)
    np.testing.assert_allclose(solve(gram, 0.3, right), expected, rtol=near)
    np.testing.assert_array_equal(gram, before)


def test_a_penalty_that_is_too_small_is_refused_with_its_reason():
    with pytest.raises(ValueError, match="penalties: found 1e-30"):
        solve(np.ones((4, 4)) - 1e-9 * np.eye(4), 1e-30, np.ones((4, 1)))


def test_ridge_undoes_a_linear_map(study, released):
    fitted = Ridge(PLAIN, (1e-6, 1e3)).fit(study)
    assert fitted.chosen["penalty"] == 1e-6
    assert error(fitted, released) < 1e-5


def test_ridge_is_the_same_by_either_gram_matrix(study, released):
    """With more coordinates than models it solves in the other space: copies change nothing."""
    wide = study.shadows.views.repeat(15, axis=1)
    assert wide.shape[1] > len(wide) > study.shadows.views.shape[1]
    plain = Ridge(PLAIN, (1e-2,)).fit(study)
    object.__setattr__(study.shadows, "views", wide)
    object.__setattr__(study.validation, "views", study.validation.views.repeat(15, axis=1))
    copied = Ridge(PLAIN, (1e-2,)).fit(study)
    found = copied.predict(released.views.repeat(15, axis=1))
    np.testing.assert_allclose(found, plain.predict(released.views), rtol=0, atol=rounding())


def test_kernel_matrix_one_pair_at_a_time():
    a, b = np.random.default_rng(0).normal(size=(2, 5, 3)).astype(np.float32)
    expected = [[np.exp(-sum((p - q) ** 2) / 0.7) for q in b.astype(float)] for p in a]
    np.testing.assert_allclose(kernel(a, b, 0.7), expected, rtol=rounding())


def test_kernel_ridge_is_the_formula(study, released):
    fitted = KernelRidge(PLAIN, (2.0,), (0.01,)).fit(study)
    seen, images = study.shadows.views.astype(float), study.shadows.images
    scale = seen.std(0)
    seen = (seen - seen.mean(0)) / scale
    asked = (released.views - study.shadows.views.astype(float).mean(0)) / scale

    def distances(one, other):
        return ((one[:, None] - other) ** 2).sum(-1)

    width = 2 * distances(seen, seen).mean()
    penalised = np.exp(-distances(seen, seen) / width) + 0.01 * np.eye(200)
    weights = np.linalg.solve(penalised, images - images.mean(0))
    expected = np.exp(-distances(asked, seen) / width) @ weights + images.mean(0)
    near = rounding(condition=np.linalg.cond(penalised))
    found = fitted.predict(released.views)
    np.testing.assert_allclose(found, expected.clip(0, 1), rtol=0, atol=near)


def test_kernel_ridge_chooses_on_the_validation_models(study, released):
    fitted = KernelRidge(PLAIN, (1e-3, 8.0), (1e-4,)).fit(study)
    assert fitted.chosen["width"] == 8.0
    assert error(fitted, released) < 1e-3


def test_predictions_are_pixels(study, released):
    far = 100 * released.views
    for reconstructor in (Ridge(PLAIN), KernelRidge(PLAIN)):
        found = reconstructor.fit(study).predict(far)
        assert found.dtype == np.float32
        assert 0 <= found.min() <= found.max() <= 1


@pytest.mark.parametrize(
    ("factory", "options", "message"),
    [
        (Ridge, {"penalties": (0.0,)}, r"penalties\.0: found 0\.0, allowed is more than 0"),
        (KernelRidge, {"penalties": ()}, r"penalties: found \[\], allowed is a list of 1 or more"),
        (KernelRidge, {"widths": (1.0, -1.0)}, r"widths\.1: found -1\.0, allowed is more than 0"),
    ],
)
def test_bad_options_are_refused(factory, options, message):
    with pytest.raises(ValueError, match=message):
        factory(**options)
