"""Observe all models of one arm: what the adversary may see of each.

python scripts/observe.py --settings '{"leak": "inference", "training": {...}, "models": 8,
    "models_per_shard": 4, ...}' --data data.npz --design design.npz --shards shard-*.safetensors
    --output signals.npz --models models.csv

What the settings of a leak are, and what it sees, its `observe` says. A shard is believed only if
its manifest shows the settings and inputs asked for now. Then what is kept beside inputs goes.
"""

from program import parsed, run, write_csv

import torch

from shards import computing, trained
from truthserum import registry
from truthserum.stages import Observing
from truthserum.storage.arrays import read_npz, write_npz
from truthserum.storage.kept import clear, sweep
from truthserum.storage.manifests import content_of
from truthserum.training import device as devices


def main() -> None:
    options = parsed(computing(__doc__, "data", "design", "output", "models", shards="+"))
    settings = options.settings
    torch.set_num_threads(options.threads)
    observe = registry.load("observe", settings["leak"])
    columns = registry.load("columns", settings["leak"])["models"]
    with devices.acquire(options.device, settings["training"]["precision"]) as device:
        job = Observing(settings, options.data, read_npz(options.design), device)
        content = content_of(options.data, options.design)
        arrays, models = observe(job, trained(options.shards, settings, content))
    write_npz(options.output, arrays)
    write_csv(options.models, columns.checked("models", models))
    clear([options.data, *options.shards])  # a base model is trained, too
    sweep(options.shards)


if __name__ == "__main__":
    run(main, devices.DeviceError)
