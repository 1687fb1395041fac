"""BPMN XML as a tree: the definitions of a file (read by `engine.xml`), and what stands in an element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine import xml
from engine.flow.changes import Problem
from engine.flow.refusals import problem

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"

Node = Any
"""An lxml element (lxml has no types)."""


class Unreadable(Exception):
    """The file is not BPMN XML that we would read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence_en)
        self.problem = problem


def read(name: str, data: bytes) -> Node:
    """The root `bpmn:definitions` of one file. Raises Unreadable."""
    try:
        root: Node = xml.parse(data)
    except xml.XmlRefused as refused:
        code = refused.code.replace("-", "_")
        raise Unreadable(
            Problem(code, refused.element or None, f"«{name}»: {refused.vi}", f"“{name}”: {refused.en}")
        ) from None
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
