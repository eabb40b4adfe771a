"""The page of a reproduction: ledger, statements, every figure with its caption, and the cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from docutils.core import publish_parts
from markupsafe import Markup

from truthserum.findings.claims import PLACE
from truthserum.findings.ledger import VERDICTS
from truthserum.report.html import Image, render
from truthserum.report.tables import Cell, Table, table

PAPERS = (
    "Truth Serum (arXiv 2204.00032) and Reconstructing Training Data with Informed Adversaries "
    "(arXiv 2201.04845), reproduced"
)
SHAPES = {"agrees": "within", "differs": "exceeds"}
HOUR = 3600
SAFE = {"raw_enabled": False, "file_insertion_enabled": False, "report_level": 5}


@dataclass(frozen=True)
class Illustrated:
    """An experiment, or all of them together, and its figures."""

    name: str
    title: str
    figures: Sequence[Image]


@dataclass(frozen=True)
class Trained:
    """The models of an experiment: how many, seconds of training, and what they were trained on."""

    experiment: str
    models: int
    seconds: float
    devices: Sequence[str]
    precisions: Sequence[str]


def caption(text: str, scale: str) -> Markup:
    """A caption in reStructuredText as HTML; {scale} stands for the scale."""
    plain = text.replace("{scale}", scale)
    return Markup(publish_parts(plain, writer="html5", settings_overrides=SAFE)["body"])


def first_words(text: str) -> str:
    """The bold beginning of a caption, which says what a figure shows."""
    return " ".join(text.split("**")[1].split()) if text.count("**") > 1 else text


def reproduction_page(
    scale: str,
    tables: Mapping[str, pd.DataFrame],
    experiments: Sequence[Illustrated],
    trained: Sequence[Trained],
    audits: Mapping[str, str],
    provenance: Mapping[str, Any],
    parts: Mapping[str, str],
) -> str:
    """The whole page.

    tables: ledger and statements, as these stages write them. audits: where the page of each lies,
    seen from this one, by its name. parts: {file name: text} of the templates of this package and
    of truthserum.report.
    """
    found = tables["ledger"]["verdict"].value_counts()
    counts = ", ".join(f"{found.get(word, 0)} {word}" for word in VERDICTS)
    return render(
        parts,
        "reproduction.html",
        title=f"Reproduction at scale {scale}",
        papers=PAPERS,
        counted=f"Of {len(tables['ledger'])} published claims: {counts}.",
        ledger=of_ledger(tables["ledger"], scale),
        statements=of_statements(tables["statements"]),
        experiments=experiments,
        cost=of_cost(trained),
        audits=audits,
        provenance=provenance,
    )


def of_ledger(ledger: pd.DataFrame, scale: str) -> Table:
    """Each claim with its verdict, and where its number lies."""
    columns = [("claim", "wide"), ("published", "name"), ("measured", "name")]
    columns += [("verdict", "name"), ("source", "name"), ("where it was measured", "name")]
    order = {word: place for place, word in enumerate(VERDICTS)}
    rows = [
        [
            row["claim"],
            _text(row["published"]),
            _text(row["measured"]),
            Cell(row["verdict"], shape=SHAPES.get(row["verdict"], "open"), strong=True),
            _text(row["source"]),
            _where(row, scale),
        ]
        for row in ledger.sort_values("verdict", key=lambda v: v.map(order), kind="stable").to_dict(
            "records"
        )
    ]
    meanings = " ".join(f"{word}: {meaning}" for word, meaning in VERDICTS.items())
    return table("ledger", meanings, columns, rows)


def _where(row: Mapping[str, Any], scale: str) -> str:
    """The folder of an arm, or the table, that a number is in, and what names it there."""
    if not _text(row["measured"]):
        return ""
    experiment, arm, *place = (_text(row[name]) for name in PLACE)
    file = "derived.csv" if experiment == "derived" else f"{experiment}, arm {arm}"
    return f"results/{scale}/{file}: {', '.join(place)}"


def of_statements(statements: pd.DataFrame) -> Table:
    """Each question with its answer, by a paired comparison."""
    columns = [("question", "wide"), ("value", "number"), ("reference", "number")]
    columns += [("difference", "number"), ("p, corrected", "number"), ("answer", "name")]
    rows = [
        [
            row["asks"],
            f"{row['value']:.3g}",
            f"{row['reference_value']:.3g}",
            f"{row['difference']:.3g} [{row['low']:.3g}, {row['high']:.3g}]",
            f"{row['holm']:.2g}",
            Cell(row["answer"], strong=True),
        ]
        for row in statements.to_dict("records")
    ]
    caption = "Arms compared pair by pair, with 95 % intervals; p after Holm's correction."
    return table("statements", caption, columns, rows)


def of_cost(trained: Sequence[Trained]) -> Table:
    """Models and hours of each experiment, and the sum."""
    columns = [("experiment", "name"), ("models", "number"), ("hours of training", "number")]
    columns += [("device", "name"), ("precision", "name")]
    rows: list[list[str | Cell]] = [
        [
            one.experiment,
            f"{one.models:,}",
            f"{one.seconds / HOUR:.3f}",
            ", ".join(one.devices),
            ", ".join(one.precisions),
        ]
        for one in trained
    ]
    models, seconds = (sum(getattr(one, name) for one in trained) for name in ("models", "seconds"))
    rows.append([Cell("all", strong=True), f"{models:,}", f"{seconds / HOUR:.3f}", "", ""])
    caption = "Seconds of training as the shards' manifests hold them, of one process each."
    return table("cost", caption, columns, rows)


def _text(value: object) -> str:
    """A cell as text; nothing where it is missing."""
    return "" if pd.isna(value) else str(value)
