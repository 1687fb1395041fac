"""No way to the end `returned` goes round the signature or the digitised result (NĐ 61/2018 art. 19; NĐ 107/2021 art. 1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.diagram import Diagram, Node
from bpmn.lint import Fault

SEVERITY = "error"


NEEDED = (
    ("sign", "chữ ký của lãnh đạo", "a signature"),
    ("digitise_result", "số hóa kết quả", "a digitised result"),
)


def bundle(parts: Parts) -> Iterator[Fault]:
    if parts.manifest is None or not parts.manifest.results:
        return
    main = parts.diagrams.get(parts.manifest.process_file)
    for end in main.nodes if main else ():
        if (
            main is None
            or end.type != "endEvent"
            or end.scope != end.process
            or end.properties.get("end_kind", "returned") != "returned"
        ):
            continue
        for kind, vi, en in NEEDED:
            if _reached(main, end, kind):
                yield Fault(
                    end.id,
                    f"Có đường tới “{end.id}” (trả kết quả) mà không qua {vi}.",
                    f"Some way to {end.id!r} (returned) goes round {en}.",
                    main.file,
                )


def _reached(d: Diagram, end: Node, kind: str) -> bool:
    """True if a token can come to the end without completing a step of the kind."""
    todo = [n.id for n in d.inside[end.process] if n.type == "startEvent"]
    seen: set[str] = set()
    while todo:
        id_ = todo.pop()
        if id_ in seen or id_ not in d.node:
            continue
        seen.add(id_)
        if id_ == end.id:
            return True
        todo += [event.id for event in d.boundaries.get(id_, ())]
        if not _holds(d, d.node[id_], kind):
            todo += [flow.target for flow in d.outgoing[id_]]
    return False


def _holds(d: Diagram, node: Node, kind: str) -> bool:
    if node.properties.get("kind") == kind:
        return True
    called = node.attribute("calledElement") if node.type == "callActivity" else node.id
    return any(_holds(d, inner, kind) for inner in d.inside.get(called, ()) if inner.id != node.id)
