"""A neural network from features to pixels: the reconstructor network of arXiv 2201.04845."""

import math
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from truthserum.models.activations import ACTIVATIONS
from truthserum.reconstruction.reconstructors.base import Fitted, Predictor, Study, best
from truthserum.reconstruction.reconstructors.features import Features, Map, alternatives
from truthserum.reconstruction.reconstructors.rmsprop import RMSprop
from truthserum.training.device import PRECISIONS, acquire
from truthserum.training.progress import Progress
from truthserum.training.recipe import SCHEDULES

MODELS = 1000  # reconstructed at a time, which bounds the memory that layers take

OPTIMISERS = {
    "adamw": lambda parameters, lr, decay: torch.optim.AdamW(
        parameters, lr, weight_decay=decay, fused=True
    ),
    "rmsprop": RMSprop,
}
CHOICES = {
    "activation": ("relu", "gelu"),
    "optimiser": OPTIMISERS,
    "schedule": SCHEDULES,
    "precision": PRECISIONS,
}


@dataclass(frozen=True)
class Network:
    """Dense layers, a sigmoid for each pixel, and the loss MAE + MSE.

    The defaults are those of the authors' notebook
    (github.com/google-deepmind/informed_adversary_mnist_reconstruction): standardised weights, two
    hidden layers of 1,000 units with ReLU, RMSprop at 3e-4, batches of about 32, 200 epochs, and
    the network after the last of them.

    features: chains of steps to choose from. noise: deviation of Gaussian noise, added to
    the features each time they are used. batch: models in a step, up to one less than twice
    as many where an epoch does not divide. epochs: passes over the shadow models, more where it
    takes more to make `steps` optimiser steps. looks: so often, the last time at the end, the
    network is judged on the validation models, and the best of all is kept.
    ValueError for an option that is out of range.
    """

    features: tuple[Features, ...] = ([{"standardise": {}}],)
    widths: tuple[int, ...] = (1000, 1000)
    activation: str = "relu"
    optimiser: str = "rmsprop"
    lr: float = 3e-4
    schedule: str = "constant"
    weight_decay: float = 0.0
    noise: float = 0.0
    batch: int = 32
    epochs: int = 200
    steps: int = 0
    looks: int = 1
    precision: str = "float32"

    def __post_init__(self) -> None:
        object.__setattr__(self, "features", alternatives(self.features))
        object.__setattr__(self, "widths", tuple(self.widths))
        name = type(self).__name__.lower()
        for key, allowed in CHOICES.items():
            if getattr(self, key) not in allowed:
                raise ValueError(
                    f"{name}: {key} is {getattr(self, key)!r}, allowed are {', '.join(allowed)}"
                )
        for key in ("lr", "batch", "epochs", "looks"):
            if not getattr(self, key) > 0:
                raise ValueError(f"{name}: {key} is {getattr(self, key)}, allowed is more than 0")
        for key in ("weight_decay", "noise", "steps"):
            if getattr(self, key) < 0:
                raise ValueError(f"{name}: {key} is {getattr(self, key)}, allowed is 0 or more")
        if not self.widths or min(self.widths) < 1:
            raise ValueError(
                f"{name}: widths is {self.widths}, allowed are one or more positive integers"
            )

    def fit(self, study: Study) -> Fitted:
        """Learn from the shadow models, on a GPU of its own if there is one; print progress."""
        with acquire(study.device, self.precision) as device:
            return best(self._tried(study, device))

    def _tried(self, study, device) -> Iterator[Fitted]:
        shadows = len(study.shadows.views)
        parts = max(1, shadows // self.batch)
        epochs = max(self.epochs, -(-self.steps // parts))
        looks = np.linspace(epochs, 0, self.looks, endpoint=False).round()
        label = f"{type(self).__name__.lower()} on {shadows:,} models"
        progress = Progress(label, len(self.features) * epochs * shadows)
        for features in self.features:
            seen, to_features = study.seen(features)
            x, images = device.place(seen), device.place(study.shadows.images)
            generator = torch.Generator().manual_seed(int(study.rng.integers(2**63)))
            net = self._build(x.shape[1], study.shadows.shape, generator).to(device.name)
            for epoch in self._train(net, x, images, epochs, parts, device, study.rng):
                progress.advance(shadows)
                if epoch in looks:
                    predict = _predictor(to_features, deepcopy(net).cpu())
                    yield study.judge(predict, features=str(features), epochs=epoch)

    def _build(
        self, inputs: int, shape: tuple[int, ...], generator: torch.Generator
    ) -> nn.Sequential:
        """The layers [B, inputs] -> [B, p] up to the logits of the pixels of images of `shape`."""
        layers: list[nn.Module] = []
        for before, after in pairwise((inputs, *self.widths, math.prod(shape))):
            layer = initialised(nn.Linear, before, after, generator=generator)
            layers += [layer, ACTIVATIONS[self.activation].layer()]
        return nn.Sequential(*layers[:-1])

    def _train(self, net, x, images, epochs, parts, device, rng) -> Iterator[int]:
        """Train in epochs of so many parts, and stop after each to say which."""
        optimiser = OPTIMISERS[self.optimiser](net.parameters(), self.lr, self.weight_decay)
        generator = torch.Generator(device.name).manual_seed(int(rng.integers(2**63)))
        mixed = device.dtype != torch.float32
        for epoch in range(epochs):
            order = torch.from_numpy(rng.permutation(len(x))).to(device.name)
            for part, chosen in enumerate(order.tensor_split(parts)):
                for group in optimiser.param_groups:
                    progress = (epoch + part / parts) / epochs
                    group["lr"] = self.lr * SCHEDULES[self.schedule](progress)
                seen = x[chosen]
                if self.noise:
                    seen += torch.empty_like(seen).normal_(0, self.noise, generator=generator)
                with torch.autocast(device.name, device.dtype, enabled=mixed):
                    logits = net(seen)
                gap = logits.float().sigmoid() - images[chosen]
                optimiser.zero_grad(set_to_none=True)
                (gap.abs().mean() + gap.square().mean()).backward()
                optimiser.step()
            yield epoch + 1


def initialised(
    kind: type[nn.Linear | nn.Conv2d], *sizes: int, generator: torch.Generator, **options: int
) -> nn.Linear | nn.Conv2d:
    """A new layer with Haiku's default initialisation, which does not touch torch's own stream.

    Weights are normal with deviation 1 / sqrt(fan-in), truncated at two deviations; biases are 0.
    """
    layer = nn.utils.skip_init(kind, *sizes, **options)
    deviation = layer.weight[0].numel() ** -0.5
    ends = -2 * deviation, 2 * deviation
    nn.init.trunc_normal_(layer.weight, 0, deviation, *ends, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def _predictor(to_features: Map, net: nn.Sequential) -> Predictor:
    @torch.inference_mode()
    def predict(views: np.ndarray) -> np.ndarray:
        parts = torch.from_numpy(to_features(views)).split(MODELS)
        return torch.cat([net(part) for part in parts]).sigmoid().numpy()

    return predict
