"""What a human task's properties say: one step, or what cannot be read in them (dialect §3)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import feel
from bpmn.diagram import Diagram, Node
from bpmn.problem import Problem
from engine.definition import Outcome, Step, Value
from engine.worktime.deadline import TimeLimit

DONE = (Outcome("done", "Hoàn thành", "Done"),)
PAPERS = frozenset({"01", "02", "03", "04", "05", "06"})
CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
MAX_OUTCOMES = 30


def read(diagram: Diagram, node: Node) -> tuple[Step, tuple[Problem, ...]]:
    """The step of a human task, and everything about its properties that cannot be read (then a default stands in)."""
    problems: list[Problem] = []
    own = node.properties
    inherited = lane_properties(diagram, node)
    step = Step(
        element_id=node.id,
        name=node.name or node.id,
        kind=own.get("kind", "").strip() or "work",
        agency=_value(node, "agency", own.get("agency", inherited.get("agency", "")), problems),
        role=role_of(node, inherited),
        form=node.camunda("formRef"),
        time_limit=_time_limit(node, problems),
        outcomes=_outcomes(node, problems),
        papers=_list(node, "papers", problems),
        results=_list(node, "results", problems),
        counted=_counted(node, problems),
        assignee=_value(node, "assignee", node.camunda("assignee") or "", problems)
        if node.camunda("assignee")
        else None,
    )
    return step, tuple(problems)


def lane_properties(diagram: Diagram, node: Node) -> dict[str, str]:
    """The properties of the lanes around the node; an inner lane's value wins over the outer's."""
    found: dict[str, str] = {}
    for lane in reversed(diagram.lanes_of(node)):
        found.update(lane.properties)
    return found


def role_of(node: Node, inherited: Mapping[str, str]) -> str:
    """`camunda:candidateGroups` narrows the lane's role, a property `role` overrides both."""
    groups = (node.camunda("candidateGroups") or "").strip()
    return node.properties.get("role") or groups or inherited.get("role", "")


def _wrong(node: Node, code: str, vi: str, en: str) -> Problem:
    return Problem(node.id, code, f"“{node.id}”: {vi}", f"{node.id!r}: {en}")


def _value(node: Node, name: str, text: str, problems: list[Problem]) -> Value:
    try:
        return Value.of(text)
    except feel.FeelError as error:
        vi = f"thuộc tính “{name}” không đọc được: {error.sentence_vi}"
        problems.append(
            _wrong(node, "feel", vi, f"the property {name!r} cannot be read: {error.sentence_en}")
        )
        return Value(text)


def _time_limit(node: Node, problems: list[Problem]) -> TimeLimit | None:
    text = node.properties.get("time_limit", "").strip()
    if not text:
        return None
    try:
        return TimeLimit.parse(text)
    except ValueError:
        vi = f"thời hạn “{text[:40]}” phải có dạng “<số> <đơn vị>”, ví dụ “4 working_hour”."
        en = f"expected a time limit '<number> <unit>' such as '4 working_hour', found {text[:40]!r}."
        problems.append(_wrong(node, "time_limit", vi, en))
        return None


def _outcomes(node: Node, problems: list[Problem]) -> tuple[Outcome, ...]:
    text = node.properties.get("outcomes", "").strip()
    if not text:
        return DONE
    vietnamese = _labels(node, "outcomes", text, problems)
    english = _labels(node, "outcomes_en", node.properties.get("outcomes_en", ""), problems)
    problems.extend(
        _wrong(
            node,
            "outcomes_en",
            f"“outcomes_en” có kết quả “{code}” mà “outcomes” không có.",
            f"'outcomes_en' has {code!r}, which 'outcomes' lacks.",
        )
        for code in sorted(english.keys() - vietnamese.keys())
    )
    return tuple(Outcome(code, vi, english.get(code, code)) for code, vi in vietnamese.items()) or DONE


def _labels(node: Node, name: str, text: str, problems: list[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        code, _, label = (piece.strip() for piece in part.partition(":"))
        if not CODE.fullmatch(code) or not label or code in found or len(found) >= MAX_OUTCOMES:
            vi = f"“{part[:60]}” trong “{name}” phải có dạng “mã:Nhãn”, mỗi mã một lần."
            problems.append(
                _wrong(node, name, vi, f"{part[:60]!r} in {name!r} must be 'code:Label', each code once.")
            )
            continue
        found[code] = label
    return found


def _list(node: Node, name: str, problems: list[Problem]) -> tuple[str, ...]:
    found = tuple(part.strip() for part in node.properties.get(name, "").split(",") if part.strip())
    problems.extend(
        _wrong(
            node,
            "papers",
            f"không có mẫu giấy tờ “{paper[:20]}” (01 đến 06).",
            f"there is no statutory paper {paper[:20]!r} (01 to 06).",
        )
        for paper in (found if name == "papers" else ())
        if paper not in PAPERS
    )
    return found


def _counted(node: Node, problems: list[Problem]) -> bool:
    text = node.properties.get("counted", "true")
    if text not in ("true", "false"):
        problems.append(
            _wrong(node, "counted", "“counted” phải là true hoặc false.", "'counted' must be true or false.")
        )
    return text != "false"
