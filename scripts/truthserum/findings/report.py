"""The page of a reproduction: ledger, statements, every figure with its caption, and the cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from docutils.core import publish_parts
from markupsafe import Markup

from truthserum.findings.claims import PLACE
from truthserum.findings.costs import Took, Trained, of_cost, of_forecast
from truthserum.findings.ledger import NOT_RUN, VERDICTS
from truthserum.report.html import Image, render
from truthserum.report.numbers import percentage
from truthserum.report.tables import Cell, Table, table

PAPERS = (
    "Truth Serum (arXiv 2204.00032) and Reconstructing Training Data with Informed Adversaries "
    "(arXiv 2201.04845), reproduced"
)
SHAPES = {"agrees": "within", "differs": "exceeds"}
SAFE = {"raw_enabled": False, "file_insertion_enabled": False, "report_level": 5}


@dataclass(frozen=True)
class Illustrated:
    """An experiment, or all of them together, and its figures, each with its table's path."""

    name: str
    title: str
    figures: Sequence[tuple[Image, str]]


def caption(text: str, scale: str) -> Markup:
    """A caption in reStructuredText as HTML; {scale} stands for the scale."""
    plain = text.replace("{scale}", scale)
    return Markup(publish_parts(plain, writer="html5", settings_overrides=SAFE)["body"])


def first_words(text: str) -> str:
    """The bold beginning of a caption, which says what a figure shows."""
    return " ".join(text.split("**")[1].split()) if text.count("**") > 1 else text


@dataclass(frozen=True)
class Reproduction:
    """What the page is made of.

    results: the folder of the scale. ledger, statements: as these stages write them. factors: by
    experiment, with what the names of its arms begin. plan: its table, or None where none was made.
    data: what the manifests of all data files say, by their paths. audits: where the page of each
    lies, seen from this one, by its name. versions: of what models were trained with.
    """

    scale: str
    results: str
    seed: int
    ledger: pd.DataFrame
    statements: pd.DataFrame
    factors: Mapping[str, str]
    experiments: Sequence[Illustrated]
    trained: Sequence[Trained]
    plan: pd.DataFrame | None
    took: Sequence[Took]
    data: Mapping[str, Mapping[str, Any]]
    audits: Mapping[str, str]
    versions: Mapping[str, str]


def reproduction_page(made: Reproduction, parts: Mapping[str, str]) -> str:
    """The whole page; parts: {file name: text} of the templates here and in truthserum.report."""
    run = made.ledger["verdict"] != NOT_RUN
    found = made.ledger["verdict"].value_counts()
    counts = ", ".join(f"{word} {found.get(word, 0)}" for word in VERDICTS)
    return render(
        parts,
        "reproduction.html",
        title=f"Reproduction at scale {made.scale}",
        papers=PAPERS,
        counted=f"Of {len(made.ledger)} published claims: {counts}.",
        meanings=VERDICTS,
        ledger=of_ledger("ledger", made.ledger[run], made),
        others=of_ledger("others", made.ledger[~run], made),
        statements=of_statements(made.statements, made.results),
        experiments=made.experiments,
        cost=of_cost(made.trained, made.results),
        forecast=of_forecast(made.plan, made.took, made.results),
        data=of_data(made.data),
        audits=made.audits,
        provenance={"scale": made.scale, "seed": made.seed, **made.versions},
    )


def of_ledger(name: str, ledger: pd.DataFrame, made: Reproduction) -> Table:
    """Each claim with its verdict, and where its number lies."""
    columns = [("claim", "wide"), ("published", "name"), ("measured", "name")]
    columns += [("verdict", "name"), ("source", "name"), ("where", "wide")]
    order = {word: place for place, word in enumerate(VERDICTS)}
    rows = [
        [
            row["claim"],
            _text(row["published"]),
            _text(row["measured"]),
            Cell(row["verdict"], shape=SHAPES.get(row["verdict"], "open"), strong=True),
            _text(row["source"]),
            _where(row, made),
        ]
        for row in ledger.sort_values("verdict", key=lambda v: v.map(order), kind="stable").to_dict(
            "records"
        )
    ]
    caption = (
        "Published numbers beside ours, with 95 % intervals. Where: the table below "
        f"{made.results}/, and what names the row there."
    )
    return table(name, caption, columns, rows)


def _where(row: Mapping[str, Any], made: Reproduction) -> Cell:
    """The table that a number is in, and what names it there; nothing where none was measured."""
    if row["verdict"] == NOT_RUN:
        return Cell("")
    experiment, arm, *place = (_text(row[name]) for name in PLACE)
    if experiment == "derived":
        return Cell("derived.csv", below=_named(place))
    return Cell(f"{experiment}/{made.factors[experiment]}-{arm}/metrics.csv", below=_named(place))


def _named(place: Sequence[object]) -> str:
    """What names a row, without what does not apply to it."""
    return ", ".join(str(word) for word in place if word != "none")


def of_statements(statements: pd.DataFrame, results: str) -> Table:
    """Each question with its answer, by a paired comparison."""
    columns = [("question", "wide"), ("share of poison", "number"), ("value", "number")]
    columns += [("reference", "number"), ("difference", "number"), ("p, corrected", "number")]
    columns += [("answer", "name"), ("where", "wide")]
    rows = [
        [
            row["asks"],
            percentage(row["poison_share"]),
            f"{row['value']:.3g}",
            f"{row['reference_value']:.3g}",
            f"{row['difference']:.3g} [{row['low']:.3g}, {row['high']:.3g}]",
            f"{row['holm']:.2g}",
            Cell(row["answer"], strong=True),
            Cell(
                f"{row['experiment']}/differences.csv",
                below=f"{row['arm']} against {row['reference']}: "
                + _named([row[key] for key in PLACE[2:]]),
            ),
        ]
        for row in statements.to_dict("records")
    ]
    caption = (
        "Arms compared pair by pair, with 95 % intervals; p after Holm's correction. Where: the "
        f"table below {results}/, and what names the row there."
    )
    return table("statements", caption, columns, rows)


def of_data(manifests: Mapping[str, Mapping[str, Any]]) -> Table:
    """Records that models are trained on, by the path of their manifest."""
    columns = [("data set", "name"), ("to train", "number"), ("to test", "number")]
    columns += [("source", "name"), ("MD5 of the publisher's files", "wide"), ("where", "wide")]
    rows = [
        [
            one["set"],
            f"{one['train']:,}",
            f"{one['test']:,}",
            one["source"],
            ", ".join(f"{name} {digest}" for name, digest in one["md5"].items()),
            path,
        ]
        for path, one in manifests.items()
    ]
    return table("data", "What models are trained on, and where it came from.", columns, rows)


def _text(value: object) -> str:
    """A cell as text; nothing where it is missing."""
    return "" if pd.isna(value) else str(value)
