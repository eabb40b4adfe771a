"""The page in a browser: nothing is asked for, nothing runs, and it can be used."""

import json
import shutil
import subprocess

import audited
import browser
import pytest
from hostile import TEXTS

HOSTILE_POLICY = """
name: {text}
caution: {text}
require: [{text}]
limits:
- {{measure: {text}, at_most: 1, source: {text}, arm: {text}, group: {text}}}
"""


@pytest.fixture
def written_page(write_page):
    """The page of 5,000 records."""
    return write_page(audited.claims(), records=audited.records(5000))


def test_the_page_asks_for_nothing_and_says_nothing(written_page, tmp_path):
    seen = browser.see(written_page, tmp_path, "answer([...document.images].length)")
    assert seen.asked == []
    assert seen.console == []
    assert seen.answer == 8


def test_the_browser_would_have_told(written_page, tmp_path):
    bad = "<img src='https://example.org/x.png' alt=''><script>0</script></main>"
    page = written_page.replace("</main>", bad).replace("img-src data:", "img-src data: *")
    seen = browser.see(page, tmp_path)
    assert seen.asked == ["https://example.org/x.png"]
    assert any("Content Security Policy" in line for line in seen.console)


def poisoned(value, text):
    """JSON in which every text is hostile, but for words that a program reads."""
    if isinstance(value, dict):
        kept = ("id", "file", "door", "arm", "verdict")
        return {k: v if k in kept else poisoned(v, text) for k, v in value.items()}
    if isinstance(value, list):
        return [poisoned(each, text) for each in value]
    return f"{value} {text}" if isinstance(value, str) else value


@pytest.mark.parametrize("text", [" ".join(TEXTS), " ".join(reversed(TEXTS))])
def test_hostile_texts_stay_texts(draw_page, tmp_path, text):
    claims = poisoned(audited.claims(), text)
    claims["checks"].append({"id": text, "passed": True, "says": text, "value": 0.0})
    claims["not_tested"].append({"id": text, "reason": text})
    claims["claims"].append({"id": text, "value": 1.0, "attack": text, "signal": text})
    claims["mitigations"][0]["id"] = text
    records = audited.table("records").assign(**{"class": text, "groups": json.dumps({text: text})})
    content = records[["class"]].rename(columns={"class": text})
    quoted = "'" + text.replace("'", "''").replace("\n", " ") + "'"
    policy = HOSTILE_POLICY.format(text=quoted)
    script = """answer({
        title: document.title, scripts: document.scripts.length, images: document.images.length,
        handlers: [...document.querySelectorAll("*")].filter(
            (one) => [...one.attributes].some((a) => a.name.startsWith("on"))).length,
        rows: document.querySelectorAll("#records tbody tr").length,
    });"""
    seen = browser.see(draw_page(claims, policy, records, content), tmp_path, script)
    assert seen.answer["title"].startswith("Audit of loans")
    assert (seen.answer["scripts"], seen.answer["handlers"], seen.answer["rows"]) == (3, 0, 240)
    assert seen.answer["images"] <= 8
    assert (seen.asked, seen.console) == ([], [])
    assert "\u202e" not in seen.document


USED = """
const table = document.getElementById("records");
const column = (k) => [...table.tBodies[0].rows].filter((r) => !r.hidden).map(
    (r) => r.cells[k].dataset.key ?? r.cells[k].textContent);
const press = (name) => [...table.querySelectorAll("th button")].find(
    (b) => b.textContent === name).click();
const state = (k) => table.tHead.rows[0].cells[k].getAttribute("aria-sort");
const found = {before: column(0)};
press("record"); found.up = [state(0), column(0)];
press("record"); found.down = [state(0), column(0)];
press("class"); found.words = [state(0), state(5), column(5)];
const input = document.getElementById("records-wanted");
input.value = "BAD"; input.dispatchEvent(new Event("input"));
found.filtered = column(5); found.status = document.querySelector("[role=status]").textContent;
found.focusable = document.querySelectorAll("th button").length;
answer(found);
"""


def test_records_can_be_sorted_and_filtered(write_page, tmp_path):
    records = audited.records(60)
    page = write_page(audited.claims(), records=records)
    found = browser.see(page, tmp_path, USED).answer
    numbers = sorted(records["record"])
    assert found["before"] != [str(k) for k in numbers]
    assert found["up"] == ["ascending", [str(k) for k in numbers]]
    assert found["down"] == ["descending", [str(k) for k in reversed(numbers)]]
    assert found["words"] == [None, "ascending", sorted(records["class"])]
    bad = int((records["class"] == "bad").sum())
    assert found["filtered"] == ["bad"] * bad
    assert found["status"] == f"{bad} of 60 rows shown"
    assert found["focusable"] == 7


NARROW = """
const frame = document.createElement("iframe");
frame.width = 390; frame.height = 800;
const copy = document.documentElement.cloneNode(true);
copy.querySelectorAll("script").forEach((script) => script.remove()); // this one, above all
frame.srcdoc = copy.outerHTML;
document.body.append(frame);
frame.addEventListener("load", () => {
    const page = frame.contentDocument.scrollingElement;
    answer([page.clientWidth, page.scrollWidth]);
});
"""


def test_nothing_sticks_out_of_a_telephone(written_page, tmp_path):
    page = written_page.replace("default-src", "frame-src *; default-src", 1)
    inner, content = browser.see(page, tmp_path, NARROW).answer
    assert content <= inner <= 390


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The source of axe-core, which judges whether all people can use a page."""
    folder = tmp_path_factory.mktemp("axe")
    if shutil.which("npm") is None:
        pytest.skip("no npm is installed")
    pack = ["npm", "pack", "axe-core@4.14.1", "--silent"]
    run = subprocess.run(pack, cwd=folder, capture_output=True, timeout=120)
    if run.returncode:
        pytest.skip("npm has no axe-core")
    (packed,) = folder.glob("*.tgz")
    shutil.unpack_archive(packed, folder, filter="data")
    return (folder / "package" / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("width", [1280, 500])
def test_axe_has_nothing_to_say(write_page, tmp_path, axe, width):
    script = """;axe.run().then((result) => answer({
        passes: result.passes.length,
        violations: result.violations.map((one) => [one.id, one.nodes[0].html.slice(0, 200)]),
    }));"""
    policy = "name: board\nlimits:\n- {measure: auc, at_most: 0.6, source: minute 12}"
    seen = browser.see(write_page(audited.claims(), policy), tmp_path, axe + script, width)
    assert seen.answer["violations"] == []
    assert seen.answer["passes"] > 20
