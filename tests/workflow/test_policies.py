"""Policies are read before anything runs that they are to judge."""

import os
from dataclasses import replace

import pytest
import yaml

from truthserum.sentences import OptionError
from workflow.audits import plans
from workflow.policies import policy_file

SCORES = "examples/audit/predictions.csv"
LIMIT = {"measure": "epsilon_lower", "at_most": "claimed", "source": "the board"}
PRESETS = {"template": "resources/policies/template.yaml"}


@pytest.fixture
def plan(root, monkeypatch):
    monkeypatch.chdir(root)
    return plans({"mine": {"scores": {"file": SCORES, "label": "income"}, "epsilon": 2.0}})["mine"]


def under(plan, policy, **more):
    return policy_file(replace(plan, audit=replace(plan.audit, policy=policy, **more)), PRESETS)


def test_a_preset_is_known_by_its_name_and_a_file_by_its_path(plan, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump({"name": "board", "limits": [LIMIT]}))
    assert under(plan, "template") == PRESETS["template"]
    assert under(plan, str(path)) == str(path)


def test_what_is_no_policy_is_said(plan, tmp_path):
    path = tmp_path / "own.yaml"
    os.mkfifo(tmp_path / "pipe.yaml")
    with (tmp_path / "bomb.yaml").open("wb") as bomb:
        bomb.truncate(10**12)
    cases = {
        r"pipe.yaml: found no file, allowed is one, or template": str(tmp_path / "pipe.yaml"),
        "bomb.yaml: found 1000000000000 bytes, allowed are at most": str(tmp_path / "bomb.yaml"),
        'policy: found "templat", allowed are template, a file .\\.ya?ml, .* "template"': "templat",
        "audits.mine.policy: none.yaml: found no file, allowed is one, or template": "none.yaml",
        "own.yaml: found the key": {"name": "board", "limit": []},
        "own.yaml.limits.0.*source": {"name": "board", "limits": [{**LIMIT, "source": " "}]},
        "found the confidence 0.9, allowed is 0.95": {"name": "board", "confidence": 0.9},
        "found claimed as a limit of epsilon_lower": {"name": "board", "limits": [LIMIT]},
    }
    for sentence, policy in cases.items():
        if isinstance(policy, dict):
            path.write_text(yaml.safe_dump(policy))
            policy = str(path)
        with pytest.raises(OptionError, match=sentence) as error:
            under(plan, policy, epsilon=None)
        assert "\n" not in str(error.value)
