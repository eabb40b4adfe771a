import json
from dataclasses import asdict
from pathlib import Path

import audited
import pytest
from jsonschema import Draft202012Validator

import audit_report
from truthserum.audit.claim import Claim
from truthserum.audit.result import read_audit, result_schema
from truthserum.sentences import OptionError

SCHEMA = Path(audit_report.__file__).parents[1] / "resources" / "audit.schema.json"


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_schema_is_that_of_the_class():
    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(json.dumps(result_schema()))


def test_the_schema_takes_an_audit_with_and_without_a_verdict(validator, judged):
    written = audited.claims()
    assert not list(validator.iter_errors(written))
    limits = [{"measure": name, "at_most": 0.5} for name in ("auc", "nothing", "epsilon_lower")]
    whole = asdict(judged(*limits, require=["poisoned"]))
    assert not list(validator.iter_errors(json.loads(json.dumps(whole))))
    read_audit(json.loads(json.dumps(whole)), "audit.json")


@pytest.mark.parametrize(
    "change",
    [{"schema": 2}, {"claims": [{"value": 1}]}, {"groups": {}}, {"more": 1}, {"audit": "loans"}],
)
def test_schema_and_class_refuse_the_same(validator, change):
    written = audited.claims() | change
    assert list(validator.iter_errors(written))
    with pytest.raises(OptionError, match=r"claims.json.*: .*found") as error:
        read_audit(written, "claims.json")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "of", "measure"),
    [
        ("tpr_at_fpr_0.001", "clean", "tpr_at_fpr_0.001"),
        ("poisoned.tpr_at_fpr_0.001", "poisoned", "tpr_at_fpr_0.001"),
        ("two_decimals.auc", "two_decimals", "auc"),
        ("auc", "clean", "auc"),
    ],
)
def test_an_arm_stands_before_a_measure(name, of, measure):
    claim = Claim(id=name)
    assert (claim.of, claim.measure) == (of, measure)


def test_claims_are_found_by_measure_arm_and_group(audit):
    found = audit()
    assert found.claim("auc").value == found.claims[3].value
    assert found.claim("auc", "poisoned").id == "poisoned.auc"
    assert found.claim("auc", group="sex: m").value == found.groups[-1].measures[2].value
    assert found.claim("auc", "none") is None
