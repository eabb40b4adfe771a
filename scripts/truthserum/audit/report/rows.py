"""The tables of an audit's page."""

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from truthserum.audit.claim import Claim, find
from truthserum.audit.report.images import Tables
from truthserum.audit.report.wording import ALIKE, between, estimate, measured, title, writer
from truthserum.audit.result import Audit, Check
from truthserum.report.numbers import number, percent
from truthserum.report.tables import Cell, Table, table

MOST_ROWS = 2000
PROVEN = (("shows", "name"), ("wins", "number"), ("chance", "number"))
"""Of the table of records, columns that only pairs of models fill: heading and kind."""
UNIT = (
    "How much surer models are of what they were trained on, in the unit of the signal; p is how "
    "often chance alone does as much."
)
COARSE = "Fewer than ten false alarms are expected at this level."
RESULTS = {True: ("passed", "within"), False: ("failed", "exceeds"), None: ("not done", "open")}
"""Of a self-check: its word and its shape."""
MEGABYTES = {"MB of answers": "disk_bytes", "MB of memory for a job": "memory_bytes"}
"""Of the cost, beside its forecast: what is told, and its key."""


def of_records(tables: Tables) -> Table:
    """Who shows first, then by chance; at most `MOST_ROWS`."""
    proven = PROVEN if is_paired(tables.records) else ()
    grouped = bool((tables.records["groups"] != "{}").any())
    columns = [("record", "number"), *proven, ("recognised", "number"), ("class", "name")]
    columns += [("groups", "name")] * grouped
    columns += [(str(name), "name") for name in tables.content.columns]
    caption = (
        "Records are numbered from 0: rows of a table below its header, images in the order of "
        "classes and names. Recognised: in so many of the models that held it, at the lowest share "
        "of false alarms of 0.1, 1 and 10 % that half of all decisions on others can measure. "
        "Printed: the first 100."
    )
    told = bool(proven) or bool(tables.records["tpr"].notna().any())
    if not told and tables.content.empty:  # as of one model: nothing is said of any
        return table("records", caption, columns, [])
    order = tables.records.sort_values(
        ["named", "p", "tpr", "record"], ascending=[False, True, False, True]
    )
    shown = order.head(MOST_ROWS)
    beside = tables.content.reindex(shown["record"]).to_dict("records")
    rows: list[list[Cell | str]] = [
        [*_record(row, bool(proven), grouped), *map(_text, more.values())]
        for row, more in zip(shown.to_dict("records"), beside, strict=True)
    ]
    return table("records", caption, columns, rows)


def is_paired(records: pd.DataFrame) -> bool:
    """Whether there are pairs of models, by which a record can show."""
    return bool((records["pairs"] > 0).any())


def _told(row: Mapping[str, Any]) -> Cell:
    """Of the models that held a record, the share that it was told of; a dash if that is none."""
    if not math.isfinite(row["tpr"]):
        return Cell("–", row["tpr"])
    return Cell(
        f"{percent(row['tpr'])} [{percent(row['low'])}, {percent(row['high'])}]", row["tpr"]
    )


def _record(row: Mapping[str, Any], paired: bool, grouped: bool) -> list[Cell | str]:
    """What is said of a record, whether it shows where models are pairs, and its groups if any."""
    shows = _proven(row) if paired else []
    groups = ", ".join(f"{by}: {value}" for by, value in json.loads(row["groups"]).items())
    cells = [str(row["record"]), *shows, _told(row), _text(row["class"])]
    return [*cells, groups] if grouped else cells


def _proven(row: Mapping[str, Any]) -> list[Cell | str]:
    chance = f"1 in {1 / row['p']:,.0f}" if 0 < row["p"] < 0.01 else number(row["p"])
    wins = Cell(f"{number(row['wins'])} of {row['pairs']}", row["wins"])
    return ["shows" if row["named"] else "–", wins, Cell(chance, row["p"])]


def _text(value: object) -> str:
    """A cell of a table as text; nothing where it is missing."""
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else str(value)


def of_limits(audit: Audit) -> Table:
    """The limits of the policy, each with its verdict."""
    columns = [("limited", "name"), ("measured", "number"), ("limit", "number")]
    columns += [("verdict", "wide"), ("who says so", "wide")]
    caption = "Each measured value with its interval, compared with a limit that somebody set."
    rows: list[list[Cell | str]] = [
        [
            title(one.measure, one.arm, one.group),
            estimate(one),
            writer(one.measure)(one.at_most),
            Cell(one.verdict, shape=one.verdict, below=_begun(one.reason), strong=True),
            one.source,
        ]
        for one in (audit.policy.limits if audit.policy else ())
    ]
    return table("limits", caption, columns, rows)


def of_groups(audit: Audit, told: Claim | None) -> Table:
    """Classes and groups."""
    columns = [("group", "name"), ("asked", "number"), ("show", "number")]
    columns += [("recognised", "number"), ("as the others", "number")]
    what = title(told.measure) if told else "recognised"
    shown = audit.claim("named_records")
    nameable = shown is not None and shown.known
    caption = (
        f"Records that were attacked one by one, how many of them show, and {what}. As the others: "
        "how likely such a difference from all others, or a larger one, would be if there were "
        "none, corrected for the number of groups."
    )
    rows: list[list[Cell | str]] = [
        [
            one.name,
            number(one.records),
            number(one.named) if nameable else "–",
            said(find(one.measures, told.measure) if told else None),
            number(one.p),
        ]
        for one in audit.groups
    ]
    return table("groups", caption, columns, rows)


def of_claims(audit: Audit) -> Table:
    """All that was measured."""
    columns = [("measure", "name"), ("value", "number"), ("p", "number")]
    columns += [("on members", "number"), ("on others", "number"), ("models", "number")]
    columns += [("attack", "name")]
    caption = "All that was measured, with 95 % intervals and the decisions behind it."
    rows: list[list[Cell | str]] = [
        [
            Cell(title(one.measure, one.of), below=_doubt(one)),
            measured(one),
            number(one.p),
            _counted(one.positives),
            _counted(one.negatives),
            _counted(one.models),
            attack_of(one),
        ]
        for one in audit.claims
    ]
    return table("claims", caption, columns, rows)


def _doubt(claim: Claim) -> str:
    """What must be known of a value, or why there is none."""
    if claim.known and not claim.reached:
        return ALIKE
    if claim.measure == "any_leak" and claim.known:
        return UNIT
    return _begun(claim.reason) or COARSE * claim.coarse


def _begun(reason: str) -> str:
    """A reason as the beginning of a sentence."""
    return reason[:1].upper() + reason[1:]


def of_forecast(audit: Audit, told: Claim | None) -> Table:
    """What one pair of models let expect, beside what came of all of them."""
    columns = [("of what", "name"), ("forecast", "number"), ("came", "number")]
    caption = (
        "Forecast from the first pair of models, as audit_plan does before the others are trained. "
        "Intervals are as wide as the first number if decisions on a record are independent from "
        "model to model, and as wide as the second if they are all alike."
    )
    plan = audit.cost.get("forecast")
    if not plan:
        return table("forecast", caption, columns, [])
    clean = plan["arms"]["clean"]
    widths = [percent(clean["width_at_10_percent"][end]) for end in ("least", "most")]
    trainings = sum(plan["trainings"].values()), audit.cost["trainings"]
    rows = [
        ["trainings", *map(number, trainings)],
        ["minutes on one core", *(f"{at['core_seconds'] / 60:.1f}" for at in (plan, audit.cost))],
        *(
            [said, *(f"{at[key] / 1e6:,.1f}" for at in (plan, audit.cost))]
            for said, key in MEGABYTES.items()
        ),
        [
            title("named_records"),
            "measurable" if plan["names_any"] else f"needs {plan['models_to_name']} models",
            said(audit.claim("named_records")),
        ],
        *(
            [title(name), "measurable" if can else "not measurable", said(audit.claim(name))]
            for name, can in clean["measurable"].items()
        ),
        ["width of an interval", f"{' to '.join(widths)} at a rate of 10 %", _width(told)],
    ]
    return table("forecast", caption, columns, rows)


def _width(told: Claim | None) -> str:
    found = told.interval if told else None
    return f"{percent(found.high - found.low)} at {percent(found.value)}" if found else "–"


def of_checks(audit: Audit) -> Table:
    """Tests of the audit itself."""
    columns = [
        ("check", "name"),
        ("result", "name"),
        ("what was found", "wide"),
        ("value", "number"),
    ]
    caption = "Tests of the audit itself. If one that voids it fails, its numbers mean nothing."
    rows: list[list[Cell | str]] = [
        [spaced(one.id), Cell(word, shape=shape), one.says, _checked(one)]
        for one in audit.checks
        for word, shape in [RESULTS[one.passed]]
    ]
    return table("checks", caption, columns, rows)


def _checked(check: Check) -> str:
    """What a self-check found, with its interval if it has one; a dash where it was not done."""
    if check.value is None:
        return number(check.value)
    return between(Claim(check.id, check.value, check.low, check.high), number)


def attack_of(claim: Claim) -> str:
    """Which attack, on which signal, in words."""
    return " on ".join(filter(None, (claim.attack, claim.signal))).replace("_", " ")


def said(claim: Claim | None) -> str:
    """A claim as tables show it; a dash where nobody measured it."""
    return measured(claim) if claim else "–"


def spaced(name: str) -> str:
    """A name as words."""
    return name.replace("_", " ")


def _counted(count: int) -> str:
    """A number of decisions or models; a dash where they do not matter."""
    return number(count) if count else "–"
