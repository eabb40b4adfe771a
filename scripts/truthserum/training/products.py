"""What training makes: shards of consecutive models, what decides them, where they were made."""

import hashlib
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from truthserum.storage.files import DataError, is_file, replacing
from truthserum.storage.kept import Place
from truthserum.storage.manifests import verified
from truthserum.training.device import Device
from truthserum.training.footprint import peak_bytes

Tensors = dict[str, torch.Tensor]  # of models, by name, with a leading model axis


@dataclass(frozen=True)
class Scratch(Place):
    """Finished stacks of a shard that nobody has read yet (see `kept`): no kill costs them.

    A stack is taken up again only if its key is that of the shard in hand, and if it is what was
    kept, to the bit.
    """

    def path(self, models: Sequence[int]) -> Path:
        return self.folder / f"models-{models[0]:05d}-{models[-1]:05d}.safetensors"

    def load(self, models: Sequence[int]) -> Tensors | None:
        """The tensors of a finished stack, or None."""
        if not is_file(self.path(models)):  # a pipe would be waited for
            return None
        try:
            with safe_open(self.path(models), "pt") as file:
                found = file.metadata() or {}
            if found.get("key") != self.key:
                return None
            tensors = load_file(self.path(models))
            return tensors if found.get("sha256") == _sha256(tensors) else None
        except (OSError, SafetensorError):  # not to be read, or cut short
            return None

    def save(self, models: Sequence[int], tensors: Tensors) -> None:
        """Keep a finished stack."""
        with replacing(self.path(models)) as part:
            save_tensors(part, tensors, {"key": self.key, "sha256": _sha256(tensors)})


def _sha256(tensors: Tensors) -> str:
    """Of the names and bytes of tensors on the CPU."""
    digest = hashlib.sha256()
    for name, value in sorted(tensors.items()):
        digest.update(f"{name}\0".encode())
        digest.update(value.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def save_tensors(path: Path, tensors: Tensors, metadata: dict[str, str] | None = None) -> None:
    """Write tensors; what goes wrong there is an OSError, as for any other file."""
    try:
        save_file(tensors, path, metadata)
    except SafetensorError as error:
        raise OSError(str(error)) from error


def load_models(path: Path, models: Iterable[int]) -> Iterator[tuple[int, Tensors]]:
    """The models of a shard file, one after the other: (model index, tensors [1, ...] by name).

    Raises DataError if the file is not a whole safetensors file.
    """
    try:
        tensors = load_file(verified(path))
    except SafetensorError as error:
        raise DataError(
            f"{path} is cut short or altered ({error}); delete it and run again"
        ) from error
    for k, model in enumerate(models):
        yield model, {name: value[k : k + 1] for name, value in tensors.items()}


def peak_gigabytes() -> float:
    """The most memory that this process has had, in units of 2^30 bytes."""
    return peak_bytes() / 2**30


def rounding(device: Device) -> dict[str, Any]:
    """What changes digits by rounding, and nothing else."""
    name, precision = device.names
    return {"device": name, "precision": precision, "threads": torch.get_num_threads()}


def provenance(device: Device) -> dict[str, Any]:
    """Where a product was made, and with what."""
    return {
        "device": torch.cuda.get_device_name() if device.name == "cuda" else platform.machine(),
        "visible_devices": os.environ.get("CUDA_VISIBLE_DEVICES"),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "torch": torch.__version__,
        },
        "peak_gigabytes": round(peak_gigabytes(), 3),
    }
