"""Train some models of an audit, one of ours on the user's own records, and ask them.

python scripts/audit_recipe.py --settings '{"name": "loans", "arm": "clean", "models": [0, 8],
    "poisoned": false, "audit": {...}}' --records records.npz --data own.npz --source loans.csv
    --output shard-000.npz

Kept are their answers, no weights and no data. Finished stacks of models are kept beside the output
until `audit_measure.py` has read it. --exposed: who leaves. --secrets: what is guessed.
"""

import time
from collections.abc import Mapping
from typing import Any

from program import parsed, run

import numpy as np
import torch

from shards import computing
from truthserum.audit import linear
from truthserum.audit.data.prepared import versions
from truthserum.audit.doors.by_recipe import train
from truthserum.audit.doors.ours import Ours
from truthserum.audit.game import Game, is_idle, read_leavers
from truthserum.audit.options import Audit
from truthserum.audit.poison import nobody
from truthserum.audit.products import Pair, Records, digest_of
from truthserum.audit.protected import Protected
from truthserum.audit.shards import Asked, Shard
from truthserum.data.stored import labelled
from truthserum.data.tabular import Table
from truthserum.options import build, checked
from truthserum.storage.kept import alone
from truthserum.storage.manifests import key_of
from truthserum.training import device as devices
from truthserum.training.footprint import bytes_in, peak_bytes
from truthserum.training.lockstep import Diverged
from truthserum.training.products import Scratch


def shard_of(game: Game, settings: Mapping[str, Any], leaving: np.ndarray) -> Shard:
    """Which models are trained, and on what; leaving: bool [N]."""
    models = range(*settings["models"])
    coins = game.coins(range(models[0] // 2, models[-1] // 2 + 1))
    added = game.worst_contributor() if settings["poisoned"] else nobody()
    return Shard(models, game.seed, coins.member & ~leaving, added)


def main() -> None:
    arguments = computing(__doc__, "records", "data", "source", "output", exposed="?", secrets="?")
    options = parsed(arguments)
    settings, output = options.settings, options.output
    torch.set_num_threads(options.threads)
    audit = checked(Audit, settings["audit"], settings["name"])
    ours = Ours(settings["model"], audit.recipe, settings["defence"])
    game, data = Game(audit, Records.load(options.records)), labelled(options.data)
    records = game.records
    given = options.records, options.source, options.exposed, options.secrets
    key = key_of(settings, digest_of(*filter(None, given)))
    leaving = read_leavers(options.exposed, len(records.label))
    if is_idle(settings["arm"], leaving):
        Pair.idle(len(game.asked), True, key).save(output)
        return
    shard = shard_of(game, settings, leaving)
    asked = Asked(data.train_x[records.asked], records.label[records.asked])
    if options.secrets:
        assert isinstance(data, Table) and audit.protect  # the options see to it
        guessed = Protected.load(options.secrets)
        each = versions(data, guessed.asked, guessed.lent, audit.protect)
        asked = Asked(each, records.label[guessed.asked])
    start = time.perf_counter()
    architecture = build("model", ours.model)
    where = "cpu" if isinstance(architecture, linear.Glm) else options.device
    with devices.acquire(where, audit.precision) as device, alone(output) as folder:
        scratch = Scratch(folder, " ".join([key, *device.names]))
        if isinstance(architecture, linear.Glm):
            assert isinstance(data, Table)
            answered, seconds = linear.train(architecture, data, shard, asked)
        else:
            answered, seconds = train(ours, data, shard, asked, device, scratch)
        # What was interrupted and gone on with took longer than this process.
        wall = max(time.perf_counter() - start, sum(seconds)) / (len(seconds) / 2)
        made = {
            "key": key,
            "seconds": seconds,
            "wall": round(wall, 3),
            "version": f"torch {torch.__version__}, {device.name}",
            "libraries": {"numpy": np.__version__, "torch": torch.__version__},
            "memory": peak_bytes(with_programs=True),
            "beside": bytes_in(folder),
            "temporary": 0,
        }
        Pair(*answered, made).save(output)


if __name__ == "__main__":
    run(main, Diverged, devices.DeviceError)
