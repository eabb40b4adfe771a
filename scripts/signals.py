"""Observe all models of one arm: what the adversary may see of each.

python scripts/signals.py --settings '{...}' --data data.npz --design design.npz
    --shards shard-*.safetensors --output signals.npz --models models.csv

`signals.npz` holds, for each BatchNorm mode, `signals.<mode>` float64 [models, points, queries],
the logit-scaled confidence in the true label, and `label.<mode>` int16 [models, points], the class
given to the first query, with `member` bool [models, points], `row` and `label` [points] (which
record of the data, its class), `target` [attacked] (positions among the
points), `poison_label` [attacked], `prior` and `true` [points] (see `Design`), `queries`, `pool`
(rows that models 2k and 2k + 1 share out) and `promised` (epsilon and delta of the defence where
one row is replaced, not numbers if it promises none).
`models.csv` has the accuracies of each model, how much of its training set is poison (see
`inference.games.shares`) and what its defence dropped. A shard is believed only if its manifest
shows the settings and inputs asked for now.
"""

from functools import partial

import numpy as np
import pandas as pd
import torch

from program import configured, parsed, plugin, read_npz, run, write_csv, write_npz
from shards import observing_parser, trained
from truthserum.data.stored import read
from truthserum.inference.games.base import Design
from truthserum.inference.games.shares import poison_rows, poison_shares
from truthserum.options import checked
from truthserum.seeds import experiment_seed
from truthserum.training import device as devices
from truthserum.training.batches import batches_of
from truthserum.training.observe import modes, observe
from truthserum.training.recipe import Augmentation, Recipe
from truthserum.training.shard import content_of


def promised_of(training, size):
    """Epsilon and delta of training on `size` rows of which one is replaced: float64 [2]."""
    defence = plugin("defence", training["defence"])
    guarantee = defence.guarantee(checked(Recipe, training["recipe"], "recipe"), size)
    return np.array([guarantee.epsilon, guarantee.delta] if guarantee else [np.nan, np.nan])


def main():
    arguments = observing_parser(__doc__.splitlines()[0])
    options = parsed(arguments)

    settings, training = options.settings, options.settings["training"]
    torch.set_num_threads(options.threads)
    with devices.acquire(options.device, training["precision"]) as device:
        data = read(options.data)
        design = configured("design", Design, read_npz(options.design))
        seed = experiment_seed(training["seed"], training["experiment"])
        architecture = plugin("model", training["model"])
        size = len(data.train_y)
        x = np.concatenate([data.train_x, design.extra_x])
        y = np.concatenate([data.train_y, design.extra_y])
        poison = poison_rows(design, size)
        asked, test, poisons = (
            batches_of(data, rows, Augmentation(), device)
            for rows in (x[design.asked], data.test_x, x[poison])
        )
        label = y[design.asked]
        models = range(settings["models"])
        game = plugin("game", training["game"])
        held = game.trained(size, design, seed, models)
        member = held[:, design.asked]
        seen, told, rows = {}, {}, []
        content = content_of(options.data, options.design)
        for model, tensors, made in trained(options.shards, settings, content):
            net = architecture.build(1, asked.shape, data.classes)
            net.load_state_dict(tensors)
            ask = partial(observe, net.to(device.name).eval(), size=settings["observed_batch"])
            for mode in modes(net):
                signals, answers = ask(asked, label, settings["queries"], mode)
                seen.setdefault(mode, []).append(signals)
                told.setdefault(mode, []).append(answers.astype(np.int16))
            # The last mode is the one that a deployed model runs in.
            tested = ask(test, data.test_y, ["identity"], mode)[1] == data.test_y
            fitted = ask(poisons, y[poison], ["identity"], mode)[1] == y[poison]
            correct = answers[0] == label
            rows.append(
                {
                    "model": model,
                    "test_accuracy": tested.mean(),
                    "train_accuracy": correct[member[model]].mean(),
                    "poison_accuracy": fitted.mean() if fitted.size else np.nan,
                    **made,
                }
            )
    target = design.attacked
    labels = dict(zip(design.targets, design.labels, strict=True))
    arrays = {
        "member": member,
        "row": design.record,
        "label": label,
        "target": target,
        "poison_label": np.array([labels[row] for row in design.record[target]]),
        "prior": design.prior,
        "true": design.true,
        "queries": np.array(settings["queries"]),
        "pool": np.array((held[0] != held[1]).sum()),
        "promised": promised_of(training, held[0].sum()),
        **{f"signals.{mode}": np.concatenate(parts) for mode, parts in seen.items()},
        **{f"label.{mode}": np.concatenate(parts) for mode, parts in told.items()},
    }
    write_npz(options.output, arrays)
    write_csv(options.models, pd.DataFrame(rows).assign(**poison_shares(design, size, held)))


if __name__ == "__main__":
    run(main, devices.DeviceError)
