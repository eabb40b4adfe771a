"""Numbers that a document names by experiment, arm and measure, looked up in the tables of a scale.

Each function of `LOOK_UPS` returns a record that JSON can hold, and raises ValueError unless there
is exactly one such row.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from truthserum.findings.facts import FACTS
from truthserum.findings.statements import NOT_FOUND, rows_at

DIGITS = 6  # significant ones that are kept
GROUPS = {"inference": "targets", "extraction": "canaries", "reconstruction": "weights"}
ROLES = {"inference": "all", "extraction": "victim", "reconstruction": "released"}


@dataclass(frozen=True)
class Call:
    """What a template asks for: the name of a look-up, and what it is called with."""

    name: str
    arguments: tuple[object, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    scale: str = "laptop"

    def __str__(self) -> str:
        """As it is written in a template, options in the order of their names."""
        options = dict(self.options)
        if self.scale != "laptop":
            options["scale"] = self.scale
        named = [f"{name}={json.dumps(value)}" for name, value in sorted(options.items())]
        return f"{self.name}({', '.join([*map(json.dumps, self.arguments), *named])})"

    @property
    def experiment(self) -> str | None:
        """The experiment that it is a number of; None of a ledger of all."""
        if self.name == "ledger":
            return self.options.get("experiment")
        at = {"value": 0, "change": 0, "seeds": 0, "cell": 1}.get(self.name)
        return None if at is None else str(self.arguments[at])


@dataclass(frozen=True)
class Results:
    """The tables of a scale by name, and of each experiment what its figures show.

    tables: those of arms have the columns experiment and arm, as text. shown: leak, attack and mode
    by experiment.
    """

    tables: Mapping[str, pd.DataFrame]
    shown: Mapping[str, Mapping[str, str]]

    def look_up(self, call: Call) -> dict[str, Any]:
        """The record that a call asks for."""
        if call.name not in LOOK_UPS:
            raise ValueError(f"{call}: found {call.name}, allowed are {', '.join(LOOK_UPS)}")
        try:
            found = LOOK_UPS[call.name](self, *call.arguments, **call.options)
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError(f"{call}: {error}") from error
        return {name: _kept(value) for name, value in found.items()}

    def rows(self, table: str, **where: object) -> pd.DataFrame:
        """The rows whose columns have these values, compared as text."""
        return rows_at(self.tables[table], where)

    def row(self, table: str, **where: object) -> dict[str, Any]:
        """The one row whose columns have these values."""
        found = self.rows(table, **where).to_dict("records")
        if len(found) != 1:
            raise ValueError(f"{table}: found {len(found)} rows, allowed is one with {where}")
        return found[0]

    def place(self, experiment: str, measure: str, **given: str) -> dict[str, str]:
        """Where a measure stands: what the figures show, where nothing else is given."""
        shown = self.shown[experiment]
        leak = shown["leak"]
        usual = {"attack": shown["attack"], "group": GROUPS.get(leak), "mode": shown["mode"]}
        if measure in FACTS:
            usual = {"attack": "none", "group": "models", "mode": ROLES[leak]}
        return {"experiment": experiment, **usual, **given, "measure": measure}


@dataclass
class Asked:
    """Answers calls from the tables where they are at hand, else from what is kept; keeps all.

    results: those of a scale. kept: records by call. numbers: what was answered, by call. used: the
    scale and name of each experiment that numbers were taken from.
    """

    scale: str
    results: Results
    kept: Mapping[str, Any]
    numbers: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, call: Call) -> Mapping[str, Any] | None:
        """The record that a call asks for; None of what nobody measured yet."""
        of_all = call.experiment is None and call.name in self.results.tables
        if call.scale == self.scale and (of_all or call.experiment in self.results.shown):
            record: Mapping[str, Any] | None = self.results.look_up(call)
        else:
            record = self.kept.get(str(call))
        if call.experiment and record:
            self.used.add((call.scale, call.experiment))
        self.numbers[str(call)] = record
        return record


def _kept(value: object) -> object:
    """A number to `DIGITS` digits, nothing for what is no number; all else as it is."""
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(f"{value:.{DIGITS}g}")
    if isinstance(value, list):
        return [_kept(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value


def value(results: Results, experiment: str, arm: object, measure: str, **place: str) -> dict:
    """A measure of an arm, with its interval and the decisions behind it."""
    row = results.row("metrics", arm=arm, **results.place(experiment, measure, **place))
    return {name: row[name] for name in ("value", "low", "high", "positives", "negatives")}


def change(results: Results, experiment: str, arm: object, measure: str, **place: str) -> dict:
    """An arm beside the one it is compared with: both, their difference and ratio, and the answer.

    The answer is that of the statement on this comparison, after correction; without a statement
    that of the interval alone, and `asked` is false.
    """
    at = results.place(experiment, measure, **place)
    row = results.row("differences", arm=arm, **at)
    ends = {
        end: results.row("metrics", **{**at, "arm": name})
        for end, name in {"": arm, "reference_": row["reference"]}.items()
    }
    stated = results.rows("statements", arm=arm, **{**at, "reference": row["reference"]})
    moved = "raised" if row["low"] > 0 else "lowered" if row["high"] < 0 else NOT_FOUND
    return {
        **{f"{end}{key}": ends[end][key] for end in ends for key in ("value", "low", "high")},
        "difference": row["difference"],
        "difference_low": row["low"],
        "difference_high": row["high"],
        **{key: row[key] for key in ("ratio", "ratio_low", "ratio_high", "coarse")},
        "answer": stated["answer"].iloc[0] if len(stated) else moved,
        "asked": len(stated) > 0,
    }


def seeds(results: Results, experiment: str, arm: object, measure: str, **place: str) -> dict:
    """What other seeds gave: [seed, value of the arm] of each.

    Of an arm that is compared with another: [seed, value of the other, value of the arm].
    """
    at = results.place(experiment, measure, **place)
    compared = results.rows("differences", arm=arm, **at)["reference"]
    columns = [
        results.rows("seeds", **{**at, "arm": name}).set_index("seed")["value"]
        for name in (*compared, arm)
    ]
    return {
        "seeds": [
            [int(seed), *(column[seed] for column in columns)] for seed in sorted(columns[-1].index)
        ]
    }


def cell(
    results: Results,
    table: str,
    experiment: str,
    arm: object,
    column: str,
    ends: tuple[str, str] | None = None,
    **where: object,
) -> dict:
    """A cell of a table of an arm, with the columns that hold the ends of its interval."""
    row = results.row(table, experiment=experiment, arm=arm, **where)
    names = dict(zip(("low", "high"), ends or (), strict=False))
    return {"value": row[column]} | {end: row[name] for end, name in names.items()}


def ledger(results: Results, verdict: str, experiment: str | None = None) -> dict:
    """How many claims have a verdict (or `any`), and which: all, or those of an experiment."""
    where = {"verdict": None if verdict == "any" else verdict, "experiment": experiment}
    found = results.rows("ledger", **{name: one for name, one in where.items() if one})
    return {"count": len(found), "claims": list(found["claim"]) if verdict != "any" else []}


LOOK_UPS: dict[str, Callable[..., dict]] = {
    "value": value,
    "change": change,
    "seeds": seeds,
    "cell": cell,
    "ledger": ledger,
}
