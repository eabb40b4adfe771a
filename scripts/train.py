"""Train a run of consecutive models of one arm.

python scripts/train.py --settings '{"leak": "inference", "models": [0, 4], ...}' --data data.npz
    --design design.npz --output shard-000.safetensors --manifest shard-000.json --stack 4

What the settings of a leak are, its `train` says. `--stack` and `--device` say how fast, the
settings say what: only they decide whether a result is still good. Finished stacks are kept beside
the output until `observe.py` has read the shard.
"""

from program import count, parsed, run

import torch

from shards import Unfinished, computing
from truthserum import registry
from truthserum.stages import Training
from truthserum.storage.arrays import read_npz
from truthserum.storage.kept import alone
from truthserum.training import device as devices
from truthserum.training.lockstep import Diverged


def main() -> None:
    arguments = computing(__doc__, "data", "design", "output", "manifest")
    arguments.add_argument("--stack", type=count, default=1, help="models trained in lockstep")
    options = parsed(arguments)
    settings = options.settings
    torch.set_num_threads(options.threads)
    train = registry.load("train", settings["leak"])
    with devices.acquire(options.device, settings["precision"]) as device:
        shard = Unfinished(options, device)
        job = Training(
            settings=settings,
            data=options.data,
            design=read_npz(options.design),
            models=range(*settings["models"]),
            stack=options.stack,
            device=device,
            scratch=shard.scratch,
            label=shard.label,
        )
        with alone(options.output):
            tensors, made = train(job)
            shard.finish(tensors, **made)


if __name__ == "__main__":
    run(main, Diverged, devices.DeviceError)
