"""RMSprop as the optimiser of the authors' notebook computes it."""

from collections.abc import Iterable

import torch


class RMSprop(torch.optim.Optimizer):
    """Steps of lr g / sqrt(v + 1e-8), v being a moving average of g^2 that forgets a tenth a step.

    These are the defaults of `optax.rmsprop`. torch's own adds 1e-8 to the root instead, a floor of
    1e-8 where this has 1e-4: most gradients of a reconstructor's first layer lie between. `decay`
    is that of the weights, apart from the gradient.
    """

    def __init__(self, parameters: Iterable[torch.nn.Parameter], lr: float, decay: float) -> None:
        super().__init__(parameters, {"lr": lr, "decay": decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for weight in group["params"]:
                state = self.state[weight]
                if not state:
                    state["average"], state["root"] = torch.zeros_like(weight), weight.clone()
                average = state["average"].mul_(0.9).addcmul_(weight.grad, weight.grad, value=0.1)
                root = torch.add(average, 1e-8, out=state["root"]).sqrt_()
                weight.mul_(1 - group["lr"] * group["decay"])
                weight.addcdiv_(weight.grad, root, value=-group["lr"])
