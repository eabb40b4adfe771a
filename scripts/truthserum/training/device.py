"""Where a job computes: device, precision and, on a machine with several GPUs, which one."""

import fcntl
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

DEVICES = ("auto", "cpu", "cuda")
PRECISIONS = ("auto", "bfloat16", "float32")


class DeviceError(RuntimeError):
    """The device that was asked for is not there."""


@dataclass(frozen=True)
class Device:
    """A torch device and the type in which its matrix products are computed."""

    name: str
    dtype: torch.dtype

    def place(self, array):
        """A numpy array as a tensor on the device."""
        return torch.from_numpy(array).to(self.name)


def _bfloat16_is_fast(name):
    if name == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.ops.mkldnn._is_mkldnn_bf16_supported() and _has_bfloat16_instructions()


def _has_bfloat16_instructions():
    # oneDNN also emulates bfloat16, slower than float32
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def choose(device="auto", precision="auto"):
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


def _identifiers():
    """The GPUs of this node, counted without starting CUDA in this process."""
    return [str(i) for i in range(torch.cuda.device_count())]


@contextmanager
def lease(identifiers=None, folder=None, environment=os.environ):
    """Hold one GPU of this machine for the life of the block, by `flock` on a node-local file.

    Yields the identifier, or None when there is nothing to lease: no GPU, or the scheduler has
    chosen already (CUDA_VISIBLE_DEVICES is set). Otherwise sets CUDA_VISIBLE_DEVICES; call it
    before CUDA starts. The kernel drops the lock when the process ends, however it ends. When all
    GPUs are held it waits for the first one.
    """
    identifiers = _identifiers() if identifiers is None else list(identifiers)
    if "CUDA_VISIBLE_DEVICES" in environment or not identifiers:
        yield None
        return
    folder = Path(folder or Path(tempfile.gettempdir()) / f"truthserum-gpu-{os.getuid()}")
    folder.mkdir(parents=True, exist_ok=True)
    handle, identifier = _first_free(identifiers, folder)
    try:
        environment["CUDA_VISIBLE_DEVICES"] = identifier
        yield identifier
    finally:
        del environment["CUDA_VISIBLE_DEVICES"]
        handle.close()


def _first_free(identifiers, folder):
    for identifier in identifiers:
        handle = (folder / f"{identifier}.lock").open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
        else:
            return handle, identifier
    # All are held: queue on one chosen by process, so that waiting jobs spread over the GPUs.
    identifier = identifiers[os.getpid() % len(identifiers)]
    handle = (folder / f"{identifier}.lock").open("w")
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle, identifier
