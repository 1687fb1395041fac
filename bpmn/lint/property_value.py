"""End kinds, calendars and child procedures are ones that exist (dialect §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bpmn.compile import Parts
from bpmn.lint import Fault
from bpmn.manifest_keys import CODE
from engine.step_kinds import END_STATUS

SEVERITY = "error"


VALUES: Mapping[str, Callable[[str], bool]] = {
    "end_kind": lambda text: text in END_STATUS,
    "calendar": lambda text: text in ("working", "calendar"),
    "procedure": lambda text: CODE.fullmatch(text) is not None,
}


def bundle(parts: Parts) -> Iterator[Fault]:
    for d in parts.diagrams.values():
        for node in d.nodes:
            for name, right in VALUES.items():
                if name in node.properties and not right(node.properties[name]):
                    text = node.properties[name][:40]
                    vi = f"“{node.id}”: “{text}” không dùng được cho “{name}”."
                    yield Fault(node.id, vi, f"{node.id!r}: {text!r} is no {name}.", d.file)
