import numpy as np
import pytest
from rounding import rounding

from truthserum.reconstruction.reconstructors.base import Fitted, Lab, Pairs, best, fit_all
from truthserum.reconstruction.reconstructors.mean import MeanImage


@pytest.mark.parametrize(
    ("views", "images"), [((3, 2), (2, 4)), ((0, 2), (0, 4)), ((3, 2), (3,)), ((3,), (3, 4))]
)
def test_pairs_that_do_not_fit_are_refused(views, images):
    with pytest.raises(ValueError, match="found"):
        Pairs(np.zeros(views), np.zeros(images))


def test_the_first_models_are_those(released):
    part = released.first(3)
    assert (part.views == released.views[:3]).all() and (part.images == released.images[:3]).all()


def test_best_is_the_first_with_the_least_loss():
    tried = [Fitted(None, loss, {"at": at}) for at, loss in enumerate((0.3, 0.1, 0.2, 0.1))]
    assert best(tried).chosen == {"at": 1}


def test_a_loss_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match=r"the loss nan with \{'lr': 9\}, allowed is a finite one"):
        Fitted(None, float("nan"), {"lr": 9})


def test_judge_takes_the_validation_models_and_no_other(study):
    fitted = study.judge(lambda views: np.full((len(views), 6), 0.25), option=2)
    gap = np.abs(0.25 - study.validation.images)
    assert fitted.loss == pytest.approx(gap.mean() + (gap**2).mean(), rel=rounding())
    assert fitted.chosen == {"option": 2}


def test_mean_image_is_that_of_the_shadows_for_every_model(study, released):
    found = MeanImage().fit(study).predict(released.views)
    assert found.shape == released.images.shape
    np.testing.assert_allclose(
        found, np.tile(study.shadows.images.mean(0), (40, 1)), rtol=rounding()
    )


def test_each_reconstructor_has_its_own_randomness_and_knows_the_earlier_ones(study):
    class Spy:
        def fit(self, study):
            drawn[len(study.fitted)] = float(study.rng.uniform()), list(study.fitted)
            return Fitted(None, 0.0, {})

    seen = []
    for names in (("a", "b"), ("b", "a")):
        drawn = {}
        fit_all(dict.fromkeys(names, Spy()), study.shadows, study.validation, Lab(5))
        seen.append([drawn[at] for at in range(2)])
    (a, b), (b_first, a_second) = seen
    assert (a[1], b[1], a_second[1]) == ([], ["a"], ["b"])
    assert (a[0], b[0]) == (a_second[0], b_first[0]) and a[0] != b[0]


def test_the_shape_of_an_image_is_kept_and_must_be_that_of_its_pixels():
    views, images = np.zeros((3, 2)), np.zeros((3, 12))
    assert Pairs(views, images, (3, 2, 2)).first(2).shape == (3, 2, 2)
    assert Pairs(views, images).shape == (12,)
    with pytest.raises(ValueError, match=r"shape: found \(3, 2\), allowed are 12 pixels an image"):
        Pairs(views, images, (3, 2))
