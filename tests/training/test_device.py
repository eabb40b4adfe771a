import os

import pytest
import torch

from truthserum.sentences import DeviceError
from truthserum.training import device as devices
from truthserum.training import lease as leases
from truthserum.training.device import Device, acquire, choose
from truthserum.training.lease import lease

CUDNN, PRODUCTS = torch.backends.cudnn, torch.backends.cuda.matmul
FLAGS = [(CUDNN, "benchmark"), (CUDNN, "deterministic"), (CUDNN, "allow_tf32")]
FLAGS += [(PRODUCTS, "allow_tf32")]
ATTENTION = ("flash_sdp", "mem_efficient_sdp", "cudnn_sdp")


@pytest.fixture
def no_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)


@pytest.fixture
def two_gpus(monkeypatch, tmp_path):
    """As if torch saw two GPUs; locks go to a folder of the test."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: True)
    monkeypatch.setattr(torch.cuda, "set_device", lambda number: None)
    monkeypatch.setattr(leases, "LOCKS", tmp_path)
    monkeypatch.setattr(devices, "_started", [])
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    before = [getattr(flags, name) for flags, name in FLAGS]
    kernels = [getattr(torch.backends.cuda, f"{name}_enabled")() for name in ATTENTION]
    yield
    for name, value in zip(ATTENTION, kernels, strict=True):
        getattr(torch.backends.cuda, f"enable_{name}")(value)
    for (flags, name), value in zip(FLAGS, before, strict=True):
        setattr(flags, name, value)


def test_precision():
    assert choose("cpu", "float32") == Device("cpu", torch.float32)
    assert choose("cpu", "bfloat16") == Device("cpu", torch.bfloat16)
    assert choose("cpu", "auto").dtype in (torch.float32, torch.bfloat16)


def test_automatic_precision_is_that_of_the_processor(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: True)
    for flags, expected in (("sse avx512f", torch.float32), ("avx512_bf16", torch.bfloat16)):
        listing = tmp_path / "cpuinfo"
        listing.write_text(f"flags : {flags}\n")
        monkeypatch.setattr(devices, "Path", lambda path, listing=listing: listing)
        assert choose("cpu", "auto").dtype == expected


def test_automatic_precision_is_float32_where_torch_has_no_one_dnn(monkeypatch):
    monkeypatch.setattr(torch.ops, "mkldnn", object())  # as on Apple silicon
    assert choose("cpu", "auto").dtype == torch.float32


def test_cuda_that_is_not_there(no_cuda):
    assert choose("auto", "float32").name == "cpu"
    message = "device is 'cuda', but torch sees no CUDA device here; allowed are"
    with pytest.raises(DeviceError, match=message):
        choose("cuda", "float32")


def test_automatic_takes_cuda_where_there_is_one(two_gpus):
    assert choose("auto", "auto") == Device("cuda", torch.bfloat16)
    assert choose("cpu", "float32").name == "cpu"


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("gpu", "auto"), "device is 'gpu', allowed are auto, cpu, cuda"),
        (("cpu", "float16"), "precision is 'float16', allowed are auto, bfloat16, float32"),
    ],
)
def test_unknown_names(names, message):
    with pytest.raises(ValueError, match=message):
        choose(*names)


def test_arrays_are_placed():
    placed = Device("cpu", torch.float32).place(torch.arange(3).numpy())
    assert placed.tolist() == [0, 1, 2]


def test_acquire_leases_a_gpu_unless_the_cpu_was_asked_for(two_gpus):
    with acquire("auto", "auto") as device:
        assert device.name == "cuda"
        assert os.environ["CUDA_VISIBLE_DEVICES"] == "0"
    assert "CUDA_VISIBLE_DEVICES" not in os.environ
    with acquire("cpu", "float32") as device:
        assert device.name == "cpu"
        assert "CUDA_VISIBLE_DEVICES" not in os.environ


def test_a_gpu_that_is_leased_is_the_one_computed_on(two_gpus, monkeypatch):
    """Where CUDA had started before, and sees all GPUs whatever the environment says since."""
    chosen = []
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    with acquire("cuda", "float32"), acquire("cuda", "float32"):
        assert chosen == [0]  # the second finds that the first has chosen
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with acquire("cuda", "float32"):
        assert chosen == [0]


def test_on_a_gpu_nothing_is_left_to_chance_nor_to_tf32(two_gpus):
    CUDNN.benchmark = PRODUCTS.allow_tf32 = True
    with acquire("cuda", "float32"):
        found = [getattr(flags, name) for flags, name in FLAGS]
        attention = [getattr(torch.backends.cuda, f"{name}_enabled")() for name in ATTENTION]
    assert found == [False, True, False, False]
    assert attention == [False, False, False]


def test_the_gpu_that_cuda_started_on_is_the_one_that_is_leased_again(two_gpus, monkeypatch):
    """Which is then the only one that torch counts, as its first."""
    started = []

    def count():
        return 1 if started or leases.VISIBLE in os.environ else 2

    monkeypatch.setattr(torch.cuda, "device_count", count)
    with lease(["0"], environment={}) as other:
        assert other == "0"
        for _ in range(2):
            with acquire("cuda", "float32"):
                started.append(True)
                assert os.environ[leases.VISIBLE] == "1"
    with acquire("cuda", "float32"):
        assert os.environ[leases.VISIBLE] == "1"


def test_of_several_gpus_that_a_user_chose_each_job_has_its_own(two_gpus, monkeypatch):
    chosen = []
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    monkeypatch.setenv(leases.VISIBLE, "GPU-5e,GPU-7a")
    with acquire("cuda", "float32"):
        assert os.environ[leases.VISIBLE] == "GPU-5e"
        with lease(["GPU-5e", "GPU-7a"], environment={}) as other:
            assert other == "GPU-7a"
    assert os.environ[leases.VISIBLE] == "GPU-5e,GPU-7a"
    assert chosen == [0]  # by its place in the list, where CUDA sees both


def test_memory_is_given_back_with_the_gpu(two_gpus, monkeypatch):
    given = []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: given.append(dict(os.environ)))
    with acquire("cuda", "float32"):
        assert not given
    assert [each[leases.VISIBLE] for each in given] == ["0"]  # before anybody else has it
