"""BPMN XML as a tree, read as hostile input: no DOCTYPE, no entities, no network, limits on size, depth and count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.flow.changes import Problem
from engine.flow.refusals import problem

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 50_000
MAX_DEPTH = 120

Node = Any
"""An lxml element (lxml has no types)."""


class Unreadable(Exception):
    """The file is not BPMN XML that we would read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence_en)
        self.problem = problem


def read(name: str, xml: bytes) -> Node:
    """The root `bpmn:definitions` of one file. Raises Unreadable."""
    if len(xml) > MAX_BYTES:
        raise Unreadable(problem("xml_too_large", None, name))
    if (
        b"<!DOCTYPE" in xml
        or b"<!ENTITY" in xml
        or b"<\x00!\x00D\x00O\x00C" in xml
        or b"\x00<\x00!\x00D\x00O\x00C" in xml
    ):
        raise Unreadable(problem("xml_doctype", None, name))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(problem("xml_malformed", None, name, reason=error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(problem("xml_doctype", None, name))
    if next(root.iter("{http://www.w3.org/2001/XInclude}*"), None) is not None:
        raise Unreadable(problem("xml_include", None, name))
    _measure(name, root)
    if root.tag != BPMN + "definitions":
        raise Unreadable(problem("not_bpmn", None, name))
    return root


def local(node: Node) -> str:
    """The element's name without its namespace; empty for elements of other namespaces."""
    tag: str = node.tag
    return tag[len(BPMN) :] if tag.startswith(BPMN) else ""


def children(node: Node, name: str) -> list[Node]:
    found: list[Node] = node.findall(BPMN + name)
    return found


def child_text(node: Node, name: str) -> str | None:
    """The text of the first child `name`, None if there is no such child or it is blank."""
    found = node.find(BPMN + name)
    text = "".join(found.itertext()).strip() if found is not None else ""
    return text or None


def camunda(node: Node, name: str) -> str | None:
    value: str | None = node.get(CAMUNDA + name)
    return value.strip() if value and value.strip() else None


def properties(node: Node) -> dict[str, str]:
    """The `camunda:properties` of an element."""
    path = f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property"
    return {p.get("name", ""): p.get("value", "") for p in node.findall(path)}


def extensions(node: Node) -> Iterator[Node]:
    for holder in children(node, "extensionElements"):
        yield from holder


def _measure(name: str, root: Node) -> None:
    count, level = 0, [root]
    for _ in range(MAX_DEPTH):
        count += len(level)
        level = [child for node in level for child in node]
        if not level:
            break
    if level:
        raise Unreadable(problem("xml_too_deep", None, name))
    if count > MAX_ELEMENTS:
        raise Unreadable(problem("xml_too_many", None, name))
