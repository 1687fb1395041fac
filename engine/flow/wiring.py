"""Sequence flows, borders and links between the nodes of one scope, and the rules without which they have no meaning."""

from __future__ import annotations

from collections.abc import Mapping

from engine.flow.definition import Element, SequenceFlow
from engine.flow.mends.activities import Activity
from engine.flow.mends.events import BoundaryEvent
from engine.flow.mends.gateways import EventBasedGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.flow.mends.multiple import MultipleCatch, expand
from engine.flow.mends.node import NodeSpec
from engine.flow.mends.scopes import EventSubProcess
from engine.flow.reading import Node, child_text, children
from engine.flow.refusals import Problems
from engine.flow.scripts import Formula, formula


def wire(
    xml: Node,
    nodes: dict[str, NodeSpec],
    sources: Mapping[str, Node],
    elements: Mapping[str, Element],
    problems: Problems,
) -> tuple[NodeSpec, ...]:
    """Connects `nodes` (by element id; `sources` their XML) as the scope `xml` says; all nodes of the scope, with those
    that stand for one trigger of several. `elements`: all known so far."""
    _flows(xml, nodes, sources, elements, problems)
    _borders(nodes, sources, problems)
    _links(nodes, problems)
    for element_id, node in nodes.items():
        _check(node, sources[element_id], problems)
    everything = expand(nodes)
    for node in everything:
        if isinstance(node, InclusiveGateway):
            node.reach = reach(node, everything)
    return tuple(everything)


def is_link_catch(node: NodeSpec) -> bool:
    return (
        node.event is not None and node.event.kind == "link" and node.element.type == "intermediateCatchEvent"
    )


def reach(join: NodeSpec, nodes: list[NodeSpec]) -> dict[NodeSpec, tuple[frozenset[int], frozenset[int]]]:
    """For each node the incoming flows (slots) of `join` that a token there can still reach without passing `join`:
    along sequence flows only, and along boundary events too (§13.4.3)."""
    along_flows, with_borders = _reach(join, nodes, False), _reach(join, nodes, True)
    return {n: (frozenset(along_flows[n]), frozenset(with_borders[n])) for n in nodes if with_borders[n]}


def _reach(join: NodeSpec, nodes: list[NodeSpec], borders: bool) -> dict[NodeSpec, set[int]]:
    found: dict[NodeSpec, set[int]] = {n: set() for n in nodes}
    changed = True
    while changed:
        changed = False
        for node in nodes:
            before = len(found[node])
            for flow in node.outgoing:
                if flow.target is join:
                    found[node].add(flow.slot)
                else:
                    found[node] |= found[flow.target]
            if borders:
                for event in node.boundary:
                    found[node] |= found[event]
            changed = changed or len(found[node]) != before
    return found


def _flows(
    xml: Node,
    nodes: dict[str, NodeSpec],
    sources: Mapping[str, Node],
    elements: Mapping[str, Element],
    problems: Problems,
) -> None:
    incoming: dict[str, list[str]] = {i: [] for i in nodes}
    outgoing: dict[str, list[SequenceFlow]] = {i: [] for i in nodes}
    for flow in children(xml, "sequenceFlow"):
        source, target = flow.get("sourceRef"), flow.get("targetRef")
        if source not in nodes or target not in nodes:
            bad = target if source in nodes else source
            if bad not in problems.refused:  # a refused element is named already
                problems.add("flow_dangling", flow.get("id") or source, end=bad)
            continue
        condition = _condition(flow, nodes[source], problems)
        flow_id = flow.get("id") or f"{source}->{target}"
        is_default = sources[source].get("default") == flow_id
        slot = len(incoming[target])
        outgoing[source].append(
            SequenceFlow(flow_id, nodes[target], slot, None if is_default else condition, is_default)
        )
        incoming[target].append(flow_id)
        nodes[source].connect(nodes[target])
    for element_id, node in nodes.items():
        node.incoming, node.outgoing = tuple(incoming[element_id]), tuple(outgoing[element_id])


def _condition(flow: Node, source: NodeSpec, problems: Problems) -> Formula | None:
    expressions = children(flow, "conditionExpression")
    if not expressions or isinstance(source, ParallelGateway):  # which checks no conditions (§13.4.1)
        return None
    flow_id = flow.get("id")
    if not isinstance(source, (Activity, ExclusiveGateway, InclusiveGateway)):
        problems.add("condition_not_allowed", flow_id)
        return None
    language = (expressions[0].get("language") or "feel").lower()
    text = child_text(flow, "conditionExpression")
    if "feel" not in language:
        problems.add("not_feel", flow_id, found=language)
        return None
    if text is None:
        problems.add("condition_empty", flow_id)
        return None
    return problems.compiled(flow_id, text, formula)


def _borders(nodes: dict[str, NodeSpec], sources: Mapping[str, Node], problems: Problems) -> None:
    for element_id, node in nodes.items():
        if not isinstance(node, BoundaryEvent):
            continue
        host_id = sources[element_id].get("attachedToRef") or ""
        host = nodes.get(host_id)
        if isinstance(host, Activity):
            host.boundary = (*host.boundary, node)
        elif host_id not in problems.refused:
            problems.add("boundary_unattached", element_id)


def _links(nodes: dict[str, NodeSpec], problems: Problems) -> None:
    """A throwing link is a flow to the catching link of its name, or to the only one where neither has a name (§10.5.5.6)."""
    for node in nodes.values():
        if node.event is None or node.event.kind != "link" or is_link_catch(node):
            continue
        name = node.event.name
        targets = [
            n for n in nodes.values() if is_link_catch(n) and n.event is not None and n.event.name == name
        ]
        if len(targets) != 1 or node.outgoing:
            problems.add("link_unmatched", node.element.id)
            continue
        flow_id = f"{node.element.id}->{targets[0].element.id}"
        node.outgoing = (SequenceFlow(flow_id, targets[0], 0, None, False),)


def _check(node: NodeSpec, xml: Node, problems: Problems) -> None:
    element_id, kind, event_sub = node.element.id, node.element.type, isinstance(node, EventSubProcess)
    if node.incoming and (kind in ("startEvent", "boundaryEvent") or event_sub or is_link_catch(node)):
        problems.add("incoming_not_allowed", element_id)
    if node.outgoing and (kind == "endEvent" or event_sub):
        problems.add("outgoing_not_allowed", element_id)
    default = xml.get("default")
    if default and default not in [f.id for f in node.outgoing] and default not in problems.refused:
        problems.add("default_dangling", element_id, flow=default)
    if isinstance(node, ExclusiveGateway) and len(node.outgoing) > 1:
        for flow in node.outgoing:
            if flow.condition is None and not flow.is_default and flow.id not in problems.refused:
                problems.add("flow_without_condition", flow.id, gateway=element_id)
    if isinstance(node, EventBasedGateway) and not isinstance(node, MultipleCatch):
        if not node.outgoing:
            problems.add("event_gateway_empty", element_id)
        for flow in node.outgoing:
            target = flow.target
            if (
                not target.catches
                or len(target.incoming) != 1
                or target.boundary
                or isinstance(target, Activity)
            ):
                problems.add("event_gateway_target", target.element.id)
