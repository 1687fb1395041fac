"""The names that FEEL may use in a bundle, and every FEEL text of its diagrams (dialect §3, "Names in FEEL scope")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bpmn.compile import MANIFEST, Parts
from bpmn.diagram import CAMUNDA, HUMAN, Diagram, Lane, Node
from engine.xml import children, local, text_of
from forms import EForm

PERSON = dict.fromkeys(("name", "kind", "id_number", "phone", "email", "address"))
DOSSIER: Mapping[str, Any] = {
    **dict.fromkeys(
        ("code", "procedure", "version", "channel", "agency", "agency_name", "agency_level", "agency_parent",
         "province", "status", "submitted_at", "received_at", "due_at", "supplements")
    ),
    "applicant": PERSON,
    "beneficiary": PERSON,
}  # fmt: skip
COMPLETION = dict.fromkeys(("outcome", "agency", "by", "at", "silent", "item"))
STEP: Mapping[str, Any] = {**COMPLETION, "all": COMPLETION}
AGENCY = dict.fromkeys(("code", "name", "level", "parent"))
LOOP = ("item", "loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances")
NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Text:
    """One FEEL text. `node`: whose loop variables it sees; `loops`: it sees those of every loop (a lane's agency)."""

    element: str
    text: str
    node: Node | None = None
    loops: bool = False


def known(parts: Parts) -> dict[str, Any]:
    """The names of every place: each to its members, or to None where any member goes."""
    names: dict[str, Any] = {"dossier": DOSSIER, "outcome": None, "now": None, "today": None}
    unread = {name.removesuffix(".form"): None for name in parts.files if name.endswith(".form")}
    names["answers"] = {**unread, **{key: fields(form) for key, form in parts.forms.items()}}
    names["steps"] = {n.id: STEP for d in parts.diagrams.values() for n in d.nodes if n.type in HUMAN}
    for d in parts.diagrams.values():
        names.update((name, None) for n in d.nodes if (name := n.camunda("resultVariable")))
        names.update((text_of(e), None) for e in d.elements("loopDataOutputRef"))
        shared = (e.get(f"{{{CAMUNDA}}}resultVariable") for e in d.elements("globalScriptTask"))
        names.update((str(name), None) for name in shared if name)
    return names


def fields(form: EForm) -> dict[str, Any]:
    """The keys of a form's answers as a tree; rows of a list have the members of their list."""
    tree: dict[str, Any] = {}
    for field in sorted(form.by_id.values(), key=lambda one: len(one.path)):
        if not field.path:
            continue
        at = tree
        for part in field.path[:-1]:
            below = at.get(part)
            if not isinstance(below, dict):
                below = at[part] = {}
            at = below
        at.setdefault(field.path[-1], {} if field.children else None)
    return tree


def of_loops(d: Diagram, node: Node | None) -> dict[str, None]:
    """The loop variables that the node sees: its own loop's and those around it."""
    found: dict[str, None] = {}
    at = node
    while at is not None:
        if at.loop is not None:
            found.update(dict.fromkeys((*LOOP, at.loop.get(f"{{{CAMUNDA}}}elementVariable") or "item")))
        at = d.node.get(at.scope)
    return found


def all_loops(d: Diagram) -> dict[str, None]:
    return {name: None for node in d.nodes for name in of_loops(d, node)}


def texts(d: Diagram) -> Iterator[Text]:
    """Every FEEL text of a diagram with the element that a person would look at."""
    for flow in d.flows:
        if flow.condition:
            yield Text(
                flow.id,
                flow.condition,
                d.node.get(d.node[flow.source].scope) if flow.source in d.node else None,
            )
    for lane in d.lanes:
        yield from _lane(lane)
    for node in d.nodes:
        yield from _node(node)


def _lane(lane: Lane) -> Iterator[Text]:
    for value in lane.properties.values():
        if value.startswith("="):
            yield Text(lane.id, value[1:], loops=True)


def _node(node: Node) -> Iterator[Text]:
    for name, value in node.properties.items():
        if value.startswith("=") or (name == "payload" and value):
            yield Text(node.id, value.removeprefix("="), node)
    for name in ("assignee", "expression", "decisionRef"):
        value = node.camunda(name) or ""
        if value.startswith("="):
            yield Text(node.id, value[1:], node)
    for definition in node.definitions:
        for child in children(definition):
            always = local(child) == "condition"
            text = text_of(child)
            if text and (always or text.startswith("=")):
                yield Text(node.id, text.removeprefix("="), node)
    for script in children(node.xml, "script"):
        if text_of(script):
            yield Text(node.id, text_of(script), node)
    if node.loop is not None:
        collection = node.loop.get(f"{{{CAMUNDA}}}collection") or ""
        collection = collection or text_of(next(children(node.loop, "loopDataInputRef"), None))
        if collection:
            yield Text(node.id, collection.removeprefix("="), None)
        for child in children(node.loop, "completionCondition", "loopCardinality", "loopCondition"):
            if text_of(child):
                yield Text(node.id, text_of(child).removeprefix("="), node)


def decisions(parts: Parts) -> Iterator[tuple[str, str, str]]:
    """Who asks which decision: (element or fee, decision, file)."""
    for d in parts.diagrams.values():
        for node in d.nodes:
            if ref := node.camunda("decisionRef"):
                yield node.id, ref, d.file
    for fee in parts.manifest.fees if parts.manifest else ():
        if fee.decision:
            yield fee.code, fee.decision, MANIFEST
