"""K dense networks that share a fixed training set and differ in one private record each.

The shadow models of an informed adversary (arXiv 2201.04845). The first layers of all models are
one matrix product with the fixed set, forward and backward, and the backward pass is written out,
which makes the rest a few passes over memory. A layer is one tensor [K, out, in + 1]: its bias is
the weight of an input that is always 1.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Self

import numpy as np
import torch
import torch.nn.functional as F
from scipy.special import ndtr, ndtri

from truthserum.models.activations import ACTIVATIONS
from truthserum.models.mlp import Mlp
from truthserum.reconstruction.engine.batches import Batches, Records, blocks
from truthserum.reconstruction.engine.passes import Passes, parts
from truthserum.reconstruction.engine.privacy import Clipped
from truthserum.reconstruction.engine.products import Differences, Recorder, fastest
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.seeds import Purpose, stream
from truthserum.training.lockstep import Task, descend
from truthserum.training.products import Tensors

WITHIN = (ndtr(-2), ndtr(2))  # the quantiles of a normal value within two deviations


@dataclass(frozen=True, eq=False)
class Fixed:
    """A fixed set as the engine takes it, made once for many stacks.

    records: Records [F], their inputs in the order `inputs`, the `used` ones that are not 0 in all
    records first. first: makes what computes a stack's products with them.
    """

    records: Records
    inputs: torch.Tensor
    used: int
    first: Callable


@dataclass(frozen=True, eq=False)
class Trainer:
    """Trains stacks of a task, with an InformedRecipe and an Mlp, on a fixed set."""

    task: Task[Mlp, InformedRecipe]
    fixed: Fixed

    @classmethod
    def of(cls, task: Task[Mlp, InformedRecipe], fixed: Records, dtype: torch.dtype) -> Self:
        """That of a task on Records [F].

        With bfloat16, models that keep in step (InformedRecipe.in_step) are trained by
        `Differences`, which need 8 w (F + D) bytes a step for F records, D inputs and a first layer
        of w units: 14 MB in the notebook's case. All others take what is `products.fastest`.
        """
        unused = (fixed.x == 0).all(0)
        used = min(blocks(int((~unused).sum())), len(unused))
        inputs = unused.byte().argsort(stable=True)
        ordered = Records(fixed.x[:, inputs], fixed.y)
        plain = Fixed(ordered, inputs, used, fastest(fixed.x.device))
        if dtype == torch.float32 or not task.recipe.in_step:
            return cls(task, plain)
        recorder = Recorder()
        nobody = Records(torch.zeros_like(fixed.x[:1, None]), torch.zeros_like(fixed.y[:1, None]))
        recorded = replace(plain, first=lambda: recorder)
        _train(task, recorded, nobody, [0], lambda rows: None, private=False)
        return cls(task, replace(plain, first=Differences(recorder)))

    def __call__(
        self,
        private: Records,
        models: Sequence[int],
        advance: Callable[[int], None],
        candidates: Records | None = None,
    ) -> Tensors:
        """Train one stack: model k on the fixed set and its private record, by the mean loss.

        private: Records [K]. models: the K global indices; what is random in model i comes from
        (seed, i) alone. advance: called with the number of rows after each step. candidates:
        Records [K, Q] that an adversary who sees every noisy gradient compares.

        Returns tensors with a leading model axis: layers.i.weight [K, in, out] and layers.i.bias
        [K, out], as `task.architecture.build` names its parameters; and with candidates
        loglikelihood float64 [K, Q], the scores of `Clipped`. In another stack, the same float32
        sums may be taken in another order, which moves weights by about 1e-6.

        Raises Diverged with the model's index and the step, and ValueError for candidates without
        privacy in the recipe.
        """
        own = private[:, None]
        if candidates is not None:
            if self.task.recipe.privacy is None:
                raise ValueError(
                    "recipe: privacy is none, allowed is some where there are candidates"
                )
            own = Records(torch.cat([own.x, candidates.x], 1), torch.cat([own.y, candidates.y], 1))
        weights, scores = _train(self.task, self.fixed, own, models, advance)
        tensors = {}
        for i, weight in enumerate(weights):
            tensors[f"layers.{i}.weight"] = weight[..., :-1].mT.contiguous()
            tensors[f"layers.{i}.bias"] = weight[..., -1].contiguous()
        if candidates is None or scores is None:
            return tensors
        return tensors | {"loglikelihood": scores}


def initial(
    task: Task[Mlp, InformedRecipe], inputs: int, models: Sequence[int], device: torch.device | str
) -> list[torch.Tensor]:
    """The initial weights [K, out, in + 1] of each layer (Haiku's default, as in the notebook).

    Normal with deviation 1 / sqrt(in), truncated at two deviations; biases are zero.
    """
    own = task.recipe.initialisation == "own"
    keys = [(i,) for i in models] if own else [()]
    streams = [stream(task.seed, Purpose.WEIGHTS, *key) for key in keys]
    weights = []
    for fan_in, outputs in pairwise((inputs, *task.architecture.widths, task.classes)):
        drawn = np.stack([ndtri(s.uniform(*WITHIN, (outputs, fan_in))) for s in streams])
        weight = F.pad(torch.from_numpy(drawn * fan_in**-0.5).float(), (0, 1))
        weights.append(weight.to(device).expand(len(models), -1, -1).contiguous())
    return weights


def _train(
    task: Task[Mlp, InformedRecipe],
    fixed: Fixed,
    own: Records,
    models: Sequence[int],
    advance: Callable[[int], None],
    private: bool = True,
) -> tuple[list[torch.Tensor], torch.Tensor | None]:
    """The weights [K, out, in + 1] of each layer, and the candidates' scores [K, Q]."""
    recipe, used, first = task.recipe, fixed.used, fixed.first()
    known, own = fixed.records, Records(own.x[..., fixed.inputs], own.y)  # x [K, O, D + 1]
    weights = initial(task, len(fixed.inputs) - 1, models, known.x.device)
    weights[0] = weights[0][..., fixed.inputs]  # [K, w, D + 1], the used inputs first
    gradients = [torch.empty_like(weight) for weight in weights]
    for weight, gradient in zip(weights, gradients, strict=True):
        weight.grad = gradient  # the same memory in every step
    privacy = None
    if recipe.privacy:
        privacy = Clipped(recipe.privacy, known, own, fixed.inputs, task.seed, models)
    size = recipe.rows(len(known.y))  # B
    trained = size + 1  # with the private record; those only queried and padding come after
    columns = blocks(size + own.y.shape[1])  # N
    passes = Passes(weights, ACTIVATIONS[task.architecture.activation], columns)
    batches = Batches(known, own, task.classes, used, private)

    def steps() -> Iterator[torch.Tensor]:
        for step, batch in enumerate(batches.steps(recipe, task.seed, models)):
            z = first.forward(step, weights[0][..., :used], batch.x)  # [K, w, N]
            # The fixed set's columns know nothing of the inputs that it does not use.
            z[..., batch.columns] = weights[0] @ own.x.mT  # [K, w, O]
            for at in parts(len(models)):
                errors, values = passes.run(at, z, weights, batch)  # [k, out, N], [k, in + 1, N]
                if privacy:
                    privacy.clip(at, errors, values)
                for gradient, error, value in zip(gradients[1:], errors[1:], values, strict=True):
                    error, value = error[..., :trained], value[..., :trained]
                    torch.matmul(error, value.mT, out=gradient[at])  # [k, out, in + 1]
            # Of the private record alone, before the product with the fixed set may lose it.
            error, x = passes.errors[..., size:trained].clone(), own.x[:, :1]  # [K, w, 1]
            gradient = first.backward(step, passes.errors, batch.x)  # [K, w, U]
            torch.addcmul(gradient, error, x[..., :used], out=gradients[0][..., :used])
            torch.mul(error, x[..., used:], out=gradients[0][..., used:])
            if privacy:
                privacy.add_noise(gradients)
            yield gradients[-1].sum((1, 2))  # [K], finite only where all of them are

    optimiser, rates = optimiser_of(recipe, weights), [recipe.lr] * recipe.steps
    descend(optimiser, rates, steps(), models, partial(advance, size * len(models)))
    weights[0] = weights[0][..., fixed.inputs.argsort()]
    return weights, privacy.scores if privacy else None


def optimiser_of(recipe: InformedRecipe, weights: Iterable[torch.Tensor]) -> torch.optim.Optimizer:
    """The optimiser of an InformedRecipe."""
    if recipe.optimiser == "adam":
        return torch.optim.Adam(weights, recipe.lr, (recipe.momentum, 0.999), fused=True)
    return torch.optim.SGD(weights, recipe.lr, recipe.momentum, fused=True)
