"""What is measured of a GPU, tried on the CPU with tiny numbers, or of a machine without."""

import pytest
import torch

from truthserum.bench.tasks import gpu, gpu_leak
from truthserum.bench.tasks.base import Place
from truthserum.bench.tasks.gpu import Gpu, Watch
from truthserum.bench.tasks.gpu_leak import GpuLeak
from truthserum.sentences import DeviceError
from truthserum.training.device import Device

MODEL = {"cnn": {"width": 2, "depth": 1}}
RECIPE = {"epochs": 3, "batch": 4, "lr": 0.05, "augmentation": {"flip": True, "crop": 2}}
GAME = {"membership": {"targets": 4, "copies": 2, "untargeted": 0}}


@pytest.fixture
def small(monkeypatch):
    for name, value in {"SIDE": 8, "BYTES": 64, "ROUNDS": 2, "SETTLING": 3}.items():
        monkeypatch.setattr(gpu, name, value)


def test_ceilings_digits_and_rates_are_measured(small, images, measured):
    found = measured(Gpu(MODEL, RECIPE, stacks=[2], crowds=[1], device="cpu"), images)
    same = {name: values for name, values in found.items() if name.startswith("largest")}
    again, stacked, network = same.values()
    assert again == (0.0,)
    assert stacked[0] < 1e-5 and network[0] < 1e-5  # the optimiser of a CPU rounds by place
    rates = [values for name, values in found.items() if name not in same]
    assert list(found)[:3] == ["copying", "products of bfloat16", "products of float32"]
    assert list(found)[-3:] == [
        "2 models as one network",
        "2 models each by itself",
        "1 processes",
    ]
    assert all(len(values) == 2 and min(values) > 0 for values in rates)


def test_the_clock_starts_when_training_has_settled(monkeypatch):
    ticks = iter([0.0, 1.0, 2.0, 10.0, 14.0])
    monkeypatch.setattr(gpu, "SETTLING", 4)
    monkeypatch.setattr(gpu, "now", lambda device: next(ticks))
    watch = Watch(Device("cpu", torch.float32))
    for _ in range(6):
        watch(8)
    assert watch.rate() == 16 / 4


def test_a_round_is_timed_by_itself(monkeypatch, images):
    """And not with the rounds that come after it."""
    clock = [0.0]

    def train(fit, gradients, watch):
        for _ in range(20):
            clock[0] += 1
            watch(8)

    monkeypatch.setattr(gpu, "now", lambda device: clock[0])
    monkeypatch.setattr(gpu.lockstep, "train", train)
    monkeypatch.setattr(gpu.stacked, "fit_of", lambda *_: None)
    task = Gpu(MODEL, RECIPE, stacks=[2], crowds=[], device="cpu")
    for found in task.rates(None, images, Device("cpu", torch.float32)):
        assert found.values == (8.0,) * gpu.ROUNDS


def test_both_precisions_play_the_same_game(images, measured):
    task = GpuLeak(MODEL, RECIPE, GAME, models=4, stack=2, device="cpu")
    found = measured(task, images)
    exact, fast, difference = (values[0] for values in found.values())
    assert 0 <= exact <= 1 and 0 <= fast <= 1
    assert difference == pytest.approx(fast - exact)


def test_in_the_same_precision_nothing_differs(images, monkeypatch, measured):
    monkeypatch.setattr(gpu_leak, "Device", lambda name, dtype: Device(name, torch.float32))
    task = GpuLeak(MODEL, RECIPE, GAME, models=4, stack=2, device="cpu")
    assert measured(task, images)["AUC of targets, bfloat16 less float32"] == (0.0,)


def test_a_machine_without_a_gpu_is_told_so(images, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    place = Place(tmp_path, threads=1, precision="auto", data=images)
    for task in (
        Gpu(MODEL, RECIPE, stacks=[1], crowds=[]),
        GpuLeak(MODEL, RECIPE, GAME, models=4, stack=2),
    ):
        with pytest.raises(DeviceError, match="torch sees no CUDA device here"):
            task.measures(place)
