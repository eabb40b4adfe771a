"""How a reconstructor network learns from shadow models."""

from collections.abc import Iterator
from copy import deepcopy

import numpy as np
import torch
from torch import nn

from truthserum.reconstruction.reconstructors.base import Fitted, Predictor, Study
from truthserum.reconstruction.reconstructors.features import Map
from truthserum.reconstruction.reconstructors.network import OPTIMISERS, Network
from truthserum.training.device import Device
from truthserum.training.progress import Progress
from truthserum.training.recipe import SCHEDULES

MODELS = 1000  # reconstructed at a time, which bounds the memory that layers take


def tried(network: Network, study: Study, device: Device) -> Iterator[Fitted]:
    """The network after each look, trained on the shadow models with each kind of features."""
    shadows = len(study.shadows.views)
    parts = max(1, shadows // network.batch)
    epochs = max(network.epochs, -(-network.steps // parts))
    looks = np.linspace(epochs, 0, network.looks, endpoint=False).round()
    label = f"{type(network).__name__.lower()} on {shadows:,} models"
    progress = Progress(label, len(network.features) * epochs * shadows)
    for features in network.features:
        seen, to_features = study.seen(features)
        x, images = device.place(seen), device.place(study.shadows.images)
        generator = torch.Generator().manual_seed(int(study.rng.integers(2**63)))
        net = network.build(x.shape[1], study.shadows.shape, generator).to(device.name)
        for epoch in _train(network, net, x, images, epochs, parts, device, study.rng):
            progress.advance(shadows)
            if epoch in looks:
                predict = _predictor(to_features, deepcopy(net).cpu())
                yield study.judge(predict, features=str(features), epochs=epoch)


def _train(
    network: Network,
    net: nn.Module,
    x: torch.Tensor,
    images: torch.Tensor,
    epochs: int,
    parts: int,
    device: Device,
    rng: np.random.Generator,
) -> Iterator[int]:
    """Train in epochs of so many parts, and stop after each to say which."""
    optimiser = OPTIMISERS[network.optimiser](net.parameters(), network.lr, network.weight_decay)
    generator = torch.Generator(device.name).manual_seed(int(rng.integers(2**63)))
    mixed = device.dtype != torch.float32
    for epoch in range(epochs):
        order = torch.from_numpy(rng.permutation(len(x))).to(device.name)
        for part, chosen in enumerate(order.tensor_split(parts)):
            for group in optimiser.param_groups:
                progress = (epoch + part / parts) / epochs
                group["lr"] = network.lr * SCHEDULES[network.schedule](progress)
            seen = x[chosen]
            if network.noise:
                seen += torch.empty_like(seen).normal_(0, network.noise, generator=generator)
            with torch.autocast(device.name, device.dtype, enabled=mixed):
                logits = net(seen)
            gap = logits.float().sigmoid() - images[chosen]
            optimiser.zero_grad(set_to_none=True)
            (gap.abs().mean() + gap.square().mean()).backward()
            optimiser.step()
        yield epoch + 1


def _predictor(to_features: Map, net: nn.Sequential) -> Predictor:
    @torch.inference_mode()
    def predict(views: np.ndarray) -> np.ndarray:
        parts = torch.from_numpy(to_features(views)).split(MODELS)
        return torch.cat([net(part) for part in parts]).sigmoid().numpy()

    return predict
