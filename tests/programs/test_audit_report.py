"""From the tables of an audit to its page and files, the gate, and a comparison."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import audited
import pandas as pd
import pytest
from hostile import TEXTS

import audit_compare
import audit_report
import gate
from truthserum.audit.report.images import NAMES
from truthserum.audit.report.verdict import EXIT
from truthserum.audit.result import read_audit
from truthserum.report.html import visible
from truthserum.sentences import OptionError
from truthserum.storage.files import DataError

SCRIPTS = Path(audit_report.__file__).parent
OUTPUT = ("audit.json", "report.html", "summary.md", "junit.xml", "audit.sarif")


@pytest.fixture
def report(tmp_path, monkeypatch):
    """report(policy, *content, **arguments): runs the program, returns the folder of its files."""
    # What is drawn is tested elsewhere.
    monkeypatch.setattr(audit_report.page, "images", lambda *_: dict.fromkeys(NAMES))

    def run(text, *content, **changed):
        path = tmp_path / "policy.yaml"
        path.write_text(text)
        given = {name: audited.EXAMPLE / f"{name}.csv" for name in ("records", "roc", "scores")}
        given |= {"claims": audited.EXAMPLE / "claims.json", "policy": path} | changed
        words = [word for name, value in given.items() for word in (f"--{name}", str(value))]
        output = [str(tmp_path / name) for name in OUTPUT]
        pages = ["--page", *map(str, audited.PAGES), "--output", *output, "--", *map(str, content)]
        monkeypatch.setattr(sys, "argv", ["audit_report.py", "--settings", "{}", *words, *pages])
        audit_report.main()
        return tmp_path

    return run


def policy(measure, most):
    return f"name: board\nlimits:\n- {{measure: {measure}, at_most: {most}, source: minute 12}}\n"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("name: none", 0),
        (policy("auc", 0.9), 0),
        (policy("auc", 0.5), 1),
        (policy("auc", 0.735), 2),
        (policy("auc", 0.735) + "undecided: pass", 0),
    ],
)
def test_the_gate_says_by_its_exit_status_what_the_report_found(report, capsys, text, status):
    folder = report(text)
    assert gate.main([str(folder / "audit.json")]) == status
    assert json.loads((folder / "audit.json").read_text())["policy"]["because"] in (
        capsys.readouterr().out
    )


def test_every_file_is_written_and_holds_the_verdict(report):
    folder = report(policy("auc", 0.5))
    whole = json.loads((folder / "audit.json").read_text("utf-8"))
    assert whole["policy"]["verdict"] == "exceeds"
    measured = asdict(read_audit(audited.claims(), "claims.json"))  # with every key
    assert {**whole, "policy": None} == json.loads(json.dumps(measured))
    assert "A limit of the policy is exceeded" in (folder / "report.html").read_text("utf-8")
    assert "exceeds" in (folder / "summary.md").read_text("utf-8")
    assert ElementTree.parse(folder / "junit.xml").find(".//failure") is not None
    assert len(json.loads((folder / "audit.sarif").read_text())["runs"][0]["results"]) == 1


class Read(HTMLParser):
    """What a browser would make of a page: how many elements of each name, and all text."""

    def __init__(self, page):
        super().__init__()
        self.count, self.texts = Counter(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.count[tag] += 1
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data):
        self.texts.append(data)


def test_content_of_records_is_text_on_the_page_and_in_no_other_file(report, tmp_path):
    texts = [f"{TEXTS[k % len(TEXTS)]} ~{k}~" for k in range(240)]
    pd.DataFrame({TEXTS[0]: texts}).to_csv(tmp_path / "own.csv", index=False)
    without = Read((report("name: none") / "report.html").read_text("utf-8"))
    folder = report("name: none", tmp_path / "own.csv")
    shown = Read((folder / "report.html").read_text("utf-8"))
    assert {visible(text) for text in (TEXTS[0], *texts)} <= set(shown.texts)
    assert "~0~" not in "".join(without.texts)
    banner, cells = Counter(p=1), Counter(th=1, td=240)
    assert shown.count == without.count + banner + cells
    for name in set(OUTPUT) - {"report.html"}:
        assert "~0~" not in (folder / name).read_text("utf-8")


def test_a_void_audit_has_a_status_of_its_own(report, tmp_path):
    written = audited.claims()
    written["checks"][0]["passed"] = False
    path = tmp_path / "claims.json"
    path.write_text(json.dumps(written))
    folder = report(policy("auc", 0.9), claims=path)
    assert gate.main([str(folder / "audit.json")]) == 3


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("claims", "{", "found no JSON"),
        ("claims", "{}", "bad: the key .* is missing"),
        ("policy", "name: x\nlimits: 3", "found 3, allowed is a list"),
    ],
)
def test_what_is_no_audit_or_policy_is_refused(report, tmp_path, name, text, sentence):
    path = tmp_path / "bad"
    path.write_text(text)
    with pytest.raises((OptionError, DataError), match=sentence):
        report("name: none", **{name: path})


def test_the_gate_refuses_what_has_no_verdict(tmp_path, capsys):
    assert gate.main([str(audited.EXAMPLE / "claims.json")]) == gate.NO_AUDIT
    assert "found no policy" in capsys.readouterr().err
    assert gate.main([str(tmp_path / "none.json")]) == gate.NO_AUDIT
    (tmp_path / "deep.json").write_text("[" * 100_000)
    assert gate.main([str(tmp_path / "deep.json")]) == gate.NO_AUDIT
    assert gate.main(["--no", "such option"]) == gate.main([]) == gate.NO_AUDIT


def test_more_than_memory_holds_is_no_verdict(tmp_path, capsys, monkeypatch):
    def read_text(*_):
        raise MemoryError

    (tmp_path / "audit.json").write_text("{}")
    monkeypatch.setattr(Path, "read_text", read_text)
    assert gate.main([str(tmp_path / "audit.json")]) == gate.NO_AUDIT
    assert "audit.json: found more than memory holds" in capsys.readouterr().err


def test_the_docs_name_every_exit_status():
    docs = (SCRIPTS.parent / "docs" / "audit.md").read_text("utf-8")
    said = docs.partition("Its exit status is")[2].partition("of several audits")[0]
    assert set(re.findall(r"\b\d\b", said)) == {str(n) for n in (*EXIT.values(), gate.NO_AUDIT)}


def test_what_the_gate_cannot_print_changes_no_verdict(report, tmp_path):
    folder = report(policy("auc", 0.9))
    told = json.loads((folder / "audit.json").read_text())
    told["policy"]["because"] = "kept \ud800\n::error::é"
    (tmp_path / "odd.json").write_text(json.dumps(told))
    command = [sys.executable, gate.__file__, tmp_path / "odd.json"]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    run = subprocess.run(command, env=ascii_only, capture_output=True, text=True)
    assert run.returncode == 0
    assert run.stdout.endswith(r"odd.json: within. kept   ::error::\xe9" + "\n")


def test_a_verdict_that_nobody_reads_is_the_verdict(report, tmp_path):
    folder = report(policy("auc", 0.9))
    if not Path("/dev/full").exists():
        pytest.skip("no device here that is always full")
    for unbuffered in ("", "1"):
        with Path("/dev/full").open("w", encoding="utf-8") as out:
            run = subprocess.run(
                [sys.executable, gate.__file__, folder / "audit.json"],
                env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
                stdout=out,
                stderr=subprocess.PIPE,
            )
        assert (run.returncode, run.stderr) == (0, b"")


def test_of_several_audits_the_gate_tells_the_worst(report, tmp_path):
    report(policy("auc", 0.9))
    kept = tmp_path / "kept.json"
    kept.write_text((tmp_path / "audit.json").read_text())
    report(policy("auc", 0.5))
    assert gate.main([str(kept), str(tmp_path / "audit.json")]) == 1


def test_two_audits_are_compared(report, tmp_path, monkeypatch):
    folder = report("name: none")
    one = str(folder / "audit.json")
    output = [str(tmp_path / name) for name in ("compared.md", "compared.html")]
    words = ["--settings", "{}", "--audits", one, one, "--page", *map(str, audited.PAGES)]
    monkeypatch.setattr(sys, "argv", ["audit_compare.py", *words, "--output", *output])
    audit_compare.main()
    assert "no difference shown" in Path(output[0]).read_text("utf-8")
    assert "<h1>loans compared with loans</h1>" in Path(output[1]).read_text("utf-8")
