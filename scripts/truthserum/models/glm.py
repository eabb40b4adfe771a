"""Generalised linear models with canonical links, fitted to the last digits of float64.

Records x [n, p] get a leading constant, so weights theta are [p + 1, K] with the intercepts first.
Targets y are [n, K]: one column for linear, ridge and logistic models, one-hot for multinomial.
With a canonical link the gradient of every objective here is, in sum form, X'(mean - y) + R theta
with a diagonal R (McCullagh and Nelder, Generalized Linear Models, 1989).
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import expit, softmax

INTERCEPTS = ("penalised", "free")
LOSSES = ("sum", "mean")
# Inexact Newton: how far each step's linear system is solved. A tenth makes the gradient fall by
# about as much a step, so that a fit stops near its tolerance and not orders of magnitude below.
FORCING = 0.1
# What a step must win, as a share of itself; without it rounding would pass for progress.
DECREASE = 0.1
MOST_STEPS, MOST_HALVINGS = 500, 30


@dataclass(frozen=True)
class Link:
    """An inverse link and its derivative, by arrays [n, K].

    mean: of the linear predictor. weight: of the mean, the derivative's diagonal. slope: of the
    mean and a change of the linear predictor, the change of the mean. bounded: does the mean reach
    its targets only at infinity, where a minimiser can then lie?
    """

    mean: Callable[[np.ndarray], np.ndarray]
    weight: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray]
    bounded: bool


IDENTITY = Link(lambda eta: eta, np.ones_like, lambda mean, change: change, bounded=False)
LOGIT = Link(
    expit, lambda mean: mean * (1 - mean), lambda mean, change: mean * (1 - mean) * change, True
)
SOFTMAX = Link(
    lambda eta: softmax(eta, axis=-1),
    lambda mean: mean * (1 - mean),
    lambda mean, change: mean * (change - (mean * change).sum(axis=-1, keepdims=True)),
    bounded=True,
)
LINKS = {"linear": IDENTITY, "ridge": IDENTITY, "logistic": LOGIT, "multinomial": SOFTMAX}


@dataclass(frozen=True)
class Glm:
    """A model and its objective: loss + (penalty / 2) |theta|^2.

    family: a name in `LINKS`; linear is least squares without a penalty, ridge with one.
    intercept: 'penalised' as all other weights, or 'free'. loss: 'sum' or 'mean' over the records.
    ValueError for an option outside of these.
    """

    family: str
    penalty: float = 0.0
    intercept: str = "penalised"
    loss: str = "sum"

    def __post_init__(self) -> None:
        for key, allowed in (("family", LINKS), ("intercept", INTERCEPTS), ("loss", LOSSES)):
            if (found := getattr(self, key)) not in allowed:
                raise ValueError(f"{key}: found {found!r}, allowed {', '.join(allowed)}")
        penalties = {"linear": "0", "ridge": "a positive number"}.get(self.family, "0 or more")
        fits = {"linear": self.penalty == 0, "ridge": self.penalty > 0}
        if not (0 <= self.penalty < np.inf and fits.get(self.family, True)):
            raise ValueError(
                f"penalty: found {self.penalty} for {self.family}, allowed is {penalties}"
            )

    @property
    def link(self) -> Link:
        """The canonical link's inverse."""
        return LINKS[self.family]

    def encode(self, labels: np.ndarray, classes: int) -> np.ndarray:
        """Targets float64 [n, K] of labels 0, 1, … [n]; ValueError unless they fit the family."""
        most = classes if self.family == "multinomial" else 2
        if labels.min() < 0 or labels.max() >= most:
            raise ValueError(
                f"labels: found {labels.min()} to {labels.max()}, "
                f"allowed 0 to {most - 1} for {self.family}"
            )
        return np.eye(classes)[labels] if self.family == "multinomial" else labels[:, None] * 1.0

    def mean(self, theta: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Expected targets [..., K] of records x [..., p]."""
        return self.link.mean(x @ theta[1:] + theta[0])

    def strength(self, theta: np.ndarray, count: int) -> np.ndarray:
        """The diagonal of R, as [p + 1, 1], for `count` records: the penalty in sum form."""
        strength = np.full((len(theta), 1), self.penalty * self.scale(count))
        if self.intercept == "free":
            strength[0] = 0
        return strength

    def scale(self, count: int) -> int:
        """By what the objective of `count` records is multiplied to be in sum form."""
        return count if self.loss == "mean" else 1

    def gradient(self, theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Gradient [p + 1, K] of the objective in sum form; zero at the minimiser."""
        return _gradient(self, theta, with_constant(x), y)


def variants(family: str, penalty: float) -> list[Glm]:
    """A family under every convention; the one of 'linear', where without a penalty all agree."""
    if family == "linear":
        return [Glm("linear")]
    return [Glm(family, penalty, *convention) for convention in product(INTERCEPTS, LOSSES)]


def with_constant(x: np.ndarray) -> np.ndarray:
    """The records with the intercept's constant feature in front: [n, p] to [n, p + 1]."""
    return np.column_stack([np.ones(len(x)), x])


def published(theta: np.ndarray, precision: str) -> np.ndarray:
    """Weights as they are given away: 'float64', 'float32', or rounded to '<N> decimals'."""
    if precision == "float64":
        return theta
    if precision == "float32":
        return theta.astype(np.float32).astype(np.float64)
    digits, _, unit = precision.partition(" ")
    if unit != "decimals" or not digits.isdecimal():
        raise ValueError(
            f"published: found {precision!r}, allowed are float64, float32 and '<N> decimals'"
        )
    return np.round(theta, int(digits))


@dataclass(frozen=True)
class Fit:
    """Fitted weights [p + 1, K], and the Newton steps that it took to get there."""

    theta: np.ndarray
    steps: int


def fit(
    glm: Glm, x: np.ndarray, y: np.ndarray, tolerance: float = 0.0, start: np.ndarray | None = None
) -> Fit:
    """Minimise the objective of records x [n, p] and targets y [n, K], from zero or from `start`.

    Newton's method whose steps come from preconditioned conjugate gradients and are halved until
    the gradient falls (Eisenstat and Walker, SIAM J. Optim. 4, 1994). It stops when no coordinate
    of the objective's gradient exceeds `tolerance`, or when rounding prevents progress. It has no
    memory, so a fit that starts where a looser one stopped equals one from scratch.

    ValueError where there is no minimiser: what is not penalised separates the classes.
    """
    constant = with_constant(x)
    theta = np.zeros((constant.shape[1], y.shape[1])) if start is None else start
    strength = glm.strength(theta, len(x))
    if glm.link.bounded:
        _require_minimiser(constant[:, strength[:, 0] == 0], y)
    gradient = _gradient(glm, theta, constant, y)
    enough = tolerance * glm.scale(len(x))
    squares = (constant**2).T
    steps = 0
    while steps < MOST_STEPS and np.abs(gradient).max() > enough:
        mean = glm.mean(theta, x)
        diagonal = squares @ glm.link.weight(mean) + strength

        def curvature(change: np.ndarray, mean: np.ndarray = mean) -> np.ndarray:
            slope = glm.link.slope(mean, constant @ change)
            return constant.T @ slope + strength * change

        right = -gradient
        if y.shape[1] > 1:
            # a shift of all of a softmax's free intercepts changes nothing: it is rounding alone
            right = right - (strength == 0) * right.mean(axis=1, keepdims=True)
        step = _conjugate_gradients(curvature, right, diagonal)
        size, before = 1.0, np.linalg.norm(gradient)
        for _ in range(MOST_HALVINGS):
            gradient_there = _gradient(glm, theta + size * step, constant, y)
            if np.linalg.norm(gradient_there) <= (1 - DECREASE * size) * before:
                break
            size /= 2
        else:
            break
        theta, gradient, steps = theta + size * step, gradient_there, steps + 1
    return Fit(theta, steps)


def _gradient(glm: Glm, theta: np.ndarray, constant: np.ndarray, y: np.ndarray) -> np.ndarray:
    error = glm.link.mean(constant @ theta) - y
    return constant.T @ error + glm.strength(theta, len(y)) * theta


def _conjugate_gradients(
    product_with: Callable[[np.ndarray], np.ndarray], right: np.ndarray, diagonal: np.ndarray
) -> np.ndarray:
    """Solve to a relative residual of `FORCING`, preconditioned by the diagonal.

    A singular system, as constant features make it, is solved if it is consistent.
    """
    scale = np.where(diagonal > 0, diagonal, 1)
    solution, residual = np.zeros_like(right), right
    enough = FORCING * np.linalg.norm(right)
    direction = scaled = residual / scale
    product_now = np.vdot(residual, scaled)
    for _ in range(2 * right.size):
        image = product_with(direction)
        size = product_now / np.vdot(direction, image)
        solution, residual = solution + size * direction, residual - size * image
        if np.linalg.norm(residual) <= enough:
            break
        scaled = residual / scale
        product_before, product_now = product_now, np.vdot(residual, scaled)
        direction = scaled + product_now / product_before * direction
    return solution


def _require_minimiser(free: np.ndarray, y: np.ndarray) -> None:
    """ValueError if the unpenalised features [n, q] separate the classes, if only weakly.

    Then, and only then, the likelihood has no maximum (Albert and Anderson, Biometrika 71, 1984);
    a linear program finds out: can margins in [0, 1] have a positive sum?
    """
    if not free.shape[1]:
        return
    # Here, since every start of Snakemake reads this file, and would wait for all of SciPy.
    from scipy.optimize import linprog

    if y.shape[1] == 1:
        margins = (2 * y - 1) * free
    else:
        # (w_label - w_other)'x for every other class
        margins = np.concatenate(
            [
                np.einsum("nk,nq->nkq", y - other, free).reshape(len(y), -1)[y @ other == 0]
                for other in np.eye(y.shape[1])
            ]
        )
    none, one = np.zeros(len(margins)), np.ones(len(margins))
    found = linprog(
        -margins.sum(axis=0),
        A_ub=np.concatenate([margins, -margins]),
        b_ub=np.concatenate([one, none]),
        bounds=(None, None),
    )
    if -found.fun > 1e-6:
        raise ValueError(
            "penalty: found classes that the unpenalised weights separate (no minimiser), "
            "allowed is a positive penalty and, with a free intercept, two or more classes"
        )
