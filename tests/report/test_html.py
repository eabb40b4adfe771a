import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError
from matplotlib.figure import Figure

from truthserum.report.html import data_uri, image, policy, render, visible
from truthserum.report.tables import Cell, table

PARTS = {
    "page.css": "p { color: red }",
    "page.js": "let a = 1 < 2;",
    "one.html": '<meta content="{{ policy }}"><style>{{ style }}</style><p title="{{ said }}">'
    "{{ said }}</p><script>{{ script }}</script>",
}


def digest(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_policy_names_what_is_in_the_page_and_nothing_else():
    page = render(PARTS, "one.html", said="x")
    found = re.search(r'content="([^"]*)"', page)[1].replace("&#39;", "'")
    assert found == policy(PARTS["page.css"], PARTS["page.js"])
    rules = dict(part.strip().split(" ", 1) for part in found.split(";"))
    assert rules["default-src"] == "'none'"
    for rule, tag in (("style-src", "style"), ("script-src", "script")):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        assert rules[rule] == f"'{digest(inside)}'"
    assert set(rules.values()) <= {"'none'", "data:", rules["style-src"], rules["script-src"]}


@pytest.mark.parametrize("text", ["<script>x</script>", '" onclick="x', "</script>", "{{ 7 * 7 }}"])
def test_what_is_put_in_is_text(text):
    class Reader(HTMLParser):
        tags, texts, titles = (), "", []

        def handle_starttag(self, tag, attributes):
            self.tags += (tag,)
            self.titles = self.titles + [value for name, value in attributes if name == "title"]
            assert {name for name, _ in attributes} <= {"title", "content"}

        def handle_data(self, data):
            self.texts += data

    reader = Reader()
    reader.feed(render(PARTS, "one.html", said=text))
    assert reader.tags == ("meta", "style", "p", "script")
    assert reader.titles == [text]
    assert text in reader.texts


def test_signs_that_nobody_sees_are_spelled_out():
    assert visible("a\u202eb\u0000\u200b") == "a⟨U+202E⟩b⟨U+0000⟩⟨U+200B⟩"
    assert visible("two\nlines, ε → ∞") == "two\nlines, ε → ∞"
    assert visible(3) == 3


def test_what_nobody_gives_is_an_error():
    with pytest.raises(UndefinedError, match="said"):
        render(PARTS, "one.html")


def test_the_same_figure_has_the_same_bytes():
    def drawn():
        figure = Figure()
        figure.subplots().fill_between([0, 1], [0, 1], hatch="/")
        return image(figure, "alt", "caption").source

    kind, _, content = drawn().partition(";base64,")
    assert kind == "data:image/svg+xml"
    assert b"<svg" in base64.b64decode(content)
    assert drawn() == drawn()
    assert data_uri(b"x", "text/plain") == "data:text/plain;base64,eA=="


def test_a_row_has_a_cell_for_every_column():
    made = table("t", "c", [("a", "name"), ("b", "number")], [["x", Cell("y", 1.0)]])
    assert made.rows == ((Cell("x"), Cell("y", 1.0)),)
    with pytest.raises(ValueError, match="t: found a row of 1 cells, allowed is 2"):
        table("t", "c", [("a", "name"), ("b", "number")], [["x"]])
