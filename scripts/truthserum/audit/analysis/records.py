"""Who is exposed: the table of records, and the same measures by class and group.

The columns of `records.csv`: record, class, groups (JSON), wins, pairs, p, named, tpr, low, high.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from truthserum.audit.analysis.attacks import is_paired
from truthserum.audit.analysis.claims import chances, of_measure, shows
from truthserum.audit.analysis.found import Found
from truthserum.audit.claim import Claim, finite
from truthserum.audit.doors.uses import CLASS
from truthserum.audit.result import Group
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.paired import difference, holm
from truthserum.statistics.scales import scale_of
from truthserum.statistics.signs import wins

COLUMNS = ["record", "class", "groups", "wins", "pairs", "p", "named", "tpr", "low", "high"]
# In place of the sign test where it can name nobody.
UNTESTED: Mapping[str, object] = {"wins": np.nan, "pairs": 0, "p": np.nan, "named": False}


@dataclass(frozen=True)
class People:
    """Who is asked about: row of the user's file, name of the class, groups by name; [P] each."""

    record: np.ndarray
    label: np.ndarray
    groups: Mapping[str, np.ndarray]

    @property
    def divisions(self) -> Mapping[str, np.ndarray]:
        """By what records are told apart: their class and the groups."""
        return {CLASS: self.label, **self.groups}


def records(found: Found, people: People) -> pd.DataFrame:
    """A row for each record.

    tpr: share of the models that hold it which the common threshold accuses, with its exact
    interval; where only one holds it, that is no share, and all three are not numbers. p: of the
    sign test; named: by Holm's method over all rows. Where models are no pairs, nobody can be.
    """
    member = found.answers.member
    tested = UNTESTED
    if is_paired(member):
        won = wins(found.answers.confidence, member)
        p, named = chances(found.answers), shows(found.answers)
        tested = {"wins": won, "pairs": len(member) // 2, "p": p, "named": named}
    held, hit = member.sum(axis=0), (found.accepted & member).sum(axis=0)
    shared, models = held > 1, np.maximum(held, 1)
    low, high = clopper_pearson(hit, models)
    groups = [{by: of[k] for by, of in people.groups.items()} for k in range(len(held))]
    table = {
        "record": people.record,
        "class": people.label,
        "groups": [json.dumps(each, ensure_ascii=False) for each in groups],
        **tested,
        "tpr": np.where(shared, hit / models, np.nan),
        "low": np.where(shared, low, np.nan),
        "high": np.where(shared, high, np.nan),
    }
    return pd.DataFrame(table)[COLUMNS]


def groups(found: Found, people: People, table: pd.DataFrame) -> tuple[Group, ...]:
    """Each class and group: its measures, its named records, and if it leaks more than the rest.

    p: two-sided, of the headline measure against all other records, by Holm over all groups.
    """
    rows, p = [], []
    for by, of in people.divisions.items():
        for value in np.unique(of):
            inside = of == value
            own, chance = _measured(found, inside)
            counts = int(inside.sum()), int(table["named"][inside].sum())
            rows.append(Group(by, str(value), *counts, own))
            p.append(chance)
    tested = np.isfinite(p)
    adjusted = np.full(len(p), np.nan)
    adjusted[tested] = holm(np.array(p)[tested])
    return tuple(replace(row, p=finite(each)) for row, each in zip(rows, adjusted, strict=True))


def _measured(found: Found, inside: np.ndarray) -> tuple[tuple[Claim, ...], float]:
    """(measures of these records alone, p that they leak as all others do, NaN where none is)."""
    member, scores, resampling = found.answers.member, found.chosen.scores, found.resampling
    if len(np.unique(member[:, inside])) < 2:  # all in or all out of the only model
        return (), np.nan
    own = resampling.measured(scores, member, inside)
    claims = tuple(of_measure(one, found) for one in own.values())
    name = found.headline
    if inside.all() or not own[name].resolved or len(np.unique(member[:, ~inside])) < 2:
        return claims, np.nan
    rest = resampling.measured(scores, member, ~inside)[name]
    if not rest.resolved:
        return claims, np.nan
    return claims, difference(own[name].estimate, rest.estimate, scale_of(name)).p
