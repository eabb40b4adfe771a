"""What an informed adversary sees of one model: parameters in a row, or outputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from truthserum.training.device import Device
from truthserum.training.observe import logit_confidence

VIEWS = ("weights", "last_layer", "logits")


def layers(state: Mapping[str, torch.Tensor]) -> list[str]:
    """The layers of a network that hold numbers, in its order, by names in its state."""
    return list(dict.fromkeys(name.rpartition(".")[0] for name in state))


def flat(tensors: Mapping[str, torch.Tensor], chosen: Sequence[str]) -> torch.Tensor:
    """All numbers of the chosen layers of one model [1, ...] as one vector: bias, weights, …

    This is the order of `ravel_pytree` in the notebook of arXiv 2201.04845: b0, w0, b1, w1.
    """
    parts = [
        tensors[name]
        for layer in chosen
        for name in sorted(tensors)
        if name.rpartition(".")[0] == layer
    ]
    return torch.cat([part.flatten() for part in parts])


def views_of(state: Mapping[str, torch.Tensor], logits: torch.Tensor) -> dict[str, torch.Tensor]:
    """What the adversary may see of one model, by names of `VIEWS`.

    state: of the network, in its order; logits: for the questions that are asked.
    """
    parts = layers(state)
    return {
        "weights": flat(state, parts),
        "last_layer": flat(state, parts[-1:]),
        "logits": logits.flatten(),
    }


@dataclass(frozen=True, eq=False)
class Probe:
    """Images on a device to ask a model about: pixels in [0, 1], [1, N, C, H, W]; labels [N]."""

    pixels: torch.Tensor
    labels: torch.Tensor

    @classmethod
    def of(cls, images: np.ndarray, labels: np.ndarray, device: Device) -> "Probe":
        """From uint8 [N, C, H, W] and int64 [N]."""
        return cls(device.place(images)[None].float() / 255, device.place(labels))

    @torch.inference_mode()
    def logits(self, net: nn.Module) -> torch.Tensor:
        """What a stack of one model says of each image: [N, classes]."""
        return net(self.pixels)[0]

    def confidence(self, logits: torch.Tensor) -> np.ndarray:
        """The logit-scaled confidence in the label of each image: float64 [N]."""
        return logit_confidence(logits, self.labels).cpu().numpy()

    def accuracy(self, logits: torch.Tensor) -> float:
        """The share of images with the highest logit at their label."""
        return float((logits.argmax(-1) == self.labels).double().mean())
