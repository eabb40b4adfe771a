import numpy as np
import pytest
from scipy.optimize import minimize

from truthserum.models import glm
from truthserum.models.glm import Glm, fit, published, variants

COUNT, FEATURES, CLASSES = 60, 4, 3
PENALTY = 0.05


@pytest.fixture
def data():
    """Noisy records x, and labels 0, 1 or 2 that no line separates."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(COUNT, FEATURES))
    labels = np.clip(np.round(x[:, 0] + rng.normal(size=COUNT) + 1), 0, 2).astype(int)
    return x, labels


def targets(model, labels):
    return model.encode(labels if model.family == "multinomial" else np.minimum(labels, 1), CLASSES)


def naive_loss(model, theta, x, y):
    """The objective, record by record."""
    total = 0.0
    for record, target in zip(x, y, strict=True):
        eta = [theta[0, k] + record @ theta[1:, k] for k in range(y.shape[1])]
        if model.family in ("linear", "ridge"):
            total += 0.5 * (eta[0] - target[0]) ** 2
        elif model.family == "logistic":
            total += np.log1p(np.exp(eta[0])) - target[0] * eta[0]
        else:
            total += np.log(np.sum(np.exp(eta))) - target @ eta
    if model.loss == "mean":
        total /= len(x)
    weights = theta if model.intercept == "penalised" else theta[1:]
    return total + model.penalty / 2 * (weights**2).sum()


ALL = [model for family in glm.LINKS for model in variants(family, PENALTY)]


def test_variants_are_every_convention_and_one_where_they_agree():
    assert len(variants("linear", PENALTY)) == 1
    assert {(model.intercept, model.loss) for model in variants("ridge", PENALTY)} == {
        (intercept, loss) for intercept in ("penalised", "free") for loss in ("sum", "mean")
    }


@pytest.mark.parametrize("model", ALL, ids=str)
def test_gradient_is_that_of_the_naive_loss(model, data):
    x, labels = data
    y = targets(model, labels)
    theta = np.random.default_rng(1).normal(size=(FEATURES + 1, y.shape[1]))
    step, numeric = 1e-6, np.zeros_like(theta)
    for place in np.ndindex(theta.shape):
        change = np.zeros_like(theta)
        change[place] = step
        ahead, behind = (naive_loss(model, theta + sign * change, x, y) for sign in (1, -1))
        numeric[place] = (ahead - behind) / (2 * step) * model.scale(COUNT)
    np.testing.assert_allclose(model.gradient(theta, x, y), numeric, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("model", ALL, ids=str)
def test_fit_finds_the_minimum_of_the_naive_loss(model, data):
    x, labels = data
    y = targets(model, labels)
    fitted = fit(model, x, y)
    assert np.abs(model.gradient(fitted.theta, x, y)).max() < 1e-12
    start = np.zeros(fitted.theta.size)
    other = minimize(lambda flat: naive_loss(model, flat.reshape(-1, y.shape[1]), x, y), start)
    assert naive_loss(model, fitted.theta, x, y) <= other.fun + 1e-12
    assert naive_loss(model, fitted.theta, x, y) > other.fun - 1e-6
    shape = (-1, y.shape[1])
    np.testing.assert_allclose(
        model.mean(fitted.theta, x), model.mean(other.x.reshape(shape), x), atol=1e-3
    )


def test_ridge_is_the_solution_of_the_normal_equations(data):
    x, labels = data
    y = targets(Glm("ridge", 1.0), labels)
    constant = np.column_stack([np.ones(COUNT), x])
    for intercept, first in (("penalised", 1.0), ("free", 0.0)):
        penalty = 2.0 * np.diag([first] + [1.0] * FEATURES)
        expected = np.linalg.solve(constant.T @ constant + penalty, constant.T @ y)
        np.testing.assert_allclose(fit(Glm("ridge", 2.0, intercept), x, y).theta, expected)


def test_sum_and_mean_agree_if_the_penalty_is_scaled(data):
    x, labels = data
    y = targets(Glm("logistic"), labels)
    by_sum = fit(Glm("logistic", 6.0, "free", "sum"), x, y).theta
    by_mean = fit(Glm("logistic", 6.0 / COUNT, "free", "mean"), x, y).theta
    np.testing.assert_allclose(by_sum, by_mean, rtol=1e-9)


@pytest.mark.parametrize("model", ALL, ids=str)
@pytest.mark.parametrize("tolerance", [1e-2, 1e-6])
def test_fit_stops_below_its_tolerance_and_not_far_below(model, tolerance, data):
    x, labels = data
    y = targets(model, labels)
    gradient = model.gradient(fit(model, x, y, tolerance).theta, x, y) / model.scale(COUNT)
    assert 1e-4 * tolerance < np.abs(gradient).max() <= tolerance


def test_a_fit_from_a_looser_one_equals_one_from_scratch(data):
    x, labels = data
    model = Glm("multinomial", PENALTY, "free", "mean")
    y = targets(model, labels)
    loose, tight = fit(model, x, y, 1e-2), fit(model, x, y, 1e-8)
    continued = fit(model, x, y, 1e-8, loose.theta)
    assert continued.steps + loose.steps == tight.steps
    np.testing.assert_array_equal(continued.theta, tight.theta)


def test_dead_and_repeated_features_do_not_stop_least_squares(data):
    x, labels = data
    model = Glm("linear")
    y = targets(model, labels)
    x = np.column_stack([x, np.zeros(COUNT), x[:, 0]])
    assert np.abs(model.gradient(fit(model, x, y).theta, x, y)).max() < 1e-12


@pytest.mark.parametrize("family", ["logistic", "multinomial"])
def test_separable_classes_without_a_penalty_have_no_minimiser(family):
    x = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    separated, mixed = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    model = Glm(family)
    with pytest.raises(ValueError, match="no minimiser"):
        fit(model, x, model.encode(separated, 2))
    assert np.isfinite(fit(model, x, model.encode(mixed, 2)).theta).all()
    # only weakly separated: two records on the border
    with pytest.raises(ValueError, match="no minimiser"):
        fit(model, np.array([[-1.0], [0.0], [0.0], [1.0]]), model.encode(separated, 2))
    penalised = Glm(family, PENALTY)
    assert np.isfinite(fit(penalised, x, penalised.encode(separated, 2)).theta).all()


@pytest.mark.parametrize("family", ["logistic", "multinomial"])
def test_a_free_intercept_needs_both_classes(family):
    x, labels = np.array([[0.0], [1.0]]), np.zeros(2, int)
    with pytest.raises(ValueError, match="two or more classes"):
        model = Glm(family, PENALTY, "free")
        fit(model, x, model.encode(labels, 2))
    model = Glm(family, PENALTY)
    assert np.isfinite(fit(model, x, model.encode(labels, 2)).theta).all()


def test_published_weights_are_rounded():
    theta = np.array([[1 / 3]])
    assert published(theta, "float64") == theta
    assert published(theta, "float32") == np.float32(1 / 3) != theta
    assert published(theta, "3 decimals") == 0.333
    for wrong in ("float16", "decimals", "3 digits", ""):
        with pytest.raises(ValueError, match="published: found"):
            published(theta, wrong)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"family": "probit"}, "family: found 'probit'"),
        ({"family": "linear", "penalty": 1.0}, "penalty: found 1.0 for linear, allowed is 0"),
        ({"family": "ridge"}, "penalty: found 0.0 for ridge, allowed is a positive"),
        ({"family": "logistic", "penalty": -1.0}, "penalty: found -1.0"),
        ({"family": "logistic", "penalty": np.inf}, "penalty: found inf"),
        ({"family": "logistic", "intercept": "none"}, "intercept: found 'none'"),
        ({"family": "logistic", "loss": "max"}, "loss: found 'max'"),
    ],
)
def test_options_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        Glm(**options)


def test_labels_must_fit_the_family():
    with pytest.raises(ValueError, match="allowed 0 to 1 for logistic"):
        Glm("logistic").encode(np.array([0, 2]), 3)
    with pytest.raises(ValueError, match="allowed 0 to 2 for multinomial"):
        Glm("multinomial").encode(np.array([0, 3]), 3)
    assert Glm("multinomial").encode(np.array([0, 2]), 3).tolist() == [[1, 0, 0], [0, 0, 1]]
