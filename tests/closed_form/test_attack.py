import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, softmax

from truthserum.closed_form.attack import leave_each_out, reconstruct
from truthserum.closed_form.errors import errors
from truthserum.data.load import load
from truthserum.data.sources import Sources
from truthserum.models.glm import LINKS, Glm, fit, variants

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
VARIANTS = [model for family in LINKS for model in variants(family, 0.05)]


@pytest.fixture(scope="module")
def synthetic():
    """300 records of 10 Gaussian features, and three classes with noise."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 10))
    labels = np.clip(np.round(x[:, 0] + rng.normal(size=300) + 1), 0, 2).astype(int)
    return x, labels, 3


@pytest.fixture(scope="module")
def mnist():
    """Fours and nines among the first 1,500 training images, 7 x 7 pixels in [0, 1]."""
    images = load("mnist", 1500, 1, Sources(RESOURCES, download=False)).data
    chosen = np.isin(images.train_y, [4, 9])
    x = images.train_x[chosen, 0].reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)) / 255
    return x.reshape(len(x), -1), (images.train_y[chosen] == 9).astype(int), 2


def fitted(model, data, tolerance=0.0):
    x, labels, classes = data
    labels = labels if model.family == "multinomial" else np.minimum(labels, 1)
    y = model.encode(labels, classes)
    return x, y, fit(model, x, y, tolerance).theta


def naive(model, theta, x, y):
    """Theorem 1 as printed, a record and an output at a time; the label by the largest residual."""
    count = (len(x) + 1) if model.loss == "mean" else 1
    columns = []
    for k in range(y.shape[1]):
        total = np.array([model.penalty * count * weight for weight in theta[:, k]])
        if model.intercept == "free":
            total[0] = 0
        for record, target in zip(x, y, strict=True):
            eta = np.concatenate([[1.0], record]) @ theta
            mean = {"logistic": expit, "multinomial": softmax}.get(model.family, np.array)(eta)
            total += (mean[k] - target[k]) * np.concatenate([[1.0], record])
        columns.append(total)
    best = int(np.argmax([abs(column[0]) for column in columns]))
    guess = columns[best][1:] / columns[best][0]
    residual = np.array([column[0] for column in columns])
    eta = np.concatenate([[1.0], guess]) @ theta
    mean = {"logistic": expit, "multinomial": softmax}.get(model.family, np.array)(eta)
    return guess, mean + residual


@pytest.mark.parametrize("data", ["synthetic", "mnist"])
@pytest.mark.parametrize("model", VARIANTS, ids=str)
def test_every_record_is_recovered_where_its_residual_allows(model, data, request):
    x, y, theta = fitted(model, request.getfixturevalue(data))
    found = leave_each_out(model, theta, x, y, np.arange(len(x)))
    judged = errors(found.x, found.y, x, y, model.mean(theta, x))
    clear = judged["residual"] > 1e-3
    assert clear.sum() > 50
    assert judged["max_error"][clear].max() < 1e-9
    assert np.abs(found.y - y)[clear].max() < 1e-9
    assert judged["label_correct"][clear].all()
    # nothing is worse than what rounding over the residual explains
    gradient = np.abs(model.gradient(theta, x, y)).max() + 1e-14
    assert (judged["max_error"] * judged["residual"] < 100 * gradient).all()


@pytest.mark.parametrize("model", VARIANTS, ids=str)
def test_formula_is_that_of_the_paper(model, synthetic):
    x, y, theta = fitted(model, synthetic)
    unknown = np.array([7, 0, 299])
    together = leave_each_out(model, theta, x, y, unknown)
    for t, row in enumerate(unknown):
        known = np.arange(len(x)) != row
        alone = reconstruct(model, theta, x[known], y[known])
        expected_x, expected_y = naive(model, theta, x[known], y[known])
        for found_x, found_y in ((alone.x, alone.y), (together.x[t], together.y[t])):
            np.testing.assert_allclose(found_x, expected_x, atol=1e-9)
            np.testing.assert_allclose(found_y, expected_y, atol=1e-9)
        np.testing.assert_allclose(together.residual[t], alone.residual, atol=1e-12)
        np.testing.assert_allclose(alone.residual, y[row] - model.mean(theta, x[row]), atol=1e-12)


def test_the_unknown_record_is_not_used(synthetic):
    x, y, theta = fitted(Glm("logistic", 0.05), synthetic)
    unknown = np.array([4])
    before = leave_each_out(Glm("logistic", 0.05), theta, x, y, unknown)
    x, y = x.copy(), y.copy()
    x[4], y[4] = 1e3, 17
    after = leave_each_out(Glm("logistic", 0.05), theta, x, y, unknown)
    np.testing.assert_allclose(before.x, after.x)
    np.testing.assert_allclose(before.y, after.y)


@pytest.mark.parametrize("model", VARIANTS, ids=str)
def test_a_loose_fit_costs_its_gradient_over_the_residual(model, synthetic):
    x, y, theta = fitted(model, synthetic, tolerance=1e-5)
    found = leave_each_out(model, theta, x, y, np.arange(len(x)))
    residual = y - model.mean(theta, x)
    gradient = model.gradient(theta, x, y)
    # the missing gradient is (1, x) residual' + gradient; x is read off by least squares
    shifted = residual + gradient[0]
    rest = gradient[1:][None] - x[:, :, None] * gradient[0]
    expected = np.einsum("tpk,tk->tp", rest, shifted) / (shifted**2).sum(axis=1)[:, None]
    assert np.median(np.abs(expected).max(axis=1)) > 1e-8
    np.testing.assert_allclose(found.x - x, expected, rtol=1e-4, atol=1e-9)


def test_a_record_that_is_fitted_perfectly_is_a_failure_with_its_residual():
    """One feature that only record 0 has: least squares leaves it no residual."""
    rng = np.random.default_rng(5)
    x = np.column_stack([np.eye(50)[0], rng.normal(size=50)])
    y = rng.normal(size=(50, 1))
    model = Glm("linear")
    theta = fit(model, x, y).theta
    found = leave_each_out(model, theta, x, y, np.arange(50))
    judged = errors(found.x, found.y, x, y, model.mean(theta, x))
    assert judged["residual"][0] < 1e-13
    assert not judged["recovered"][0]
    assert judged["recovered"][1:].all()


def test_a_saturated_model_is_a_failure_with_its_residual(mnist):
    model = Glm("logistic", 1e-6)
    x, y, theta = fitted(model, mnist)
    found = leave_each_out(model, theta, x, y, np.arange(len(x)))
    judged = errors(found.x, found.y, x, y, model.mean(theta, x))
    assert not judged["recovered"].all()
    assert judged["recovered"].any()
    assert judged["residual"][~judged["recovered"]].max() < 1e-10


def test_no_residual_at_all_is_not_finite_and_no_warning():
    x = np.array([[0.0], [1.0]])
    model = Glm("linear")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = reconstruct(model, np.array([[0.0], [1.0]]), x, x)
        judged = errors(found.x[None], found.y[None], x[:1], x[:1], x[:1])
    assert not np.isfinite(found.x).any()
    assert found.residual == 0
    assert judged["max_error"] == np.inf
    assert not judged["recovered"] and not judged["label_correct"]
