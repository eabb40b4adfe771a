"""Shadow models that differ in one record, by JAX, where a user has it (envs/jax.txt).

As the official notebook trains them (all models at once, each on the fixed set with its own record
appended), and as an expert would: the fixed set is not mapped over, so that XLA multiplies it with
all models' weights in one product. Steps are one compiled scan.
"""

import os
from collections.abc import Callable
from functools import partial

# One thread a process, as everything that is timed beside it; read when JAX starts.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import torch
from jax import Array

from truthserum.bench.informed import beginnings, records
from truthserum.data.images import Images
from truthserum.models.mlp import Mlp
from truthserum.reconstruction.engine.recipe import InformedRecipe

Weights = list[tuple[Array, Array]]
Loss = Callable[..., Array]


def _total(mlp: Mlp, weights: Weights, x: Array, y: Array) -> Array:
    """The cross-entropy of all records x [n, inputs] together, by weights [inputs, outputs]."""
    for kernel, bias in weights[:-1]:
        x = getattr(jax.nn, mlp.activation)(x @ kernel + bias)
    kernel, bias = weights[-1]
    chances = jax.nn.log_softmax(x @ kernel + bias)
    return -jnp.take_along_axis(chances, y[:, None], 1).sum()


def appended(mlp: Mlp, weights: Weights, x: Array, y: Array, own_x: Array, own_y: Array) -> Array:
    """The mean loss of a model on the fixed set with its own record at the end."""
    x, y = jnp.concatenate([x, own_x[None]]), jnp.concatenate([y, own_y[None]])
    return _total(mlp, weights, x, y) / len(y)


def apart(mlp: Mlp, weights: Weights, x: Array, y: Array, own_x: Array, own_y: Array) -> Array:
    """The same, of the fixed set and of the record by themselves."""
    both = _total(mlp, weights, x, y) + _total(mlp, weights, own_x[None], own_y[None])
    return both / (len(y) + 1)


@partial(jax.jit, static_argnames=("mlp", "loss", "steps"))
def _run(
    weights: Weights,
    fixed: tuple[Array, Array],
    private: tuple[Array, Array],
    rates: tuple[float, float],
    mlp: Mlp,
    loss: Loss,
    steps: int,
) -> Weights:
    """The weights [K, ...] after so many steps; rates: learning rate and momentum."""
    over_models = jax.vmap(jax.grad(partial(loss, mlp)), (0, None, None, 0, 0))
    lr, momentum = rates

    def step(state: tuple[Weights, Weights], _: None) -> tuple[tuple[Weights, Weights], None]:
        weights, momenta = state
        gradients = over_models(weights, *fixed, *private)
        momenta = jax.tree.map(lambda m, g: momentum * m + g, momenta, gradients)
        return (jax.tree.map(lambda w, m: w - lr * m, weights, momenta), momenta), None

    start = weights, jax.tree.map(jnp.zeros_like, weights)
    (weights, _), _ = jax.lax.scan(step, start, length=steps)
    return weights


def trained(
    mlp: Mlp, recipe: InformedRecipe, images: Images, fixed: int, models: int, loss: Loss
) -> dict[str, torch.Tensor]:
    """Trains all models at once; their weights by torch's names, with a leading model axis."""
    known, private = (
        tuple(jnp.asarray(part.numpy()) for part in records(images, first, last))
        for first, last in ((0, fixed), (fixed, fixed + models))
    )
    begun = beginnings(mlp, images, models)
    tensors = [jnp.asarray(value.numpy()) for value in begun.values()]
    weights = [
        (kernel.swapaxes(1, 2), bias)
        for kernel, bias in zip(tensors[::2], tensors[1::2], strict=True)
    ]
    rates = recipe.lr, recipe.momentum
    ends = _run(weights, known, private, rates, mlp=mlp, loss=loss, steps=recipe.steps)
    flat = [part for kernel, bias in ends for part in (kernel.swapaxes(1, 2), bias)]
    return {
        name: torch.tensor(jax.device_get(part)) for name, part in zip(begun, flat, strict=True)
    }
