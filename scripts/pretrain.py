"""Make the base model of a canary experiment: a tokenizer and a language model of a text.

python scripts/pretrain.py --settings '{"model": {"gpt": {}}, "recipe": {"epochs": 1,
    "batch": 16, "lr": 0.003}, "vocabulary": 1024, "seed": 1, "experiment": "canary",
    "precision": "auto"}' --data text.npz --output base.safetensors --manifest base.json

Trained on the training documents. Those that it is not trained on, as tokens, are kept beside
the weights: they are the text that the experiment's models go on to train on. These are the test
documents, and where no step is made, as with published weights, all of them. What a kill has
interrupted goes on from what is kept beside the output until `observe.py` has run.
"""

import os
import time

from program import parsed, run, write_json

import torch

from shards import computing
from truthserum.data.corpus import Corpus
from truthserum.data.stored import read
from truthserum.data.text import Text
from truthserum.extraction import language
from truthserum.extraction.recipe import Recipe
from truthserum.extraction.tokens import digit_tokens, encode, start_token, windows_of
from truthserum.options import build, checked
from truthserum.seeds import Purpose, experiment_seed, stream
from truthserum.storage.files import DataError
from truthserum.storage.kept import alone
from truthserum.storage.manifests import content_of, key_of
from truthserum.training import device as devices
from truthserum.training.lockstep import Diverged
from truthserum.training.midway import Midway
from truthserum.training.products import Scratch, provenance, rounding
from truthserum.training.progress import Progress


def main() -> None:
    options = parsed(computing(__doc__, "data", "output", "manifest"))

    settings = options.settings
    torch.set_num_threads(options.threads)
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)  # of the tokenizer
    acquired = devices.acquire(options.device, settings["precision"])
    with acquired as device, alone(options.output) as folder:
        text = read(options.data)
        if not isinstance(text, Text):
            raise DataError(f"{options.data} is not a text")
        architecture = build("model", settings["model"])
        recipe = checked(Recipe, settings["recipe"], "recipe")
        seed = experiment_seed(settings["seed"], settings["experiment"])

        start = time.monotonic()
        tokenizer, net = architecture.begin(
            text.train, settings["vocabulary"], stream(seed, Purpose.WEIGHTS)
        )
        first, digits = start_token(tokenizer), digit_tokens(tokenizer)
        seen = windows_of(tokenizer, text.train, architecture.context)
        work = recipe.steps(len(seen)) * recipe.batch
        unseen = text.test if work else text.train + text.test
        corpus = Corpus(encode(tokenizer, unseen), first, digits, architecture.context)
        progress = Progress(options.output.stem, work, unit="windows")
        key = key_of(settings, content_of(options.data))
        midway = Midway.within(
            Scratch(folder, key), "base", device, lambda done: progress.skip(done * recipe.batch)
        )
        order = stream(seed, Purpose.ORDER)
        language.train(net, seen, recipe, order, device, "base", progress.advance, midway)
        seconds = midway.before + time.monotonic() - start

        language.save_base(options.output, net, tokenizer, corpus)
        record = {
            "key": key,
            "settings": settings,
            "how": rounding(device),
            "seconds": [seconds],
            "vocabulary": tokenizer.get_vocab_size(),
            "parameters": sum(value.numel() for value in net.parameters()),
            "tokens": {"train": seen.size, "test": len(corpus.tokens)},
            **provenance(device),
        }
        write_json(options.manifest, record)


if __name__ == "__main__":
    run(main, Diverged, devices.DeviceError)
