"""Where a job computes, and how precisely."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import torch

from truthserum.sentences import DeviceError
from truthserum.training.lease import VISIBLE, lease
from truthserum.training.recipe import Precision

_started: list[str] = []  # the GPU that CUDA started on in this process, and the only one it sees
DEVICES = ("auto", "cpu", "cuda")
PRECISIONS = get_args(Precision)


@dataclass(frozen=True)
class Device:
    """A torch device and the type in which its matrix products are computed."""

    name: str
    dtype: torch.dtype

    @property
    def names(self) -> tuple[str, str]:
        """Of both, as manifests have them."""
        return self.name, str(self.dtype).removeprefix("torch.")

    def place(self, array: np.ndarray) -> torch.Tensor:
        """A numpy array as a tensor on the device."""
        return torch.from_numpy(array).to(self.name)


def _bfloat16_is_fast(name: str) -> bool:
    if name == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    # A private operator, which a torch without oneDNN does not have.
    known = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)
    return known is not None and known() and _has_bfloat16_instructions()


def _has_bfloat16_instructions() -> bool:
    # oneDNN also emulates bfloat16, slower than float32
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def choose(device: str = "auto", precision: str = "auto") -> Device:
    """The device for this process.

    "cuda" fails when there is none; "auto" takes CUDA when there is one. Precision "auto" is
    bfloat16 where the machine computes it faster than float32.

    Raises ValueError for unknown names, DeviceError when CUDA is asked for and absent.
    """
    if device not in DEVICES:
        raise ValueError(f"device is {device!r}, allowed are {', '.join(DEVICES)}")
    if precision not in PRECISIONS:
        raise ValueError(f"precision is {precision!r}, allowed are {', '.join(PRECISIONS)}")
    available = device != "cpu" and torch.cuda.is_available()
    if device == "cuda" and not available:
        raise DeviceError(
            "device is 'cuda', but torch sees no CUDA device here; allowed are a machine with one, "
            "or `device: auto` or `device: cpu` in the config"
        )
    name = "cuda" if available else "cpu"
    fast = precision == "bfloat16" or (precision == "auto" and _bfloat16_is_fast(name))
    return Device(name, torch.bfloat16 if fast else torch.float32)


@contextmanager
def acquire(device: str = "auto", precision: str = "auto") -> Iterator[Device]:
    """The device for the life of the block: what `choose` says, and a place on it if it is a GPU.

    Raises what `choose` raises.
    """
    seen = [] if device == "cpu" else _identifiers()
    with lease(_started or seen if seen else []) as leased:
        chosen = choose(device, precision)
        if chosen.name == "cuda":
            if leased and torch.cuda.device_count() > 1:  # it had started, and still sees all
                torch.cuda.set_device(seen.index(leased))
            elif leased:
                _started[:] = [leased]
            repeatable()
        try:
            yield chosen
        finally:
            torch.cuda.empty_cache()  # for whoever holds a place from now on


def _identifiers() -> list[str]:
    """Of the GPUs among which a job may choose, as CUDA_VISIBLE_DEVICES lists or torch counts them.

    Counting does not start CUDA in this process, but where NVML is missing.
    """
    count = torch.cuda.device_count()
    listed = os.environ.get(VISIBLE, "").split(",")
    return listed if count and len(listed) > 1 else [str(i) for i in range(count)]


def repeatable() -> None:
    """Let a GPU give the same digits twice, and float32 be that.

    No TF32, no kernels by chance, and of attention none that adds up in whatever order.
    """
    torch.backends.cuda.enable_flash_sdp(False)
    torch.backends.cuda.enable_mem_efficient_sdp(False)
    torch.backends.cuda.enable_cudnn_sdp(False)
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
