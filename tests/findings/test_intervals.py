"""How wide intervals will be, and how many models a width takes."""

import math

import pytest

from truthserum.findings.intervals import COLUMNS, WANTED, WANTED_BITS, Alike, intervals
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.widths import Decisions, exposure_reach, reaches, share_reach
from truthserum.work import Basis


def row(basis, arms=2, models=16):
    """The row of arms that rest on this."""
    (made,) = intervals([Alike("one", arms, models, basis)]).to_dict("records")
    assert list(made) == COLUMNS
    return made


def rate(units=8, positives=125, negatives=125):
    return Basis("tpr", units, 2, positives, negatives)


def test_a_rate_is_told_at_the_lowest_level_that_is_resolved():
    many, few = row(rate()), row(rate(units=7))
    assert (many["positives"], many["negatives"], many["lowest_fpr"]) == (1000, 1000, 0.001)
    assert [one["measure"] for one in (many, few)] == ["tpr_at_fpr_0.001", "tpr_at_fpr_0.01"]
    ends = reaches(Decisions(7, 125, 125), 0.01)["tpr_at_fpr_0.01"]
    assert (few["least"], few["most"]) == (ends["least"], ends["most"])


def test_so_many_models_bring_a_rate_within_what_is_wanted():
    made = row(rate())
    units = made["models_wanted"] // 2
    ends = [reaches(Decisions(n, 125, 125), 0.001)["tpr_at_fpr_0.001"]["least"] for n in (units, 1)]
    assert ends[0] <= WANTED < ends[1]
    scale = made["records_wanted"] / 125
    of_more = reaches(Decisions(8, 125 * scale, 125 * scale), 0.001)["tpr_at_fpr_0.001"]
    assert of_more["most"] <= WANTED


def test_where_no_level_is_resolved_there_is_no_interval_but_models_are_wanted():
    made = row(rate(units=4, positives=20, negatives=20))
    assert made["measure"] == "tpr_at_fpr_0.01" and math.isnan(made["least"])
    assert made["models_wanted"] // 2 * 20 >= 99


def test_an_exposure_is_told_in_bits_and_models_bring_their_references():
    made = row(Basis("mean_exposure", units=10, models=3, positives=2, bits=20))
    assert [made["least"], made["most"]] == list(exposure_reach(20, 20).values())
    assert made["wanted"] == WANTED_BITS
    assert exposure_reach(2 * made["models_wanted"] // 3, 20)["least"] <= WANTED_BITS
    assert exposure_reach(made["records_wanted"], 20)["most"] <= WANTED_BITS


def test_a_share_is_told_of_one_half_and_of_each_record_alone():
    made = row(Basis("beats_known", units=200, models=1, positives=1))
    low, high = clopper_pearson(100, 200)
    assert made["least"] == made["most"] == pytest.approx((high - low) / 2)
    assert made["models_wanted"] == made["records_wanted"]
    assert share_reach(made["records_wanted"]) <= WANTED
    alone = intervals([Alike("one", 1, 0, Basis("recovered", units=20, models=0, positives=1))])
    assert alone[["negatives", "models_wanted", "lowest_fpr"]].isna().all(axis=None)
