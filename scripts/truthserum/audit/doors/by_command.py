"""The door `command`: a user's program of any language, which reads and writes CSV."""

import shlex
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from truthserum.audit.data.pictures import pictures
from truthserum.audit.data.tables import AS_IT_IS, numbers, read_table, with_classes
from truthserum.audit.doors.orders import Order, Trained, run
from truthserum.audit.options import Audit
from truthserum.sentences import listed, shown
from truthserum.storage.files import DataError, scratch
from truthserum.storage.frames import write_text
from truthserum.training.footprint import bytes_in

MOST_TOLD = 5  # columns in a sentence


def train(audit: Audit, order: Order) -> Trained:
    """Train and ask the model of an order; DataError with the last words of what failed."""
    assert audit.command is not None  # which opens this door
    with scratch() as folder:
        table, label = _as_table(audit, order)
        asking = table.iloc[order.asked]
        if order.lent is not None:
            column = order.lent.column
            asking = asking.copy()
            asking[column] = table[column].to_numpy()[order.lent.rows]
        files = {name: folder / f"{name}.csv" for name in ("train", "ask", "out")}
        chosen = table.iloc[order.rows].reset_index(drop=True)
        chosen[label] = table[label].iloc[order.labels].to_numpy()
        write_text(files["train"], chosen)
        write_text(files["ask"], asking)
        words = [_filled(word, {**files, "seed": order.seed}) for word in audit.command]
        words += [word for key, value in order.options.items() for word in (f"--{key}", str(value))]
        start = time.perf_counter()
        run(words, Path(audit.path), 60 * audit.minutes, audit.command[0])
        seconds = time.perf_counter() - start
        answer = _answered(files["out"], audit, order.classes, len(asking))
        return Trained(answer, seconds, " ".join(map(shlex.quote, audit.command)), bytes_in(folder))


def _filled(word: str, values: Mapping[str, object]) -> str:
    for name, value in values.items():
        word = word.replace(f"{{{name}}}", str(value))
    return word


def _as_table(audit: Audit, order: Order) -> tuple[pd.DataFrame, str]:
    """What a program is given, with the name of its label: of a folder, paths and classes."""
    data = audit.trained_on
    if data.folder is not None:
        paths = [str(path.absolute()) for path in pictures(data.source)]
        labels = np.array(order.classes)[order.codes]
        return pd.DataFrame({"path": paths, "label": labels}), "label"
    path = data.source
    # As text, so that a program is given what is written in the user's file: NA and None, too.
    as_text = {"dtype": str, "keep_default_na": False, **AS_IT_IS}
    csv = path.suffix.lower() == ".csv"
    table = pd.read_csv(path, **as_text) if csv else read_table(path)
    return table.drop(columns=data.hidden), data.label


def _answered(path: Path, audit: Audit, classes: Sequence[str], rows: int) -> np.ndarray:
    if not path.is_file():
        raise DataError("command: found no file {out}, allowed is a table with a row a record")
    table = with_classes(read_table(path, "command: {out}"), classes)
    narrow = audit.output in ("signal", "labels")
    names = [audit.output.removesuffix("s")] if narrow else list(classes)
    missing = [name for name in names if name not in table]
    if missing:
        few = listed(table.columns[:MOST_TOLD])
        raise DataError(
            f"command: found no column {missing[0]} in {{out}}, which begins with {few}, allowed "
            f"is one for each of {listed(names)}"
        )
    if len(table) != rows:
        raise DataError(
            f"command: found {len(table)} rows in {{out}}, allowed are the {rows} of {{ask}}"
        )
    if audit.output == "labels":
        codes, said = {name: k for k, name in enumerate(classes)}, table["label"].map(str)
        if len(other := said[~said.isin(codes)]):
            raise DataError(
                f"command: found the class {shown(other.iloc[0])} in {{out}}, allowed are "
                f"{listed(classes)}"
            )
        table["label"] = said.map(codes)
    found = numbers(table, names, "command")
    return found[:, 0] if narrow else found
