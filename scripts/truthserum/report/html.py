"""A page that is one file, asks nothing of a network and runs only what its policy names.

Whatever is put into a template is text: Jinja escapes it, and signs that turn the direction of
what follows, or that nobody sees, are spelled out. The content security policy allows one style
and one script, by their hashes, and images that are in the page itself.
"""

import base64
import hashlib
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

KEPT = "\n\t"
UNSEEN = ("Cc", "Cf", "Co", "Cs")  # control, format, private, half of a pair


@dataclass(frozen=True)
class Image:
    """A figure in a page: a data URI, what it shows in words, and what is said below it."""

    source: str
    alt: str
    caption: str


def image(figure: Figure, alt: str, caption: str) -> Image:
    """A figure as SVG; the same figure gives the same bytes.

    Not as a part of the page, for matplotlib writes styles into elements, which the policy forbids.
    """
    held = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "truthserum"}):
        figure.savefig(held, format="svg", metadata={"Date": None, "Creator": None})
    return Image(data_uri(held.getvalue(), "image/svg+xml"), alt, caption)


def data_uri(content: bytes, kind: str) -> str:
    """The content of a file as a link to itself."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def visible(value: object) -> object:
    """Text with every sign spelled out that is not seen, such as "⟨U+202E⟩"; others unchanged."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(
        f"⟨U+{ord(sign):04X}⟩"
        if unicodedata.category(sign) in UNSEEN and sign not in KEPT
        else sign
        for sign in value
    )


def policy(style: str, script: str) -> str:
    """The content security policy of a page with one style and one script."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def render(parts: Mapping[str, str], name: str, **content: object) -> str:
    """The template `name` of the parts, filled in.

    parts: {file name: text}, templates beside page.css and page.js. Raises jinja2's UndefinedError
    for what a template names and nobody gives.
    """
    environment = Environment(
        loader=DictLoader(dict(parts)),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = parts["page.css"], parts["page.js"]
    return environment.get_template(name).render(
        style=Markup(style), script=Markup(script), policy=policy(style, script), **content
    )
