"""The page of an audit: one file, offline, for people; in the order of who reads it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import yaml

from truthserum.audit.report.images import Tables, images, told_of_groups
from truthserum.audit.report.result import Audit, Check, Claim, LimitResult, Mitigation
from truthserum.audit.report.wording import (
    headline,
    headline_claim,
    measured,
    number,
    percent,
    sentence,
    title,
    writer,
)
from truthserum.report.html import render

MOST_ROWS = 2000
SECTIONS = {
    "answer": "Answer",
    "mitigations": "What to do",
    "exposed": "Who is exposed",
    "attacks": "How it was attacked",
    "evidence": "Evidence",
    "checks": "Self-checks",
    "provenance": "Provenance",
    "limits": "What it cannot tell",
    "glossary": "Glossary",
}
COLUMNS = {
    "record": ("record", "number"),
    "named": ("shows", ""),
    "wins": ("wins", "number"),
    "p": ("chance", "number"),
    "tpr": ("told", "number"),
    "class": ("class", "name"),
    "groups": ("groups", "name"),
}
"""Of the table of records: heading and kind of each column."""


@dataclass(frozen=True)
class Cell:
    """A cell: its text, a number to sort by or None, and its kind."""

    text: str
    key: float | None = None
    kind: str = ""


def audit_page(
    audit: Audit, raw: Mapping[str, Any], tables: Tables, parts: Mapping[str, str]
) -> str:
    """The whole page.

    raw: audit.json as it is written. parts: {file name: text} of the folders page/ of this package
    and of truthserum.report.
    """
    told = headline_claim(audit)
    cards = yaml.safe_load(parts["cards.yaml"])
    rows = listed(tables.records, tables.content)
    return render(
        parts,
        "report.html",
        title=f"Audit of {audit.audit.name}",
        sections=SECTIONS,
        audit=audit,
        raw=raw,
        word=_word(audit),
        headline=headline(audit, told),
        sentences=[sentence(claim, audit) for claim in audit.claims if _in_answer(claim, told)],
        limits=[_limit(limit) for limit in audit.policy.limits] if audit.policy else [],
        mitigations=[_mitigation(one) for one in ranked(audit.mitigations)],
        mitigation_title=_first_title([one.leak for one in audit.mitigations]),
        groups=_groups(audit, told),
        group_title=title(told.measure) if told else "",
        columns=_columns(tables),
        content_columns=list(tables.content.columns),
        rows=rows,
        rows_note=_rows_note(audit, tables.records, rows),
        strongest=" on ".join(filter(None, (told.attack, told.signal))) if told else "nothing",
        cards=_cards(cards, tables.roc, audit),
        common=cards["all"],
        claims=[_claim(claim) for claim in audit.claims],
        checks=[_check(check) for check in audit.checks],
        declared={key: _said(value) for key, value in audit.audit.declared.items()},
        cost={key: _said(value) for key, value in audit.cost.items()},
        provenance={key: _said(value) for key, value in audit.provenance.items()},
        glossary=yaml.safe_load(parts["glossary.yaml"]),
        images=images(audit, tables, told),
    )


def ranked(mitigations: Sequence[Mitigation]) -> list[Mitigation]:
    """The least leak first; what was not resolved last."""
    values = {one.name: one.leak.value for one in mitigations}
    return sorted(mitigations, key=lambda one: (values[one.name] is None, values[one.name] or 0))


def listed(records: pd.DataFrame, content: pd.DataFrame) -> list[list[Cell]]:
    """The rows of the table: who shows first, then by chance; at most `MOST_ROWS`."""
    if not len(records):
        return []
    order = records.sort_values(
        ["named", "p", "tpr", "record"], ascending=[False, True, False, True]
    )
    shown = order.head(MOST_ROWS)
    rows = [_row(row) for row in shown.to_dict("records")]
    if not len(content.columns):
        return rows
    beside = content.reindex(shown["record"]).to_dict("records")
    return [
        [*row, *(Cell(str(value), kind="name") for value in more.values())]
        for row, more in zip(rows, beside, strict=True)
    ]


def _row(row: Mapping[str, Any]) -> list[Cell]:
    chance = f"1 in {1 / row['p']:,.0f}" if 0 < row["p"] < 0.01 else number(row["p"])
    told = f"{percent(row['tpr'])} [{percent(row['low'])}, {percent(row['high'])}]"
    return [
        Cell(str(row["record"]), kind="number"),
        Cell("shows" if row["named"] else "–"),
        Cell(f"{row['wins']} of {row['pairs']}", row["wins"], "number"),
        Cell(chance, row["p"], "number"),
        Cell(told, row["tpr"], "number"),
        Cell(_text(row["class"]), kind="name"),
        Cell(_text(row["groups"]), kind="name"),
    ]


def _text(value: object) -> str:
    """A cell of a table as text; nothing where it is missing."""
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else str(value)


def _columns(tables: Tables) -> list[tuple[str, str]]:
    return [*COLUMNS.values(), *((str(name), "name") for name in tables.content.columns)]


def _rows_note(audit: Audit, records: pd.DataFrame, rows: Sequence[object]) -> str:
    rule = f"A record shows by this rule: {audit.records.rule}. " if audit.records else ""
    told = (
        "Wins: pairs of models in which the one that held the record was the surer of it. Chance: "
        "how often fair coins win so many. Told: in which share of the models that held it the "
        "attack says so. "
    )
    cut = f"The first {len(rows):,} of {len(records):,} records; all are in records.csv."
    return rule + told + (cut if len(rows) < len(records) else f"All {len(records):,} records.")


def _word(audit: Audit) -> str:
    if audit.policy and audit.policy.verdict != "no limit":
        return audit.policy.verdict
    leak = audit.claim("any_leak")
    leaks = leak and leak.p is not None and leak.p <= 1 - leak.confidence
    return "exceeds" if leaks else "undecided"


def _in_answer(claim: Claim, told: Claim | None) -> bool:
    """Whether a claim has a sentence in the answer: of rates, the one that can be read best."""
    if claim.measure.startswith("tpr_at_fpr_") and told:
        return claim.measure == told.measure
    return claim.measure != "accuracy_on_members"


def _limit(limit: LimitResult) -> dict[str, str]:
    written = writer(limit.measure)
    value = Claim(id=limit.measure, value=limit.value, low=limit.low, high=limit.high)
    return {
        "title": title(limit.measure, limit.arm, limit.group),
        "measured": "–" if limit.value is None else measured(value),
        "at_most": written(limit.at_most),
        "verdict": limit.verdict,
        "reason": limit.reason,
        "source": limit.source,
    }


def _first_title(claims: Sequence[Claim]) -> str:
    return title(claims[0].measure).capitalize() if claims else ""


def _mitigation(one: Mitigation) -> dict[str, str]:
    return {
        "name": one.name,
        "leak_before": measured(one.leak_before),
        "leak": measured(one.leak),
        "change": measured(one.change) if one.change else "–",
        "accuracy_before": percent(one.accuracy_before),
        "accuracy": percent(one.accuracy),
        "models": number(one.models),
        "caution": one.caution,
    }


def _groups(audit: Audit, told: Claim | None) -> list[dict[str, str]]:
    of_group = {claim.group: claim for claim in told_of_groups(audit, told)}
    return [
        {
            "group": one.group,
            "asked": number(one.asked),
            "named": number(one.named),
            "told": measured(of_group[one.group]) if one.group in of_group else "–",
        }
        for one in audit.groups
    ]


def _cards(cards: Mapping[str, Any], roc: pd.DataFrame, audit: Audit) -> list[Mapping[str, str]]:
    """The cards of the attacks that were tried."""
    tried = [*(roc["attack"] if len(roc) else []), *(claim.attack for claim in audit.claims)]
    return [
        card
        for name, card in cards.items()
        if name != "all" and any(name in attack for attack in set(tried))
    ]


def _claim(claim: Claim) -> dict[str, str]:
    return {
        "title": title(claim.measure, claim.arm, claim.group),
        "measured": measured(claim),
        "p": number(claim.p),
        "positives": number(claim.positives),
        "negatives": number(claim.negatives),
        "models": number(claim.models),
        "attack": " on ".join(filter(None, (claim.attack, claim.signal))),
        "note": claim.note or claim.reason,
    }


def _check(check: Check) -> dict[str, str]:
    results = {True: "passed", False: "failed", None: "not applicable"}
    words = {True: "within", False: "exceeds", None: "open"}
    return {
        "name": check.id.replace("_", " "),
        "result": results[check.passed],
        "word": words[check.passed],
        "detail": check.detail,
    }


def _said(value: object) -> str:
    """A value of a free section as text."""
    return number(value) if isinstance(value, float) else str(value)
