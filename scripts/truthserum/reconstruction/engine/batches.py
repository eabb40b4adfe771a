"""The records of each step, for models that share a fixed set and differ in one private record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.seeds import Purpose, stream
from truthserum.training.batches import Order
from truthserum.training.device import Device

# Rows and columns come in whole blocks: faster products, and vector instructions without a scalar
# rest, whose last bit would depend on where in the stack a model lies.
BLOCK = 16


def blocks(count: int) -> int:
    """The least multiple of `BLOCK` that is not below `count`."""
    return -(-count // BLOCK) * BLOCK


@dataclass(frozen=True, eq=False)
class Records:
    """Records on a device: x float32 [..., D + 1], the last entry 1 for the bias; y int64 [...]."""

    x: torch.Tensor
    y: torch.Tensor

    @classmethod
    def of(cls, images: np.ndarray, labels: np.ndarray, device: Device) -> "Records":
        """Images uint8 [..., C, H, W] with pixels scaled to [0, 1], and their labels int64 [...]"""
        pixels = device.place(images).flatten(-3).float() / 255
        return cls(F.pad(pixels, (0, 1), value=1.0), device.place(labels))

    def __getitem__(self, at: Any) -> "Records":
        return Records(self.x[at], self.y[at])


@dataclass(frozen=True, eq=False)
class Batch:
    """One step's records as N columns: B of the fixed set, O of each model's own, and padding.

    x: [N, U], or [K, N, U] if each model has its own order: the first U inputs of the fixed set's
    records, zero in all other rows. share: [1 or K, 1, N], how much the loss of each record counts.
    target: [1 or K, classes, N], the fixed set's one-hot labels times share; own: [K, classes, O],
    those of each model's own records, which are `columns`.
    """

    x: torch.Tensor
    share: torch.Tensor
    target: torch.Tensor
    own: torch.Tensor
    columns: slice

    def part(self, at: slice) -> "Batch":
        """The batch of models `at`, a slice."""
        share, target = (each[at] if len(each) > 1 else each for each in (self.share, self.target))
        return replace(self, share=share, target=target, own=self.own[at])


def order_of(recipe: InformedRecipe, rows: int, seed: int, models: Sequence[int]) -> Order:
    """The rows of each mini-batch: int64 [1, B] where all models have the same, else [K, B]."""
    assert recipe.batch is not None  # else all rows are one batch
    index: list[tuple[int, ...]] = [()] if recipe.order == "known" else [(i,) for i in models]
    streams = [stream(seed, Purpose.ORDER, *at) for at in index]
    return Order(np.tile(np.arange(rows), (len(streams), 1)), streams, recipe.batch)


class Batches:
    """Makes batches of B rows of the fixed set [F] with each model's own records [K, O].

    The first of a model's own records is its private one; `private` says whether it is trained on.
    The others are only asked about, as if they were. inputs: U, how many inputs the fixed set uses.
    """

    def __init__(
        self, fixed: Records, own: Records, classes: int, inputs: int, private: bool = True
    ) -> None:
        self.fixed, self.own, self.classes = fixed, own, classes
        self.inputs, self.private = inputs, private

    def steps(self, recipe: InformedRecipe, seed: int, models: Sequence[int]) -> Iterator[Batch]:
        """A batch for each step of the recipe."""
        rows = len(self.fixed.y) + 1  # the private record comes last
        if recipe.batch is None:
            return repeat(self._batch(np.arange(rows)[None], True), recipe.steps)
        order, shared = order_of(recipe, rows, seed, models), recipe.order == "known"
        return (self._batch(next(order), shared) for _ in range(recipe.steps))

    def _batch(self, rows: np.ndarray, shared: bool) -> Batch:
        chosen = torch.from_numpy(rows).to(self.fixed.x.device)
        groups, size = chosen.shape
        asked = self.own.y.shape[1]
        is_private = chosen == len(self.fixed.y)
        share = torch.zeros(groups, blocks(size + asked), device=chosen.device)
        share[:, :size] = ~is_private
        # twice where a batch reaches over the end of a shuffle
        share[:, size] = is_private.sum(1) * self.private
        share[:, size + 1 : size + asked] = 1
        share = share[:, None] / size

        fixed = self.fixed[chosen.masked_fill(is_private, 0)]  # any: it does not count
        padding, columns = share.shape[-1] - size, slice(size, size + asked)
        target = F.pad(F.one_hot(fixed.y, self.classes).mT, (0, padding)) * share
        own = F.one_hot(self.own.y, self.classes).mT * share[..., columns]
        x = F.pad(fixed.x[..., : self.inputs], (0, 0, 0, padding))
        return Batch(x[0] if shared else x, share, target, own, columns)
