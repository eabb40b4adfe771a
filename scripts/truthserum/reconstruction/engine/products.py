"""The first layer's products with the fixed set: nearly all of the work."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import torch
import torch.nn.functional as F

from truthserum.reconstruction.engine.passes import parts

LEVELS = 255  # pixels are whole numbers of 1 / 255
# of a float32 as an integer: the bits that bfloat16 has, and half of the last of them
BFLOAT16, HALF = -(2**16), 2**15


class Float32:
    """Both products of K models with the fixed set in float32: one product each.

    Where x is [N, U], the same for all models, [K, w, U] and [K, w, N] count as matrices of K w
    rows; where it is [K, N, U], each model has a product of its own. What either returns belongs to
    the caller until it is called again.
    """

    def __init__(self) -> None:
        self.outputs: torch.Tensor | None = None
        self.gradient: torch.Tensor | None = None

    def forward(self, step: int, weight: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """The outputs [K, w, N] of the weights [K, w, U]."""
        self.outputs = torch.matmul(weight, x.mT, out=self.outputs)
        return self.outputs

    def backward(self, step: int, errors: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """The gradient [K, w, U] from the errors [K, w, N], which may be lost."""
        self.gradient = torch.matmul(errors, x, out=self.gradient)
        return self.gradient


class OneDnn(Float32):
    """The same by oneDNN, of one matrix product for all models.

    On processors of AMD it takes half of the time of MKL, which torch asks for float32 products and
    which does not use all of their instructions; with the pixels packed once for many steps.
    """

    def __init__(self) -> None:
        super().__init__()
        self.packed: torch.Tensor | None = None
        self.rows = self.columns = torch.empty(0)

    def forward(self, step: int, weight: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        if x.ndim > 2:
            return super().forward(step, weight, x)
        self._pack(x)
        return _product(weight, self.rows)

    def backward(self, step: int, errors: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        if x.ndim > 2:
            return super().backward(step, errors, x)
        self._pack(x)
        return _product(errors, self.columns)

    def _pack(self, x: torch.Tensor) -> None:
        if self.packed is not x:
            self.packed, self.rows = x, x.to_mkldnn()
            self.columns = x.mT.contiguous().to_mkldnn()


def _product(factor: torch.Tensor, packed: torch.Tensor) -> torch.Tensor:
    """Products [K, w, n] of [K, w, m] with a packed [n, m], transposed."""
    product = F.linear(factor.flatten(0, 1).to_mkldnn(), packed)
    return product.to_dense().unflatten(0, factor.shape[:2])


def fastest(device: torch.device) -> type[Float32]:
    """What computes float32 products fastest on a device."""
    has_it = device.type == "cpu" and torch.backends.mkldnn.is_available()
    return OneDnn if has_it else Float32


class Recorder(Float32):
    """Keeps every product and its factors: (weight, outputs, errors, gradient) of each step."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[list[torch.Tensor]] = []

    def forward(self, step: int, weight: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        outputs = super().forward(step, weight, x)
        self.x = x
        self.steps.append([weight.clone(), outputs.clone()])
        return outputs

    def backward(self, step: int, errors: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        gradient = super().backward(step, errors, x)
        self.steps[step] += [errors.clone(), gradient.clone()]
        return gradient


class Differences:
    """Float32 products by bfloat16 ones, for models that stay close to a recorded one.

    recorded: the Recorder of one model in the same full batches. How far a model is from it changes
    little in a step. That change is rounded to bfloat16, what the rounding leaves is part of the
    next change, and the products, with pixels that bfloat16 holds exactly, are summed in float32.
    What remains is the rounding of the last change: in the notebook's setting weights end within
    1e-6 of float64 training, as with `Float32`. With fewer records, which each change more, they
    end further off, by a small part of what a record changes.

    Calling it starts a stack: an object with the methods of `Float32`.
    """

    def __init__(self, recorded: Recorder) -> None:
        self.pixels = recorded.x.mul(LEVELS).round_()
        start = [torch.zeros_like(each) for each in recorded.steps[0]]
        # of the recorded model, in each step: weight, outputs, errors, gradient
        self.changes = [
            [after - before for before, after in zip(*pair, strict=True)]
            for pair in pairwise([start, *recorded.steps])
        ]

    def __call__(self) -> "_Close":
        return _Close(self)


class _Close:
    def __init__(self, differences: Differences) -> None:
        self.changes = differences.changes
        self.outputs = _Sum(differences.pixels.mT)
        self.gradient = _Sum(differences.pixels)
        self.moved: torch.Tensor | None = None

    def forward(self, step: int, weight: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        if self.moved is None:
            self.moved = weight.new_empty(weight.shape)
        weight_change, change, _, _ = self.changes[step]
        return self.outputs.follow(weight, weight_change, change, self.moved)

    def backward(self, step: int, errors: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        _, _, errors_change, change = self.changes[step]
        return self.gradient.follow(errors, errors_change, change, errors)


class _Sum:
    """The product of a factor that changes with constant pixels, summed change by change."""

    def __init__(self, pixels: torch.Tensor) -> None:
        self.pixels = pixels
        self.factor: torch.Tensor | None = None
        self.product: torch.Tensor | None = None

    def follow(
        self,
        factor: torch.Tensor,
        change: torch.Tensor,
        product_change: torch.Tensor,
        moved: torch.Tensor,
    ) -> torch.Tensor:
        """The product of `factor` [K, w, ...] after the recorded model's changes.

        moved: memory for what else has changed; it may be that of the factor.
        """
        if self.factor is None or self.product is None:
            self.factor = factor.new_zeros(factor.shape)
            self.product = factor.new_zeros(len(factor), *product_change.shape[1:])
        for at in parts(len(factor)):
            known = self.factor[at].add_(change)
            torch.sub(factor[at], known, out=moved[at])
            moved[at].view(torch.int32).add_(HALF).bitwise_and_(BFLOAT16)
            known.add_(moved[at])
        product = self.product.add_(product_change).flatten(0, 1)
        with bfloat16_factors():
            product.addmm_(moved.flatten(0, 1), self.pixels, alpha=1 / LEVELS)
        return self.product


@contextmanager
def bfloat16_factors() -> Iterator[None]:
    """Let the CPU multiply float32 matrices as bfloat16, which is exact where their values are."""
    settings = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]  # set at run time
    before, settings.fp32_precision = settings.fp32_precision, "bf16"
    try:
        yield
    finally:
        settings.fp32_precision = before
