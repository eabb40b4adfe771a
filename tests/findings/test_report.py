import pandas as pd
import pytest

from truthserum.findings.ledger import VERDICTS
from truthserum.findings.report import (
    Illustrated,
    Trained,
    caption,
    first_words,
    of_cost,
    of_ledger,
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


def test_claims_stand_by_verdict_each_with_where_its_number_lies():
    made = of_ledger(ledger(), "smoke")
    assert [row[3].text for row in made.rows] == list(VERDICTS)
    assert made.rows[0][5].text == "results/smoke/targeted, arm 8: lira, targets, running, auc"
    assert made.rows[-1][5].text == ""


def test_the_cost_is_summed():
    made = of_cost([Trained("a", 3, 3600.0, ["x86"], ["float32"]), Trained("b", 1, 7200.0, [], [])])
    assert [[cell.text for cell in row[:3]] for row in made.rows] == [
        ["a", "3", "1.000"],
        ["b", "1", "2.000"],
        ["all", "4", "3.000"],
    ]


def test_captions_are_text_but_for_their_marks():
    assert caption(ROC, "smoke") == (
        "<p><strong>ROC curves of\nit, &lt;b&gt;logarithmic&lt;/b&gt;.</strong> In "
        '<span class="docutils literal">results/smoke/roc.csv</span>.</p>\n'
    )
    assert first_words(ROC) == "ROC curves of it, <b>logarithmic</b>."


@pytest.fixture
def page(request):
    folder = request.config.rootpath / "scripts" / "truthserum"
    folders = folder / "report" / "page", folder / "findings" / "templates"
    parts = {path.name: path.read_text("utf-8") for one in folders for path in one.iterdir()}
    statement = {"asks": "q?", "value": 0.5, "reference_value": 0.4, "difference": 0.1}
    statement |= {"low": 0.05, "high": 0.15, "holm": 0.01, "answer": "raised"}
    tables = {"ledger": ledger(), "statements": pd.DataFrame([statement])}
    image = Image("data:image/png;base64,eA==", first_words(ROC), caption(ROC, "smoke"))
    shown = [Illustrated("targeted", "Targeted", [image])]
    cost = [Trained("targeted", 2, 60.0, ["x86"], ["float32"])]
    return reproduction_page("smoke", tables, shown, cost, AUDITS, {"seed": 1}, parts)


def test_the_page_holds_all_parts_and_nothing_that_runs(page):
    for part in ("a claim that agrees", "0.1 [0.05, 0.15]", "Targeted", "1 agrees", "eA=="):
        assert part in page
    assert "<script>s" not in page
    assert 'alt="ROC curves of it, &lt;b&gt;logarithmic&lt;/b&gt;."' in page
    assert '<a href="../audit/adult/report.html">Audit of adult</a>' in page
    assert page.count("<h1>") == 1 and " style=" not in page
