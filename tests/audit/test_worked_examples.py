"""The worked example of every door is short, stands in the docs, and is run."""

import json
import re
import runpy
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml

from truthserum.audit import linear
from truthserum.audit.analysis.study import measured
from truthserum.audit.data.own import read
from truthserum.audit.data.prepared import prepared
from truthserum.audit.doors import by_command, by_function, by_recipe
from truthserum.audit.doors.orders import Order
from truthserum.audit.doors.ours import Ours
from truthserum.audit.doors.replies import confidences
from truthserum.audit.doors.scores import read as read_scores
from truthserum.audit.poison import nobody
from truthserum.audit.shards import Asked, Shard
from truthserum.options import build, checked
from truthserum.training.device import Device
from truthserum.training.products import Scratch
from workflow.audits import plans
from workflow.catalogue import complete

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "audit"
RUNNER = ROOT / "scripts" / "run_user.py"
TRAINED = ("forest", "network", "boosted", "program")
MOST_LINES = 20


@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    """Paths of the examples are seen from the root; `python` is this one."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")


def audit_of(name):
    return plans(yaml.safe_load((FOLDER / f"{name}.yaml").read_text())["audits"])[name].audit


def answers_of(audit, options=None):
    """Confidences of two models trained on halves of 200 records, all asked, and who was in."""
    own, rows = read(audit.data, audit.output), np.arange(200)
    member = np.array([rows % 2 == 0, rows % 2 == 1])
    codes = own.label[rows]
    seen = []
    for seed, inside in enumerate(member, 1):
        chosen = rows[inside]
        order = Order(own.label, own.classes, rows, chosen, chosen, seed, options or {})
        if audit.door == "command":
            made = by_command.train(audit, order)
        else:
            made = by_function.train(audit, order, RUNNER)
        confidence, _ = confidences(made.answer, codes, own.classes, audit.output, rows, audit.door)
        seen.append(confidence)
    return np.array(seen), member


@pytest.mark.parametrize("name", TRAINED)
def test_an_example_is_surer_of_what_it_was_trained_on(name):
    audit = audit_of(name)
    seen, member = answers_of(audit)
    assert seen[member].mean() > seen[~member].mean() + 0.05
    for options in audit.mitigations.values():
        assert (answers_of(audit, options)[0] != seen).mean() > 0.5


def test_the_regression_gives_away_records_by_its_answers_and_by_its_weights():
    audit = audit_of("glm")
    own, rows = read(audit.data, audit.output), np.arange(1000)
    table = prepared(audit.data, own)
    member = np.array([rows % 2 == 0, rows % 2 == 1])
    glm = build("model", audit.model)
    shard, asked = Shard(range(2), 1, member, nobody()), Asked(table.train_x, own.label)
    (seen, _), _ = linear.train(glm, table, shard, asked)
    assert seen[member].mean() > seen[~member].mean() + 0.01
    fitted = glm.fitted(table, table.train_x[member[0]], own.label[member[0]])
    exact = {claim.id: claim for claim in linear.claims(fitted, 20, 1)}["reconstruction_exact"]
    assert exact.value > 0.9
    assert audit.poison and audit.protect in pd.read_csv(audit.data.file)


def test_our_network_is_surer_of_what_it_was_trained_on_and_less_so_with_privacy(tmp_path):
    config = complete(yaml.safe_load((ROOT / "config.yaml").read_text("utf-8")))
    known = {"recipe": config["recipes"], "defence": config["defences"]}
    (plan,) = plans(yaml.safe_load((FOLDER / "recipe.yaml").read_text())["audits"], known).values()
    own, rows = read(plan.audit.data, plan.audit.output), np.arange(1000)
    table = prepared(plan.audit.data, own)
    member = np.array([rows % 2 == 0, rows % 2 == 1])
    shard, asked = Shard(range(2), 1, member, nobody()), Asked(table.train_x, own.label)
    apart = {}
    for arm in ("clean", "dp_8"):
        ours = checked(Ours, plan.ours[arm], arm)
        cpu, scratch = Device("cpu", torch.float32), Scratch(tmp_path / arm, arm)
        (seen, _), _ = by_recipe.train(ours, table, shard, asked, cpu, scratch)
        apart[arm] = seen[member].mean() - seen[~member].mean()
    assert apart["clean"] > 0.05 > apart["dp_8"]


def test_predictions_are_what_the_program_beside_them_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["predictions.py", str(tmp_path / "again.csv")])
    monkeypatch.syspath_prepend(str(FOLDER))
    runpy.run_path(str(FOLDER / "predictions.py"))
    kept, again = pd.read_csv(FOLDER / "predictions.csv"), pd.read_csv(tmp_path / "again.csv")
    pd.testing.assert_frame_equal(kept, again, atol=2e-4)
    given = read_scores(audit_of("predictions").scores)
    assert given.answers.member.sum() == given.answers.member.size / 2 == 200
    inside, outside = (given.answers.confidence[given.answers.member == k] for k in (True, False))
    assert inside.mean() > outside.mean() + 0.05


@pytest.mark.parametrize("name", [*TRAINED, "predictions", "glm"])
def test_an_example_is_short_and_stands_in_the_docs(name):
    docs = (ROOT / "docs" / "audit.md").read_text("utf-8")
    blocks = re.findall(r"```\w+\n(.*?)```", docs, re.DOTALL)
    suffixes = (".yaml",) if name in ("predictions", "glm") else (".yaml", ".py")
    for suffix in suffixes:
        text = (FOLDER / f"{name}{suffix}").read_text("utf-8")
        code = re.sub(r'\A(""".*?"""\n\n|# yaml-language-server: .*\n)', "", text)
        assert code in blocks
        lines = [line for line in code.splitlines() if line.strip()]
        assert len(lines) <= MOST_LINES


def test_who_checks_an_audit_counts_the_named_records_again(make_study, tmp_path, capsys):
    study = make_study(pairs=16, records=200, shift=1.5)
    body = measured(study)
    body.tables["records"].to_csv(tmp_path / "records.csv", index=False)
    claims = [asdict(claim) for claim in body.claims]
    (tmp_path / "audit.json").write_text(json.dumps({"claims": claims}))
    docs = (ROOT / "docs" / "audit_checks.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", docs, re.DOTALL)
    exec(code, {"folder": tmp_path})
    again, claimed = capsys.readouterr().out.split()
    assert 0 < int(again) == int(claimed) < 200


def test_modules_and_tests_that_the_docs_name_are_there():
    docs = (ROOT / "docs" / "audit_checks.md").read_text("utf-8")
    named = re.findall(r"`((?:\w+/)+\w+\.py)`", docs)
    assert len(named) > 20
    missing = [
        name
        for name in named
        if not (ROOT / "scripts" / "truthserum" / name).exists()
        and not (ROOT / "tests" / name).exists()
    ]
    assert missing == []
