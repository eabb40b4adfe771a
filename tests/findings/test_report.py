import pandas as pd
import pytest

from truthserum.findings.costs import Took, Trained
from truthserum.findings.ledger import VERDICTS
from truthserum.findings.report import (
    Illustrated,
    Reproduction,
    caption,
    first_words,
    of_ledger,
    of_statements,
    reproduction_page,
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
        | {"source": "<script>s</script>", **PLACE}
        for word in reversed(VERDICTS)
    ]
    rows[0] |= dict.fromkeys(("measured", *PLACE))
    return pd.DataFrame(rows)


def reproduction(**changes):
    """A page of one experiment with one figure, which was trained and timed."""
    statement = {"asks": "q?", "value": 0.5, "reference_value": 0.4, "difference": 0.1}
    statement |= {"low": 0.05, "high": 0.15, "holm": 0.01, "answer": "raised", "reference": "0"}
    statement["poison_share"] = 0.2
    image = Image("data:image/png;base64,eA==", first_words(ROC), caption(ROC, "smoke"))
    data = {"set": "mnist", "train": 6000, "test": 10, "source": "embedded", "md5": {"x": "9e10"}}
    made = {
        "scale": "smoke",
        "results": "results/smoke",
        "seed": 2204,
        "ledger": ledger(),
        "statements": pd.DataFrame([statement | PLACE]),
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
    made = of_ledger("ledger", ledger(), reproduction())
    assert [row[3].text for row in made.rows] == list(VERDICTS)
    where = made.rows[0][5]
    assert where.text == "targeted/copies-8/metrics.csv"
    assert where.below == "lira, targets, running, auc"
    assert made.rows[-1][5].text == ""


def test_what_follows_from_settings_lies_in_a_table_of_its_own():
    one = ledger().assign(experiment="derived", group="none")
    where = of_ledger("ledger", one, reproduction()).rows[0][5]
    assert (where.text, where.below) == ("derived.csv", "lira, running, auc")


def test_a_comparison_says_where_it_lies():
    made = of_statements(reproduction().statements, "results/smoke")
    where = made.rows[0][-1]
    assert where.text == "targeted/differences.csv"
    assert where.below == "8 against 0: lira, targets, running, auc"
    assert "results/smoke/" in made.caption


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
    for part in ("a claim that agrees", "0.1 [0.05, 0.15]", "Targeted", "agrees 1", "eA=="):
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
