"""Every loop waits for somebody or something: a loop of automatic steps alone never rests."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import SUB_PROCESSES, Diagram, Node
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    passing = [node for node in d.nodes if node.type not in ("startEvent", "endEvent")]
    known: dict[str, bool] = {}
    quick = {node.id for node in passing if _runs_through(d, node, known)}
    for circle in _circles(d, quick):
        names = ", ".join(f"“{id_}”" for id_ in sorted(circle)[:10])
        first = min(circle, key=lambda id_: (d.node[id_].type.endswith("Gateway"), id_))
        yield Fault(
            first, f"Vòng lặp không có bước chờ nào: {names}.", f"A loop without any waiting step: {names}."
        )


def _runs_through(d: Diagram, node: Node, known: dict[str, bool]) -> bool:
    """A token passes at once; through a sub-process or a process called in this file, if there is such a way inside."""
    if node.type == "callActivity":
        called = node.attribute("calledElement")
        waits = node.properties.get("procedure") or called not in d.inside
        return not waits and _way_through(d, called, known)
    if node.type in SUB_PROCESSES:
        return not node.is_event_sub_process and _way_through(d, node.id, known)
    return node.automatic and node.type != "boundaryEvent"


def _way_through(d: Diagram, scope: str, known: dict[str, bool]) -> bool:
    """Is there one in `scope`? `known` keeps the answers; one that leads into itself is none."""
    if scope not in known:
        known[scope] = False
        known[scope] = _passable(d, scope, known)
    return known[scope]


def _passable(d: Diagram, scope: str, known: dict[str, bool]) -> bool:
    """From its beginning to an end without waiting; where branches run side by side, all of them must."""
    inside = [n for n in d.inside[scope] if n.type != "boundaryEvent" and not n.is_event_sub_process]
    quick = {node.id for node in inside if _runs_through(d, node, known)}
    if any(len(d.outgoing[n.id]) > 1 and n.type != "exclusiveGateway" for n in inside):
        return len(quick) == len(inside)
    ahead = [n.id for n in inside if n.id in quick and not d.incoming[n.id]]
    seen = set(ahead)
    while ahead:
        here = ahead.pop()
        if not d.outgoing[here]:
            return True
        more = set(_next(d, here, quick)) - seen
        seen |= more
        ahead += more
    return not inside


def _circles(d: Diagram, quick: set[str]) -> Iterator[set[str]]:
    """Strongly connected parts of the automatic nodes (Tarjan, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in sorted(quick):
        if root in number:
            continue
        work = [(root, iter(_next(d, root, quick)))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            step = next(rest, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    part = set()
                    while node not in part:
                        part.add(stack.pop())
                    on_stack -= part
                    if len(part) > 1 or node in _next(d, node, quick):
                        yield part
            elif step not in number:
                number[step] = low[step] = len(number)
                stack.append(step)
                on_stack.add(step)
                work.append((step, iter(_next(d, step, quick))))
            elif step in on_stack:
                low[node] = min(low[node], number[step])


def _next(d: Diagram, id_: str, quick: set[str]) -> list[str]:
    return [flow.target for flow in d.outgoing[id_] if flow.target in quick]
