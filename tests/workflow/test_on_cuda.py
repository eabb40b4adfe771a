"""Every engine on a CUDA device that is not there: an array left on the wrong device fails here."""

import copy
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from fake_cuda import fake_cuda

import rehearse
from truthserum import registry
from truthserum.extraction import rehearsal as extraction
from truthserum.inference import rehearsal as inference
from truthserum.models.mlp import Mlp
from truthserum.reconstruction import rehearsal as reconstruction
from truthserum.reconstruction.views import Probe
from truthserum.training import device as devices
from truthserum.training import products
from truthserum.training.device import Device
from workflow.experiments import experiments
from workflow.rehearsals import steps_of

# Of every leak that has steps, those that between them use all of its engines.
NAMES = (
    "targeted",
    "untargeted",
    "attribute_sex",
    "defended_targeted",
    "canary_alone",
    "informed_mnist",
    "informed_factors",
    "informed_privacy",
)


@pytest.fixture(params=[torch.bfloat16, torch.float32], ids=str)
def cuda(request, monkeypatch):
    """The device, which every rehearsal chooses, and what is kept of its tensors: nothing."""
    device = Device("cuda", request.param)
    for leak in (inference, extraction, reconstruction):
        monkeypatch.setattr(leak, "choose", lambda name: device)
    monkeypatch.setattr(devices, "acquire", lambda *_: nullcontext(device))
    monkeypatch.setattr(products, "save_tensors", lambda path, *_: Path(path).touch())
    caches = extraction._begun, reconstruction._fit
    for cache in caches:
        cache.cache_clear()
    with fake_cuda():
        yield device
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize("name", NAMES)
def test_the_first_steps_of_every_arm(written, cuda, name):
    config = {**copy.deepcopy(written), "scale": "smoke", "experiments": name}
    (steps,) = steps_of(experiments(config), config).values()
    data = partial(rehearse.data_of, Path("nowhere"))
    for asked in steps.values():
        registry.load("rehearse", asked["leak"])(asked["settings"], data)


def test_an_array_left_on_the_wrong_device_fails(cuda):
    there = cuda.place(np.ones(3, np.float32))
    assert there.device.type == "cuda"
    for wrong in (lambda: there + torch.ones(3), lambda: there[torch.arange(3)] @ torch.ones(3)):
        with pytest.raises(RuntimeError, match=r"different devices|same device"):
            wrong()
    with pytest.raises(AssertionError, match="allowed is the CPU"):
        there.numpy()
    parameter = torch.nn.Parameter(there)
    parameter.grad = None
    (parameter * 2).sum().backward()
    assert parameter.grad.device.type == "cuda"


def test_what_an_informed_adversary_sees(cuda):
    """Which `reconstruction.observe` asks of each model, and the first steps do not."""
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (6, 1, 4, 4), np.uint8), np.arange(6) % 3
    net = Mlp((5,)).build(1, (1, 4, 4), 3).eval()
    net.to(cuda.name)
    probe = Probe.of(images, labels, replace(cuda, dtype=torch.float32))
    logits = probe.logits(net)
    assert logits.shape == (6, 3)
    assert probe.confidence(logits).shape == (6,)
    assert isinstance(probe.accuracy(logits), float)
