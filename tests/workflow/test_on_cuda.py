"""Every engine on a CUDA device that is not there: an array left on the wrong device fails here."""

import copy
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from fake_cuda import fake_cuda

import rehearse
from truthserum import registry
from truthserum.data.images import Images
from truthserum.extraction import rehearsal as extraction
from truthserum.extraction.continuations import rivals
from truthserum.extraction.models.gpt import Gpt
from truthserum.inference import rehearsal as inference
from truthserum.options import build
from truthserum.reconstruction import rehearsal as reconstruction
from truthserum.stages import Observing
from truthserum.training import device as devices
from truthserum.training import products
from truthserum.training.device import Device
from workflow.experiments import experiments
from workflow.rehearsals import steps_of

# By scale, those that between them use all engines and architectures.
NAMES = {
    "smoke": (
        *("targeted", "untargeted", "attribute_sex", "defended_targeted", "canary_alone"),
        *("informed_mnist", "informed_factors", "informed_privacy"),
    ),
    "workstation": ("informed_cifar10", "informed_notebook"),
    "paper": ("official_demo",),
}
# What is asked of the models of an arm.
OBSERVED = {
    "inference": {
        "training": {
            "game": {"membership": {"targets": 2, "copies": 1}},
            "model": {"cnn": {"width": 4}},
            "recipe": {"epochs": 1, "batch": 4, "lr": 0.1},
            "defence": {"none": {}},
        },
        "queries": ["identity", "mirror"],
        "observed_batch": 5,
    },
    "reconstruction": {
        "training": {
            "game": {"reconstruction": {"fixed": 9, "released": 8, "validation": 8, "shadows": 8}},
            "model": {"mlp": {"widths": [5]}},
        },
        "seen": ["weights", "last_layer", "logits"],
        "queries": 3,
    },
}


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


@pytest.mark.parametrize(
    ("scale", "name"), [(scale, name) for scale, names in NAMES.items() for name in names]
)
def test_the_first_steps_of_every_arm(written, cuda, scale, name):
    config = {**copy.deepcopy(written), "scale": scale, "experiments": name}
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


@pytest.mark.parametrize("leak", OBSERVED)
def test_what_an_adversary_sees(tmp_path, cuda, leak):
    rng, file = np.random.default_rng(0), tmp_path / "data.npz"
    x, y = rng.integers(0, 256, (60, 1, 8, 8), np.uint8), np.arange(60) % 3
    data = Images(x[:50], y[:50], x[50:], y[50:], 3)
    data.save(file)
    training = OBSERVED[leak]["training"] | {"seed": 1, "experiment": "tiny"}
    design = vars(build("game", training["game"]).design(data, 1))
    models = len(design.get("role", range(2)))
    net = build("model", training["model"]).build(1, data.shape, data.classes)
    trained = ((model, net.state_dict(), {"seconds": 1.0}) for model in range(models))
    job = Observing({**OBSERVED[leak], "training": training, "models": models}, file, design, cuda)
    arrays, rows = registry.load("observe", leak)(job, trained)
    assert len(rows) == models and all(array.size for array in arrays.values())


def test_a_language_model_is_asked_for_every_number(cuda):
    """Of several digits, which no rehearsal has time for."""
    net = Gpt(layers=1, width=16, heads=2, context=8).build(20).to(cuda.name)
    net.dtype = cuda.dtype
    assert rivals(net, np.arange(4), np.arange(10), np.arange(3)).shape == (1000,)
