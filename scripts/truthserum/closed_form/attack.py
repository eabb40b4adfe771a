"""Reconstruction of the one unknown record of a generalised linear model, in closed form.

Balle, Cherubin and Hayes, "Reconstructing Training Data with Informed Adversaries", arXiv
2201.04845, Theorem 1. At the minimiser the gradients of all records and of the penalty cancel. The
adversary knows all records but one, so what is missing from zero is the gradient of the unknown
one: its residual y - mean(x) times its features, whose first is the constant 1.

The weights may only nearly minimise. If the gradient of the whole objective is g there, x comes out
with an error of (g - g_0 x) / (residual + g_0): about g over the residual. That is the whole effect
of a solver's tolerance and of rounded weights, and why points that are fitted perfectly are hard.
"""

from dataclasses import dataclass

import numpy as np

from truthserum.models.glm import Glm, with_constant


@dataclass(frozen=True)
class Reconstruction:
    """Unknown records as reconstructed, over any leading axes.

    x: [..., p]. y: [..., K]. residual: [..., K], y - mean(x), by which x was divided: the smaller,
    the less is x to be trusted. Where it is zero, x and y are not finite.
    """

    x: np.ndarray
    y: np.ndarray
    residual: np.ndarray


def reconstruct(glm: Glm, theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> Reconstruction:
    """The record that theta [p + 1, K] was fitted to besides the known x [n-1, p], y [n-1, K]."""
    error = glm.mean(theta, x) - y
    known = with_constant(x).T @ error
    return _solve(glm, theta, known + glm.strength(theta, len(x) + 1) * theta)


def leave_each_out(
    glm: Glm, theta: np.ndarray, x: np.ndarray, y: np.ndarray, unknown: np.ndarray
) -> Reconstruction:
    """`reconstruct` for T adversaries, each of whom lacks one record: rows `unknown` [T] of x, y.

    The same sums for all of them as one matrix product, in which an adversary's unknown record has
    the weight zero. Leading axis T.
    """
    (adversaries,), (count, outputs) = unknown.shape, y.shape
    weight = np.repeat((glm.mean(theta, x) - y)[:, None], adversaries, axis=1)
    weight[unknown, np.arange(adversaries)] = 0
    known = with_constant(x).T @ weight.reshape(count, -1)
    known = known.reshape(-1, adversaries, outputs).swapaxes(0, 1)
    return _solve(glm, theta, known + glm.strength(theta, count) * theta)


def _solve(glm: Glm, theta: np.ndarray, missing: np.ndarray) -> Reconstruction:
    """From the missing gradients [..., p + 1, K], each the outer product of (1, x) and a residual.

    The intercept's row is the residual; x is the least-squares factor beside it, which for K = 1 is
    a division.
    """
    residual = missing[..., 0, :]
    with np.errstate(all="ignore"):  # a residual of zero is an answer: not finite
        square = (residual**2).sum(axis=-1)
        x = np.einsum("...pk,...k->...p", missing[..., 1:, :], residual) / square[..., None]
        return Reconstruction(x, glm.mean(theta, x) + residual, residual)
