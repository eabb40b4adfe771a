"""Layers with a leading model axis.

Every parameter and buffer has shape [K, ...] for K models that share no number. Dense layers are
batched matrix products; convolutions are grouped, one group of channels a model. Parameters are
kept in float32 and cast to the type of the input, which therefore chooses the precision.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Layer(nn.Module):
    """A layer that can draw the weights of each model from that model's own stream."""

    def reset(self, streams: Sequence[np.random.Generator]) -> None:
        """Draw the initial weights: `streams` are K numpy generators, one a model."""


def _fill(
    parameter: nn.Parameter,
    draw: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray],
    streams: Sequence[np.random.Generator],
) -> None:
    with torch.no_grad():
        for values, stream in zip(parameter, streams, strict=True):
            values.copy_(torch.from_numpy(draw(stream, tuple(values.shape))))


def _truncated_normal(stream: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Standard normal restricted to [-2, 2], rescaled to unit variance."""
    values = stream.standard_normal(shape)
    while (outside := abs(values) > 2).any():
        values[outside] = stream.standard_normal(int(outside.sum()))
    return values / 0.8796256610342398  # its standard deviation before rescaling


class Linear(Layer):
    """[K, B, inputs] -> [K, B, outputs]; Xavier truncated normal weights, zero bias (objax)."""

    def __init__(self, models: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(models, inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(models, outputs))

    def reset(self, streams: Sequence[np.random.Generator]) -> None:
        deviation = (2 / sum(self.weight.shape[1:])) ** 0.5
        _fill(self.weight, lambda s, shape: deviation * _truncated_normal(s, shape), streams)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.baddbmm(self.bias.to(x.dtype)[:, None], x, self.weight.to(x.dtype))


class Hidden(Linear):
    """A dense layer and its activation function: [K, B, inputs] -> [K, B, outputs]."""

    def __init__(self, models: int, inputs: int, outputs: int, activation: nn.Module) -> None:
        super().__init__(models, inputs, outputs)
        self.activation = activation

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activation(super().forward(x))


class Conv(Layer):
    """[B, K * inputs, H, W] -> [B, K * outputs, H', W'], no bias.

    Normal weights of variance 2 / (k^2 outputs) (objax/zoo/wide_resnet.py). `padding` is
    (before, after), the same for rows and columns, and never more before than after.
    """

    def __init__(
        self,
        models: int,
        inputs: int,
        outputs: int,
        kernel: int,
        stride: int = 1,
        padding: tuple[int, int] = (0, 0),
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(models, outputs, inputs, kernel, kernel))
        self.stride = stride
        self.padding, after = padding
        self.excess = after - self.padding
        # One model of few channels: the backward pass of oneDNN would write beyond its workspace
        # (uxlfoundation/oneDNN#6035; up to 8 channels in AVX2, 16 in AVX-512).
        bare = models == 1 and kernel == 1 and not any(padding)
        self.every = stride if bare and inputs < 16 else 1

    def reset(self, streams: Sequence[np.random.Generator]) -> None:
        outputs, _, kernel, _ = self.weight.shape[1:]
        deviation = (2 / (kernel * kernel * outputs)) ** 0.5
        _fill(self.weight, lambda s, shape: deviation * s.standard_normal(shape), streams)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight = self.weight.flatten(0, 1).to(x.dtype, memory_format=torch.channels_last)
        if self.excess:
            x = F.pad(x, (0, self.excess) * 2)
        if self.every > 1:
            x = x[:, :, :: self.every, :: self.every]
        return F.conv2d(
            x,
            weight,
            stride=self.stride // self.every,
            padding=self.padding,
            groups=len(self.weight),
        )


class Bias(Layer):
    """Adds a number to each channel of [B, K * channels, H, W], zero at first."""

    def __init__(self, models: int, channels: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(models, channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.bias.to(x.dtype).flatten()[:, None, None]


class BatchNorm(Layer):
    """Batch normalisation of [B, K * channels, H, W], with momentum 0.9 and epsilon 1e-5.

    In training it normalises by the batch and updates the running statistics. Afterwards
    `statistics` says which to use: "running", or "batch" as the official release scored.
    """

    mean: torch.Tensor
    variance: torch.Tensor

    def __init__(self, models: int, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(models, channels))
        self.bias = nn.Parameter(torch.zeros(models, channels))
        self.register_buffer("mean", torch.zeros(models, channels))
        self.register_buffer("variance", torch.ones(models, channels))
        self.statistics = "running"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        running = self.training or self.statistics == "running"
        return F.batch_norm(
            x,
            self.mean.view(-1) if running else None,
            self.variance.view(-1) if running else None,
            self.weight.flatten(),
            self.bias.flatten(),
            training=self.training or self.statistics == "batch",
            momentum=0.1,
            eps=1e-5,
        )


class ImageStack(nn.Module):
    """A stack of image networks: [K, B, C, H, W] -> logits [K, B, classes] in float32.

    `features` maps [B, K * C, H, W] to [B, K * D, h, w]; `head` maps [K, B, h * w * D] to logits.
    """

    def __init__(self, models: int, features: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.models = models
        self.features = features
        self.head = head

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.transpose(0, 1).flatten(1, 2).contiguous(memory_format=torch.channels_last)
        # Rows, columns, then channels, as they lie in memory: so the gradient comes back in that
        # layout, too. In any other the backward pass of one ReLU costs a tenth of the whole step.
        x = self.features(x).permute(0, 2, 3, 1).unflatten(3, (self.models, -1))
        return self.head(x.permute(3, 0, 1, 2, 4).flatten(2)).float()


class DenseStack(nn.Module):
    """A stack of dense networks: [K, B, ...] -> logits [K, B, classes] in float32."""

    def __init__(self, models: int, layers: nn.Module) -> None:
        super().__init__()
        self.models = models
        self.layers = layers

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x.flatten(2)).float()


Stack = ImageStack | DenseStack


def initialise(stack: nn.Module, streams: Sequence[np.random.Generator]) -> None:
    """Draw the weights of every layer, in order, model k from `streams[k]`."""
    for layer in stack.modules():
        if isinstance(layer, Layer):
            layer.reset(streams)


def normalisations(stack: nn.Module) -> list[BatchNorm]:
    """The batch-normalisation layers of a stack (none: its two observation modes are one)."""
    return [layer for layer in stack.modules() if isinstance(layer, BatchNorm)]
