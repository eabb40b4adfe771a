"""The door `scores`: predictions of one model, or signals of several, that were made elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.attacks import is_paired
from truthserum.audit.analysis.released import Released
from truthserum.audit.data.arrays import read_arrays
from truthserum.audit.data.own import coded, group_of
from truthserum.audit.data.tables import check_rows, column, numbers, read_table, with_classes
from truthserum.audit.doors.replies import check_finite, confidences
from truthserum.audit.options import Scores
from truthserum.audit.products import Records
from truthserum.sentences import listed, nearest
from truthserum.storage.files import DataError

PREFIX = "p_"
YES, NO = {"true", "1", "1.0", "yes"}, {"false", "0", "0.0", "no"}


@dataclass(frozen=True)
class Given:
    """answers: of M models on P records. label: the class of each, text [P]; groups: by name."""

    answers: Answers
    label: np.ndarray
    groups: Mapping[str, np.ndarray]

    def of(self, records: np.ndarray) -> "Given":
        """Those on some of the records."""
        groups = {name: of[records] for name, of in self.groups.items()}
        return Given(self.answers.of(records), self.label[records], groups)


def read(scores: Scores) -> Given:
    """What is in the file; DataError, one sentence, for what cannot be audited."""
    path = Path(scores.file)
    given = _arrays(path) if path.suffix.lower() == ".npz" else _table(read_table(path), scores)
    member, signals = given.answers.member, given.answers.confidence
    for k, inside in enumerate(member):
        if inside.all() or not inside.any():
            raise DataError(
                f"scores: found all records {'in' if inside.all() else 'out'} for model {k}, "
                "allowed are members and others"
            )
    _, first, of = np.unique(member, axis=0, return_index=True, return_inverse=True)
    if len(again := np.flatnonzero(first[of] < np.arange(len(member)))):
        raise DataError(
            f"scores: found the members of model {first[of][again[0]]} again for model {again[0]}, "
            "allowed are others for each, as one of them tells what the other held (give the mean "
            "of their signals as those of one)"
        )
    _check_pairs(member)
    if not np.ptp(signals, axis=1).any():
        raise DataError("scores: found one signal for all records, allowed are signals that differ")
    return given


def _check_pairs(member: np.ndarray) -> None:
    """DataError where a model tells what another one held, and is not drawn together with it."""
    rows = {inside.tobytes(): k for k, inside in enumerate(member)}
    for k, inside in enumerate(member):
        other = rows.get((~inside).tobytes())
        if other is not None and not is_paired(member):
            raise DataError(
                f"scores: found that model {k} holds just the records that model {other} does not, "
                "allowed are such pairs as models 2k and 2k + 1 throughout, or none, as one of a "
                "pair tells what the other held"
            )


def _arrays(path: Path) -> Given:
    signals, member = read_arrays(path, "signals", "member")
    if signals.ndim != 2 or member.shape != signals.shape:
        raise DataError(
            f"{path}: found signals {signals.shape} and member {member.shape}, allowed is one "
            "shape [models, records]"
        )
    check_rows(signals.shape[1] * min(1, len(signals)), "scores")
    if signals.dtype.kind not in "fiub":
        raise DataError(f"{path}: found signals of {signals.dtype}, allowed are numbers")
    if member.dtype != bool and not np.isin(member, (0, 1)).all():
        raise DataError(f"{path}: found other members than true, false, 1 and 0")
    for each in signals:
        check_finite(each, np.arange(len(each)), "scores")
    answers = Answers(signals.astype(float), member.astype(bool), None)
    return Given(answers, np.full(signals.shape[1], "all"), {})


def _table(table: pd.DataFrame, scores: Scores) -> Given:
    check_rows(len(table), "scores")
    member = _members(table, scores.member, "scores.member")
    groups = {n: group_of(column(table, n, "scores.groups"), n) for n in scores.groups}
    if scores.label is None:
        signal = numbers(table, ["signal"], "scores")[:, 0]
        check_finite(signal, np.arange(len(table)), "scores")
        answers = Answers.of_one(signal, member)
        return Given(answers, np.full(len(table), "all"), groups)
    label = column(table, scores.label, "scores.label")
    code, present = coded(label, "scores.label")
    table = with_classes(table, present, PREFIX)
    others = table.columns.drop([scores.label, scores.member, *scores.groups], errors="ignore")
    names = [str(name).removeprefix(PREFIX) for name in others if str(name).startswith(PREFIX)]
    missing = [name for name in present if name not in names]
    if not names:
        raise DataError(
            f"scores: found no column {PREFIX}<class>, allowed are probabilities, a column for "
            f"each class ({listed(present)}), or, with label left out, a column signal, larger "
            "where a record fits better, such as minus the loss"
        )
    if missing:
        close = nearest(PREFIX + missing[0], [PREFIX + name for name in names])
        raise DataError(
            f"scores: found no column {PREFIX}{missing[0]}{close}, allowed is "
            f"one for each class ({listed(present)})"
        )
    probabilities = numbers(table, [PREFIX + name for name in names], "scores")
    codes = np.array([names.index(name) for name in present])[code]
    confidence, right = confidences(
        probabilities, codes, names, "probabilities", np.arange(len(table)), "scores"
    )
    answers = Answers.of_one(confidence, member, right)
    return Given(answers, np.array(present)[code], groups)


def read_released(path: Path, records: Records, output: str) -> Released:
    """Predictions of a released model on rows of the user's data, of those asked about.

    Without those that are out although a row of their unit is in: the model has seen an equal row,
    or one of the same subject, so that they are neither members nor others. DataError for rows that
    are none, that stand twice, or of which all or none are members.
    """
    table = with_classes(read_table(path), records.classes, PREFIX)
    codes, asked = records.label, np.flatnonzero(records.asked)
    rows = column(table, "record", "released")
    if not pd.api.types.is_integer_dtype(rows) or not rows.between(0, len(codes) - 1).all():
        raise DataError(f"released: found other records than rows 0 to {len(codes) - 1}")
    if rows.duplicated().any():
        raise DataError(f"released: found record {rows[rows.duplicated()].iloc[0]} twice")
    table = table[rows.isin(asked)].sort_values("record")
    rows = table["record"].to_numpy()
    member = _members(table, "member", "released")
    clear = member | ~np.isin(records.unit[rows], records.unit[rows[member]])
    table, rows, member = table[clear], rows[clear], member[clear]
    if not len(rows) or member.all() or not member.any():
        raise DataError("released: found no members, or nobody else, among the records asked about")
    kind = "signal" if output == "signal" else "probabilities"
    names = ["signal"] if kind == "signal" else [PREFIX + name for name in records.classes]
    answer = numbers(table, names, "released")
    answer = answer[:, 0] if kind == "signal" else answer
    confidence, right = confidences(answer, codes[rows], records.classes, kind, rows, "released")
    return Released(Answers.of_one(confidence, member, right), np.searchsorted(asked, rows))


def _members(table: pd.DataFrame, name: str, where: str) -> np.ndarray:
    words = column(table, name, where).astype(object).map(str).str.strip().str.lower()
    unknown: Sequence[str] = sorted(set(words) - YES - NO)
    if unknown:
        raise DataError(
            f"{where}: found {listed(unknown[:5])}, allowed are true and false, 1 and 0, yes and no"
        )
    return words.isin(YES).to_numpy()
