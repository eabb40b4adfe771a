from dataclasses import replace

import numpy as np
import pytest
from rounding import rounding

from truthserum.reconstruction.reconstructors.average import Average


@pytest.fixture
def mixed(study):
    """A study in which one reconstructor is 0.1 too low, and another 0.3 too high."""
    truth = study.validation.images
    fitted = {
        "low": study.judge(lambda views: truth - 0.1),
        "high": study.judge(lambda views: truth + 0.3),
    }
    return replace(study, fitted=fitted)


def test_the_share_is_chosen_on_the_validation_models(mixed):
    fitted = Average(("low", "high"), (0.25, 0.5, 0.75)).fit(mixed)
    assert fitted.chosen == {"share": 0.75}
    np.testing.assert_allclose(
        fitted.predict(mixed.validation.views), mixed.validation.images, atol=rounding()
    )


def test_what_was_not_fitted_before_is_refused(mixed):
    with pytest.raises(ValueError, match=r"\['network'\], allowed are those fitted before it: low"):
        Average(("low", "network")).fit(mixed)


@pytest.mark.parametrize("options", [{"of": ("one",)}, {"shares": ()}, {"shares": (0.5, 1.5)}])
def test_bad_options_are_refused(options):
    with pytest.raises(ValueError, match=r": found .*, allowed is "):
        Average(**{"of": ("one", "other")} | options)
