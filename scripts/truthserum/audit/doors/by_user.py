"""The doors `function` and `command`: models that a user's code trains, each in its own process."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from truthserum.audit.doors import by_function
from truthserum.audit.doors.orders import Lent, Order, Trained
from truthserum.audit.doors.replies import check_repeats, confidences
from truthserum.audit.game import Game
from truthserum.audit.poison import nobody
from truthserum.audit.products import Pair
from truthserum.audit.protected import Protected
from truthserum.seeds import Purpose, stream
from truthserum.training.footprint import peak_bytes

SEEDS = 2**31  # what every library takes
TWICE = 16  # records, at most, that are asked about again: answers in another order show by them


def orders_of(
    game: Game, settings: Mapping[str, Any], leaving: np.ndarray, guessed: Protected | None = None
) -> list[Order]:
    """What each of two models is trained on and asked; alike in all arms but poison and leavers.

    settings: pair, poisoned and options. leaving: bool [N]. guessed: a protected column, if it is
    what they are asked about.
    """
    records, pair = game.records, settings["pair"]
    member = game.coins(range(pair, pair + 1)).member & ~leaving
    added = game.worst_contributor() if settings["poisoned"] else nobody()
    asked, lent = game.asked, None
    if guessed is not None:
        assert game.audit.protect is not None  # the column of what is guessed
        asked, lent = guessed.asked, Lent(game.audit.protect, guessed.lent)
    orders = []
    for model, inside in enumerate(member, 2 * pair):
        held = np.flatnonzero(inside)
        order = Order(
            codes=records.label,
            classes=records.classes,
            asked=asked,
            rows=np.append(held, added.rows),
            labels=np.append(held, added.labels),
            seed=int(stream(game.seed, Purpose.WEIGHTS, model).integers(SEEDS)),
            options=settings["options"],
            lent=lent,
        )
        orders.append(order)
    return orders


def answered(game: Game, order: Order, key: str, runner: Path) -> Pair:
    """One of the models, trained and asked; runner: see `by_function.train`."""
    audit, classes, asked = game.audit, game.records.classes, len(order.asked)
    again = stream(game.seed, Purpose.ORDER).permutation(asked)[:TWICE]
    order = order.asking(np.append(np.arange(asked), again))
    start = time.perf_counter()
    trained = _train(game, order, runner)
    wall = round(time.perf_counter() - start, 3)
    where = f"{audit.door} (output: {audit.output})"
    codes = order.codes[order.asked]
    confidence, right = confidences(
        trained.answer, codes, classes, audit.output, order.asked, where
    )
    check_repeats(confidence[again], confidence[asked:], where)
    pair = Pair(confidence[None, :asked], None if right is None else right[None, :asked], {})
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


def _train(game: Game, order: Order, runner: Path) -> Trained:
    if game.audit.door == "command":
        from truthserum.audit.doors import by_command  # and pandas, which takes a second

        return by_command.train(game.audit, order)
    return by_function.train(game.audit, order, runner)
