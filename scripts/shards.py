"""The shards of an arm: how training programs make them, and observing programs read them."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from program import count, parser, write_json

from truthserum.stages import Trained
from truthserum.storage.files import DataError
from truthserum.storage.kept import kept_of
from truthserum.storage.manifests import content_of, key_of, signing, verified
from truthserum.training import device as devices
from truthserum.training.device import Device
from truthserum.training.products import (
    Scratch,
    Tensors,
    load_models,
    provenance,
    rounding,
    save_tensors,
)
from truthserum.training.spans import spans


def computing(described: str | None, *paths: str, **several: str | int) -> ArgumentParser:
    """A `program.parser` of what computes: on which device, and with how many threads."""
    made = parser(described, *paths, **several)
    made.add_argument("--device", default="auto", choices=devices.DEVICES)
    made.add_argument("--threads", type=count, default=1)
    return made


@dataclass(frozen=True)
class Unfinished:
    """The shard that a training program is to make, by its options."""

    options: Namespace
    device: Device

    @property
    def label(self) -> str:
        """What progress is reported of."""
        return "/".join(self.options.output.with_suffix("").parts[-3:])

    @property
    def how(self) -> dict[str, Any]:
        """What changes digits by rounding, and nothing else."""
        return {"stack": self.options.stack, **rounding(self.device)}

    @cached_property
    def key(self) -> str:
        """What decides whether a shard is this one."""
        content = content_of(self.options.data, self.options.design)
        return key_of({**self.options.settings, "how": self.how}, content)

    @property
    def scratch(self) -> Scratch:
        """Where finished stacks are kept beside the output until the shard is read."""
        return Scratch(kept_of(self.options.output), self.key)

    def finish(self, tensors: Tensors, **made: object) -> None:
        """Write the shard and its manifest, with what else was made of the models."""
        with signing(self.options.output) as part:
            save_tensors(part, tensors)
        record = {"key": self.key, "settings": self.options.settings, "how": self.how}
        record |= {**made, **provenance(self.device)}
        write_json(self.options.manifest, record)


def believe(shard: Path, expected: Mapping[str, Any], content: str) -> dict[str, Any]:
    """The manifest of a shard; DataError if it was made with other settings, code or inputs."""
    path = shard.with_suffix(".json")
    again = f"delete {shard} and {path} and run again"
    try:
        manifest = json.loads(verified(path).read_text("utf-8"))
        key, found, how = manifest["key"], manifest["settings"], manifest["how"]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is not the manifest of a shard ({error}); {again}") from error
    if key == key_of({**expected, "how": how}, content):
        return manifest
    changed = sorted(k for k in expected | found if expected.get(k) != found.get(k))
    what = " and ".join(changed) or "data or design"
    raise DataError(f"{shard} was made with other {what} than asked for now; {again}")


def _check_alike(shards: Sequence[Path], manifests: Sequence[Mapping[str, Any]]) -> None:
    """Raise DataError unless all shards were rounded in one way: a mixture is no arm."""
    ways = [made["how"] for made in manifests]
    for shard, way in zip(shards, ways, strict=True):
        other = sorted(name for name in way if way[name] != ways[0][name])
        if other:
            found, first = (", ".join(f"{n} {w[n]}" for n in other) for w in (way, ways[0]))
            raise DataError(
                f"{shard} was trained with {found}, {shards[0]} with {first}, allowed is one for "
                f"an arm; delete the shards of one of them and run again"
            )


def trained(shards: Sequence[Path], settings: Mapping[str, Any], content: str) -> Trained:
    """Every model in order: (index, tensors, made); all manifests are read first.

    made: seconds of training and, under a defence, the shares of targets, poisons and other rows
    that it dropped.
    """
    asked = spans(settings["models"], settings["models_per_shard"])
    manifests = [
        believe(shard, {**settings["training"], "models": models}, content)
        for shard, models in zip(shards, asked, strict=True)
    ]
    _check_alike(shards, manifests)
    for shard, models, manifest in zip(shards, asked, manifests, strict=True):
        for k, (model, tensors) in enumerate(load_models(shard, range(*models))):
            dropped = {f"dropped_{role}": of[k] for role, of in manifest.get("dropped", {}).items()}
            yield model, tensors, {"seconds": manifest["seconds"][k], **dropped}
