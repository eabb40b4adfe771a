"""The page of a finished run: ledger, figures, cost, provenance, and no request that leaves it."""

import base64
import json
import re
from collections import Counter
from pathlib import Path

import browser
import pytest
from markupsafe import escape
from stored import rows

from truthserum.findings.ledger import VERDICTS
from truthserum.report.units import duration

RESULTS = "results/smoke/targeted"


@pytest.fixture(scope="module")
def page(finished):
    """The page of the reproduction."""
    return (finished.folder / "results" / "smoke" / "report.html").read_text("utf-8")


def test_the_page_has_each_claim_of_the_ledger_and_where_its_number_lies(finished, page):
    ledger = rows(finished.folder / "results" / "smoke" / "ledger.csv")
    for row in ledger:
        assert escape(row["claim"]) in page
        if row["verdict"] != "not run" and row["experiment"] != "derived":
            place = f"{row['experiment']}/copies-{row['arm']}/metrics.csv"
            assert place in page and (finished.folder / "results/smoke" / place).is_file()
    tables = page.split("<table")[1:]
    for verdict, many in Counter(row["verdict"] for row in ledger).items():
        (own,) = [each for each in tables if escape(VERDICTS[verdict]) in each]
        assert own.partition("</table>")[0].count('data-label="claim"') == many


def test_the_page_has_every_figure_with_its_caption_and_table(finished, page):
    figures = re.findall(
        r'<figure>\s<img src="data:image/png;base64,([^"]+)" alt="[^"]+">\s'
        r"<figcaption><p><strong>.+?<p>Where: <code>([^<]+)</code></p></figcaption>",
        page,
        re.DOTALL,
    )
    shown = {Path(table): base64.b64decode(image) for image, table in figures}
    drawn = (finished.folder / "figures" / "smoke").rglob("*.png")
    assert set(shown) == {path.relative_to(finished.folder).with_suffix(".csv") for path in drawn}
    for table, image in shown.items():
        assert image == (finished.folder / table.with_suffix(".png")).read_bytes()


def test_the_page_says_what_it_took_and_that_no_plan_was_made(finished, page):
    cost = page.partition('<section id="cost">')[2].partition("</section>")[0]
    seconds = sum(
        sum(json.loads(path.read_text())["seconds"])
        for path in (finished.folder / RESULTS).glob("copies-*/shard-*.json")
    )
    assert f"<div>{duration(seconds)}</div>" in cost.replace("\n", "")
    assert "no plan was made" in cost and "10 of 10" in cost
    assert "fashion_mnist-600-200.json" in page.partition('<section id="provenance">')[2]


def test_a_plan_that_was_made_stands_on_the_page(rerun):
    plan = rerun.folder / "results" / "smoke" / "plan" / "plan.csv"
    plan.parent.mkdir()
    plan.write_text("experiment,jobs\n")
    said = rerun.snakemake("--cores", "1").stdout
    assert "plan.csv: found 0 undeclared columns () and 8 missing ones" in said
    names = ["arms", "models", "records", "jobs", "hours", "disk_gb", "memory_gb", "core_hours"]
    rest = ",1" * (len(names) - 1)
    plan.write_text(f"experiment,{','.join(names)},by\ntargeted{rest},2,a timed network\n", "utf-8")
    assert rerun.done("--cores", "1") == {"report_page": 1}
    page = (rerun.folder / "results" / "smoke" / "report.html").read_text("utf-8")
    assert "<div>2.0 hours</div>" in page.replace("\n", "")
    assert "a timed network" in page and "no plan was made" not in page


def test_the_page_asks_nothing_of_the_network(page, tmp_path):
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    seen = browser.see(page, tmp_path, "answer([...document.images].every(i => i.naturalWidth))")
    assert (seen.asked, seen.console, seen.answer) == ([], [], True)
