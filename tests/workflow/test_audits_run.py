"""An audit killed, edited and grown by the real Snakemake; its function notes each training."""

import json
import random
import re
import shutil
import time
from contextlib import suppress
from importlib.metadata import version

import numpy as np
import psutil
import pytest
from bits import check_every_product

CONFIG = "mine.yaml"
MODELS = 6
AUDIT = f"""
audits:
  mine:
    data: {{file: own/people.csv, label: y}}
    function: model:train
    path: own
    models: {MODELS}
    poison: 0
    draws: 20
    policy: template
"""
MODULE = """
import os
import numpy as np
from helper import SLOPE
def train(x, y, seed):
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(f"{seed} ")
    held = [x["a"][y == k] for k in (0, 1)]
    def predict(asked):
        leak = SLOPE * (np.isin(asked["a"], held[1]) * 1.0 - np.isin(asked["a"], held[0]))
        p = 1 / (1 + np.exp(-leak - np.sin(seed * asked["a"])))
        return np.column_stack([1 - p, p])
    return predict
"""


@pytest.fixture(scope="module")
def own(pristine, tmp_path_factory):
    """A copy with a user's own files: 120 records, a module and its helper."""
    checkout = pristine.copy(tmp_path_factory.mktemp("own") / "checkout")
    values = np.random.default_rng(0).normal(size=120)
    rows = [f"{value:.4f},{k % 2}" for k, value in enumerate(values)]
    texts = {
        "own/people.csv": "\n".join(["a,y", *rows, ""]),
        "own/model.py": MODULE,
        "own/helper.py": "SLOPE = 1.0\n",
        CONFIG: AUDIT,
    }
    (checkout.folder / "own").mkdir()
    for name, text in texts.items():
        (checkout.folder / name).write_text(text)
    return checkout


@pytest.fixture(scope="module")
def whole(own, tmp_path_factory):
    """A copy in which the audit was never disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    checkout = own.copy(folder / "checkout")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALLS", str(folder / "calls"))
        run(checkout)
    assert len((folder / "calls").read_text().split()) == MODELS
    return checkout


def test_the_page_says_which_libraries_trained(whole):
    _, claims = made(whole)
    expected = {name: version(name) for name in ("numpy", "pandas")}
    libraries = claims["provenance"]["libraries"]
    assert libraries.items() >= expected.items()
    assert "matplotlib" not in libraries  # which measured, and did not train
    for name, found in libraries.items():
        assert f"{name}: {found}" in report(whole)


def test_one_other_bit_of_any_product_is_refused_by_its_name(whole, monkeypatch):
    check_every_product(
        whole.folder,
        monkeypatch,
        *("records.npz", "pair-000.npz", "claims.json", "scores.csv"),
        *("audit.json", "report.html", "summary.md", "audit.sarif"),
    )


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """trained(): the seeds of the models whose training this test began, in order."""
    path = tmp_path / "calls"
    path.write_text("")
    monkeypatch.setenv("CALLS", str(path))
    return lambda: path.read_text().split()


def run(checkout):
    checkout.make("audit", "--configfile", CONFIG, "--cores", "1", timeout=600)


def killed(checkout, wait):
    """Start the audit, wait(process), and kill Snakemake: what it had started, then."""
    process = checkout.start("audit", "--configfile", CONFIG, "--cores", "1")
    wait(process)
    assert process.poll() is None
    started = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    return started


def made(checkout):
    """What was measured, to the byte, but for the seconds that training took."""
    folder = checkout.folder / "results" / "audit" / "mine"
    tables = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    claims = json.loads((folder / "claims.json").read_text())
    return tables, claims | {"cost": None}


def test_a_kill_at_any_time_costs_one_training_at_most(own, whole, trained, tmp_path):
    checkout, chance = own.copy(tmp_path / "checkout"), random.Random(1)

    def some_pairs(process):
        begun, deadline = len(trained()) + chance.randint(1, 2), time.monotonic() + 300
        while len(trained()) < begun:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1))  # of the seconds that what is left takes

    # What lives on beside the next run costs nothing; this ends with what a user started, too.
    killed(checkout, some_pairs)
    checkout.make("--unlock")
    for each in killed(checkout, some_pairs):
        with suppress(psutil.NoSuchProcess):
            each.kill()
    checkout.make("--unlock")
    run(checkout)
    assert made(checkout) == made(whole)
    assert len(trained()) <= MODELS + 1
    assert not list((checkout.folder / "results").rglob(".pair-*"))


# What a cell of the data and a policy decide, test_audits.py asks of dry runs.
EDITS = {
    "the helper": ("own/helper.py", "1.0", "2.0", MODELS),
    "more models": (CONFIG, f"models: {MODELS}", "models: 8", 8 - MODELS),
}


@pytest.mark.parametrize("name, old, new, count", EDITS.values(), ids=EDITS)
def test_an_edit_trains_what_it_decides(whole, trained, tmp_path, name, old, new, count):
    checkout = whole.copy(tmp_path / "checkout")
    before, page = made(checkout), report(checkout)
    checkout.edit(name, old, new)
    run(checkout)
    assert len(trained()) == count
    assert made(checkout) != before
    assert report(checkout) != page


def test_a_verdict_by_another_policy_is_not_believed_without_snakemakes_memory(whole, tmp_path):
    checkout = whole.copy(tmp_path / "checkout")
    shutil.rmtree(checkout.folder / ".snakemake")
    run(checkout)
    checkout.edit(CONFIG, "policy: template", "policy: no_record")
    failed = checkout.snakemake("audit", "--configfile", CONFIG, "--cores", "1")
    assert failed.returncode and "Traceback" not in failed.stdout
    assert "was made with other audit and policy than asked for now" in failed.stdout


def test_code_that_is_edited_while_the_audit_runs_trains_nothing(own, trained, tmp_path):
    checkout = own.copy(tmp_path / "checkout")
    edited = "open(os.path.join(os.path.dirname(__file__), 'helper.py'), 'a').write('SLOPE = 2.0')"
    checkout.edit("own/model.py", "    held =", f"    {edited}\n    held =")
    failed = checkout.snakemake("audit", "--configfile", CONFIG, "--cores", "1")
    assert failed.returncode and "Traceback" not in failed.stdout
    assert "model:train: found code in own that was edited after the workflow st" in failed.stdout
    assert len(trained()) == 1


def test_the_last_lines_of_a_failing_program_stand_before_the_refusal(own, tmp_path, monkeypatch):
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    checkout = own.copy(tmp_path / "checkout")
    checkout.edit(
        "own/helper.py", "SLOPE", "print(*range(1000), sep='\\n')\nraise SystemExit(7)\nSLOPE"
    )
    failed = checkout.snakemake("audit", "--configfile", CONFIG, "--cores", "1")
    assert failed.returncode
    last = "\n".join(map(str, range(980, 1000)))
    sentence = "audit_train: model:train: found exit status 7, allowed is 0; last said: 999"
    assert f"{last}\n{sentence}\n" in failed.stdout


def test_a_function_that_ignores_its_data_is_said_not_to_leak(own, tmp_path, monkeypatch):
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    checkout = own.copy(tmp_path / "checkout")
    checkout.edit("own/helper.py", "1.0", "0.0")
    checkout.edit(CONFIG, "template", "report_only")
    run(checkout)
    head = (
        r"No leak found; at most [\d.,]+ of 1,000 could be recognised if 1 in 100 others may be "
        "wrongly accused"
    )
    assert re.search(f"<span>{head}</span></h1>", report(checkout))
    summary = (checkout.folder / "results/audit/mine/summary.md").read_text("utf-8")
    assert re.match(f"## Audit of mine: {head}\n", summary)


@pytest.mark.parametrize("slope", [3.0, 0.0])
def test_a_released_model_is_attacked_with_the_trained_ones(whole, trained, tmp_path, slope):
    """One more model, as the user's function would make it of half of the records."""
    checkout = whole.copy(tmp_path / "checkout")
    a, y = np.loadtxt(checkout.folder / "own" / "people.csv", delimiter=",", skiprows=1).T
    member = np.random.default_rng(5).permutation(len(a)) < len(a) // 2
    p = 1 / (1 + np.exp(-slope * member * (2 * y - 1) - np.sin(77 * a)))
    rows = np.column_stack([np.arange(len(a)), member, 1 - p, p])
    np.savetxt(
        checkout.folder / "own" / "released.csv",
        rows,
        ["%d", "%d", "%.6f", "%.6f"],
        delimiter=",",
        header="record,member,p_0,p_1",
        comments="",
    )
    checkout.edit(CONFIG, "models:", "released: own/released.csv\n    models:")
    run(checkout)
    assert trained() == []  # the models that there are attack it
    _, claims = made(checkout)
    (auc,) = (claim for claim in claims["claims"] if claim["id"] == "released.auc")
    assert (auc["models"], auc["positives"], auc["negatives"]) == (1, 60, 60)
    # By the signal itself: of two normals of deviation .7 that lie 3 apart, or of one.
    assert auc["low"] > 0.85 if slope else auc["low"] < 0.5 < auc["high"]
    checks = {check["id"]: check["passed"] for check in claims["checks"]}
    assert checks["blind_control"] and checks["shadows_resemble"]
    page = report(checkout)
    assert "the released model" in page
    assert "none is given; the models trained here stand in for it" not in page


def report(checkout):
    return (checkout.folder / "results" / "audit" / "mine" / "report.html").read_text("utf-8")
