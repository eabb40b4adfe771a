"""Sentences about what poison, a defence or a recipe does, each with the comparison behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from truthserum.report.numbers import percentage, with_interval
from truthserum.report.sheets import Sheet
from truthserum.report.tables import Cell, Table, table
from truthserum.statistics.paired import holm

PLACE = ("experiment", "arm", "reference", "attack", "group", "mode", "measure")
LEVEL = 0.05
NOT_FOUND = "no difference found"


def rows_at(table: pd.DataFrame, where: Mapping[str, object]) -> pd.DataFrame:
    """The rows whose columns have these values, compared as text."""
    for column, wanted in where.items():
        table = table[table[column].astype(str) == str(wanted)]
    return table


@dataclass(frozen=True)
class Statement:
    """A question, and the columns of `PLACE` that name the comparison which answers it.

    ValueError for a place that is not fully named.
    """

    asks: str
    at: Mapping[str, str]

    def __post_init__(self) -> None:
        if set(self.at) != set(PLACE):
            raise ValueError(
                f"statement {self.asks!r}: at names {sorted(self.at)}, allowed are {PLACE}"
            )


def answer(row: Mapping[str, float]) -> str:
    """What a comparison says: raised, lowered, or no difference found.

    By the interval of the difference, and by the p-value after Holm's correction for all statements
    of the page; what only the interval says is not to be counted on.
    """
    if row["low"] <= 0 <= row["high"]:
        return NOT_FOUND
    found = "raised" if row["low"] > 0 else "lowered"
    return found if row["holm"] < LEVEL else f"{found}, but not after correction"


def statements(asked: Sequence[Statement], differences: pd.DataFrame) -> pd.DataFrame:
    """A row for each statement whose arms were run: the comparison, Holm's p-value, the answer.

    differences: of all experiments, with a column `experiment`.
    """
    found = [(one.asks, rows_at(differences, one.at)) for one in asked]
    rows = [row.assign(asks=asks) for asks, row in found if len(row)]
    if not rows:
        return pd.DataFrame(columns=[*differences.columns, "asks", "holm", "answer"])
    table = pd.concat(rows, ignore_index=True)
    table["holm"] = holm(table["p"].to_numpy(float))
    return table.assign(answer=[answer(row) for row in table.to_dict("records")])


def of_statements(found: pd.DataFrame, seeds: pd.DataFrame, folder: str) -> Table:
    """Each question with its answer, by a paired comparison, and what other seeds gave.

    found: as `statements` makes it. seeds: columns experiment, arm, attack, group, mode, measure,
    seed, value. folder: of the scale, in words.
    """
    columns = [("what", "wide"), ("poison", "number"), ("without", "number")]
    columns += [("with", "number"), ("difference, ratio", "number")]
    columns += [("answer", "name"), ("other seeds", "name")]
    return table(
        "statements",
        "Arms compared pair by pair, with 95 % intervals; p after Holm's correction. Poison: its "
        f"share of the training set. Where: the table below {folder}, and what names the row.",
        [*columns, ("where", "wide")],
        [_cells(row, seeds) for row in found.to_dict("records")],
    )


def _cells(row: Mapping[str, Any], seeds: pd.DataFrame) -> list[Cell | str]:
    place = named(row[key] for key in PLACE[3:])
    found = row["answer"] != NOT_FOUND  # else a ratio says no more than the difference
    return [
        row["asks"],
        percentage(row["poison_share"]),
        f"{row['reference_value']:.3g}",
        f"{row['value']:.3g}",
        Cell(
            _interval(row, "difference", "low", "high"),
            below=_interval(row, "ratio", "ratio_low", "ratio_high", sign="× ") if found else "",
        ),
        Cell(row["answer"] + ", coarse" * row["coarse"], strong=True, below=f"p {row['holm']:.2g}"),
        _spread(row, seeds),
        Cell(
            f"{row['experiment']}/differences.csv",
            below=f"{row['arm']} against {row['reference']}: {place}",
        ),
    ]


def named(place: Iterable[object]) -> str:
    """What names a row, without what does not apply to it."""
    return ", ".join(str(word) for word in place if word != "none")


def sheet(found: pd.DataFrame, seeds: pd.DataFrame, scale: str) -> Sheet:
    """The statements for people; seeds: as of `of_statements`."""
    said = (
        "Each row compares two arms that share their models' secrets, targets and seeds. Intervals "
        "are 95 %: of a difference by Student's t, with the deviation of a bootstrap that draws "
        "the same models and targets in both; rates are compared as the arcsine of their root, on "
        "which an uncertain high rate does not hide how surely it left 0. The answer says a "
        "difference only where the interval excludes none, which is where the p-value of the same "
        f"t is below 5 %, and whether it stands after Holm's correction over the {len(found)} "
        "rows. Coarse: fewer than ten false positives are expected at the rate. Other seeds draw "
        "targets, secrets, weights and batches anew (without → with)."
    )
    made = of_statements(found, seeds, "this folder")
    return Sheet(f"What was found, scale {scale}", [said], {"": made})


def _interval(row: Mapping[str, float], *names: str, sign: str = "") -> str:
    value, low, high = (row[name] for name in names)
    return "" if np.isnan(value) else f"{sign}{with_interval(value, low, high)}"


def _spread(row: Mapping[str, object], seeds: pd.DataFrame) -> str:
    """'without -> with' of each other seed that ran both arms."""
    places = ("experiment", "attack", "group", "mode", "measure")
    same = rows_at(seeds, {column: row[column] for column in places})
    by_seed = same.assign(arm=same["arm"].astype(str)).pivot(
        index="seed", columns="arm", values="value"
    )
    ends = str(row["reference"]), str(row["arm"])
    if not set(ends) <= set(by_seed.columns):
        return ""
    pairs = by_seed[list(ends)].dropna().to_numpy()
    return "; ".join(f"{without:.3g} → {found:.3g}" for without, found in pairs)
