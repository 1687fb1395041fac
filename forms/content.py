"""Text and HTML that a form shows: whatever the form or an answer holds, what leaves here is harmless HTML."""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table")
_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code", "div", "span"),
    *(
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "a",
        "strong",
        "b",
        "em",
        "i",
        "u",
        "s",
        "del",
        "sub",
        "sup",
        "small",
    ),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "img"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
_HEADING = re.compile(r"<(/?)h([1-6])>")
_IMAGE = re.compile(r"(https?://|data:image/(png|jpeg|gif|webp);base64,)", re.IGNORECASE)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|&~])")

FIRST_HEADING = 3
"""The page has the first two levels of headings; the highest of a form's text comes right below them."""


def markdown(text: str) -> str:
    """The Markdown of a text field as HTML."""
    return clean(_MARKDOWN.render(text))


def clean(html: str) -> str:
    """The HTML without anything that acts, loads from elsewhere by script, or styles."""
    safe = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    levels = [int(tag[2]) for tag in _HEADING.finditer(safe)]
    shift = FIRST_HEADING - min(levels, default=FIRST_HEADING)
    return _HEADING.sub(lambda tag: f"<{tag[1]}h{min(6, int(tag[2]) + shift)}>", safe)


def escape_markdown(text: str) -> str:
    """An inserted value as plain text inside Markdown: an answer cannot make links or headings."""
    return _MARKUP.sub(r"\\\1", text)


def escape_html(text: str) -> str:
    """An inserted value as plain text inside HTML."""
    return nh3.clean_text(text)


def image_source(text: str) -> str:
    """The address of a picture if it may be shown (https, http or a picture as data), else ""."""
    return text if _IMAGE.match(text) else ""


def link(text: str) -> str:
    """The address if it is a web address, else ""."""
    return text if re.match(r"https?://", text, re.IGNORECASE) else ""
