"""RMSprop as the optimiser of the authors' notebook computes it."""

from collections.abc import Iterable

import torch

PART = 2**16  # numbers that stay in a core's own memory while the formula is worked out


class RMSprop(torch.optim.Optimizer):
    """Steps of lr g / sqrt(v + 1e-8), v being a moving average of g^2 that forgets a tenth a step.

    These are the defaults of `optax.rmsprop`. torch's own adds 1e-8 to the root instead, a floor of
    1e-8 where this has 1e-4: most gradients of a reconstructor's first layer lie between. Weights
    decay apart from the gradient.
    """

    def __init__(
        self, parameters: Iterable[torch.nn.Parameter], lr: float, weight_decay: float
    ) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]  # no closure is taken
        for group in self.param_groups:
            for weight in group["params"]:
                if not self.state[weight]:
                    self.state[weight]["average"] = torch.zeros_like(weight)
                size = PART if weight.device.type == "cpu" else weight.numel()
                all_of = weight, weight.grad, self.state[weight]["average"]
                parts = (each.flatten().split(size) for each in all_of)
                for some, slopes, averages in zip(*parts, strict=True):
                    _step(some, slopes, averages, group["lr"], group["weight_decay"])


def _step(
    weight: torch.Tensor, gradient: torch.Tensor, average: torch.Tensor, lr: float, decay: float
) -> None:
    average.mul_(0.9).addcmul_(gradient, gradient, value=0.1)
    if decay:
        weight.mul_(1 - lr * decay)
    weight.addcdiv_(gradient, (average + 1e-8).sqrt_(), value=-lr)
