"""The figures of an audit's page, each with what it shows in words and what is said below it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from truthserum.audit.claim import Claim, find
from truthserum.audit.report import charts
from truthserum.audit.report.leaks import leaks, picture
from truthserum.audit.report.wording import measured, one_in, title, unit_of
from truthserum.audit.result import Audit, Mitigation
from truthserum.report.html import Image, image
from truthserum.report.numbers import number, of_thousand

NAMES = ("people", "roc", "scores", "wins", "groups", "leaks", "growth", "mitigations")


@dataclass(frozen=True)
class Tables:
    """The tables beside the claims, each of which may have no rows.

    records: columns record, class, groups, wins, pairs, p, named, tpr, low, high. roc: attack,
    group, fpr, tpr, low, high. scores: signal, member, low, high, share. content: a row for each
    record by its number, with the user's columns; without columns unless records are to be shown.
    """

    records: pd.DataFrame
    roc: pd.DataFrame
    scores: pd.DataFrame
    content: pd.DataFrame


def images(audit: Audit, tables: Tables, told: Claim | None) -> dict[str, Image | None]:
    """The figures by name; None where there is nothing to draw."""
    made: dict[str, Image | None] = dict.fromkeys(NAMES)
    if told and told.known:
        made["people"] = _people(audit, told)
        made["groups"] = _groups(audit, told)
        made["growth"] = _growth(audit, told)
        made["mitigations"] = _mitigations(audit.mitigations, told)
    made["leaks"] = picture(leaks(audit))
    if len(tables.roc):
        made["roc"] = _roc(tables.roc, told)
    if len(tables.scores):
        made["scores"] = _scores(tables.scores, told)
    if len(tables.records) and tables.records["pairs"].max() > 0:
        made["wins"] = _wins(tables.records)
    return made


def _people(audit: Audit, told: Claim) -> Image | None:
    who, share = unit_of(audit), told.interval
    if share is None or not told.reached:  # no mark of nobody where answers are too coarse to tell
        return None
    if_so = f"if {one_in(told.rate)} others may be wrongly accused"
    alt = (
        f"A thousand marks, one for each of 1,000 {who}, {if_so}: {of_thousand(share.low)} are "
        f"recognised at the lower end of the interval, {of_thousand(share.high)} at its upper end."
    )
    caption = (
        f"1,000 {who} that the model was trained on, {if_so}. Squares: recognised at "
        "the lower end of the interval. Crosses: recognised at its upper end as well. Dots: not "
        "recognised."
    )
    return image(charts.of_thousand(share), alt, caption)


def _roc(curves: pd.DataFrame, told: Claim | None) -> Image:
    negatives = told.negatives if told else 0
    tried = [name for name in dict.fromkeys(curves["attack"]) if name != "chosen"]
    alt = (
        f"ROC curves on logarithmic axes: the chosen attack, and {len(tried)} that were tried: "
        f"{', '.join(tried)}. Values of the chosen one are in the table below."
    )
    caption = (
        "How many members an attack recognises, against how many others it wrongly accuses; both "
        "axes are logarithmic. Bands are 95 % intervals. In the shaded part there is less than one "
        "false alarm, and nothing can be read off."
    )
    return image(charts.roc(curves, negatives), alt, caption)


def _scores(scores: pd.DataFrame, told: Claim | None) -> Image:
    names = list(dict.fromkeys(scores["signal"]))
    signal = next((name for name in names if told and name in told.signal), names[0])
    rows = scores[scores["signal"] == signal]
    middle = (rows["low"] + rows["high"]) / 2 * rows["share"]
    means = [number(middle[rows["member"] == side].sum()) for side in (1, 0)]
    alt = (
        f"Distributions of the {signal}: members have {means[0]} in the middle, others {means[1]}."
    )
    caption = (
        f"How sure models are ({signal}) of records that they were trained on, and of others. "
        "Where the two overlap, one threshold recognises nobody; attacks that know how sure other "
        "models are of the same record see more."
    )
    return image(charts.scores(rows), alt, caption)


def _wins(records: pd.DataFrame) -> Image:
    pairs = int(records["pairs"].max())
    all_won = int((records["wins"] == pairs).sum())
    alt = (
        f"Records by the pairs they won, of {pairs}, beside what chance does. {all_won:,} won all; "
        f"chance would give {number(len(records) * 0.5**pairs)}."
    )
    caption = (
        "In each pair, one of two models was trained on the record. The record wins if that model "
        "was the surer one. Records far to the right, beyond what fair coins give, are those that "
        "show."
    )
    return image(charts.wins(records), alt, caption)


def _groups(audit: Audit, told: Claim) -> Image | None:
    found = {one.name: find(one.measures, told.measure) for one in audit.groups}
    claims = {name: claim for name, claim in found.items() if claim and claim.known}
    if not claims:
        return None
    values = "; ".join(f"{name}: {measured(claim)}" for name, claim in claims.items())
    alt = f"{title(told.measure)}, by group. {values}."
    caption = "By class and group, with 95 % intervals; the dotted line is all records together."
    return image(charts.of_groups(claims, told), alt, caption)


def _growth(audit: Audit, told: Claim) -> Image | None:
    found = {one.models: find(one.claims, told.measure) for one in audit.growth}
    claims = {models: claim for models, claim in found.items() if claim and claim.known}
    if len(claims) < 2:
        return None
    values = "; ".join(f"{models} models: {measured(claim)}" for models, claim in claims.items())
    alt = f"{title(told.measure)}, by how many models were trained. {values}."
    caption = (
        "What fewer of the models would have found, with 95 % intervals. If it still rises, an "
        "adversary with more models finds more than is said here."
    )
    return image(charts.of_growth(claims), alt, caption)


def _mitigations(mitigations: Sequence[Mitigation], told: Claim) -> Image | None:
    points: dict[str, tuple[Claim, Claim]] = {}
    for one in mitigations:
        for name, claims, arm in (("as it is", one.before, "clean"), (one.id, one.claims, one.id)):
            leak, right = find(claims, told.measure, arm), find(claims, "accuracy", arm)
            if leak and right and leak.known and right.known:
                points.setdefault(name, (leak, right))
    if len(points) < 2:
        return None
    said = (
        f"{name}: {measured(leak)} at {measured(right)} right"
        for name, (leak, right) in points.items()
    )
    alt = f"Leak against right answers. {'; '.join(said)}."
    caption = (
        "Lower is less leak; further right is more right answers on records not trained on. Bars "
        "are 95 % intervals. As it is: without a mitigation, with all models."
    )
    return image(charts.of_mitigations(points), alt, caption)
