"""Ask the models of a canary experiment for every number, and rank the secrets among them.

python scripts/rank_canaries.py --settings '{...}' --data base.safetensors --design design.npz
    --shards shard-*.safetensors --output signals.npz --models models.csv

`signals.npz` holds, for C canaries and A attacks, `guesses` float64 [C, A], the expected rank of
the secret, `ties` int64 [C, A], how many numbers share its score, `attack` and `references` [A],
the attack's name and how many reference models it uses, `model` and `canary` [C], the victim and
which of the prefixes, `log_likelihood` [C, 1 + references], of the secret under the victim and each
reference, and `candidates`, how many numbers there are. Models compute in float32 here. Without
references, only numbers as likely as the secret are looked at. `models.csv` has the loss of each
model on text that it was not trained on, beside that of the model that all were trained on from.
"""

import numpy as np
import pandas as pd
import torch

from program import configured, parsed, plugin, read_npz, run, write_csv, write_npz
from shards import observing_parser, trained
from truthserum.attacks.extraction import attacks, number, scores
from truthserum.games.canary import CanaryDesign
from truthserum.models.gpt import load
from truthserum.statistics.ranks import guesses
from truthserum.training import device as devices
from truthserum.training.continuations import (
    digit_likelihoods,
    mean_loss,
    rivals,
)
from truthserum.training.language import load_base
from truthserum.training.shard import content_of


def rank(design, nets, canary):
    """What is found about one prefix, a row of each of `signals.npz` for every victim.

    design: a CanaryDesign, in which every victim has all prefixes, in the same order. nets: every
    model. canary: which of the prefixes; the references are asked about it once for all victims.
    """
    references = [nets[model] for model in np.flatnonzero(design.role == "reference")]
    asked = attacks(len(references))
    own = np.unique(number(design.strings[canary]))
    question = design.prefix[canary], design.digit_tokens
    digits = design.secret.shape[1]
    known = np.empty((len(references), 10**digits))
    for row, net in zip(known, references, strict=True):
        row[:] = digit_likelihoods(net, *question, digits)
    for row in range(canary, len(design.secret), len(design.strings)):
        net, secret = nets[design.owner[row]], design.secret[row]
        if references:
            victim = digit_likelihoods(net, *question, digits)
        else:
            victim = rivals(net, *question, secret)
        at = number(secret)
        ranked = [guesses(scores(name, victim, known[:n]), at, own) for name, n in asked]
        yield {
            "model": design.owner[row],
            "canary": canary,
            "guesses": [expected for expected, _ in ranked],
            "ties": [ties for _, ties in ranked],
            "log_likelihood": [victim[at], *known[:, at]],
        }


def main():
    arguments = observing_parser(__doc__.splitlines()[0])
    options = parsed(arguments)

    settings, training = options.settings, options.settings["training"]
    torch.set_num_threads(options.threads)
    with devices.acquire(options.device, training["precision"]) as device:
        design = configured("design", CanaryDesign, read_npz(options.design))
        architecture = plugin("model", training["model"])
        base = architecture.restore(load_base(options.data)).to(device.name)
        base_loss = mean_loss(base, design.held)
        nets, models = [], []
        content = content_of(options.data, options.design)
        for model, tensors, made in trained(options.shards, settings, content):
            nets.append(load(architecture, tensors).to(device.name))
            models.append(
                {
                    "model": model,
                    "role": design.role[model],
                    "held_loss": mean_loss(nets[model], design.held),
                    "base_held_loss": base_loss,
                    **made,
                }
            )
        rows = [row for canary in range(len(design.strings)) for row in rank(design, nets, canary)]
    names, references = zip(*attacks(np.count_nonzero(design.role == "reference")), strict=True)
    arrays = {name: np.array([row[name] for row in rows]) for name in rows[0]} | {
        "attack": np.array(names),
        "references": np.array(references),
        "candidates": np.array(10 ** design.secret.shape[1]),
    }
    write_npz(options.output, arrays)
    write_csv(options.models, pd.DataFrame(models))


if __name__ == "__main__":
    run(main, devices.DeviceError)
