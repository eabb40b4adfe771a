"""Activation functions: the layer, and the slope for backward passes that are written out."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Activation:
    """layer() makes the layer; sloped(z, value, slope) writes its value and derivative at z."""

    layer: Callable[..., nn.Module]
    sloped: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], None]


def _elu(z: torch.Tensor, value: torch.Tensor, slope: torch.Tensor) -> None:
    torch.clamp(z, max=0, out=slope).exp_()
    torch.sub(slope, 1, out=value)
    torch.maximum(z, value, out=value)  # exp(z) - 1 is never below z, and is 0 here where z > 0


def _gelu(z: torch.Tensor, value: torch.Tensor, slope: torch.Tensor) -> None:
    torch.special.ndtr(z, out=slope)
    torch.mul(z, slope, out=value)
    slope.addcmul_(z, (z.square() / -2).exp_(), value=(2 * math.pi) ** -0.5)


def _relu(z: torch.Tensor, value: torch.Tensor, slope: torch.Tensor) -> None:
    torch.clamp(z, min=0, out=value)
    torch.sign(value, out=slope)


def _sigmoid(z: torch.Tensor, value: torch.Tensor, slope: torch.Tensor) -> None:
    torch.sigmoid(z, out=value)
    torch.sub(value, value.square(), out=slope)


def _tanh(z: torch.Tensor, value: torch.Tensor, slope: torch.Tensor) -> None:
    torch.tanh(z, out=value)
    torch.sub(1, value.square(), out=slope)


ACTIVATIONS = {
    "elu": Activation(nn.ELU, _elu),
    "gelu": Activation(nn.GELU, _gelu),
    "relu": Activation(nn.ReLU, _relu),
    "sigmoid": Activation(nn.Sigmoid, _sigmoid),
    "tanh": Activation(nn.Tanh, _tanh),
}
