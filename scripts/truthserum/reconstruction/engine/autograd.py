"""K networks of any architecture that share a fixed training set and differ in one private record.

By automatic differentiation, for the architectures whose backward pass is not written out as that
of dense layers is in `dense`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import repeat

import numpy as np
import torch
import torch.nn.functional as F

from truthserum.models.layers import initialise, normalisations
from truthserum.reconstruction.engine.batches import Records, order_of
from truthserum.reconstruction.engine.dense import optimiser_of
from truthserum.reconstruction.engine.recipe import InformedRecipe, check_model
from truthserum.seeds import Purpose, stream
from truthserum.training.device import Device
from truthserum.training.lockstep import Architecture, Task, descend
from truthserum.training.products import Tensors

# Images of all models together in one pass. A larger step is taken in parts, whose gradients are
# summed: a small convolutional network keeps a tenth of a megabyte of each image for the way back.
PART = 1024


@dataclass(frozen=True, eq=False)
class Trainer:
    """Trains stacks of a task, with an InformedRecipe, on fixed Records [F] of images of `shape`.

    Everything is computed in float32, whatever the type of the device: what one record changes
    would drown in the rounding of a shorter one.

    Raises ValueError for privacy in the recipe.
    """

    task: Task[Architecture, InformedRecipe]
    fixed: Records
    shape: tuple[int, ...]
    device: Device

    def __post_init__(self) -> None:
        check_model(type(self.task.architecture).__name__.lower(), self.task.recipe.privacy)

    @torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)
    def __call__(
        self, private: Records, models: Sequence[int], advance: Callable[[int], None]
    ) -> Tensors:
        """Train one stack: model k on the fixed set and private[k], by the mean loss.

        private: Records [K]; models: the K global indices; advance: called with the number of rows
        after each step. Returns the state of the stack by name, with a leading model axis. In
        another stack, the same float32 sums may be taken in another order.

        Raises Diverged with the model's index and the step.
        """
        task, recipe = self.task, self.task.recipe
        rows, size = len(self.fixed.y) + 1, recipe.rows(len(self.fixed.y))
        keys = [(i,) if recipe.initialisation == "own" else () for i in models]
        weights = [stream(task.seed, Purpose.WEIGHTS, *key) for key in keys]
        net = task.architecture.build(len(models), self.shape, task.classes)
        initialise(net, weights)
        net.to(self.device.name).train()
        # a batch that normalises its records is not the sum of its parts
        part = size if normalisations(net) else -(-PART // len(models))
        order: Iterable[np.ndarray] = repeat(np.arange(rows)[None])
        if recipe.batch is not None:
            order = order_of(recipe, rows, task.seed, models)

        def gradients() -> Iterator[torch.Tensor]:
            for rows_of_step in order:  # [1 or K, B]
                net.zero_grad(set_to_none=True)
                losses = []
                for chosen in self.device.place(rows_of_step).split(part, dim=1):
                    pixels, labels = self._batch(chosen, private)  # [K, b, C, H, W] and [K, b]
                    logits = net(pixels).flatten(0, 1)  # [K b, classes]
                    loss = F.cross_entropy(logits, labels.flatten(), reduction="none")
                    loss = loss.view(len(models), -1).sum(1) / size  # [K]
                    loss.sum().backward()  # the models share nothing: each gets its own gradient
                    losses.append(loss.detach())
                yield reduce(torch.add, losses)

        optimiser, rates = optimiser_of(recipe, net.parameters()), [recipe.lr] * recipe.steps
        descend(optimiser, rates, gradients(), models, partial(advance, len(models) * size))
        return net.eval().state_dict()

    def _batch(self, chosen: torch.Tensor, private: Records) -> tuple[torch.Tensor, torch.Tensor]:
        """Pixels [K, B, C, H, W] and labels [K, B] of rows [1 or K, B], the last row private."""
        is_private = chosen == len(self.fixed.y)
        fixed = self.fixed[chosen.masked_fill(is_private, 0)]
        x = torch.where(is_private[..., None], private.x[:, None], fixed.x)[..., :-1]
        return x.unflatten(-1, self.shape), torch.where(is_private, private.y[:, None], fixed.y)
