"""Tables as Markdown, in which markup that a user or a file wrote is made inert."""

import re
from collections.abc import Callable, Iterable, Sequence

from truthserum.report.html import visible
from truthserum.report.tables import Table


def plain(text: object) -> str:
    """Text that no Markdown renderer takes for markup, in one line; nobody is mentioned."""
    line = " ".join(str(visible(str(text))).split())
    escaped = re.sub(r"([\\`*_{}\[\]#!|~$])", r"\\\1", line)
    for sign, entity in {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}.items():
        escaped = escaped.replace(sign, entity)
    return escaped


def own(text: str) -> str:
    """Text of this project, which is easy to read as it stands, for a cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def markdown(table: Table, written: Callable[[str], str] = plain) -> list[str]:
    """The lines of a table; written: makes Markdown of the text of a cell."""
    told = (
        [written(f"{cell.text}. {cell.below}" if cell.below else cell.text) for cell in row]
        for row in table.rows
    )
    return in_lines([written(heading) for heading, _ in table.columns], told)


def in_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table whose cells are Markdown."""
    return [f"| {' | '.join(cells)} |" for cells in (columns, ["---"] * len(columns), *rows)]
