"""The page of a reproduction: ledger, statements, every figure with its caption, and the cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from docutils.core import publish_parts
from markupsafe import Markup

from truthserum.findings.claims import PLACE
from truthserum.findings.costs import Took, Trained, of_cost, of_forecast
from truthserum.findings.ledger import EXPLAINED, NOT_RUN, by_verdict, counted
from truthserum.findings.statements import named, of_statements
from truthserum.report.html import Image, render
from truthserum.report.tables import Cell, Table, table

PAPERS = (
    "Truth Serum (arXiv 2204.00032) and Reconstructing Training Data with Informed Adversaries "
    "(arXiv 2201.04845), reproduced"
)
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

    results: the folder of the scale. ledger, statements, seeds: as these stages write them.
    factors: by experiment, with what the names of its arms begin. plan: its table, or None where
    none was made. data: what the manifests of all data files say, by their paths. audits: where the
    page of each lies, seen from this one, by its name. versions: of what models were trained with.
    """

    scale: str
    results: str
    seed: int
    ledger: pd.DataFrame
    statements: pd.DataFrame
    seeds: pd.DataFrame
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
    places = [where(row, made.factors) for row in made.ledger.to_dict("records")]
    return render(
        parts,
        "reproduction.html",
        title=f"Reproduction at scale {made.scale}",
        papers=PAPERS,
        said=[
            f"{counted(made.ledger)} Where: the table below {made.results}/, and what names the "
            "row there.",
            EXPLAINED,
        ],
        ledger=by_verdict(made.ledger.assign(where=places)),
        statements=of_statements(made.statements, made.seeds, f"{made.results}/"),
        experiments=made.experiments,
        cost=of_cost(made.trained, made.results),
        forecast=of_forecast(made.plan, made.took, made.results),
        data=of_data(made.data),
        audits=made.audits,
        provenance={"scale": made.scale, "seed": made.seed, **made.versions},
    )


def where(row: Mapping[str, Any], factors: Mapping[str, str]) -> Cell:
    """The table that a number of the ledger is in, and what names it there; nothing if not run."""
    if row["verdict"] == NOT_RUN:
        return Cell("")
    experiment, arm, *place = (row[name] for name in PLACE)
    lies = "derived.csv"
    if experiment != "derived":
        lies = f"{experiment}/{factors[experiment]}-{arm}/metrics.csv"
    return Cell(lies, below=named(place))


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
