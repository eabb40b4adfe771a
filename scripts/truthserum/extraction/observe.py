"""Asking the models of a canary experiment for every number: where the secrets rank."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from truthserum.extraction.attacks import attacks, number, scores
from truthserum.extraction.continuations import digit_likelihoods, mean_loss, rivals
from truthserum.extraction.game import CanaryDesign
from truthserum.extraction.language import load_base
from truthserum.extraction.models.network import Network, load
from truthserum.options import build
from truthserum.registry import configured
from truthserum.stages import Observing, Trained
from truthserum.statistics.ranks import guesses


def observe(job: Observing, trained: Trained) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """(arrays by name, a row for each model) of `trained`: (model, tensors, made) one by one.

    The arrays are, for C canaries and A attacks, `guesses` float64 [C, A], the expected rank of the
    secret, `ties` int64 [C, A], how many numbers share its score, `attack` and `references` [A],
    the attack's name and how many reference models it uses, `model` and `canary` [C], the victim
    and which of all canaries, `log_likelihood` [C, 1 + references], of the secret under the victim
    and each of its references, `candidates`, how many numbers there are, and `poison_share`,
    poisons over the windows that a model was trained on. Models compute in float32 here. Without
    references, only numbers as likely as the secret are looked at. The rows have the loss of each
    model on text that it was not trained on, beside that of the model that all were trained on
    from.
    """
    training = job.settings["training"]
    design = configured("design", CanaryDesign, job.design)
    architecture = build("model", training["model"])
    game = build("game", training["game"])
    base = architecture.restore(load_base(job.data)).to(job.device.name)
    base_loss = mean_loss(base, design.held)
    nets, models = [], []
    for model, tensors, made in trained:
        nets.append(load(architecture, tensors).to(job.device.name))
        models.append(
            {
                "model": model,
                "role": design.role[model],
                "poison_share": game.poison_share,
                "held_loss": mean_loss(nets[model], design.held),
                "base_held_loss": base_loss,
                **made,
            }
        )
    rows = [_rank(design, nets, canary) for canary in range(len(design.secret))]
    names, references = zip(*attacks(len(design.references(0))), strict=True)
    arrays = {name: np.array([row[name] for row in rows]) for name in rows[0]} | {
        "attack": np.array(names),
        "references": np.array(references),
        "candidates": np.array(10 ** design.secret.shape[1]),
        "poison_share": np.array(game.poison_share),
    }
    return arrays, pd.DataFrame(models)


def _rank(design: CanaryDesign, nets: Sequence[Network], canary: int) -> dict[str, Any]:
    """What is found about one canary: a row of each of the arrays by canary."""
    model, secret = design.owner[canary], design.secret[canary]
    net, references = nets[model], [nets[one] for one in design.references(model)]
    question, at = (design.prefix[canary], design.digit_tokens), int(number(secret))
    if references:
        victim, *others = (digit_likelihoods(n, *question, len(secret)) for n in (net, *references))
    else:
        victim, others = rivals(net, *question, secret), []
    own = np.unique(number(design.strings[canary]))
    known = np.array(others).reshape(-1, len(victim))
    ranked = [
        guesses(scores(name, victim, known[:n]), at, own) for name, n in attacks(len(references))
    ]
    return {
        "model": model,
        "canary": canary,
        "guesses": [expected for expected, _ in ranked],
        "ties": [ties for _, ties in ranked],
        "log_likelihood": [victim[at], *known[:, at]],
    }
