"""Observing all models of an arm as an informed adversary does: their weights, or less.

The arrays are, for each view, `view.<name>` float32 [models, d]: `weights`, all parameters in the
order of the authors' notebook (the bias, then the weights of each layer), with the running
statistics where there are any; `last_layer`, those of the last; `logits`, the outputs for the first
`queries` records of the fixed set. Besides `image` uint8 [models, C, H, W], `label` and `role` of
each private record, `fixed_image` uint8 [F, C, H, W], `candidates` int64 [released, 8] (models),
`confidence` float32 [models, released] and, if training saw noisy gradients, `loglikelihood`
float64 [released, 8]. The rows have the accuracy of each model on the fixed set, and that of
released models on the test images that are not in it.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import torch

from truthserum.data.images import Images
from truthserum.options import build
from truthserum.reconstruction.game import InformedDesign, unseen
from truthserum.reconstruction.views import VIEWS, Probe, views_of
from truthserum.registry import configured
from truthserum.stages import Observing, Trained


def observe(job: Observing, trained: Trained) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """(arrays by name, a row for each model), both as above.

    trained: (model, tensors, made) one by one. Settings are training, models, `seen` (names of
    views) and queries. ValueError for a view that there is not.
    """
    settings = job.settings
    training, views = settings["training"], settings["seen"]
    if unknown := set(views) - set(VIEWS):
        raise ValueError(f"seen: found {sorted(unknown)}, allowed are {', '.join(VIEWS)}")
    device = replace(job.device, dtype=torch.float32)  # what is seen is as exact as it can be
    data = Images.load(job.data)
    design = configured("design", InformedDesign, job.design)
    fixed = data.train_x[design.fixed]
    net = build("model", training["model"]).build(1, data.shape, data.classes).eval()
    net.to(device.name)
    known = Probe.of(fixed, data.train_y[design.fixed], device)
    new = unseen(data.test_x, fixed)  # where both parts were pooled, some are not
    test = Probe.of(data.test_x[new], data.test_y[new], device)
    secret = Probe.of(design.x[: design.released], design.y[: design.released], device)

    arrays: dict[str, np.ndarray] = {}
    rows, likelihoods = [], []
    confidence = np.empty((settings["models"], design.released), np.float32)
    for model, tensors, made in trained:
        if "loglikelihood" in tensors:
            likelihoods.append(tensors.pop("loglikelihood"))
        net.load_state_dict(tensors)
        logits = known.logits(net)
        seen = views_of(net.state_dict(), logits[: settings["queries"]])
        for name in views:
            shape = settings["models"], seen[name].numel()
            array = arrays.setdefault(f"view.{name}", np.empty(shape, np.float32))
            array[model] = seen[name].cpu().numpy()
        confidence[model] = secret.confidence(secret.logits(net))
        # Nobody asks how good a model is that the adversary has trained.
        tested = test.accuracy(test.logits(net)) if model < design.released else np.nan
        rows.append(
            {
                "model": model,
                "role": design.role[model],
                "test_accuracy": tested,
                "train_accuracy": known.accuracy(logits),
                "seconds": made["seconds"],
            }
        )
    if likelihoods:
        arrays["loglikelihood"] = torch.cat(likelihoods[: design.released]).numpy()
    arrays |= {
        "image": design.x,
        "label": design.y,
        "role": design.role,
        "fixed_image": fixed,
        "candidates": design.candidates,
        "confidence": confidence,
    }
    return arrays, pd.DataFrame(rows)
