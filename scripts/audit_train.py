"""Train one pair of models of an audit by a user's function or program, and ask both.

python scripts/audit_train.py --settings '{"name": "loans", "arm": "clean", "pair": 0,
    "options": {}, "poisoned": false, "audit": {...}, "fingerprints": {...}}'
    --records records.npz --source loans.csv --output pair-000.npz

Models 2k and 2k + 1 hold complementary halves. Kept are their answers, no weights and no data: of
each model as soon as it was asked, beside the output, until `audit_measure.py` has read that.
--exposed: who leaves. --secrets: what is guessed.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from program import parsed, parser, run

import numpy as np

from truthserum.audit import poison
from truthserum.audit.by_function import train as by_function
from truthserum.audit.onion import is_idle, read_leavers
from truthserum.audit.options import Audit
from truthserum.audit.orders import Lent, Order, Trained
from truthserum.audit.products import Pair, Records, digest_of
from truthserum.audit.protected import Protected
from truthserum.audit.replies import confidences
from truthserum.data.files import DataError
from truthserum.data.kept import alone
from truthserum.data.manifests import key_of
from truthserum.options import checked
from truthserum.seeds import Purpose, audit_seed, stream
from truthserum.training.footprint import peak_bytes
from workflow.user_code import check_unedited

RUNNER = Path(__file__).with_name("run_user.py")
SEEDS = 2**31  # what every library takes


def orders_of(
    records: Records,
    settings: Mapping[str, Any],
    audit: Audit,
    leaving: np.ndarray,
    secrets: Sequence[Path] = (),
) -> list[Order]:
    """What each of two models is trained on and asked; alike in all arms but poison and leavers.

    leaving: bool [N]. secrets: the file of a protected column, if it is what they are asked about.
    """
    seed, pair = audit_seed(audit.seed), settings["pair"]
    member = records.presence.coins(seed, range(pair, pair + 1)).member & ~leaving
    asked = np.flatnonzero(records.asked)
    added = poison.nobody()
    if settings["poisoned"]:
        added = poison.draw(asked, records.label, audit.targets, audit.poison, seed)
    held = [np.flatnonzero(row) for row in member]
    sets = [(np.append(rows, added.rows), np.append(rows, added.labels)) for rows in held]
    lent = None
    for path in secrets:
        assert audit.protect is not None
        guessed = Protected.load(path)
        asked, lent = guessed.asked, Lent(audit.protect, guessed.lent)
    models = range(2 * pair, 2 * pair + 2)
    seeds = [int(stream(seed, Purpose.WEIGHTS, k).integers(SEEDS)) for k in models]
    return [
        Order(records.label, records.classes, asked, *of, own, settings["options"], lent)
        for of, own in zip(sets, seeds, strict=True)
    ]


def train(audit: Audit, order: Order) -> Trained:
    """By the door that the audit has."""
    if audit.door == "command":
        from truthserum.audit.by_command import train  # and pandas, which takes a second

        return train(audit, order)
    return by_function(audit, order, RUNNER)


def asked_of(audit: Audit, records: Records, order: Order, key: str) -> Pair:
    """One of the models, trained and asked."""
    start = time.perf_counter()
    trained = train(audit, order)
    wall = round(time.perf_counter() - start, 3)
    codes = records.label[order.asked]
    where = f"{audit.door} (output: {audit.output})"
    confidence, right = confidences(
        trained.answer, codes, records.classes, audit.output, order.asked, where
    )
    pair = Pair(confidence[None], None if right is None else right[None], {})
    made = {
        "key": key,
        "seconds": [trained.seconds],
        "wall": wall,
        "version": trained.version,
        "libraries": trained.libraries,
        "memory": peak_bytes(with_programs=True),
        "beside": pair.bytes,
        "temporary": trained.temporary,
    }
    return replace(pair, made=made)


def kept(path: Path, key: str) -> Pair | None:
    """What an earlier run had finished, which was stopped or whose end Snakemake did not see."""
    try:
        return Pair.load(path, key)
    except (OSError, DataError):  # not there, cut short, or of other settings
        return None


def pair_of(
    audit: Audit, records: Records, orders: Sequence[Order], key: str, code: str, to: Path
) -> Pair:
    """Both models; each is kept in the folder `to` and not trained again.

    OptionError where one was to be trained by other code than that of this fingerprint.
    """
    found = []
    for k, order in enumerate(orders):
        path = to / f"model-{k}.npz"
        one = kept(path, key)
        if one is None:
            check_unedited(audit, code)
            one = asked_of(audit, records, order, key)
            one.save(path)
        found.append(one)
    return Pair.joined(found)


def main() -> None:
    arguments = parser(__doc__, "records", "source", "output", exposed="*", secrets="*")
    arguments.add_argument("--seconds", type=float, default=3600, help="limit of one training")
    options = parsed(arguments)
    settings = options.settings
    audit = checked(Audit, {**settings["audit"], "minutes": options.seconds / 60}, settings["name"])
    records = Records.load(options.records)
    given = options.records, options.source, *options.exposed, *options.secrets
    key = key_of(settings, digest_of(*given))
    leaving = read_leavers(options.exposed, len(records.label))
    if is_idle(settings["arm"], leaving):
        Pair.idle(int(records.asked.sum()), audit.output != "signal", key).save(options.output)
        return
    orders = orders_of(records, settings, audit, leaving, options.secrets)
    with alone(options.output) as folder:
        code = settings["fingerprints"]["user"]
        pair_of(audit, records, orders, key, code, folder).save(options.output)


if __name__ == "__main__":
    run(main)
