"""XML from strangers is read without ever doing what it asks."""

from __future__ import annotations

import pytest

from bpmn import reading
from engine.xml import MAX_DEPTH, XmlRefused, parse

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml-doctype"),
        ('<?xml version="1.0"?>\n<!-- x --><!DOCTYPE a SYSTEM "http://example.org/a"><a/>', "xml-doctype"),
        ('<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></a>', "xml-include"),
        ("<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1), "xml-depth"),
        (f'<a id="long" b="{"x" * 100_001}"/>', "xml-text"),
        ("<a><b></a>", "xml-syntax"),
        ("", "xml-syntax"),
        ("<a>&undefined;</a>", "xml-syntax"),
    ],
)
def test_dangerous_or_broken_text_is_refused(text: str, code: str) -> None:
    """The code says why; no entity is expanded, no file opened."""
    with pytest.raises(XmlRefused) as caught:
        parse(text.encode())
    assert caught.value.code == code


def test_only_utf_8_is_read() -> None:
    """The line of the first wrong byte is named."""
    with pytest.raises(XmlRefused) as caught:
        parse("<a>\nồ</a>".encode("utf-16"))
    assert caught.value.code == "xml-encoding"
    with pytest.raises(XmlRefused) as caught:
        parse(b"<a>\n\xe9</a>")
    assert "line 2" in caught.value.en


def test_a_doctype_in_a_comment_or_text_is_no_doctype() -> None:
    assert parse(b"<a><!-- <!DOCTYPE a> --></a>").tag == "a"


@pytest.mark.parametrize("root", ["<html/>", f'<process xmlns="{BPMN}"/>', "<definitions/>"])
def test_other_xml_is_no_diagram(root: str) -> None:
    with pytest.raises(XmlRefused) as caught:
        reading.read(root.encode(), "x.bpmn")
    assert caught.value.code == "xml-not-bpmn"


def test_too_many_nodes_are_refused() -> None:
    nodes = "".join(f'<task id="t{n}"/>' for n in range(2_001))
    with pytest.raises(XmlRefused) as caught:
        reading.read(
            f'<definitions xmlns="{BPMN}"><process id="p">{nodes}</process></definitions>'.encode(), "x.bpmn"
        )
    assert caught.value.code == "xml-count"
