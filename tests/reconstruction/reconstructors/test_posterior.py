"""The posterior mean, beside Bayes' rule one record at a time, and under noise that it knows."""

from dataclasses import replace

import numpy as np
import pytest
from rounding import rounding
from scipy.stats import norm

from truthserum.reconstruction.reconstructors.base import Pairs, Study
from truthserum.reconstruction.reconstructors.mean import MeanImage
from truthserum.reconstruction.reconstructors.noiseless import Noiseless
from truthserum.reconstruction.reconstructors.posterior import Posterior
from truthserum.reconstruction.reconstructors.ridge import Ridge
from truthserum.statistics.image_errors import pixel_errors

BAYES = Posterior(powers=(1.0,), shares=(1.0,))


@pytest.fixture
def noisy(study) -> Study:
    """A study in which the views that are released have noise of deviation 5 in each coordinate."""
    rng = np.random.default_rng(6)

    def blurred(pairs):
        noise = 5 * rng.standard_normal(pairs.views.shape)
        return Pairs((pairs.views + noise).astype(np.float32), pairs.images)

    return replace(
        study,
        shadows=blurred(study.shadows),
        validation=blurred(study.validation),
        noiseless=study.shadows,
    )


def test_without_tempering_it_is_bayes_rule_one_record_at_a_time(noisy):
    fitted = BAYES.fit(noisy)
    spread = noisy.shadows.views.astype(float).std(0)
    asked = noisy.validation.views[:7]
    for found, closest, view in zip(
        fitted.predict(asked), fitted.closest(asked), asked, strict=True
    ):
        logs = np.array([norm.logpdf(view, mean, spread).sum() for mean in noisy.quiet.views])
        weights = np.exp(logs - logs.max())
        expected = weights @ noisy.shadows.images / weights.sum()
        np.testing.assert_allclose(found, expected, rtol=0, atol=rounding() * abs(logs.max()))
        assert closest == logs.argmax()


def test_powers_temper_the_likelihood_and_shares_blend_the_mean_image(noisy):
    views, images = noisy.validation.views, noisy.shadows.images
    sharp = Posterior(powers=(1e7,), shares=(1.0,)).fit(noisy)
    np.testing.assert_allclose(sharp.predict(views), images[sharp.closest(views)], atol=rounding())
    flat = Posterior(powers=(1e-9,), shares=(1.0,)).fit(noisy)
    np.testing.assert_allclose(
        flat.predict(views), np.tile(images.mean(0), (50, 1)), atol=rounding()
    )
    half = Posterior(powers=(1.0,), shares=(0.5,)).fit(noisy)
    between = (BAYES.fit(noisy).predict(views) + images.mean(0)) / 2
    np.testing.assert_allclose(half.predict(views), between, atol=rounding())


def test_power_and_share_have_the_least_loss_on_the_validation_models(noisy):
    fitted = Posterior().fit(noisy)
    alone = [
        Posterior(powers=(power,), shares=(share,)).fit(noisy).loss
        for power in Posterior().powers
        for share in Posterior().shares
    ]
    assert fitted.loss == pytest.approx(min(alone))
    assert fitted.loss == pytest.approx(noisy.loss(fitted.predict(noisy.validation.views)))


def test_who_switches_the_noise_off_sees_more(noisy):
    """Error falls where the noise is off in the adversary's models, and only theirs are needed."""
    known, blind = Posterior().fit(noisy), MeanImage().fit(noisy)
    as_released = Posterior().fit(replace(noisy, noiseless=noisy.shadows))
    assert known.loss < min(as_released.loss, blind.loss) - 0.01


def test_views_that_tell_nothing_leave_the_mean_image(noisy):
    rng = np.random.default_rng(1)
    lost = Pairs(rng.standard_normal((50, 20)).astype(np.float32), noisy.validation.images)
    study = replace(noisy, validation=lost)
    fitted = Posterior().fit(study)
    assert fitted.loss == pytest.approx(MeanImage().fit(study).loss, rel=0.02)


def test_noiseless_is_the_same_reconstructor_on_the_other_models(noisy, released):
    ridge = Ridge(penalties=(0.1,))
    study = replace(noisy, fitted={"ridge": ridge.fit(noisy)}, reconstructors={"ridge": ridge})
    found = Noiseless("ridge").fit(study)
    # The same least squares on views that are scaled by the deviations with noise.
    middle, scale = (getattr(noisy.shadows.views, name)(0) for name in ("mean", "std"))
    x, asked = ((views - middle) / scale for views in (noisy.quiet.views, released.views))
    level, centre, y = x.mean(0), noisy.shadows.images.mean(0), noisy.shadows.images
    gram = (x - level).T @ (x - level)
    penalised = gram + 0.1 * np.trace(gram) / len(x) * np.eye(20)
    slope = np.linalg.solve(penalised, (x - level).T @ (y - centre))
    expected = ((asked - level) @ slope + centre).clip(0, 1)
    near = rounding(condition=np.linalg.cond(penalised))
    np.testing.assert_allclose(found.predict(released.views), expected, rtol=0, atol=near)
    assert found.loss != study.fitted["ridge"].loss
    errors = pixel_errors(found.predict(noisy.validation.views), noisy.validation.images)
    assert errors["mae_plus_mse"].mean() == pytest.approx(found.loss)


def test_noiseless_needs_what_it_names_before_it(noisy):
    with pytest.raises(ValueError, match="noiseless: of is 'ridge', allowed are those fitted"):
        Noiseless("ridge").fit(noisy)


def test_without_noise_the_shadow_models_are_their_own_reference(study):
    assert study.quiet is study.shadows


def test_a_reference_with_other_records_is_refused(study, released):
    with pytest.raises(ValueError, match="noiseless: found other records"):
        replace(study, noiseless=released)


@pytest.mark.parametrize("options", [{"powers": (0.0,)}, {"shares": ()}, {"shares": (1.5,)}])
def test_bad_options_are_refused(options):
    with pytest.raises(ValueError, match=r": found .*, allowed is "):
        Posterior(**options)
