"""The figures of an audit's page, each with what it shows in words and what is said below it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from truthserum.audit.report import charts
from truthserum.audit.report.result import Audit, Claim, Mitigation
from truthserum.audit.report.wording import measured, number, of_thousand, percent, title, unit_of
from truthserum.report.html import Image, image


@dataclass(frozen=True)
class Tables:
    """The tables beside the claims.

    records: columns record, class, groups, wins, pairs, p, named, tpr, low, high, or empty. roc:
    attack, group, fpr, tpr, low, high, or empty. content: a row for each record by its number, with
    the user's columns; empty unless records are to be shown.
    """

    records: pd.DataFrame
    roc: pd.DataFrame
    content: pd.DataFrame


NAMES = ("people", "roc", "wins", "groups", "mitigations")


def images(audit: Audit, tables: Tables, told: Claim | None) -> dict[str, Image | None]:
    """The figures by name; None where there is nothing to draw."""
    made: dict[str, Image | None] = dict.fromkeys(
        ("people", "roc", "wins", "groups", "mitigations")
    )
    if told and told.resolved and told.high is not None:
        made["people"] = _people(audit, told)
    whole = tables.roc[tables.roc["group"].fillna("").isin(["", "all"])] if len(tables.roc) else []
    if len(whole):
        made["roc"] = _roc(whole, told)
    if len(tables.records) and tables.records["pairs"].max() > 0:
        made["wins"] = _wins(tables.records)
    of_groups = told_of_groups(audit, told)
    if any(claim.value is not None for claim in of_groups):
        made["groups"] = _image_of_groups(of_groups, told)
    if any(one.accuracy is not None for one in audit.mitigations):
        made["mitigations"] = _image_of_mitigations(audit.mitigations)
    return made


def _people(audit: Audit, told: Claim) -> Image:
    who = unit_of(audit)
    alt = (
        f"A thousand dots, one for each of 1,000 {who}: {of_thousand(told.low)} are told for "
        f"certain, up to {of_thousand(told.high)} perhaps, the others are not."
    )
    caption = (
        f"1,000 {who} whose data trained the model: squares are told at the lower end of the "
        "interval, crosses at its upper end, dots are not told."
    )
    return image(charts.of_thousand(told), alt, caption)


def _roc(whole: pd.DataFrame, told: Claim | None) -> Image:
    names = list(dict.fromkeys(whole["attack"]))
    wanted = ("chosen", told.attack if told else "")
    strongest = next((name for name in names if name in wanted), names[0])
    alt = (
        f"ROC curves of {len(names)} attacks on logarithmic axes: {', '.join(names)}. The values "
        "of the curve that is reported are in the table below."
    )
    caption = (
        "How many members an attack tells, against how many others it accuses wrongly; both axes "
        "are logarithmic. The band is the 95 % interval. Left of the shade's edge there is less "
        "than one false alarm, so that nothing can be read there."
    )
    negatives = told.negatives if told else 0
    return image(charts.roc(whole, strongest, negatives), alt, caption)


def _wins(records: pd.DataFrame) -> Image:
    pairs = int(records["pairs"].max())
    all_won = int((records["wins"] == pairs).sum())
    alt = (
        f"Records by the pairs they won, of {pairs}, beside what chance does. {all_won:,} won all; "
        f"chance would give {number(len(records) * 0.5**pairs)}."
    )
    caption = (
        "In each pair one of two models held the record. It wins if that one was the surer of it. "
        "Records beyond what fair coins give, on the right, are those that show."
    )
    return image(charts.wins(records), alt, caption)


def _image_of_groups(claims: Sequence[Claim], told: Claim | None) -> Image:
    alt = f"{title(claims[0].measure)}, by group. {charts.described(claims)}."
    caption = "By class and group, with 95 % intervals; the dotted line is all records together."
    return image(charts.of_groups(claims, told), alt, caption)


def _image_of_mitigations(mitigations: Sequence[Mitigation]) -> Image:
    said = (
        f"{one.name}: {measured(one.leak)} at {percent(one.accuracy)} right" for one in mitigations
    )
    alt = f"Leak against right answers. {'; '.join(said)}."
    caption = "Down is less leak, right is more right answers; bars are 95 % intervals."
    return image(charts.of_mitigations(mitigations), alt, caption)


def told_of_groups(audit: Audit, told: Claim | None) -> list[Claim]:
    """Of every group, the measure that stands first for all records."""
    wanted = told.measure if told else ""
    return [claim for one in audit.groups for claim in one.claims if claim.measure == wanted]
