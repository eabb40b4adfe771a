"""Hold an audit against a policy, and write its page and files for machines.

python scripts/audit_report.py --settings '{}' --claims claims.json --records records.csv
    --roc roc.csv --scores scores.csv --policy resources/policies/no_record.yaml
    --page scripts/truthserum/report/page/* scripts/truthserum/audit/report/page/*
    --output audit.json report.html summary.md junit.xml audit.sarif -- own.csv

The tables may have no rows. The last one, which need not be there, is of the user's own records,
row k is record k; its columns then stand on the page.
"""

from dataclasses import asdict
from pathlib import Path

from program import parsed, parser, read_json, read_texts, run, write_json, write_text

import pandas as pd

from truthserum.audit.data.tables import read_table
from truthserum.audit.report import page
from truthserum.audit.report.formats import as_junit, as_markdown, as_sarif
from truthserum.audit.report.images import Tables
from truthserum.audit.report.policy import read_policy
from truthserum.audit.report.verdict import judge
from truthserum.audit.result import read_audit
from truthserum.storage.frames import read_csv


def main() -> None:
    arguments = parser(__doc__, "claims", "records", "roc", "scores", "policy", page="+", output=5)
    arguments.add_argument("content", type=Path, nargs="?")
    options = parsed(arguments)

    measured = read_audit(read_json(options.claims), options.claims.name)
    signed = read_policy(options.policy.read_text("utf-8"), options.policy.name)
    audit = judge(measured, signed)
    content = read_table(options.content) if options.content else pd.DataFrame()
    records, roc, scores = map(read_csv, (options.records, options.roc, options.scores))
    tables = Tables(records, roc, scores, content)
    whole, *for_people = options.output
    write_json(whole, asdict(audit))
    lines = whole.read_text("utf-8").splitlines()
    texts = [
        page.audit_page(audit, tables, read_texts(options.page)),
        as_markdown(audit),
        as_junit(audit),
        as_sarif(audit, whole.name, lines),
    ]
    for path, text in zip(for_people, texts, strict=True):
        write_text(path, text)


if __name__ == "__main__":
    run(main)
