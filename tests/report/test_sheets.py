from pathlib import Path
from xml.etree import ElementTree

import pytest

from truthserum import report
from truthserum.report.sheets import Sheet
from truthserum.report.tables import Cell, table

ROWS = [["a | b", "1 < 2 & 3"], ["empty", Cell("", strong=True)]]
COLUMNS = [("what", "wide"), ("value", "number")]
SHEET = Sheet(
    "Found, scale smoke",
    ["Intervals are 95 %.", "A <script> in a text."],
    {"": table("all", "All of it.", COLUMNS, ROWS), "Notes": table("notes", "", COLUMNS, [])},
)
MARKDOWN = """# Found, scale smoke

Intervals are 95 %.

A <script> in a text.

All of it.

| what | value |
| --- | --- |
| a \\| b | 1 < 2 & 3 |
| empty |  |

## Notes

| what | value |
| --- | --- |
"""


@pytest.fixture
def written(tmp_path):
    """The paths of both, written."""
    paths = tmp_path / "sheet.md", tmp_path / "sheet.html"
    folder = Path(report.__file__).with_name("page")
    SHEET.write(paths, {path.name: path.read_text("utf-8") for path in folder.iterdir()})
    return paths


@pytest.fixture
def main(written):
    """What the page shows, read by a strict parser."""
    _, start, rest = written[1].read_text("utf-8").partition("<main")
    inside, end, _ = rest.partition("</main>")
    return ElementTree.fromstring(start + inside + end)


def texts(element, tag):
    return ["".join(one.itertext()).strip() for one in element.iter(tag)]


def test_markdown_has_every_text_and_table_once_and_in_order(written):
    assert written[0].read_text("utf-8") == MARKDOWN


def test_the_page_has_the_same_blocks(main):
    assert [block.tag for block in main] == ["h1", "p", "p", "div", "h2", "div"]
    assert texts(main, "p") == SHEET.said
    assert texts(main, "h2") == ["Notes"]
    assert texts(main, "caption") == ["All of it.", ""]


def test_cells_hold_what_markup_would_swallow(main):
    assert texts(main, "th") == ["what", "value"] * 2
    assert texts(main, "td") == ["a | b", "1 < 2 & 3", "empty", ""]
