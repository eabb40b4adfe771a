from pathlib import Path

import pytest
import yaml

import audit_report
from truthserum.audit.report.policy import Limit, read_policy
from truthserum.sentences import OptionError

PRESETS = sorted((Path(audit_report.__file__).parents[1] / "resources" / "policies").glob("*.yaml"))
LIMIT = "name: x\nlimits:\n- {measure: auc, at_most: 0.6, source: us}\n"


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_every_preset_is_a_policy_whose_limits_have_a_source(path):
    policy = read_policy(path.read_text("utf-8"), path.name).policy
    assert all(len(limit.source) > 40 for limit in policy.limits)
    assert not policy.limits or policy.caution


def test_presets_without_a_source_for_a_number_have_no_number():
    found = {path.stem: yaml.safe_load(path.read_text("utf-8"))["limits"] for path in PRESETS}
    assert found["report_only"] == found["template"] == []
    assert set(found) == {"report_only", "template", "no_record", "nine_percent", "sacro"}


def test_a_policy_is_signed_by_the_checksum_of_its_text():
    one, same, other = (read_policy(text, "p") for text in (LIMIT, LIMIT, LIMIT + "# a word\n"))
    assert one.policy.limits == (Limit(measure="auc", at_most=0.6, source="us"),)
    assert one.sha256 == same.sha256 != other.sha256
    assert one.policy == other.policy


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [", "p.yaml: line 2: found no YAML .*, allowed is YAML"),
        ("3", "p.yaml: found 3, allowed is a section of keys"),
        ("nam: x", 'p.yaml: found the key "nam", allowed are .*did you mean "name"'),
        ("limits: []", 'p.yaml: the key "name" is missing'),
        ("name: x\nlimits: {auc: 1}", "p.yaml.limits: found .*, allowed is a list"),
        (LIMIT.replace(", source: us", ""), 'limits.0: the key "source" is missing'),
        (LIMIT.replace("us", "' '"), 'limits.0.source: found " ", allowed is words'),
        (
            LIMIT.replace("0.6", "-1"),
            "limits.0.at_most: found -1, allowed is a number of 0 or more",
        ),
        (LIMIT.replace("0.6", "true"), "limits.0.at_most: found true, allowed is a number"),
        (LIMIT.replace("0.6", ".nan"), "limits.0.at_most: found NaN, allowed is a number"),
        (LIMIT.replace("0.6", "5"), "limits.0.at_most: found 5, allowed is 1 or less, as auc is a"),
        (LIMIT.replace("0.6", "clamed"), "at_most: found the text .*, or claimed"),
        (LIMIT + LIMIT.splitlines()[2], "limits.1: found auc again, allowed is one limit of it"),
        ("name: x\nundecided: maybe", 'p.yaml.undecided: found "maybe", allowed are fail, pass'),
        ("name: x\nprior: 1", "p.yaml.prior: found 1, allowed is less than 1"),
    ],
)
def test_what_is_no_policy_is_refused_in_one_sentence(text, sentence):
    with pytest.raises(OptionError, match=sentence) as error:
        read_policy(text, "p.yaml")
    assert "\n" not in str(error.value)
