"""What changed between two versions of a procedure, as plain rows that an approver reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from bpmn import steps
from bpmn.compile import Parts
from bpmn.diagram import HUMAN, Diagram, Node
from bpmn.steps import lane_properties

KINDS = ("manifest", "component", "fee", "result", "step", "element", "flow", "form", "field", "file")
PLAIN = (
    "name", "field", "level", "receiving", "audience", "online_level", "return_by", "process_id", "time_limit", "cut_off", "same_day",
    "reception_limit", "supplement", "extension_max_days", "legal_basis",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One difference. `kind` is one of KINDS, `item` its id or code; `old` or `new` is None where there was none."""

    kind: str
    item: str
    what: str
    old: str | None
    new: str | None


def compare(old: Parts, new: Parts) -> list[Row]:
    """The differences in the order of KINDS, then by item; two equal versions give none. Pictures are not compared."""
    rows = [
        *_manifests(old, new),
        *_each("step", _steps(old), _steps(new)),
        *_each("element", _elements(old), _elements(new)),
        *_each("flow", _flows(old), _flows(new)),
        *_each("form", _forms(old), _forms(new)),
        *_each("field", _fields(old), _fields(new)),
        *_files(old, new),
    ]
    return sorted(rows, key=lambda row: (KINDS.index(row.kind), row.item, row.what))


def _manifests(old: Parts, new: Parts) -> Iterator[Row]:
    if old.manifest is None or new.manifest is None:
        return
    for name in PLAIN:
        was, now = _words(getattr(old.manifest, name)), _words(getattr(new.manifest, name))
        if was != now:
            yield Row("manifest", name, name, was, now)
    for kind, name in (("component", "components"), ("fee", "fees"), ("result", "results")):
        yield from _each(kind, _coded(getattr(old.manifest, name)), _coded(getattr(new.manifest, name)))


def _each(
    kind: str, old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> Iterator[Row]:
    """Items that came, went, or have another value somewhere."""
    for item in old.keys() | new.keys():
        was, now = old.get(item), new.get(item)
        if was is None or now is None:
            name = (was or now or {}).get("name", item)
            yield Row(kind, item, "", None if was is None else name, None if now is None else name)
            continue
        for what in sorted(was.keys() | now.keys()):
            if was.get(what) != now.get(what):
                yield Row(kind, item, what, was.get(what), now.get(what))


def _coded(entries: tuple[Any, ...]) -> dict[str, dict[str, str]]:
    return {
        entry.code: {f.name: _words(getattr(entry, f.name)) for f in fields(entry) if f.name != "code"}
        for entry in entries
    }


def _steps(parts: Parts) -> dict[str, dict[str, str]]:
    found = {}
    for d in parts.diagrams.values():
        for node in d.nodes:
            if node.type in HUMAN:
                step, _ = steps.read(d, node)
                values = {
                    f.name: _words(getattr(step, f.name)) for f in fields(step) if f.name != "element_id"
                }
                found[node.id] = {**values, "lane": _lane(d, node)}
    return found


def _lane(d: Diagram, node: Node) -> str:
    lanes = d.lanes_of(node)
    return lanes[0].name if lanes else ", ".join(lane_properties(d, node).values())


def _elements(parts: Parts) -> dict[str, dict[str, str]]:
    """Everything else on the diagram: gateways, events, automatic steps."""
    return {
        node.id: {
            "name": node.name or node.id,
            "type": node.type,
            "triggers": " ".join(node.triggers),
            "detail": " ".join(_detail(node)),
        }
        for d in parts.diagrams.values()
        for node in d.nodes
        if node.type not in HUMAN
    }


def _detail(node: Node) -> Iterator[str]:
    yield from (f"{name}={value}" for name, value in sorted(node.properties.items()))
    for name in ("formRef", "decisionRef", "resultVariable", "topic", "expression"):
        if node.camunda(name):
            yield f"{name}={node.camunda(name)}"
    for definition in node.definitions:
        yield " ".join("".join(map(str, definition.itertext())).split())


def _flows(parts: Parts) -> dict[str, dict[str, str]]:
    """By what they join: an editor gives a flow that was drawn again another id."""
    return {
        f"{flow.source} → {flow.target}": {"condition": flow.condition or "", "name": flow.name}
        for d in parts.diagrams.values()
        for flow in d.flows
    }


def _forms(parts: Parts) -> dict[str, dict[str, str]]:
    return {key: {"name": form.title or key} for key, form in parts.forms.items()}


def _fields(parts: Parts) -> dict[str, dict[str, str]]:
    """Fields with a key: type, label and rules; a field of a form that is new or gone stands with its form."""
    found = {}
    for key, form in parts.forms.items():
        for field in form.keyed():
            raw = field.raw
            found[f"{key}.{field.name}"] = {
                "name": str(raw.get("label", field.name)),
                "type": field.type,
                "validate": _words(raw.get("validate")),
                "conditional": _words(raw.get("conditional")),
                "values": _words(raw.get("values")),
            }
    return found


def _files(old: Parts, new: Parts) -> Iterator[Row]:
    """Decision tables, templates, scenarios: only that they differ."""
    for name in old.files.keys() | new.files.keys():
        was, now = old.files.get(name), new.files.get(name)
        if was != now and not name.endswith((".bpmn", ".form", ".toml")):
            yield Row("file", name, "content", None if was is None else name, None if now is None else name)


def _words(value: object) -> str:
    """A value as a person would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return "; ".join(_words(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_words(one)}" for name, one in sorted(value.items()))
    if hasattr(value, "text"):
        return str(value.text)
    if hasattr(value, "__dataclass_fields__"):
        return " ".join(_words(one) for one in asdict(value).values() if one not in (None, ""))  # type: ignore[call-overload]
    return str(value)
