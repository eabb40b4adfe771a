import numpy as np
import pytest
from rounding import rounding

from truthserum.options import checked
from truthserum.reconstruction.reconstructors.features import (
    Clip,
    Features,
    Principal,
    Standardise,
    UnitNorm,
)


@pytest.fixture
def views(rng):
    """30 models of 8 coordinates, of which the fourth does not vary."""
    made = rng.normal(size=(30, 8)) * np.arange(1, 9) + 5
    made[:, 3] = 1 / 3
    return made.astype(np.float32)


@pytest.fixture
def others(rng):
    return rng.normal(size=(7, 8)).astype(np.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_standardise_one_coordinate_at_a_time(views, others, rng):
    found = Standardise().fit(views, rng)(others)
    columns = [c for c in range(8) if len(set(views[:, c])) > 1]
    for at, c in enumerate(columns):
        column = [float(value) for value in views[:, c]]
        mean = sum(column) / 30
        deviation = (sum((value - mean) ** 2 for value in column) / 30) ** 0.5
        np.testing.assert_allclose(found[:, at], (others[:, c] - mean) / deviation, rtol=rounding())
    assert found.shape == (7, 7) and found.dtype == np.float32


def test_views_that_are_all_alike_are_refused(rng):
    with pytest.raises(ValueError, match="the same of every shadow model"):
        Standardise().fit(np.ones((4, 3), np.float32), rng)


def test_clip_one_value_at_a_time(views, rng):
    found = Clip(2.5).fit(views, rng)(views)
    assert found.tolist() == [[max(-2.5, min(2.5, v)) for v in row] for row in views.tolist()]


def test_unit_norm_one_model_at_a_time(others, rng):
    others[2] = 0
    found = UnitNorm().fit(others, rng)(others)
    for row, before in zip(found, others, strict=True):
        size = (sum(float(v) ** 2 for v in before) / 8) ** 0.5
        np.testing.assert_allclose(row, before / size if size else 0 * before, rtol=rounding())


@pytest.mark.parametrize("whitening", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("components", [3, 99])
def test_principal_components_are_those_of_the_covariance(
    whitening, components, views, others, rng
):
    found = Principal(components, whitening).fit(views, rng)(others)
    variance, directions = np.linalg.eigh(np.cov(views.T.astype(float), bias=True))
    kept = np.argsort(-variance)[: min(components, 7)]  # the constant one is none
    expected = (others - views.mean(0)) @ directions[:, kept] / variance[kept] ** (whitening / 2)
    assert found.shape == expected.shape
    signs = np.sign((found * expected).sum(0))
    near = rounding() * abs(expected).max() * (variance.max() / variance[kept].min()) ** 0.5
    np.testing.assert_allclose(found * signs, expected, rtol=0, atol=near)


def test_of_many_components_the_randomised_finder_finds_the_first(rng):
    scale = np.r_[np.linspace(9, 5, 10), np.full(290, 0.1)]
    views = (rng.normal(size=(400, 300)) * scale).astype(np.float32)
    found = Principal(10).fit(views, rng)(views)
    exact = np.linalg.svd(views - views.mean(0), compute_uv=False)[:10]
    # Not rounding: so near does the randomised finder come.
    np.testing.assert_allclose(np.linalg.norm(found, axis=0), exact, rtol=1e-4)


def test_steps_follow_each_other_and_learn_from_shadow_models_alone(views, others, rng):
    features = checked(
        Features, [{"standardise": {}}, {"clip": {"limit": 1}}, {"unit_norm": {}}], "features"
    )
    assert features.steps == (Standardise(), Clip(1), UnitNorm())
    assert str(features) == "Standardise() > Clip(limit=1) > UnitNorm()"
    seen, to_features = features.fit(views, rng)
    np.testing.assert_array_equal(to_features(views), seen)
    np.testing.assert_array_equal(to_features(others)[:2], to_features(others[:2]))


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        ([{"whiten": {}}], r'features\.0: found the key "whiten", allowed are clip, principal'),
        ([{"clip": {"at": 2}}], r'features\.0\.clip: found the key "at", allowed are limit'),
        ([{"clip": {"limit": 0}}], r"clip\.limit: found 0, allowed is more than 0"),
        (
            [{"principal": {"components": 0}}],
            "components: found 0, allowed is 1",
        ),
        (
            [{"principal": {"components": 2, "whitening": 2}}],
            "whitening: found 2, allowed",
        ),
    ],
)
def test_bad_steps_are_refused(chain, message):
    with pytest.raises(ValueError, match=message):
        checked(Features, chain, "features")


def test_steps_that_are_made_stay_as_they_are():
    features = Features((Standardise(), Clip(2)))
    assert checked(Features, features, "features") is features
