"""From the section `audits` to jobs, and a small audit run to its end."""

import json
import math
import os
import shutil
from copy import deepcopy
from datetime import date
from html import escape
from pathlib import Path

import pandas as pd
import pytest
import yaml

from truthserum.audit.analysis.records import COLUMNS
from truthserum.sentences import OptionError
from workflow.audits import plans

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = "examples/audit/adult.yaml"
RESULTS = Path("results/audit/adult")
HOSTILE, ROWS = "<script>alert(1)</script>", 120


@pytest.fixture
def section(monkeypatch):
    """The audits of the example."""
    monkeypatch.chdir(ROOT)
    return yaml.safe_load(Path(EXAMPLE).read_text(encoding="utf-8"))["audits"]


def test_an_audit_has_the_arms_that_it_asks_for(section):
    plan = plans(section)["adult"]
    assert plan.arms == {"clean": 4, "poisoned": 4, "protected": 4, "decay": 4}
    section["adult"] |= {"models": 16, "poison": 0, "mitigation_models": 12}
    assert plans(section)["adult"].arms == {"clean": 8, "protected": 6, "decay": 6}


def test_so_many_models_that_one_of_all_records_can_be_named(section):
    del section["adult"]["models"]
    assert plans(section)["adult"].models == 30  # 2 log2(1000 / 0.05) = 28.6
    section["adult"]["asked"] = 100
    assert plans(section)["adult"].models == 22


def test_a_cluster_gives_a_pair_the_time_that_its_models_are_given(section):
    assert plans(section)["adult"].minutes == 240
    section["adult"]["minutes"] = 600.5
    assert plans(section)["adult"].minutes == 1201 + 30


ALL = {"read", "secrets", "clean", "poisoned", "protected", "decay", "measure"}
CHANGES = {
    "policy": ({"policy": "no_record"}, set()),
    "show records": ({"show_records": True}, set()),
    "draws": ({"draws": 90}, {"measure"}),
    "unit": ({"unit": "households"}, {"measure"}),
    "more models": ({"models": 16}, {"measure"}),
    "seed": ({"seed": 3}, ALL),
    "poison": ({"poison": 2}, {"poisoned", "measure"}),
    "groups": ({"data": {"groups": ["race"]}}, {"measure"}),
    "protected": ({"protect": "sex"}, {"secrets", "protected", "measure"}),
    "nothing protected": ({"protect": None}, {"secrets", "protected", "measure"}),
    "drop": ({"data": {"drop": ["race"]}}, ALL),
    "options": ({"mitigations": {"decay": {"penalty": 3.0}}}, {"decay", "measure"}),
}


def settings(section):
    """What decides each job of the example."""
    plan = plans(section)["adult"]
    arms = {arm: plan.arm_settings(arm) for arm in plan.arms}
    return {
        "read": plan.read_settings(),
        "secrets": plan.secrets_settings(),
        **arms,
        "measure": plan.measure_settings(),
    }


@pytest.mark.parametrize("change, expected", CHANGES.values(), ids=CHANGES)
def test_only_what_an_option_decides_is_made_again(section, change, expected):
    before, changed = settings(section), deepcopy(section)
    for key, value in change.items():
        own = changed["adult"].get(key)
        changed["adult"][key] = {**own, **value} if isinstance(own, dict) else value
    after = settings(changed)
    assert {job for job, known in before.items() if after.get(job) != known} == expected


def test_whoever_reads_the_data_notices_that_it_is_another(section, tmp_path, monkeypatch):
    """By its content: Snakemake does not see that an older file took its place."""
    data = Path(section["adult"]["data"]["file"]).absolute()
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_bytes(data.read_bytes())
    section["adult"]["data"] |= {"file": "mine.csv"}
    section["adult"]["path"] = str(data.parent)
    before = settings(section)
    Path("mine.csv").write_bytes(data.read_bytes().replace(b"39,", b"40,", 1))
    os.utime("mine.csv", (1, 1))
    after = settings(section)
    assert {job for job in before if after[job] != before[job]} == {"read", "secrets", "measure"}


REFUSED = {
    "name": ({"Loans": {}}, 'audits.Loans: found "Loans", allowed are names of a-z'),
    "longer than a file's": ({"x" * 81: {}}, "found .*, allowed are names .*, 80 signs at most"),
    "longer mitigation": ({"mitigations": {"x" * 81: {}}}, "found .*, allowed are names .*, 80 si"),
    "angles": ({"policy": "<logs>.yaml"}, r"audits.adult.policy: found .*, allowed is a path w"),
    "braces": ({"policy": "{audit}.yaml"}, r"audits.adult.policy: found .*, allowed is a path w"),
    "number": ({1: {}}, "audits.1: found 1, allowed are names of a-z"),
    "long": ({"data": {"file": "x" * 300 + ".csv"}}, "found no xxx.*, allowed is a file"),
    "lines": (
        {"data": {"file": "a\n\x1b[2Jb.csv"}},
        r"found no a\\n\\x1b\[2Jb.csv, allowed is a fi",
    ),
    "pipe": ({"data": {"folder": "/dev/null"}, "protect": None}, "found no /dev/null, allowed is"),
    "no images": (
        {"data": {"folder": "resources"}, "protect": None},
        "audits.adult: resources: found no images, allowed is class/name.png",
    ),
    "path": ({"path": "x" * 300}, "audits.adult.path: found no xxx.*, allowed is a folder that"),
    "years": ({"minutes": 1e308}, r"adult.minutes: found 1e\+308, allowed is 527,040 or less"),
    "no name": ({"function": ":train"}, 'audits.adult.function: found ":train", allowed is mod'),
    "date": ({"mitigations": {"a": {"b": date(2024, 1, 1)}}}, "mitigations.a: found .*, allow"),
    "nan": ({"mitigations": {"a": {"b": [math.nan]}}}, "mitigations.a: found .*, allowed are"),
    "section": ("loans", "audits: found .*, allowed is a section of keys"),
    "mitigation": ({"mitigations": {"clean": {}}}, 'found "clean", allowed are names'),
    "file": ({"data": {"file": "no.csv", "label": "y"}}, "found no no.csv, allowed is a file"),
    "module": ({"function": "logistics:train"}, "audits.adult.function: found no module"),
    "much poison": ({"poison": 51}, "adult.poison: found 51, allowed are at most 50 copies of a t"),
    "few models": ({"models": 2}, "audits.adult.protect: found 2 models to guess from, allowed"),
    "depends": ({"depends": ["no.txt"]}, "audits.adult.depends: found no file no.txt"),
}


@pytest.mark.parametrize("change, sentence", REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_said_before_anything_runs(section, change, sentence):
    wrong = change
    if isinstance(change, dict) and not {"Loans", 1, "x" * 81} & set(change):
        wrong = {"adult": section["adult"] | change}
    with pytest.raises(OptionError, match=sentence) as error:
        plans(wrong)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("file", ["adult.csv", "logistic.py"])
def test_a_file_that_may_not_be_read_is_refused_before_anything_runs(tmp_path, section, file):
    folder = tmp_path / "mine"
    shutil.copytree(ROOT / "examples/audit", folder)
    (folder / file).unlink()
    (folder / file).symlink_to("/proc/self/mem")  # opened, and not read, by root neither
    data = section["adult"]["data"] | {"file": str(folder / "adult.csv")}
    own = section["adult"] | {"path": str(folder), "data": data}
    with pytest.raises(OptionError, match=r"audits\.adult: found a file that cannot be read \("):
        plans({"adult": own})


@pytest.fixture(scope="session")
def audited(pristine, tmp_path_factory):
    """A copy in which the example with eight models and no poison has been run.

    Beside it an audit of predictions, whose rows hold `HOSTILE` and stand on the page.
    """
    checkout = pristine.copy(tmp_path_factory.mktemp("audited") / "checkout")
    path = checkout.folder / EXAMPLE
    config = yaml.safe_load(path.read_text())
    config["audits"]["adult"] |= {"poison": 0, "mitigations": {}, "policy": "template"}
    config["audits"]["adult"]["mitigation_models"] = 4  # that the protected column is guessed of
    table = pd.read_csv(ROOT / "examples/audit/predictions.csv", nrows=ROWS).assign(note=HOSTILE)
    table.to_csv(checkout.folder / "vendor.csv", index=False)
    scores = {"file": "vendor.csv", "label": "income", "member": "in_train"}
    config["audits"]["vendor"] = {"scores": scores, "draws": 20, "show_records": True}
    path.write_text(yaml.safe_dump(config))
    checkout.make("audit", "--configfile", EXAMPLE, "--cores", "2", timeout=600)
    return checkout


def jobs(checkout):
    return checkout.jobs("audit", "--configfile", EXAMPLE)


def test_an_audit_runs_to_its_end(audited):
    folder = audited.folder / RESULTS
    found = json.loads((folder / "claims.json").read_text())
    assert found["audit"]["declared"]["models"] == 8
    assert "policy" not in found["audit"]["declared"]  # which is read later, and says its name
    assert len(found["audit"]["coins"]) == 64
    claims = {claim["id"]: claim for claim in found["claims"]}
    assert set(claims) >= {"any_leak", "auc", "epsilon_lower"}
    assert found["cost"]["trainings"] == 12
    assert claims["attribute_right"]["asked"] == 1000
    assert claims["attribute_gain"]["models"] == 4
    records = pd.read_csv(folder / "records.csv")
    assert list(records) == COLUMNS
    assert len(records) == found["records"]["asked"] == 1000
    assert "Audit of" in (folder / "report.html").read_text("utf-8")
    assert {row["group"] for row in found["groups"]} == {"<=50K", ">50K", "Female", "Male"}
    for table, column in (("roc", "attack"), ("scores", "signal")):
        assert column in pd.read_csv(folder / f"{table}.csv")


def test_nothing_is_run_again(audited):
    assert jobs(audited) == {}


def test_what_the_plan_tells_of_disk_and_memory_is_what_came(audited, tmp_path):
    checkout = audited.copy(tmp_path / "checkout")
    ran = checkout.done("audit_plan", "--configfile", EXAMPLE, "--cores", "1")
    assert ran == {"audit_forecast": 1}  # by the first pair, which was kept
    plan = json.loads((checkout.folder / RESULTS / "plan.json").read_text())
    cost = json.loads((checkout.folder / RESULTS / "claims.json").read_text())["cost"]
    files = [path.stat().st_size for path in (checkout.folder / RESULTS).glob("*/pair-*.npz")]
    assert plan["disk_bytes"] == cost["disk_bytes"]
    assert 0 < sum(files) - cost["disk_bytes"] < 4000 * len(files)  # how each was made
    assert plan["memory_bytes"] == pytest.approx(cost["memory_bytes"], rel=0.2)
    assert plan["machine"]["memory_bytes"] >= plan["memory_bytes"]
    assert set(plan["arms"]) == {"clean", "protected"}


def test_coins_are_handed_out_before_there_are_predictions(pristine):
    handed = "--configfile", "examples/audit/handed.yaml"
    assert pristine.jobs("audit_coins", *handed) == {"audit_include": 1}
    said = pristine.snakemake("-n", "audit", *handed).stdout
    assert "audits.handed.scores: found no handed.csv, allowed is a file of predictions" in said


def test_every_example_is_an_audit(pristine):
    """But for `handed`, whose predictions come from a model that the user trains."""
    found = sorted((pristine.folder / "examples/audit").glob("*.yaml"))
    names = [str(path.relative_to(pristine.folder)) for path in found if path.stem != "handed"]
    jobs = pristine.jobs("audit", audits=json.dumps(names))
    assert jobs["audit_report"] == len(names) > 5


def test_all_that_is_made_has_the_audits_of_the_config(pristine):
    wanted = {"audit_read": 1, "audit_secrets": 1, "audit_train": 16}
    jobs = pristine.jobs(audits=f"[{EXAMPLE}]")
    assert {rule: n for rule, n in jobs.items() if "audit" in rule} == wanted | {
        "audit_measure": 1,
        "audit_report": 1,
    }
    assert jobs["train"] == 4


def test_audits_of_a_config_stand_in_for_those_that_are_listed(checkout):
    own = {"mine": yaml.safe_load((ROOT / EXAMPLE).read_text())["audits"]["adult"]}
    (checkout.folder / "mine.yaml").write_text(yaml.safe_dump({"audits": own}))
    text = checkout.make("-n", "audit", "--configfile", "mine.yaml")
    assert "results/audit/mine/report.html" in text and "results/audit/adult" not in text


def test_a_part_of_a_minute_is_a_limit(checkout):
    own = yaml.safe_load((ROOT / EXAMPLE).read_text())["audits"]["adult"] | {"minutes": 0.05}
    (checkout.folder / "mine.yaml").write_text(yaml.safe_dump({"audits": {"mine": own}}))
    text = checkout.make("-n", "audit", "--configfile", "mine.yaml")
    assert text.count("--seconds 3 ") == text.count("audit_train.py") > 0


def test_rows_stand_on_the_page_where_that_is_asked_for(audited):
    page = (audited.folder / "results/audit/vendor/report.html").read_text("utf-8")
    assert page.count(escape(HOSTILE)) == ROWS
    assert HOSTILE not in page


GROUPS = (EXAMPLE, "- sex\n", "- race\n")
SHOWN = (EXAMPLE, "show_records: true", "show_records: false")
EDITS = {
    "policy": ([(EXAMPLE, "policy: template", "policy: no_record")], {}),
    "shown records": ([SHOWN], {}),  # only the page is written again
    "cell": (
        [("examples/audit/adult.csv", "39,State-gov", "40,State-gov")],
        {"audit_read": 1, "audit_secrets": 1, "audit_train": 6, "audit_measure": 1},
    ),
    "module and groups": (
        [("examples/audit/logistic.py", "steps=8", "steps=9"), GROUPS],
        {"audit_train": 6, "audit_measure": 1},
    ),
    "more models": (
        [(EXAMPLE, "models: 8", "models: 12")],
        {"audit_train": 2, "audit_measure": 1},
    ),
    "protected and groups": (
        [(EXAMPLE, "protect: relationship", "protect: sex"), GROUPS],
        {"audit_secrets": 1, "audit_train": 2, "audit_measure": 1},
    ),
}


@pytest.mark.parametrize("edits, expected", EDITS.values(), ids=EDITS)
def test_an_edit_runs_what_it_decides(audited, tmp_path, edits, expected):
    checkout = audited.copy(tmp_path / "checkout")
    for edit in edits:
        checkout.edit(*edit)
    assert jobs(checkout) == {**expected, "audit_report": 1}
