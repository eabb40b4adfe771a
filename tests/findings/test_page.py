from xml.etree import ElementTree

import pytest

from truthserum.findings.page import page

TEXT = """# Found, scale smoke

Intervals are 95 %. *coarse*: see `claims.yaml`
and below.

| what | value |
| --- | --- |
| a \\| b | 1 < 2 & 3 |
| empty |  |

## Notes

* first: `x * y * z`
* second: 2 * 3 * 4
"""


@pytest.fixture
def body():
    """The body of the page, read by a strict parser."""
    text = page(TEXT).replace("<!doctype html>", "").replace('<meta charset="utf-8">', "")
    return ElementTree.fromstring(text).find("body")


def texts(body, tag):
    return ["".join(one.itertext()) for one in body.iter(tag)]


def test_every_block_is_there_once_and_in_order(body):
    assert [block.tag for block in body] == ["h1", "p", "table", "h2", "ul"]
    assert texts(body, "p") == ["Intervals are 95 %. coarse: see claims.yaml and below."]
    assert texts(body, "h2") == ["Notes"]


def test_cells_hold_what_markup_would_swallow(body):
    assert texts(body, "th") == ["what", "value"]
    assert texts(body, "td") == ["a | b", "1 < 2 & 3", "empty", ""]


def test_marks_become_elements(body):
    assert texts(body, "em") == ["coarse"]
    assert texts(body, "code") == ["claims.yaml", "x * y * z"]
    assert texts(body, "li") == ["first: x * y * z", "second: 2 * 3 * 4"]


def test_nothing_becomes_markup_that_is_text():
    assert "<script>" not in page("a <script> in a text")
