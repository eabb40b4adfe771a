"""Clipped and noisy gradients of dense layers, and what they tell about the private record.

The gradient of one record's loss with respect to a dense layer's weights is the outer product of
the layer's error and its input. Its norm and its inner products need these two vectors only.
"""

from collections.abc import Sequence
from functools import reduce

import numpy as np
import torch

from truthserum.reconstruction.engine.batches import Records, blocks
from truthserum.reconstruction.engine.recipe import Privacy
from truthserum.seeds import Purpose, stream


class Clipped:
    """Clips each record's gradient and adds Gaussian noise to the sum, for K models.

    Gradients are those of the mean loss over n = F + 1 records, so that clip norm and noise of the
    sum are divided by n. fixed: Records [F]; own: Records [K, 1 + Q], the private record of each
    model and its candidates; order: which input of the data each of their inputs is, int64 [D + 1].
    The noise of model i comes from (seed, i) alone, and is drawn in the order of the data.

    scores: float64 [K, Q], the log-likelihood of each candidate, up to a constant. Who knows the
    fixed set takes its part off a noisy sum. What is left, R, is the clipped gradient c of the
    private record and noise of deviation s, so that a candidate gains (<R, c> - |c|^2 / 2) / s^2 in
    each step. Without noise, s counts as 1: minus half the squared distance from c to R.
    """

    def __init__(
        self,
        privacy: Privacy,
        fixed: Records,
        own: Records,
        order: torch.Tensor,
        seed: int,
        models: Sequence[int],
    ) -> None:
        size = len(fixed.y) + 1
        self.bound = privacy.clip / size
        assert privacy.noise is not None  # the recipe is calibrated
        self.deviation = privacy.noise * self.bound
        self.unit = self.deviation or 1 / size
        self.streams = [stream(seed, Purpose.NOISE, i) for i in models]
        self.order = order
        self.columns = slice(size, size + own.y.shape[1])
        self.squares = fixed.x.new_zeros(len(models), blocks(self.columns.stop))
        self.squares[:, : size - 1] = fixed.x.square().sum(-1)
        self.squares[:, self.columns] = own.x.square().sum(-1)
        self.own = own.x.mT
        self.scores = torch.zeros(len(models), own.y.shape[1] - 1, dtype=torch.float64)
        self.parts: list[tuple[slice, torch.Tensor, list[torch.Tensor], list[torch.Tensor]]] = []

    def clip(
        self, at: slice, errors: Sequence[torch.Tensor], inputs: Sequence[torch.Tensor]
    ) -> None:
        """Scale the errors of models `at`, in place, until each whole gradient is within the norm.

        errors: [k, out, N] of each layer. inputs: [k, in, N] of each layer after the first.
        """
        squares = [self.squares[at], *(values.square().sum(1) for values in inputs)]
        products = (e.square().sum(1) * s for e, s in zip(errors, squares, strict=True))
        norms = reduce(torch.add, products).sqrt()
        factors = (self.bound / norms).clamp(max=1)
        for error in errors:
            error.mul_(factors[:, None])
        lengths = (norms * factors)[:, self.columns][:, 1:].double().square()
        seen, known = (
            [each[..., self.columns].clone() for each in layers] for layers in (errors, inputs)
        )
        self.parts.append((at, lengths, seen, known))

    def add_noise(self, gradients: Sequence[torch.Tensor]) -> None:
        """Add noise to the gradients [K, out, in], in place, and score the candidates.

        Each model's errors have been clipped once since the last time.
        """
        noise = self._noise(gradients)
        for gradient, n in zip(gradients, noise, strict=True):
            gradient += n
        for at, lengths, errors, inputs in self.parts:
            inner = []
            for n, e, a in zip(noise, errors, (self.own[at], *inputs), strict=True):
                left = e[..., :1] @ a[..., :1].mT + n[at]
                inner.append((e[..., 1:] * (left @ a[..., 1:])).sum(1).double())
            self.scores[at] += ((reduce(torch.add, inner) - lengths / 2) / self.unit**2).cpu()
        self.parts.clear()

    def _noise(self, gradients: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        sizes = [gradient[0].numel() for gradient in gradients]
        drawn = np.stack([s.standard_normal(sum(sizes), np.float32) for s in self.streams])
        parts = torch.from_numpy(drawn).to(self.squares.device).mul_(self.deviation).split(sizes, 1)
        noise = [part.view_as(like) for part, like in zip(parts, gradients, strict=True)]
        noise[0] = noise[0][..., self.order]
        return noise
