"""Observe all models of one arm: what the adversary may see of each.

python scripts/signals.py --settings '{...}' --data data.npz --design design.npz
    --shards shard-*.safetensors --output signals.npz --models models.csv

`signals.npz` holds, for each BatchNorm mode, `signals.<mode>` float64 [models, points, queries],
the logit-scaled confidence in the true label, with `member` bool [models, points], `row` and
`label` [points] (where in the pool, true class), `target` [targets] (the attacked, as positions
among the points), `poison_label` [targets] and `queries`. `models.csv` has the accuracies of each
model. A shard is believed only if its manifest shows the settings and inputs asked for now.
"""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from program import configured, parsed, parser, plugin, read_npz, run, write_csv, write_npz
from truthserum.data.files import DataError
from truthserum.data.images import Images
from truthserum.games.base import Design
from truthserum.seeds import experiment_seed
from truthserum.training import device as devices
from truthserum.training.batches import ImageBatches
from truthserum.training.observe import modes, observe
from truthserum.training.recipe import Augmentation
from truthserum.training.shard import content_of, key_of, load_models


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
    """Every model in order: (index, tensors, seconds of training); all manifests are read first."""
    manifests = [
        believe(shard, {**settings["training"], "models": models}, content)
        for shard, models in zip(shards, settings["shards"], strict=True)
    ]
    for shard, models, manifest in zip(shards, settings["shards"], manifests, strict=True):
        loaded = load_models(shard, range(*models))
        for (model, tensors), seconds in zip(loaded, manifest["seconds"], strict=True):
            yield model, tensors, seconds


def main():
    arguments = parser(__doc__.splitlines()[0])
    for name in ("data", "design", "output", "models"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--shards", type=Path, nargs="+", required=True)
    arguments.add_argument("--device", default="auto", choices=devices.DEVICES)
    arguments.add_argument("--threads", type=int, default=1)
    options = parsed(arguments)

    settings, training = options.settings, options.settings["training"]
    torch.set_num_threads(options.threads)
    with devices.acquire(options.device, training["precision"]) as device:
        images = Images.load(options.data)
        design = configured("design", Design, read_npz(options.design))
        seed = experiment_seed(training["seed"], training["experiment"])
        architecture = plugin("model", training["model"])
        asked, test, extra = (
            ImageBatches(x, Augmentation(), device)
            for x in (images.train_x[design.asked], images.test_x, design.extra_x)
        )
        label = images.train_y[design.asked]
        models = range(settings["models"])
        secrets = plugin("game", training["game"]).secrets(len(images.train_y), seed, models)
        member = secrets[:, design.asked]
        seen, rows = {}, []
        content = content_of(options.data, options.design)
        for model, tensors, seconds in trained(options.shards, settings, content):
            net = architecture.build(1, images.shape, images.classes)
            net.load_state_dict(tensors)
            ask = partial(observe, net.to(device.name).eval(), size=settings["batch"])
            for mode in modes(net):
                signals, correct = ask(asked, label, settings["queries"], mode)
                seen.setdefault(mode, []).append(signals)
            # The last mode is the one that a deployed model runs in.
            tested = ask(test, images.test_y, ["identity"], mode)[1]
            fitted = ask(extra, design.extra_y, ["identity"], mode)[1]
            rows.append(
                {
                    "model": model,
                    "test_accuracy": tested.mean(),
                    "train_accuracy": correct[0][member[model]].mean(),
                    "poison_accuracy": fitted.mean() if fitted.size else np.nan,
                    "seconds": seconds,
                }
            )
    arrays = {
        "member": member,
        "row": design.asked,
        "label": label,
        "target": np.searchsorted(design.asked, design.targets),
        "poison_label": design.labels,
        "queries": np.array(settings["queries"]),
        **{f"signals.{mode}": np.concatenate(parts) for mode, parts in seen.items()},
    }
    write_npz(options.output, arrays)
    write_csv(options.models, pd.DataFrame(rows))


if __name__ == "__main__":
    run(main, devices.DeviceError)
