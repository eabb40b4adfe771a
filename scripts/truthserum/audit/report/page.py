"""The page of an audit: one file, offline, for people; in the order of who reads it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from unicodedata import normalize

import pandas as pd

from truthserum.audit.claim import FEWEST_CHOSEN
from truthserum.audit.report import leaks, mitigated, rows
from truthserum.audit.report.headline import headline, says_leak
from truthserum.audit.report.images import Tables, images
from truthserum.audit.report.wording import answer, headline_claim
from truthserum.audit.result import Audit
from truthserum.report.html import render
from truthserum.report.numbers import number
from truthserum.storage import written

SECTIONS = {
    "answer": "Answer",
    "leaks": "Five leaks",
    "mitigations": "What to do",
    "exposed": "Who is exposed",
    "attacks": "How it was attacked",
    "evidence": "Evidence",
    "checks": "Self-checks",
    "provenance": "Provenance",
    "limits": "What it cannot tell",
    "glossary": "Glossary",
}
COUNTED = {"classes", "duplicates", "models", "records", "targets", "units"}
"""What the audit says of itself that nobody declared."""
MOST_TOLD = 5  # classes that are much alike, in a sentence


def audit_page(audit: Audit, tables: Tables, parts: Mapping[str, str]) -> str:
    """The whole page.

    parts: {file name: text} of the folders page/ of this package and of truthserum.report.
    """
    told = headline_claim(audit)
    cards = written.parsed(parts["cards.yaml"], "cards.yaml")
    return render(
        parts,
        "report.html",
        title=f"Audit of {audit.audit.name}",
        sections=SECTIONS,
        audit=audit,
        raw=asdict(audit),
        word=_word(audit),
        headline=headline(audit, told),
        sentences=answer(audit),
        tables={
            "leaks": leaks.of_leaks(leaks.leaks(audit)),
            "limits": rows.of_limits(audit),
            "mitigations": mitigated.of_mitigations(
                audit, told, cards["cautions"], cards["defences"]
            ),
            "groups": rows.of_groups(audit, told),
            "records": rows.of_records(tables),
            "claims": rows.of_claims(audit),
            "checks": rows.of_checks(audit),
            "forecast": rows.of_forecast(audit, told),
        },
        cautions=_cautions(audit),
        helped=mitigated.shown_to_help(audit, told),
        notes=_notes(audit, tables.records),
        personal=bool(len(tables.content.columns)),
        strongest=rows.attack_of(told) if told else "nothing",
        single=bool(told and told.models == 1),
        few=bool(told and told.models < FEWEST_CHOSEN),
        unpaired=bool(len(tables.records)) and not rows.is_paired(tables.records),
        cards=_cards(cards, tables.roc, audit),
        common=cards["common"],
        untested=[
            (cards["untested"].get(one.id, one.id), one.reason.replace("`", ""))
            for one in audit.not_tested
        ],
        declared=_facts({k: of for k, of in audit.audit.declared.items() if k not in COUNTED}),
        counted=_facts({k: of for k, of in audit.audit.declared.items() if k in COUNTED}),
        cost=_facts({key: of for key, of in audit.cost.items() if key != "forecast"}),
        provenance=_facts(audit.provenance),
        glossary=written.parsed(parts["glossary.yaml"], "glossary.yaml"),
        images=images(audit, tables, told),
    )


def _cautions(audit: Audit) -> list[str]:
    """What a reader of the answer must know: by the policy's author, and of the classes."""
    said = [audit.policy.caution if audit.policy else ""]
    if found := alike(map(str, audit.audit.declared.get("classes", ()))):
        named = [
            " and ".join(json.dumps(one, ensure_ascii=False) for one in each) for each in found
        ]
        more = f", and {len(named) - MOST_TOLD} more" * (len(named) > MOST_TOLD)
        said.append(
            f"Each counts as a class of its own: {'; '.join(named[:MOST_TOLD])}{more}. They differ "
            "only in case, in how accents are stored, in white space around them or in a full "
            "stop at the end: if they mean the same, write them alike in the data and run the "
            "audit again."
        )
    return [*filter(None, said)]


def alike(classes: Iterable[str]) -> list[list[str]]:
    """Those that differ only in case, in how accents are stored, in white space around them or in a
    full stop at the end.
    """
    found: dict[str, list[str]] = {}
    for name in classes:
        plain = normalize("NFC", name).strip().removesuffix(".").rstrip().casefold()
        found.setdefault(plain, []).append(name)
    return [names for names in found.values() if len(names) > 1]


def _notes(audit: Audit, records: pd.DataFrame) -> list[str]:
    """What a reader of the table of records must know."""
    cut = f"Below are the first {rows.MOST_ROWS:,} of {len(records):,}; all are in records.csv."
    listed = cut if len(records) > rows.MOST_ROWS else f"All {len(records):,} records are listed."
    told = (
        "Recognised: the share of the models trained on it that the attack accuses of that; a dash "
        "where fewer than two were trained on it."
    )
    if not rows.is_paired(records):
        return [told, listed]
    rule = [f"The rule by which a record shows: {audit.records.rule}."] if audit.records else []
    wins = (
        "Wins: pairs of models in which the one that was trained on the record was the surer one. "
        "Chance: how often fair coins would win as many."
    )
    return [*rule, f"{wins} {told}", listed]


def _word(audit: Audit) -> str:
    """The shape beside the headline."""
    if audit.policy and audit.policy.verdict != "no limit":
        return audit.policy.verdict
    return "exceeds" if says_leak(audit) else "undecided"


def _cards(cards: Mapping[str, Any], roc: pd.DataFrame, audit: Audit) -> list[Mapping[str, str]]:
    """The cards of the attacks that were tried."""
    tried = {*(roc["attack"] if len(roc) else []), *(claim.attack for claim in audit.claims)}
    return [
        card for name, card in cards["attacks"].items() if any(name in attack for attack in tried)
    ]


def _facts(section: Mapping[str, Any]) -> dict[str, str]:
    """A free section as text."""
    return {rows.spaced(key): _in_words(value) for key, value in section.items()}


def _in_words(value: object) -> str:
    match value:
        case None:
            return "none"
        case Mapping() | list() if not value:
            return "none"
        case Mapping():
            return "; ".join(
                f"{rows.spaced(key)}: {_in_words(each)}" for key, each in value.items()
            )
        case list():
            return ", ".join(map(_in_words, value))
        case float():
            return number(value)
        case _:
            return str(value)
