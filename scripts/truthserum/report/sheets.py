"""Tables for people, as Markdown and as a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from truthserum.report.html import render
from truthserum.report.markdown import markdown, own
from truthserum.report.tables import Table
from truthserum.storage.manifests import signing


@dataclass(frozen=True)
class Sheet:
    """Tables below a title, for texts of this project.

    said: paragraphs before them. tables: by their headings; one may be without, "".
    """

    title: str
    said: Sequence[str]
    tables: Mapping[str, Table]

    @property
    def markdown(self) -> str:
        """As Markdown."""
        blocks = [f"# {self.title}", *self.said]
        for heading, made in self.tables.items():
            blocks += [heading and f"## {heading}", made.caption, "\n".join(markdown(made, own))]
        return "\n\n".join(filter(None, blocks)) + "\n"

    def page(self, parts: Mapping[str, str]) -> str:
        """As a page. parts: {file name: text} of the templates in truthserum.report."""
        return render(parts, "sheet.html", title=self.title, said=self.said, tables=self.tables)

    def write(self, paths: Sequence[Path], parts: Mapping[str, str]) -> None:
        """As Markdown and as a page, to the two paths; each whole or not at all."""
        for path, text in zip(paths, (self.markdown, self.page(parts)), strict=True):
            with signing(path) as part:
                part.write_text(text, "utf-8")
