"""Observing the models of a membership or attribute game: their confidences and labels.

The arrays are, for each BatchNorm mode, `signals.<mode>` float64 [models, points, queries], the
logit-scaled confidence in the true label, and `label.<mode>` int16 [models, points], the class
given to the first query, with `member` bool [models, points], `row` and `label` [points] (which
record of the data, its class), `target` [attacked] (positions among the points), `poison_label`
[attacked], `prior` and `true` [points] (see `Design`), `queries`, `pool` (rows that models 2k and
2k + 1 share out) and `promised` (epsilon and delta of the defence where one row is replaced, not
numbers if it promises none). The rows have the accuracies of each model, how much of its training
set is poison (see `inference.games.shares`) and what its defence dropped.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from truthserum.data.stored import labelled
from truthserum.inference.games.base import Design
from truthserum.inference.games.shares import poison_rows, poison_shares
from truthserum.options import build, checked
from truthserum.registry import configured
from truthserum.seeds import experiment_seed
from truthserum.stages import Observing, Trained
from truthserum.training.batches import batches_of
from truthserum.training.observe import ask, modes
from truthserum.training.recipe import Augmentation, Recipe


def observe(job: Observing, trained: Trained) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """(arrays by name, a row for each model), both as above.

    trained: (model, tensors, made) one by one. Settings are training, models, queries and
    observed_batch.
    """
    settings, training = job.settings, job.settings["training"]
    data = labelled(job.data)
    design = configured("design", Design, job.design)
    seed = experiment_seed(training["seed"], training["experiment"])
    architecture = build("model", training["model"])
    size = len(data.train_y)
    x, y = design.joined(data)
    poison = poison_rows(design, size)
    queried, test, poisons = (
        batches_of(data, rows, Augmentation(), job.device)
        for rows in (x[design.asked], data.test_x, x[poison])
    )
    label = y[design.asked]
    game = build("game", training["game"])
    held = game.trained(size, design, seed, range(settings["models"]))
    member = held[:, design.asked]
    seen: dict[str, list[np.ndarray]] = {}
    told: dict[str, list[np.ndarray]] = {}
    rows = []
    for model, tensors, made in trained:
        net = architecture.build(1, queried.shape, data.classes)
        net.load_state_dict(tensors)
        asked = partial(ask, net.to(job.device.name).eval(), size=settings["observed_batch"])
        for mode in modes(net):
            signals, answers = asked(queried, label, settings["queries"], mode)
            seen.setdefault(mode, []).append(signals)
            told.setdefault(mode, []).append(answers.astype(np.int16))
        # The last mode is the one that a deployed model runs in.
        tested = asked(test, data.test_y, ["identity"], mode)[1] == data.test_y
        fitted = asked(poisons, y[poison], ["identity"], mode)[1] == y[poison]
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
    arrays = {
        **_played(design, held),
        "label": label,
        "queries": np.array(settings["queries"]),
        "promised": _promised(training, held[0].sum()),
        **{f"signals.{mode}": np.concatenate(parts) for mode, parts in seen.items()},
        **{f"label.{mode}": np.concatenate(parts) for mode, parts in told.items()},
    }
    return arrays, pd.DataFrame(rows).assign(**poison_shares(design, size, held))


def _played(design: Design, held: np.ndarray) -> dict[str, np.ndarray]:
    """The arrays that no model decides; held: bool [models, N + E], who trains on which rows."""
    target = design.attacked
    labels = dict(zip(design.targets, design.labels, strict=True))
    return {
        "member": held[:, design.asked],
        "row": design.record,
        "target": target,
        "poison_label": np.array([labels[row] for row in design.record[target]]),
        "prior": design.prior,
        "true": design.true,
        "pool": np.array((held[0] != held[1]).sum()),
    }


def _promised(training: Mapping[str, Any], size: int) -> np.ndarray:
    """Epsilon and delta of training on `size` rows of which one is replaced: float64 [2]."""
    defence = build("defence", training["defence"])
    guarantee = defence.guarantee(checked(Recipe, training["recipe"], "recipe"), size)
    return np.array([guarantee.epsilon, guarantee.delta] if guarantee else [np.nan, np.nan])
