"""A page for people in HTML, from the Markdown that this project writes of its tables.

Snakemake's report opens HTML where it would only offer Markdown to be saved.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from truthserum.storage.manifests import signing

STYLE = """
body { font: 14px/1.4 sans-serif; margin: 1.5em; color: #111; background: #fff; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { border-bottom: 1px solid #ccc; padding: 0.3em 0.7em; }
th, td { text-align: left; vertical-align: top; }
td:first-child { min-width: 16em; }
th { border-bottom: 2px solid #111; position: sticky; top: 0; background: #fff; }
"""
MARK = re.compile(r"`(?P<code>[^`]+)`|\*(?P<em>\S[^*]*)\*")


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table in Markdown."""
    return [f"| {' | '.join(cells)} |" for cells in (columns, ["---"] * len(columns), *rows)]


def write_pages(paths: Sequence[Path], markdown: str) -> None:
    """Write the same text as Markdown and as HTML, to the two paths; each whole or not at all."""
    for path, text in zip(paths, (markdown, page(markdown)), strict=True):
        with signing(path) as part:
            part.write_text(text, "utf-8")


def page(markdown: str) -> str:
    """The whole page: headings, paragraphs, lists with `*`, tables; code and emphasis in them."""
    blocks = groupby(markdown.splitlines(), key=_kind)
    body = "\n".join(_block(kind, list(lines)) for kind, lines in blocks if kind != "space")
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _kind(line: str) -> str:
    """What a line is part of."""
    if not line.strip():
        return "space"
    starts = {"#": "heading", "|": "table", "* ": "list"}
    return next((kind for start, kind in starts.items() if line.startswith(start)), "text")


def _block(kind: str, lines: list[str]) -> str:
    """Lines of one kind that follow one another."""
    if kind == "table":
        head, _, *rows = (_cells(line) for line in lines)
        parts = [f"<tr>{_row('th', head)}</tr>", *(f"<tr>{_row('td', row)}</tr>" for row in rows)]
        return "<table>\n" + "\n".join(parts) + "\n</table>"
    if kind == "list":
        items = "\n".join(f"<li>{_inline(line[2:])}</li>" for line in lines)
        return f"<ul>\n{items}\n</ul>"
    if kind == "heading":
        levels = ((len(line) - len(line.lstrip("#")), line.lstrip("# ")) for line in lines)
        return "\n".join(f"<h{level}>{_inline(text)}</h{level}>" for level, text in levels)
    return f"<p>{_inline(' '.join(lines))}</p>"


def _cells(line: str) -> list[str]:
    """The cells of a line of a table; a bar with a backslash before it is text."""
    inner = re.split(r"(?<!\\)\|", line.strip())[1:-1]
    return [cell.strip().replace("\\|", "|") for cell in inner]


def _row(tag: str, cells: list[str]) -> str:
    return "".join(f"<{tag}>{_inline(cell)}</{tag}>" for cell in cells)


def _inline(text: str) -> str:
    """Text with its marks; whatever else HTML would read as markup is shown as it stands."""

    def marked(mark: re.Match[str]) -> str:
        name = mark.lastgroup or ""
        return f"<{name}>{mark[name]}</{name}>"

    return MARK.sub(marked, escape(text, quote=False))
