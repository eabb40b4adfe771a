"""Snakemake's report of a finished run: every figure with its caption, in one file, offline."""

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = "figures/smoke/targeted"
PAGES = {"results/smoke/ledger.html", "results/smoke/statements.html"}
# Opens the figure and what is said of it (in one change: the page reads its state, which React
# writes later), waits until both are drawn, then notes what was asked of the network.
CLICKS = """
<script>
const shown = () => [...document.images].filter(one => one.naturalWidth >= 600).length;
const drawn = () => shown() && document.querySelector("#app").innerText.includes("roc.png");
let looked = 0;
const look = () => {
    if (!drawn() && (looked += 1) < 90) { return setTimeout(look, 100); }
    const asked = performance.getEntriesByType("resource").map(one => one.name);
    document.title = JSON.stringify({
        asked: asked.filter(name => name.startsWith("http")),
        shown: shown(), text: document.body.innerText
    });
};
setTimeout(() => {
    const opened = {navbarMode: "resultinfo", resultPath: "PATH", content: "img"};
    app.setView({...opened, contentPath: results["PATH"].data_uri});
    look();
}, 200);
</script>
"""


@pytest.fixture(scope="module")
def written(finished, tmp_path_factory):
    """The report of the finished run."""
    folder = tmp_path_factory.mktemp("report")
    path = folder / "report.html"
    finished.copy(folder / "checkout").make("--report", path)
    return path


def embedded(path, name):
    """An object that the report's page holds as `var name = {...};`."""
    (text,) = re.findall(rf'<script id="{name}">\s*var {name} = (.*);\s', path.read_text())
    return json.loads(text)


def test_every_figure_is_in_the_report_with_its_caption(finished, written):
    results = embedded(written, "results")
    figures = {f"{FOLDER}/{path.name}" for path in (finished.folder / FOLDER).glob("*.png")}
    assert figures | PAGES < set(results)
    for name, result in results.items():
        path = Path(name)
        content = base64.b64decode(result["data_uri"].partition("base64,")[2])
        assert content == (finished.folder / name).read_bytes()
        assert result["caption"].startswith("<p><strong>"), name
        assert not re.search(r"[{}]|system-message", result["caption"]), name
        if name in figures:
            assert result["labels"] == {"figure": path.stem, "experiment": "targeted"}


def test_results_are_sorted_by_experiment(written):
    folders = embedded(written, "categories")
    assert set(folders) == {"All experiments", "Membership inference with targeted poisoning"}
    assert set(folders["All experiments"]["Other"]) > PAGES


@pytest.fixture(scope="module")
def seen(written, tmp_path_factory):
    """What a browser without a network shows after a click on a figure, and asked for."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip("no Chromium is installed (on Debian: apt install chromium)")
    folder = tmp_path_factory.mktemp("browser")
    clicked = folder / "clicked.html"
    head, end, tail = written.read_text().rpartition("</body>")
    clicked.write_text(head + CLICKS.replace("PATH", f"{FOLDER}/roc.png") + end + tail)
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}"]
    command += ["--virtual-time-budget=10000", "--dump-dom", clicked.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    (title,) = re.findall(r"<title>(\{.*?\})</title>", run.stdout, re.DOTALL)
    return json.loads(title.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def test_a_browser_shows_a_figure_and_what_is_said_of_it(seen):
    assert seen["shown"] == 1
    assert "ROC curves of the inference of secrets" in seen["text"]


def test_the_report_asks_nothing_of_the_network(seen):
    assert seen["asked"] == []
