"""The verdict for machines and for a pull request: Markdown, JUnit and SARIF.

What a user or a file wrote is text everywhere: Markdown and HTML in it are made inert.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from truthserum.audit.report import rows
from truthserum.audit.report.headline import headline
from truthserum.audit.report.verdict import passes
from truthserum.audit.report.wording import estimate, headline_claim, title, writer
from truthserum.audit.result import Audit, LimitResult, Word
from truthserum.report.html import visible
from truthserum.report.markdown import markdown, plain

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"exceeds": "error", "undecided": "warning"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection)."""
NOT_XML = re.compile(r"[^\t\n\r -\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def inert(table: pd.DataFrame) -> pd.DataFrame:
    """The table, with an apostrophe before each text that a spreadsheet would compute.

    Names of columns as well; numbers stay numbers.
    """

    def safe(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

    return table.map(safe).rename(columns=safe)


def as_markdown(audit: Audit) -> str:
    """One heading, the verdict and one table."""
    told = headline_claim(audit)
    lines = [f"## Audit of {plain(audit.audit.name)}: {plain(headline(audit, told))}", ""]
    if audit.policy:
        lines += [f"Policy “{plain(audit.policy.name)}”: {plain(audit.policy.because)}", ""]
    limited = audit.policy and audit.policy.limits
    lines += markdown(rows.of_limits(audit) if limited else rows.of_claims(audit))
    if audit.policy and audit.policy.missing:
        names = ", ".join(map(plain, audit.policy.missing))
        lines += ["", f"Required by the policy and not tested: {names}."]
    if audit.not_tested:
        parts = "; ".join(f"{plain(one.id)} ({plain(one.reason)})" for one in audit.not_tested)
        lines += ["", f"Not tested: {parts}."]
    return "\n".join([*lines, ""])


def as_junit(audit: Audit) -> str:
    """A test case for each limit; what is not decided fails or is skipped, as the policy says.

    What the policy requires and nobody tested fails, and so does each failed self-check.
    """
    cases = _junit_cases(audit)
    failed, skipped = (
        sum(case.find(tag) is not None for case in cases) for tag in ("failure", "skipped")
    )
    suite = ElementTree.Element(
        "testsuite",
        name=_xml(f"audit {audit.audit.name}"),
        tests=str(len(cases)),
        failures=str(failed),
        errors="0",
        skipped=str(skipped),
    )
    suite.extend(cases)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def _junit_cases(audit: Audit) -> Sequence[ElementTree.Element]:
    result = audit.policy
    if result is None:
        return []

    def tag(verdict: Word) -> str | None:
        open_tag = "skipped" if passes(result, verdict) else "failure"
        return None if verdict == "within" else open_tag

    found = [
        _case(
            audit,
            title(one.measure, one.arm, one.group),
            tag(one.verdict),
            f"{one.verdict}: {estimate(one)} against {one.at_most:g}. {one.reason}",
            one.source,
        )
        for one in result.limits
    ]
    found += [
        _case(audit, f"required: {name}", "failure", "not tested", result.name)
        for name in result.missing
    ]
    found += [
        _case(audit, f"self-check: {check.id}", "failure", check.says, "the audit itself")
        for check in audit.checks
        if check.passed is False
    ]
    return found


def _case(
    audit: Audit, name: str, tag: str | None, message: str, source: str
) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", classname=_xml(f"audit.{audit.audit.name}"), name=_xml(name)
    )
    if tag:
        ElementTree.SubElement(case, tag, message=_xml(message)).text = _xml(f"Source: {source}")
    return case


def _xml(text: str) -> str:
    """Text without what XML does not allow at all, and with what nobody sees spelled out."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", str(visible(text)))


def as_sarif(audit: Audit, file: str, lines: Sequence[str]) -> str:
    """SARIF 2.1.0: a rule for each measure, a result for each limit that is not within.

    What the policy requires and nobody tested has one too, and so does each failed self-check: of a
    void audit no result would be read as nothing found.

    file, lines: audit.json by its name, and its lines, in which a result is located; without a line
    code scanning finds "no valid locations", and without a fingerprint alerts double.
    """
    limits = audit.policy.limits if audit.policy else ()
    rules = {limit.measure: title(limit.measure) for limit in limits}
    results: list[dict[str, Any]] = [
        {
            "ruleId": limit.measure,
            "level": LEVELS.get(limit.verdict, "warning"),
            "message": {"text": _sarif_text(limit)},
            "locations": _located(file, line),
            "partialFingerprints": {"limit/v1": _fingerprint(audit, limit)},
        }
        for limit, line in zip(limits, _first_lines(lines, len(limits)), strict=True)
        if limit.verdict != "within"
    ]
    for name, level, text in _sarif_others(audit):
        rules[name] = name
        own = {"ruleId": name, "level": level, "message": {"text": _unlinked(text)}}
        mark = {"limit/v1": _hashed([audit.audit.name, name])}
        results.append({**own, "locations": _located(file, 1), "partialFingerprints": mark})
    for result in results:
        result["ruleIndex"] = [*rules].index(result["ruleId"])
    driver = {
        "name": str(audit.tool.get("name", "audit")),
        "rules": [{"id": name, "shortDescription": {"text": said}} for name, said in rules.items()],
    }
    content = {
        "$schema": SARIF,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(content, indent=2) + "\n"


def _sarif_others(audit: Audit) -> list[tuple[str, str, str]]:
    """What else holds a gate up, as (rule, level, text): self-checks, and what is required."""
    missing = audit.policy.missing if audit.policy else ()
    return [
        *(
            (f"self-check: {one.id}", "error" if one.voids else "warning", f"Failed: {one.says}.")
            for one in audit.failed
        ),
        *((f"required: {name}", "warning", f"{name} was not tested.") for name in missing),
    ]


def _located(file: str, line: int) -> list[dict[str, Any]]:
    place = {"artifactLocation": {"uri": file}, "region": {"startLine": line}}
    return [{"physicalLocation": place}]


def _sarif_text(limit: LimitResult) -> str:
    name = title(limit.measure, limit.arm, limit.group)
    most = writer(limit.measure)(limit.at_most)
    text = (
        f"{name}: {limit.verdict}; measured {estimate(limit)}, limit {most} ({limit.source}). "
        f"{limit.reason}"
    )
    return _unlinked(text)


def _unlinked(text: str) -> str:
    """Text of a message: brackets with a number are links to locations in SARIF (3.11.6)."""
    return str(visible(text)).replace("[", r"\[").replace("]", r"\]")


def _fingerprint(audit: Audit, limit: LimitResult) -> str:
    """The same for the same limit of the same audit, whatever was measured."""
    return _hashed([audit.audit.name, limit.measure, limit.arm, limit.group])


def _hashed(place: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(place).encode()).hexdigest()[:32]


def _first_lines(lines: Sequence[str], limits: int) -> list[int]:
    """The line of each limit in audit.json, from 1: where its measure is named."""
    start = next((k for k, line in enumerate(lines) if line.startswith('  "policy"')), 0)
    found = [k + 1 for k, line in enumerate(lines) if k >= start and '"at_most":' in line]
    return (found + [1] * limits)[:limits]
