import json
from dataclasses import asdict
from xml.etree import ElementTree

import pandas as pd
import pytest
from hostile import TEXTS

from truthserum.audit.report.formats import as_junit, as_markdown, as_sarif, inert

LIMITS = (
    {"measure": "named_records", "at_most": 0},
    {"measure": "tpr_at_fpr_0.001", "at_most": 0.15},
    {"measure": "auc", "at_most": 0.9},
    {"measure": "odd", "at_most": 1},
)


def cases(audit):
    """(name, tag of the outcome) of each case, and the counts of the suite."""
    (suite,) = ElementTree.fromstring(as_junit(audit).encode())
    found = [(case.get("name"), next((child.tag for child in case), "")) for case in suite]
    return found, {key: int(suite.get(key)) for key in ("tests", "failures", "skipped")}


def test_junit_has_a_case_for_each_limit(judged):
    found, counts = cases(judged(*LIMITS))
    assert [tag for _, tag in found] == ["failure", "failure", "", "failure"]
    assert counts == {"tests": 4, "failures": 3, "skipped": 0}


def test_what_is_undecided_is_skipped_where_the_policy_lets_it_pass(judged):
    found, counts = cases(judged(*LIMITS, undecided="pass", require=["coins"]))
    assert [tag for _, tag in found] == ["failure", "skipped", "", "failure", "failure"]
    assert counts == {"tests": 5, "failures": 3, "skipped": 1}
    assert found[-1][0] == "required: coins"


def test_a_self_check_that_voids_fails_in_junit(judged):
    broken = {"id": "models_differ", "passed": False, "says": "…", "value": 0.0}
    found, _ = cases(judged(LIMITS[2], undecided="pass", more={"checks": [broken]}))
    assert found == [
        ("which of two was in (AUC)", ""),
        ("self-check: models_differ", "failure"),
    ]


def test_a_reason_is_a_sentence(judged):
    """Of a claim that was not measured, and of its limit."""
    open_claim = {"id": "named_records", "resolved": False, "reason": "models are no pairs"}
    for limits in ([], LIMITS[:1]):
        text = as_markdown(judged(*limits, more={"claims": [open_claim]}))
        assert text.count(". Models are no pairs") == 1, text


@pytest.fixture
def sarif(judged):
    """(SARIF parsed, lines of audit.json) of some limits."""

    def made(*limits, **keys):
        audit = judged(*limits, **keys)
        lines = json.dumps(asdict(audit), indent=2, sort_keys=True).splitlines()
        return json.loads(as_sarif(audit, "audit.json", lines)), lines

    return made


def test_sarif_has_a_result_for_each_limit_that_is_not_within(sarif):
    found, lines = sarif(*LIMITS)
    assert found["version"] == "2.1.0"
    (run,) = found["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [one["ruleId"] for one in run["results"]] == [
        "named_records",
        LIMITS[1]["measure"],
        "odd",
    ]
    assert [one["level"] for one in run["results"]] == ["error", "warning", "warning"]
    for one, limit in zip(run["results"], (LIMITS[0], LIMITS[1], LIMITS[3]), strict=True):
        assert rules[one["ruleIndex"]] == one["ruleId"]
        (where,) = one["locations"]
        where = where["physicalLocation"]
        assert where["artifactLocation"] == {"uri": "audit.json"}
        line = lines[where["region"]["startLine"] - 1]
        assert json.loads(f"{{{line.strip().rstrip(',')}}}") == {"at_most": limit["at_most"]}


def test_a_void_audit_and_what_nobody_tested_are_no_silence_in_sarif(sarif):
    broken = {"id": "models_differ", "passed": False, "says": "shares [1]", "value": 0.0}
    blind = broken | {"id": "blind_control", "voids": False}
    found, _ = sarif(LIMITS[2], require=["coins"], more={"checks": [broken, blind]})
    (run,) = found["runs"]
    assert [(one["ruleId"], one["level"]) for one in run["results"]] == [
        ("self-check: models_differ", "error"),
        ("self-check: blind_control", "warning"),
        ("required: coins", "warning"),
    ]
    assert run["results"][0]["message"]["text"] == r"Failed: shares \[1\]."
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in run["results"])
    assert all(one["locations"] and one["partialFingerprints"] for one in run["results"])


def test_the_same_limit_has_the_same_fingerprint_whatever_was_measured(sarif):
    def prints(*limits):
        return [one["partialFingerprints"] for one in sarif(*limits)[0]["runs"][0]["results"]]

    first, second = prints(*LIMITS[:2])
    assert first != second
    assert prints({**LIMITS[0], "at_most": 3}) == [first]


def test_markdown_is_one_table(judged):
    lines = as_markdown(judged(*LIMITS)).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == 2 + len(LIMITS)
    assert "exceeds" in rows[2]
    assert lines[0].startswith("## Audit of loans: A limit of the policy is exceeded")


def test_without_limits_markdown_lists_the_claims(judged, audit):
    rows = [line for line in as_markdown(judged()).splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(audit().claims)


def test_markdown_names_what_the_policy_requires_and_nobody_tested(judged):
    """Also beside a limit that is exceeded, which is all that the verdict says then."""
    said = as_markdown(judged(*LIMITS, require=("coins", "a_b"))).splitlines()
    assert "Required by the policy and not tested: coins, a\\_b." in said
    assert "Required" not in as_markdown(judged(*LIMITS))


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_texts_are_text_in_every_format(judged, sarif, text):
    more = {"not_tested": [{"id": text, "reason": text}]}
    about = {"name": text, "door": "function"}
    limit = {"measure": "auc", "at_most": 0.5, "source": f"us {text}"}
    audit = judged(limit, more=more | {"audit": about})
    markdown = as_markdown(audit)
    assert "<" not in markdown and "`" not in markdown.replace("\\`", "")
    assert "\u202e" not in markdown
    assert len([line for line in markdown.splitlines() if line.startswith("|")]) == 3
    assert len(cases(audit)[0]) == 1
    found, _ = sarif(limit, more={"audit": about})
    assert len(found["runs"][0]["results"]) == 1


@pytest.mark.parametrize("rate", ["0,001", "low", "0", "nan", "-1", "inf"])
def test_a_level_that_is_misspelt_is_shown_as_it_is_written(judged, sarif, rate):
    limit = {"measure": f"tpr_at_fpr_{rate}", "at_most": 0.1}
    audit = judged(limit)
    assert f"tpr\\_at\\_fpr\\_{rate} |" in as_markdown(audit)
    assert cases(audit)[0] == [(limit["measure"], "failure")]
    (one,) = sarif(limit)[0]["runs"][0]["results"]
    assert one["message"]["text"].startswith(f"{limit['measure']}: not tested")


def test_cells_that_a_spreadsheet_would_compute_are_text():
    table = pd.DataFrame({"=a": ["=1+1", "+x", "-x", "@x", "\tx", "x=1"], "b": [-1.0] * 6})
    made = inert(table)
    assert list(made) == ["'=a", "b"]
    assert list(made["'=a"]) == ["'=1+1", "'+x", "'-x", "'@x", "'\tx", "x=1"]
    assert made["b"].equals(table["b"])
