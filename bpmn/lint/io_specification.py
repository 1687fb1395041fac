"""Every data input and output is in a set; optional ones are among those of their set; sets refer to each other both ways (BPMN 2.0.2 §10.4.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import SUB_PROCESSES, Diagram, id_of
from bpmn.lint import Fault
from engine.xml import Element, children, local, text_of

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for spec in d.elements("ioSpecification"):
        owner = spec.getparent()
        if owner is None:
            continue
        if local(owner) in SUB_PROCESSES:
            yield Fault(
                id_of(owner),
                f"Quy trình con “{id_of(owner)}” không được có ioSpecification.",
                f"The sub-process {id_of(owner)!r} must not have an ioSpecification.",
            )
        for kind in ("Input", "Output"):
            yield from _sets(spec, kind)
        yield from _pairs(spec, id_of(owner))


def _refs(element: Element, name: str) -> set[str]:
    return {text_of(ref) for ref in children(element, name)}


def _sets(spec: Element, kind: str) -> Iterator[Fault]:
    sets = list(children(spec, f"{kind.lower()}Set"))
    used = set().union(*(_refs(one, f"data{kind}Refs") for one in sets))
    for data in children(spec, f"data{kind}"):
        if data.get("id") not in used:
            yield Fault(
                id_of(data),
                f"“{id_of(data)}” không thuộc {kind.lower()}Set nào.",
                f"{id_of(data)!r} is in no {kind.lower()}Set.",
            )
    for one in sets:
        extra = _refs(one, f"optional{kind}Refs") | _refs(one, f"whileExecuting{kind}Refs")
        for ref in sorted(extra - _refs(one, f"data{kind}Refs")):
            yield Fault(
                ref,
                f"“{ref}” là tùy chọn nhưng không thuộc {kind.lower()}Set của nó.",
                f"{ref!r} is optional but not in its {kind.lower()}Set.",
            )


def _pairs(spec: Element, owner: str) -> Iterator[Fault]:
    forth = {(s.get("id"), ref) for s in children(spec, "inputSet") for ref in _refs(s, "outputSetRefs")}
    back = {(ref, s.get("id")) for s in children(spec, "outputSet") for ref in _refs(s, "inputSetRefs")}
    for one, other in sorted(forth ^ back, key=str):
        yield Fault(
            owner,
            f"“{owner}”: inputSet “{one}” và outputSet “{other}” không trỏ tới nhau.",
            f"{owner!r}: the sets {one!r} and {other!r} do not refer to each other.",
        )
