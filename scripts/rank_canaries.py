"""Ask the models of a canary experiment for every number, and rank the secrets among them.

python scripts/rank_canaries.py --settings '{...}' --data base.safetensors --design design.npz
    --shards shard-*.safetensors --output signals.npz --models models.csv

`signals.npz` holds, for C canaries and A attacks, `guesses` float64 [C, A], the expected rank of
the secret, `ties` int64 [C, A], how many numbers share its score, `attack` and `references` [A],
the attack's name and how many reference models it uses, `model` and `canary` [C], the victim and
which of all canaries, `log_likelihood` [C, 1 + references], of the secret under the victim and each
of its references, `candidates`, how many numbers there are, and `poison_share`, poisons over the
windows that a model was trained on. Models compute in float32 here. Without references, only
numbers as likely as the secret are looked at. `models.csv` has the loss of each
model on text that it was not trained on, beside that of the model that all were trained on from.
"""

import numpy as np
import pandas as pd
import torch

from program import configured, parsed, plugin, read_npz, run, write_csv, write_npz
from shards import observing_parser, trained
from truthserum.extraction.attacks import attacks, number, scores
from truthserum.extraction.continuations import digit_likelihoods, mean_loss, rivals
from truthserum.extraction.game import CanaryDesign
from truthserum.extraction.gpt import load
from truthserum.extraction.training import load_base
from truthserum.statistics.ranks import guesses
from truthserum.training import device as devices
from truthserum.training.shard import content_of


def rank(design, nets, canary):
    """What is found about one canary: a row of each of the arrays by canary of `signals.npz`.

    design: a CanaryDesign. nets: every model.
    """
    model, secret = design.owner[canary], design.secret[canary]
    net, references = nets[model], [nets[one] for one in design.references(model)]
    question, at = (design.prefix[canary], design.digit_tokens), number(secret)
    if references:
        victim, *known = (digit_likelihoods(n, *question, len(secret)) for n in (net, *references))
    else:
        victim, known = rivals(net, *question, secret), []
    own = np.unique(number(design.strings[canary]))
    known = np.array(known).reshape(-1, len(victim))
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


def main():
    arguments = observing_parser(__doc__.splitlines()[0])
    options = parsed(arguments)

    settings, training = options.settings, options.settings["training"]
    torch.set_num_threads(options.threads)
    with devices.acquire(options.device, training["precision"]) as device:
        design = configured("design", CanaryDesign, read_npz(options.design))
        architecture = plugin("model", training["model"])
        game = plugin("game", training["game"])
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
                    "poison_share": game.poison_share,
                    "held_loss": mean_loss(nets[model], design.held),
                    "base_held_loss": base_loss,
                    **made,
                }
            )
        rows = [rank(design, nets, canary) for canary in range(len(design.secret))]
    names, references = zip(*attacks(len(design.references(0))), strict=True)
    arrays = {name: np.array([row[name] for row in rows]) for name in rows[0]} | {
        "attack": np.array(names),
        "references": np.array(references),
        "candidates": np.array(10 ** design.secret.shape[1]),
        "poison_share": np.array(game.poison_share),
    }
    write_npz(options.output, arrays)
    write_csv(options.models, pd.DataFrame(models))


if __name__ == "__main__":
    run(main, devices.DeviceError)
