"""The files with audits that a config lists: where they and what they name are looked for."""

from pathlib import Path

import pytest
import yaml

from truthserum.sentences import OptionError
from workflow.gathered import gathered

EXAMPLE = "examples/audit/adult.yaml"


@pytest.fixture
def section(root, monkeypatch):
    """The audits of the example."""
    monkeypatch.chdir(root)
    return yaml.safe_load(Path(EXAMPLE).read_text("utf-8"))["audits"]


FILES = {
    "none": (["no.yaml"], 'audits: found no "no.yaml", allowed are files'),
    "deep": ([["x" * 300]], r'audits: found no \["x{198} …, allowed are files'),
    "nothing": (
        ["config.yaml"],
        'audits: found "config.yaml" without audits, allowed is a section',
    ),
    "twice": ([EXAMPLE, EXAMPLE], "audits: found adult twice, allowed is once"),
}


@pytest.mark.parametrize("files, sentence", FILES.values(), ids=FILES)
def test_what_is_wrong_with_a_list_of_files_is_said(section, files, sentence):
    here = Path.cwd()
    assert gathered([EXAMPLE], here) == gathered(section, here) == section
    with pytest.raises(OptionError, match=sentence):
        gathered(files, here)


def test_a_listed_file_is_looked_for_in_the_project(section, root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (depends,) = gathered(["examples/audit/program.yaml"], root)["program"]["depends"]
    assert Path(depends).samefile(root / "examples/audit/program.py")
    found = gathered([EXAMPLE], root)["adult"]
    assert Path(found["data"]["file"]).samefile(root / "examples/audit/adult.csv")
    assert Path(found["path"]).samefile(root / "examples/audit")
    assert found["data"]["label"] == section["adult"]["data"]["label"]


def test_the_home_of_a_user_is_found_by_its_sign(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/mine")
    monkeypatch.chdir(tmp_path)
    own = {"data": {"file": "~/a.csv", "label": "~"}, "path": "~", "depends": ["~/b.py", "c.py"]}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump({"audits": {"mine": own}}))
    for written in ({"mine": own}, ["own.yaml"]):
        found = gathered(written, tmp_path)["mine"]
        assert found["data"] == {"file": "/home/mine/a.csv", "label": "~"}
        assert (found["path"], found["depends"]) == ("/home/mine", ["/home/mine/b.py", "c.py"])


@pytest.mark.parametrize(
    ("python", "listed", "written"),
    [
        ("python3.12", "python3.12", "python3.12"),
        ("~/env/bin/python", "/home/mine/env/bin/python", "/home/mine/env/bin/python"),
        ("env/bin/python", "{project}/env/bin/python", "env/bin/python"),
    ],
)
def test_an_interpreter_is_a_path_where_the_shell_has_it_so(
    tmp_path, monkeypatch, python, listed, written
):
    monkeypatch.setenv("HOME", "/home/mine")
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path)
    own = {"mine": {"python": python}}
    (tmp_path / "project/own.yaml").write_text(yaml.safe_dump({"audits": own}))
    found = gathered(["own.yaml"], tmp_path / "project")["mine"]["python"]
    assert found == listed.format(project=tmp_path / "project")
    assert gathered(own, tmp_path)["mine"]["python"] == written


@pytest.mark.parametrize("policy", ["report_only", "strict.yaml"])
def test_a_policy_is_looked_for_where_it_is_a_file(tmp_path, monkeypatch, policy):
    monkeypatch.setenv("HOME", "/home/mine")
    project, here = tmp_path / "project", tmp_path / "here"
    for folder in (project, here):
        folder.mkdir()
    monkeypatch.chdir(here)
    (project / "own.yaml").write_text(yaml.safe_dump({"audits": {"mine": {"policy": policy}}}))
    listed = gathered(["own.yaml"], project)["mine"]["policy"]
    assert listed == (str(project / policy) if policy.endswith(".yaml") else policy)
    written = gathered({"mine": {"policy": f"~/{policy}"}}, project)["mine"]["policy"]
    assert written == (f"/home/mine/{policy}" if policy.endswith(".yaml") else f"~/{policy}")


def test_words_of_a_mitigation_are_no_paths_of_ours(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = {"file": "~/a", "path": "weights", "depends": ["b"], "policy": "c.yaml"}
    own = {"data": {"file": "a.csv"}, "mitigations": {"path": given}}
    (tmp_path / "own").mkdir()
    (tmp_path / "own/own.yaml").write_text(yaml.safe_dump({"audits": {"file": own}}))
    found = gathered(["own.yaml"], tmp_path / "own")["file"]
    assert found["mitigations"] == {"path": given}
    assert found["data"]["file"] == str(tmp_path / "own/a.csv")
    assert gathered({"path": own}, tmp_path) == {"path": own}
