"""The text twin of the picture: every step in order, who does it, and what comes next (WCAG 1.1.1)."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from bpmn.picture.layout import BPMN, parse
from bpmn.picture.svg import MARKS, Mark
from engine.xml import local as local_name

_KINDS = {
    "startEvent": ("bắt đầu", "start"),
    "endEvent": ("kết thúc", "end"),
    "userTask": ("việc của người", "somebody's work"),
    "manualTask": ("việc làm ngoài hệ thống", "work outside the system"),
    "serviceTask": ("hệ thống làm", "done by the system"),
    "sendTask": ("hệ thống gửi", "sent by the system"),
    "receiveTask": ("chờ nhận tin", "waits for a message"),
    "scriptTask": ("hệ thống tính", "computed by the system"),
    "businessRuleTask": ("tra bảng quyết định", "decision table"),
    "callActivity": ("gọi quy trình khác", "calls another process"),
    "subProcess": ("quy trình con", "sub-process"),
    "exclusiveGateway": ("chọn một nhánh", "one way is chosen"),
    "parallelGateway": ("các nhánh song song", "ways in parallel"),
    "inclusiveGateway": ("chọn một hoặc nhiều nhánh", "one or more ways are chosen"),
    "eventBasedGateway": ("chờ sự kiện xảy ra trước", "waits for what happens first"),
    "intermediateCatchEvent": ("chờ sự kiện", "waits for an event"),
    "intermediateThrowEvent": ("phát sự kiện", "throws an event"),
    "boundaryEvent": ("sự kiện gắn vào bước", "event on a step"),
}
_STEP = ("bước", "step")
_SKIPPED = frozenset({"dataObjectReference", "dataStoreReference", "dataObject", "textAnnotation"})


@dataclass(frozen=True, slots=True)
class StepInWords:
    """One line of the ordered list. `next` holds a sentence for each way out, in the diagram's order."""

    element_id: str
    lane: str
    name: str
    kind: str
    next: tuple[str, ...]
    mark: Mark | None = None
    english: bool = False
    chooses: bool = False
    """Whether its ways out are answers to it."""

    def __str__(self) -> str:
        where = f"{self.lane} – " if self.lane else ""
        state = f" [{MARKS[self.mark][self.english]}]" if self.mark else ""
        following = ("Tiếp theo", "Next")[self.english]
        after = f" {following}: {'; '.join(self.next)}" if self.next else ""
        return f"{where}{self.name} ({self.kind}){state}." + (
            after if after.endswith("?") or not after else f"{after}."
        )


def describe(xml: bytes, marks: Mapping[str, Mark] | None = None, english: bool = False) -> list[StepInWords]:
    """The diagram in words, in the order of the flow: for screen readers and for those who prefer to read.

    `english`: what is said of the diagram; what it says itself stays (`translated`). Raises UnreadablePicture.
    """
    root = parse(xml)
    lanes = _lanes(root)
    return [
        _in_words(node, lanes, marks or {}, english)
        for process in root.iterfind(BPMN + "process")
        for node in _in_order(process, english)
    ]


def translated(xml: bytes, words: Mapping[str, str]) -> bytes:
    """The same diagram with each name and note that `words` knows in its other language. Raises UnreadablePicture."""
    root = parse(xml)
    for element in root.iter(f"{BPMN}*"):
        if (name := element.get("name")) in words:
            element.set("name", words[str(name)])
        if local_name(element) == "text" and (note := (element.text or "").strip()) in words:
            element.text = words[note]
    return etree.tostring(root)


def _in_words(node: _Node, lanes: Mapping[str, str], marks: Mapping[str, Mark], english: bool) -> StepInWords:
    element = node.element
    kind = local_name(element)
    said = _KINDS.get(kind, _STEP)[english]
    multi = element.find(BPMN + "multiInstanceLoopCharacteristics")
    if multi is not None and multi.get("isSequential") == "true":
        said += (", lần lượt từng mục", ", one after the other")[english]
    elif multi is not None:
        said += (", song song nhiều nơi", ", several in parallel")[english]
    if kind == "boundaryEvent" and node.host:
        said = (f"sự kiện gắn vào “{node.host}”", f"event on “{node.host}”")[english]
    return StepInWords(
        element_id=node.id,
        lane=lanes.get(node.id) or lanes.get(node.parent, ""),
        name=node.name,
        kind=said,
        next=tuple(f"{label}: {target}" if label else target for label, target in node.ways),
        mark=marks.get(node.id),
        english=english,
        chooses=kind in ("exclusiveGateway", "inclusiveGateway"),
    )


@dataclass(frozen=True, slots=True)
class _Node:
    id: str
    name: str
    element: etree._Element
    ways: list[tuple[str, str]]
    parent: str
    host: str = ""


def _in_order(process: etree._Element, english: bool) -> list[_Node]:
    """Breadth first from the start events, a boundary event behind its step; what is not reached comes last."""
    elements = {
        i: e
        for e in process.iter(f"{BPMN}*")
        if (i := e.get("id"))
        and local_name(e).endswith(("Event", "ask", "Gateway", "Activity", "rocess"))
        and e is not process
    }
    names = {i: _name(e, english) for i, e in elements.items()}
    outgoing: dict[str, list[tuple[str, str]]] = {i: [] for i in elements}
    follow: dict[str, list[str]] = {i: [] for i in elements}
    beside: dict[str, list[str]] = {i: [] for i in elements}  # boundary events, told right after their step
    for flow in process.iter(BPMN + "sequenceFlow"):
        source, target = flow.get("sourceRef") or "", flow.get("targetRef") or ""
        if source in outgoing and target in names:
            outgoing[source].append((flow.get("name") or "", target))
            follow[source].append(target)
    inner_starts: list[str] = []
    for i, element in elements.items():
        host = element.get("attachedToRef")
        if host in beside:
            beside[host].append(i)
        parent = element.getparent()
        if parent is not None and parent is not process and local_name(element) == "startEvent":
            follow.setdefault(parent.get("id") or "", []).insert(0, i)
            inner_starts.append(i)
    entries = [i for i, e in elements.items() if local_name(e) == "startEvent" and i not in inner_starts]
    order: dict[str, None] = {}
    queue = deque(entries)
    while queue:
        i = queue.popleft()
        if i not in order:
            order[i] = None
            queue.extend(follow[i])
            queue.extendleft(reversed(beside[i]))
    return [
        _Node(
            id=i,
            name=names[i],
            element=elements[i],
            ways=[(label, names[_through(target, elements, outgoing)]) for label, target in outgoing[i]],
            parent=_parent_id(elements[i], process),
            host=names.get(elements[i].get("attachedToRef") or "", ""),
        )
        for i in [*order, *(i for i in elements if i not in order)]
        if local_name(elements[i]) not in _SKIPPED and _through(i, elements, outgoing) == i
    ]


def _through(
    i: str, elements: Mapping[str, etree._Element], outgoing: Mapping[str, list[tuple[str, str]]]
) -> str:
    """What comes behind nameless gateways that only join: they say nothing to a listener."""
    seen = {i}
    while (
        local_name(elements[i]) in ("exclusiveGateway", "inclusiveGateway")
        and not (elements[i].get("name") or "").strip()
        and len(outgoing[i]) == 1
        and outgoing[i][0][1] not in seen
    ):
        i = outgoing[i][0][1]
        seen.add(i)
    return i


def _parent_id(element: etree._Element, process: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None or parent is process else parent.get("id") or ""


def _name(element: etree._Element, english: bool) -> str:
    named = " ".join((element.get("name") or "").split())
    return named or _KINDS.get(local_name(element), _STEP)[english].capitalize()


def _lanes(root: etree._Element) -> dict[str, str]:
    """Element id → the name of its innermost lane."""
    lanes: dict[str, str] = {}
    for lane in root.iter(BPMN + "lane"):
        for ref in lane.iterfind(BPMN + "flowNodeRef"):
            lanes[(ref.text or "").strip()] = " ".join((lane.get("name") or "").split())
    return lanes
