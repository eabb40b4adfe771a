"""Activation functions, each with its slope, for backward passes that are written out."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F


@dataclass(frozen=True)
class Activation:
    """plain(z) -> value; sloped(z, value, slope) writes the value and its derivative at z."""

    plain: Callable
    sloped: Callable


def _elu(z, value, slope):
    torch.clamp(z, max=0, out=slope).exp_()
    torch.sub(slope, 1, out=value)
    torch.maximum(z, value, out=value)  # exp(z) - 1 is never below z, and is 0 here where z > 0


def _relu(z, value, slope):
    torch.clamp(z, min=0, out=value)
    torch.sign(value, out=slope)


def _sigmoid(z, value, slope):
    torch.sigmoid(z, out=value)
    torch.sub(value, value.square(), out=slope)


def _tanh(z, value, slope):
    torch.tanh(z, out=value)
    torch.sub(1, value.square(), out=slope)


ACTIVATIONS = {
    "elu": Activation(F.elu, _elu),
    "relu": Activation(F.relu, _relu),
    "sigmoid": Activation(torch.sigmoid, _sigmoid),
    "tanh": Activation(torch.tanh, _tanh),
}
