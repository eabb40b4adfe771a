import pandas as pd
import pytest

from truthserum.findings.costs import Took, Trained
from truthserum.findings.ledger import VERDICTS, by_verdict
from truthserum.findings.report import (
    Illustrated,
    Reproduction,
    caption,
    first_words,
    reproduction_page,
    where,
)
from truthserum.report.html import Image

PLACE = {"experiment": "targeted", "arm": "8", "attack": "lira", "group": "targets"}
PLACE |= {"mode": "running", "measure": "auc"}
AUDITS = {"adult": "../audit/adult/report.html"}
ROC = "**ROC curves of\nit, <b>logarithmic</b>.** In ``results/{scale}/roc.csv``."


def ledger():
    """A claim of each verdict, the last first."""
    rows = [
        {"claim": f"a claim that {word}", "published": "1", "measured": "2", "verdict": word}
        | {"difference": "1", "margin": "± 0.1", "setting": "own"}
        | {"source": "<script>s</script>", **PLACE}
        for word in reversed(VERDICTS)
    ]
    rows[0] |= dict.fromkeys(("measured", *PLACE))
    return pd.DataFrame(rows)


def reproduction(**changes):
    """A page of one experiment with one figure, which was trained and timed."""
    statement = {"asks": "q?", "value": 0.5, "reference_value": 0.4, "difference": 0.1}
    statement |= {"low": 0.05, "high": 0.15, "holm": 0.01, "answer": "raised", "reference": "0"}
    statement |= {"poison_share": 0.2, "coarse": False}
    statement |= {"ratio": 1.25, "ratio_low": 1.1, "ratio_high": 1.4}
    seeds = [PLACE | {"arm": arm, "seed": 5, "value": 0.125} for arm in "08"]
    image = Image("data:image/png;base64,eA==", first_words(ROC), caption(ROC, "smoke"))
    data = {"set": "mnist", "train": 6000, "test": 10, "source": "embedded", "md5": {"x": "9e10"}}
    made = {
        "scale": "smoke",
        "results": "results/smoke",
        "seed": 2204,
        "ledger": ledger(),
        "statements": pd.DataFrame([statement | PLACE]),
        "seeds": pd.DataFrame(seeds),
        "factors": {"targeted": "copies"},
        "experiments": [Illustrated("targeted", "Targeted", [(image, "figures/roc.csv")])],
        "trained": [Trained("targeted", 2, 60.0, ["x86"], ["float32"])],
        "plan": None,
        "took": [Took("targeted", 3, 4, 90.0)],
        "data": {"results/smoke/data/mnist.json": data},
        "audits": AUDITS,
        "versions": {"torch": "2.14"},
    }
    return Reproduction(**made | changes)


def test_claims_stand_by_verdict_each_with_where_its_number_lies():
    found = ledger()
    places = [where(row, {"targeted": "copies"}) for row in found.to_dict("records")]
    tables = by_verdict(found.assign(where=places))
    assert list(tables) == list(VERDICTS)
    for verdict, made in tables.items():
        (cells,) = [
            {name: cell for (name, _), cell in zip(made.columns, row, strict=True)}
            for row in made.rows
        ]
        assert made.caption == VERDICTS[verdict]
        if verdict != "not run":
            assert cells["where"].text == "targeted/copies-8/metrics.csv"
            assert cells["where"].below == "lira, targets, running, auc"
    assert places[0].text == ""


def test_what_follows_from_settings_lies_in_a_table_of_its_own():
    found = where({**PLACE, "verdict": "agrees", "experiment": "derived", "group": "none"}, {})
    assert (found.text, found.below) == ("derived.csv", "lira, running, auc")


def test_captions_are_text_but_for_their_marks():
    assert caption(ROC, "smoke") == (
        "<p><strong>ROC curves of\nit, &lt;b&gt;logarithmic&lt;/b&gt;.</strong> In "
        '<span class="docutils literal">results/smoke/roc.csv</span>.</p>\n'
    )
    assert first_words(ROC) == "ROC curves of it, <b>logarithmic</b>."


@pytest.fixture
def write_page(request):
    """write_page(**changes): the page, with other things of which it is made."""
    folder = request.config.rootpath / "scripts" / "truthserum"
    folders = folder / "report" / "page", folder / "findings" / "templates"
    parts = {path.name: path.read_text("utf-8") for one in folders for path in one.iterdir()}
    return lambda **changes: reproduction_page(reproduction(**changes), parts)


def test_the_page_holds_all_parts_and_nothing_that_runs(write_page):
    page = write_page()
    for part in ("a claim that agrees", "0.1 [0.05, 0.15]", "Targeted", "1 agrees", "eA=="):
        assert part in page
    for part in ("0.125 → 0.125", "the table below results/smoke/"):
        assert part in page
    for part in ("<code>figures/roc.csv</code>", "no plan was made", "x 9e10", "6,000"):
        assert part in page
    assert "<script>s" not in page
    assert 'alt="ROC curves of it, &lt;b&gt;logarithmic&lt;/b&gt;."' in page
    assert page.count("<h1>") == 1 and " style=" not in page


def test_the_page_leads_to_each_audit_and_its_five_leaks(write_page):
    page = write_page()
    assert '<a href="../audit/adult/report.html">Audit of adult</a>' in page
    assert '<a href="../audit/adult/report.html#leaks">five leaks' in page
    assert "audits" not in write_page(audits={})


def test_claims_that_nothing_measured_are_folded(write_page):
    page = write_page()
    _, _, folded = page.partition("<details>")
    assert "measures: 1</summary>" in folded and "a claim that not run" in folded
    measured = ledger().query("verdict != 'not run'")
    assert "<details>" not in write_page(ledger=measured)


def test_where_nothing_was_found_that_is_said(write_page):
    assert "No arms were run of which a question is asked" in write_page(
        statements=pd.DataFrame(columns=["asks"])
    )
