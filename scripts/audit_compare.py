"""Compare two audits: better, worse, or no difference shown.

python scripts/audit_compare.py --settings '{}' --audits one/audit.json other/audit.json
    --page scripts/truthserum/report/page/* scripts/truthserum/audit/report/page/*
    --output compared.md compared.html
"""

from program import parsed, parser, read_json, read_texts, run, write_text

from truthserum.audit.report.compare import as_markdown, as_page
from truthserum.audit.result import read_audit


def main() -> None:
    options = parsed(parser(__doc__, audits=2, page="+", output=2))
    one, other = (read_audit(read_json(path), str(path)) for path in options.audits)
    texts = as_markdown(one, other), as_page(one, other, read_texts(options.page))
    for path, text in zip(options.output, texts, strict=True):
        write_text(path, text)


if __name__ == "__main__":
    run(main)
