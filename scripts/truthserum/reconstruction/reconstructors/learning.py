"""How a reconstructor network learns from shadow models."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
from torch import nn

from truthserum.models.activations import ACTIVATIONS
from truthserum.reconstruction.reconstructors.base import Fitted, Predictor, Study
from truthserum.reconstruction.reconstructors.features import Map
from truthserum.reconstruction.reconstructors.network import Network
from truthserum.reconstruction.reconstructors.rmsprop import RMSprop
from truthserum.training.device import Device
from truthserum.training.midway import NOT_KEPT, Midway, NotKept
from truthserum.training.products import Scratch
from truthserum.training.progress import Progress
from truthserum.training.recipe import SCHEDULES

OPTIMISERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adamw": partial(torch.optim.AdamW, fused=True),
    "rmsprop": RMSprop,
}
MODELS = 1000  # reconstructed at a time, which bounds the memory that layers take


def tried(network: Network, study: Study, device: Device) -> Iterator[Fitted]:
    """The network after each look, trained on the shadow models with each kind of features.

    Where the study has a place for it, it goes on from what an interrupted run has kept there.
    """
    shadows = len(study.shadows.views)
    parts = max(1, shadows // network.batch)
    epochs = max(network.epochs, -(-network.steps // parts))
    looks = np.linspace(epochs, 0, network.looks, endpoint=False).round()
    label = f"{type(network).__name__.lower()} on {shadows:,} models"
    progress = Progress(label, len(network.features) * epochs * shadows)
    for number, features in enumerate(network.features):
        seen, to_features = study.seen(features)
        x, images = device.place(seen), device.place(study.shadows.images)
        generator = torch.Generator().manual_seed(int(study.rng.integers(2**63)))
        net = network.build(x.shape[1], study.shadows.shape, generator).to(device.name)
        midway = _midway(study, number, device)
        course = _train(network, net, x, images, epochs, parts, device, study.rng, midway)
        for epoch, counted in course:
            (progress.advance if counted else progress.skip)(shadows)
            if epoch in looks:
                predict = _predictor(to_features, midway.after(epoch, net), network.output)
                yield study.judge(predict, features=str(features), epochs=epoch)


def _midway(study: Study, number: int, device: Device) -> Midway | NotKept:
    """Where the network with such features, counted from 0, is kept."""
    if study.place is None:
        return NOT_KEPT
    scratch = Scratch(study.place.folder / str(number), study.place.key)
    return Midway.within(scratch, str(number), device, lambda done: None)


def _train(
    network: Network,
    net: nn.Module,
    x: torch.Tensor,
    images: torch.Tensor,
    epochs: int,
    parts: int,
    device: Device,
    rng: np.random.Generator,
    midway: Midway | NotKept,
) -> Iterator[tuple[int, bool]]:
    """Train in epochs of so many parts, and stop after each: (which, whether it was made now).

    Those that an earlier run has made are gone through once more without a step, so that what is
    random afterwards is the same.
    """
    rates = {"lr": network.lr, "weight_decay": network.weight_decay}
    optimiser = OPTIMISERS[network.optimiser](net.parameters(), **rates)
    generator = torch.Generator(device.name).manual_seed(int(rng.integers(2**63)))
    pixels = ACTIVATIONS[network.output].layer()
    mixed = device.dtype != torch.float32
    done = midway.restore(net, optimiser)
    for epoch in range(epochs):
        order = torch.from_numpy(rng.permutation(len(x))).to(device.name)
        for part, chosen in enumerate(order.tensor_split(parts)):
            for group in optimiser.param_groups:
                progress = (epoch + part / parts) / epochs
                group["lr"] = network.lr * SCHEDULES[network.schedule](progress)
            seen = x[chosen]
            if network.noise:
                seen += torch.empty_like(seen).normal_(0, network.noise, generator=generator)
            if epoch < done:
                continue
            with torch.autocast(device.name, device.dtype, enabled=mixed):
                ends = net(seen)
            gap = pixels(ends.float()) - images[chosen]
            optimiser.zero_grad(set_to_none=True)
            (gap.abs().mean() + gap.square().mean()).backward()
            optimiser.step()
        if epoch >= done:
            keep = midway.keep if epoch + 1 < epochs else midway.save
            keep(net, optimiser, epoch + 1)
        yield epoch + 1, epoch >= done


def _predictor(to_features: Map, net: nn.Module, output: str) -> Predictor:
    pixels = ACTIVATIONS[output].layer()

    @torch.inference_mode()
    def predict(views: np.ndarray) -> np.ndarray:
        parts = torch.from_numpy(to_features(views)).split(MODELS)
        return pixels(torch.cat([net(part) for part in parts])).numpy()

    return predict
