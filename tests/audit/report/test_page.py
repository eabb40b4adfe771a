"""The page as a text: what is in it, that it is the same twice, and that records stay outside."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import audited
import numpy as np
import pandas as pd
import pytest

from truthserum.audit.report import charts, rows
from truthserum.audit.report import page as page_of_audits
from truthserum.audit.report.images import Tables, images
from truthserum.audit.report.page import SECTIONS
from truthserum.audit.report.wording import title
from truthserum.audit.result import read_audit
from truthserum.report.numbers import percent
from truthserum.statistics.estimates import Interval

VOID = {"meta", "link", "img", "input", "br", "circle", "path"}


class Reader(HTMLParser):
    """Elements of a page as (tag, attributes), checked to be closed as they were opened."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def page(write_page):
    policy = "name: board\nlimits:\n- {measure: auc, at_most: 0.6, source: minute 12}"
    return Reader(write_page(audited.claims(), policy))


def test_the_sections_stand_in_their_order(page):
    assert [one["id"] for one in page.all("section")] == list(SECTIONS)
    links = [one["href"] for one in page.all("a") if one["href"] != "#content"]
    assert links[: len(SECTIONS)] == [f"#{name}" for name in SECTIONS]


def test_every_figure_says_what_it_shows(page):
    images = page.all("img")
    assert len(images) == 8
    for one in images:
        assert one["src"].startswith("data:image/svg+xml;base64,")
        assert len(one["alt"]) > 40


def test_headings_skip_no_level_and_everything_has_a_name(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    labels = {one["for"] for one in page.all("label")}
    assert {one["id"] for one in page.all("input")} == labels
    assert all("scope" in one for one in page.all("th"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_no_element_has_a_style_or_a_handler_of_its_own(page):
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")], tag


def test_verdicts_are_words_and_shapes(page):
    text = "".join(page.text)
    assert "A limit of the policy is exceeded" in text
    assert "minute 12" in text
    shapes = [one["class"] for one in page.all("svg")]
    assert "shape exceeds" in shapes


def test_the_page_holds_its_audit_for_machines(write_page):
    written = write_page(audited.claims())
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', written, re.DOTALL)
    held = json.loads(found[1])
    assert held["policy"]["verdict"] == "no limit"
    assert read_audit(held, "page").claims == read_audit(audited.claims(), "claims.json").claims


def test_what_was_counted_is_not_called_declared(page):
    declared, counted = "".join(page.text).split("checked by nobody")[1].split("Counted")[:2]
    assert "epsilon" in declared
    assert "classes" not in declared and "classes" in counted


def test_the_same_audit_gives_the_same_bytes(draw_page, figures, monkeypatch):
    drawn = draw_page(audited.claims())
    monkeypatch.setattr(page_of_audits, "images", lambda *_: figures)
    assert draw_page(audited.claims()) == drawn


def test_five_thousand_records_fit_into_three_megabytes(write_page):
    written = write_page(audited.claims(), records=audited.records(5000))
    assert len(written.encode()) < 3e6
    (body,) = re.findall(r'<table id="records".*?</table>', written, re.DOTALL)
    assert body.count("<tr>") == 1 + rows.MOST_ROWS
    assert "the first 2,000 of 5,000; all are in records.csv" in written


def test_who_shows_stands_first():
    records = audited.records(3000)
    none = pd.DataFrame()
    made = rows.of_records(Tables(records, none, none, none))
    named = set(records.loc[records["named"], "record"].astype(str))
    assert {row[0].text for row in made.rows[:23]} == named
    chances = [row[3].key for row in made.rows[23:]]
    assert chances == sorted(chances)


def test_records_without_groups_have_no_column_of_them():
    none = pd.DataFrame()
    for groups, has in (('{"sex": "f"}', True), ("{}", False)):
        made = rows.of_records(Tables(audited.records(9).assign(groups=groups), none, none, none))
        assert ("groups" in [heading for heading, _ in made.columns]) == has
        assert {len(row) for row in made.rows} == {len(made.columns)}


def test_of_one_model_no_record_is_listed(draw_page):
    shares = dict.fromkeys(("wins", "p", "tpr", "low", "high"), np.nan)
    records = audited.records(9).assign(pairs=0, named=False, **shares)
    assert not rows.of_records(Tables(records, *[pd.DataFrame()] * 3)).rows
    assert "Record by record" not in draw_page(audited.claims(), records=records)


def test_content_of_records_is_shown_only_where_it_is_given(write_page):
    content = pd.DataFrame({"job": [f"smith {k}" for k in range(240)]})
    without, with_it = write_page(audited.claims()), write_page(audited.claims(), content=content)
    assert "smith" not in without and "contains personal data" not in without
    assert "contains personal data" in with_it
    assert all(f"<td>smith {k}</td>" in with_it for k in range(240))


def test_the_forecast_stands_beside_what_came(page):
    text = " ".join("".join(page.text).split())
    assert "Forecast and what came" in text
    audit = read_audit(audited.claims(), "loans")
    shown = {row[0].text: (row[1].text, row[2].text) for row in rows.of_forecast(audit, None).rows}
    assert shown["trainings"] == ("72", "72")
    assert shown["records that show"][0] == "measurable"
    assert shown["minutes on one core"] == ("2.1", "2.0")  # 36 pairs of 3.5 seconds; 121.4 seconds
    assert shown["recognised, at 1 in 1,000 false alarms"][0] == "measurable"
    assert shown["MB of answers"] == ("0.2", "0.2")  # 36 pairs of 2 models, 240 records, 9 bytes
    assert shown["MB of memory for a job"] == ("176.0", "181.0")
    auc = next(claim for claim in audit.claims if claim.id == "auc")
    width = rows.of_forecast(audit, auc).rows[-1][2].text
    assert width == f"{percent(auc.high - auc.low)} at {percent(auc.value)}"
    assert not rows.of_forecast(read_audit(audited.claims(cost={}), "loans"), auc).rows


def test_growth_is_drawn_where_two_numbers_of_models_resolve(page):
    (alt,) = [one["alt"] for one in page.all("img") if "how many models were trained" in one["alt"]]
    # With 8 models the level is not resolved.
    assert ". 16 models: " in alt and "; 28 models: " in alt
    audit = read_audit(audited.claims(), "loans")
    told = audit.claim("tpr_at_fpr_0.001")
    figure = charts.of_growth({one.models: one.claims[0] for one in audit.growth[1:]})
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["16", "28"]
    tables = [audited.table(name) for name in ("records", "roc", "scores")]
    alone = replace(audit, growth=audit.growth[:2])
    assert images(alone, Tables(*tables, pd.DataFrame()), told)["growth"] is None


@pytest.mark.parametrize(("models", "chosen"), [(2, False), (4, True)])
def test_of_too_few_models_no_half_is_said_to_choose(draw_page, models, chosen):
    claims = [one | {"models": models} for one in audited.claims()["claims"]]
    text = "".join(Reader(draw_page(audited.claims(claims=claims))).text)
    assert ("So all were tried; the strongest on one half" in text) is chosen
    assert ("one attack was settled beforehand" in text) is not chosen


def test_an_audit_of_one_model_has_a_page(draw_page):
    records = audited.table("records").assign(wins=np.nan, pairs=0, p=np.nan, named=False)
    claims = [one for one in audited.claims()["claims"] if one["id"] != "named_records"]
    few = {key: [] for key in ("groups", "mitigations", "checks", "not_tested", "growth")}
    page = Reader(draw_page(audited.claims(claims=claims, cost={}, **few), records=records))
    text = "".join(page.text)
    assert "No mitigation was tried." in text
    assert "The models are not pairs in which one of two is trained on each record" in text
    assert "So all were tried" not in text
    assert "Wins: pairs" not in text  # nor columns that nobody can fill
    made = rows.of_records(Tables(records, *[pd.DataFrame()] * 3))
    assert [heading for heading, _ in made.columns] == ["record", "recognised", "class", "groups"]
    assert {len(row) for row in made.rows} == {4}
    told = made.rows[0][1].text
    assert "[" in told and told.startswith("100")  # of few models, so that it says little
    assert len(page.all("img")) == 4


def test_where_nobody_can_be_named_nobody_is_said_not_to_show():
    claims = [
        one | ({"value": None, "resolved": False} if one["id"] == "named_records" else {})
        for one in audited.claims()["claims"]
    ]
    of_all, of_few = (
        rows.of_groups(read_audit(audited.claims(**more), "loans"), None)
        for more in ({}, {"claims": claims})
    )
    assert "–" not in {row[2].text for row in of_all.rows}
    assert {row[2].text for row in of_few.rows} == {"–"}


@pytest.mark.parametrize(
    "classes, pairs",
    [
        (["<=50K", "<=50K.", ">50K", ">50K."], ['"<=50K" and "<=50K."; ">50K" and ">50K.".']),
        ([" yes", "No", "yes", "YES ."], ['" yes" and "yes" and "YES ."']),
        (["caf\u00e9", "cafe\u0301", "cafe"], ['"caf\u00e9" and "cafe\u0301".']),
        (["a", "b", "a.b", "a b"], []),
    ],
)
def test_classes_that_are_spelled_nearly_alike_are_cautioned_against(write_page, classes, pairs):
    claims = audited.claims()
    claims["audit"]["declared"] |= {"classes": classes}
    written = Reader(write_page(claims, "name: board\ncaution: Mind the gap."))
    text = "".join(written.text)
    assert text.count("Caution.") == 1 + bool(pairs) and "Caution. Mind the gap." in text
    for pair in pairs:
        assert pair in text


def test_of_many_classes_that_are_nearly_alike_the_first_are_named(write_page):
    claims = audited.claims()
    claims["audit"]["declared"] |= {"classes": [*"abcdefgABCDEFG"]}
    assert "&#34;e&#34; and &#34;E&#34;, and 2 more." in write_page(claims)


def test_provenance_is_told(page):
    text = " ".join("".join(page.text).split())
    assert "python: 3.11.7; numpy: 2.4.6" in text
    assert "audit: 0123456789abcdef" in text
    assert "numpy: 1.26.4; scikit-learn: 1.9.1" in text
    assert "seed 2204" in text


def test_answers_too_coarse_for_a_level_are_said_to_be_where_they_are_measured():
    claims = [one | {"reached": one["id"] != "auc"} for one in audited.claims()["claims"]]
    made = rows.of_claims(read_audit(audited.claims(claims=claims), "loans"))
    assert [row[0].text for row in made.rows if row[0].below == rows.ALIKE] == [title("auc")]


def test_what_is_to_be_done_begins_with_whether_anything_helps(page):
    text = " ".join("".join(page.text).split())
    assert "while right answers stay. Shown to help, each by itself: " in text


def test_a_page_without_any_table_is_a_page(write_page):
    page = Reader(write_page(audited.claims(), records=audited.table("records").iloc[:0]))
    assert "No record was attacked one by one." in "".join(page.text)


def test_a_thousand_signs_are_a_thousand():
    figure = charts.of_thousand(Interval(value=0.1462, low=0.1056, high=0.1878))
    dots = [len(each.get_offsets()) for each in figure.axes[0].collections]
    assert dots == [106, 82, 812]


def test_names_that_are_cut_stay_apart():
    long = "column: a value that goes on"
    assert charts.distinct([f"{long} a", "short_one", f"{long} b", f"{long} c"]) == [
        "column: a value that go…",
        "short one",
        "column: a value that go… #2",
        "column: a value that go… #3",
    ]
    assert charts.shortened("$x\n") == r"\$x?"


def test_wins_are_drawn_beside_what_chance_gives():
    records = audited.records(2000)
    (axes,) = charts.wins(records).axes
    heights = [bar.get_height() for bar in axes.patches]
    assert heights == [int((records["wins"] == k).sum()) for k in range(17)]
    (chance,) = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) == 17]
    assert chance.sum() == pytest.approx(2000)
    assert chance[16] == pytest.approx(2000 / 2**16)
