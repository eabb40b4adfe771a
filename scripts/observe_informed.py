"""Observe all models of one arm as an informed adversary does: their weights, or less.

python scripts/observe_informed.py --settings '{"training": {...}, "shards": [[0, 24], [24, 48]],
    "models": 48, "seen": ["weights", "last_layer", "logits"], "queries": 500}' --data images.npz
    --design design.npz --shards shard-*.safetensors --output signals.npz --models models.csv

`signals.npz` holds for each view `view.<name>` float32 [models, d]: `weights`, all parameters in
the order of the authors' notebook (the bias, then the weights of each layer), with the running
statistics where there are any; `last_layer`, those of the last; `logits`, the outputs for the first
`queries` records of the fixed set. Besides `image` uint8 [models, C, H, W], `label` and `role` of
each private record, `fixed_image` uint8 [F, C, H, W], `candidates` int64 [released, 8] (models)
and, if training saw noisy gradients, `loglikelihood` float64 [released, 8]. `models.csv` has the
accuracy of each model on the fixed set, and that of released models on the test images that are
not in it. A shard is believed only if its manifest shows the settings and inputs asked for now.
"""

import numpy as np
import pandas as pd
import torch

from program import configured, parsed, plugin, read_npz, run, write_csv, write_npz
from shards import observing_parser, trained
from truthserum.data.images import Images
from truthserum.reconstruction.game import InformedDesign, unseen
from truthserum.reconstruction.views import VIEWS, Probe, flat, layers
from truthserum.training import device as devices
from truthserum.training.shard import content_of


def main():
    arguments = observing_parser(__doc__.splitlines()[0])
    options = parsed(arguments)

    settings = options.settings
    training, views = settings["training"], settings["seen"]
    if unknown := set(views) - set(VIEWS):
        raise ValueError(f"seen: found {sorted(unknown)}, allowed are {', '.join(VIEWS)}")
    torch.set_num_threads(options.threads)
    with devices.acquire(options.device, "float32") as device:
        data = Images.load(options.data)
        design = configured("design", InformedDesign, read_npz(options.design))
        fixed = data.train_x[design.fixed]
        net = plugin("model", training["model"]).build(1, data.shape, data.classes).eval()
        net.to(device.name)
        parts = layers(net.state_dict())
        known = Probe.of(fixed, data.train_y[design.fixed], device)
        new = unseen(data.test_x, fixed)  # where both parts were pooled, some are not
        test = Probe.of(data.test_x[new], data.test_y[new], device)
        secret = Probe.of(design.x[: design.released], design.y[: design.released], device)

        arrays, rows, likelihoods = {}, [], []
        confidence = np.empty((settings["models"], design.released), np.float32)
        content = content_of(options.data, options.design)
        for model, tensors, made in trained(options.shards, settings, content):
            likelihoods.append(tensors.pop("loglikelihood", None))
            net.load_state_dict(tensors)
            logits = known.logits(net)
            seen = {
                "weights": flat(tensors, parts),
                "last_layer": flat(tensors, parts[-1:]),
                "logits": logits[: settings["queries"]].flatten(),
            }
            for name in views:
                shape = settings["models"], seen[name].numel()
                array = arrays.setdefault(f"view.{name}", np.empty(shape, np.float32))
                array[model] = seen[name].cpu().numpy()
            confidence[model] = secret.confidence(secret.logits(net))
            rows.append(
                {
                    "model": model,
                    "role": design.role[model],
                    # nobody asks how good a model is that the adversary has trained
                    "test_accuracy": test.accuracy(test.logits(net))
                    if model < design.released
                    else np.nan,
                    "train_accuracy": known.accuracy(logits),
                    "seconds": made["seconds"],
                }
            )
    released = likelihoods[: design.released]
    if released[0] is not None:
        arrays["loglikelihood"] = torch.cat(released).numpy()
    arrays |= {
        "image": design.x,
        "label": design.y,
        "role": design.role,
        "fixed_image": fixed,
        "candidates": design.candidates,
        "confidence": confidence,
    }
    write_npz(options.output, arrays)
    write_csv(options.models, pd.DataFrame(rows))


if __name__ == "__main__":
    run(main, devices.DeviceError)
