"""The shards of an arm, as the observing programs read them: none is believed unseen."""

import json

from truthserum.data.files import DataError
from truthserum.training.shard import key_of, load_models


def believe(shard, expected, content):
    """The manifest of a shard; DataError if it was made with other settings, code or inputs."""
    path = shard.with_suffix(".json")
    again = f"delete {shard} and {path} and run again"
    try:
        manifest = json.loads(path.read_text())
        key, found = manifest["key"], manifest["settings"]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is not the manifest of a shard ({error}); {again}") from error
    if key == key_of(expected, content):
        return manifest
    changed = sorted(k for k in expected | found if expected.get(k) != found.get(k))
    what = " and ".join(changed) or "data or design"
    raise DataError(f"{shard} was made with other {what} than asked for now; {again}")


def trained(shards, settings, content):
    """Every model in order: (index, tensors, made); all manifests are read first.

    made: seconds of training and, under a defence, the shares of targets, poisons and other rows
    that it dropped.
    """
    manifests = [
        believe(shard, {**settings["training"], "models": models}, content)
        for shard, models in zip(shards, settings["shards"], strict=True)
    ]
    for shard, models, manifest in zip(shards, settings["shards"], manifests, strict=True):
        for k, (model, tensors) in enumerate(load_models(shard, range(*models))):
            dropped = {f"dropped_{role}": of[k] for role, of in manifest.get("dropped", {}).items()}
            yield model, tensors, {"seconds": manifest["seconds"][k], **dropped}
