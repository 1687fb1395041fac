"""Every loop waits for somebody or something: a loop of automatic steps alone never rests (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import SUB_PROCESSES, Diagram, Node
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    quick = {node.id for node in d.nodes if _runs_through(d, node)}
    for circle in _circles(d, quick):
        names = ", ".join(f"“{id_}”" for id_ in sorted(circle)[:10])
        first = min(circle, key=lambda id_: (d.node[id_].type.endswith("Gateway"), id_))
        yield Fault(
            first, f"Vòng lặp không có bước chờ nào: {names}.", f"A loop without any waiting step: {names}."
        )


def _runs_through(d: Diagram, node: Node) -> bool:
    """A token passes at once; of a sub-process, if all inside is so."""
    if node.type in SUB_PROCESSES:
        return all(_runs_through(d, inner) for inner in d.inside.get(node.id, ()))
    if node.type == "callActivity":
        return False
    return node.automatic and node.type not in ("startEvent", "endEvent", "boundaryEvent")


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
