"""Compare two audits: better, worse, or no difference shown.

python scripts/audit_compare.py --settings '{}' --audits one/audit.json other/audit.json
    --page scripts/truthserum/report/page/* scripts/truthserum/audit/report/page/*
    --output compared.md compared.html
"""

from pathlib import Path

from audit_report import read_parts
from program import parsed, parser, read_json, run, write_text
from truthserum.audit.report.compare import as_markdown, as_page
from truthserum.audit.report.result import read_audit


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--audits", type=Path, nargs=2, required=True)
    arguments.add_argument("--page", type=Path, nargs="+", required=True)
    arguments.add_argument("--output", type=Path, nargs=2, required=True)
    options = parsed(arguments)
    one, other = (read_audit(read_json(path), str(path)) for path in options.audits)
    texts = as_markdown(one, other), as_page(one, other, read_parts(options.page))
    for path, text in zip(options.output, texts, strict=True):
        write_text(path, text)


if __name__ == "__main__":
    run(main)
