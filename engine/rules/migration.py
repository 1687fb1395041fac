"""A running dossier carried over to another version of its procedure: all stays where it is, only the rules change."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from engine import events as e
from engine import flow, papers
from engine.commands import MigrateDossier
from engine.definition import Definition, Step
from engine.rejection import Rejected
from engine.rules import course, incident
from engine.rules.draft import Draft
from engine.state import OPINION, State


def migrate(draft: Draft, command: MigrateDossier) -> Rejected | None:
    """The same position on version `command.version`; rejected, with what is in the way, if that has no place for it.

    What is stuck tries again there: a dossier that its own diagram holds up goes on by the mended one, or stays.
    Fees, deadlines, answers and what was issued stay as they are: the new version governs what happens from now on.
    """
    if command.repairs and draft.state.incident is None:
        return incident.NO_INCIDENT
    old, new, position = draft.definition, command.target, draft.state.flow
    if new is None or new.code != old.code or new.version == old.version:
        return _in_the_way(
            f"phải chọn một phiên bản khác của thủ tục {old.code}", f"expected another version of {old.code}"
        )
    renamed = {name: to for name, to in command.renamed.items() if name != to}
    if found := unfit(old, new, renamed) or _obstacle(draft.state, old, new, renamed):
        return found
    draft.definition = new
    reason = draft.words(command.reason)
    stuck = draft.state.incident is not None
    draft.record(e.DossierMigrated(old.version, new.version, reason, draft.by.id, renamed))
    incident.cleared(draft, reason)
    rejected, moved = course.run(
        draft, lambda names: flow.migrate(old.flow, new.flow, position, names, draft.now, renamed)
    )
    if rejected or moved is None:
        return rejected
    still = (one for one in moved.changes if stuck and isinstance(one, flow.Incident))
    if held := course.undone(moved) or next(still, None):
        vi, en = "hồ sơ vẫn đứng lại: ", "the dossier would still be stuck: "
        return _in_the_way(vi + held.sentence_vi.rstrip("."), en + held.sentence_en.rstrip("."))
    course.follow(draft, moved, course.Origin(draft.state.agency))
    return None


def missing(old: Definition, new: Definition) -> tuple[Step, ...]:
    """Steps of `old` that `new` does not have under their id, with the same kind and role, in the diagram's order."""
    return tuple(step for id, step in old.steps.items() if not _alike(step, new.steps.get(id)))


def counterparts(step: Step, new: Definition) -> tuple[Step, ...]:
    """Steps of `new` that dossiers waiting at `step` could go on at, the likest in id and name first."""
    found = [one for one in new.steps.values() if _alike(step, one)]
    return tuple(sorted(found, key=lambda one: -_likeness(step, one)))


def suggested(old: Definition, new: Definition) -> dict[str, str]:
    """Old id → new id of missing steps that are plainly one that only `new` has; each new step once, the likest first."""
    pairs = sorted(
        (-_likeness(step, one), step.element_id, one.element_id)
        for step in missing(old, new)
        for one in counterparts(step, new)
        if one.element_id not in old.steps
    )
    found: dict[str, str] = {}
    for unlike, name, to in pairs:
        if -unlike >= _LIKE and name not in found and to not in found.values():
            found[name] = to
    return found


def unfit(old: Definition, new: Definition, renamed: Mapping[str, str]) -> Rejected | None:
    """Why no dossier could go over by these names: an unknown step, one of another kind or role, or names in a chain."""
    for name, to in renamed.items():
        if name not in old.steps:
            return _in_the_way(f"phiên bản cũ không có bước “{name}”", f"no step {name!r} in the old version")
        if not _alike(old.steps[name], new.steps.get(to)) or to in renamed:
            label = old.steps[name].name
            return _in_the_way(
                f"bước “{label}” không đổi thành “{to}” được: không có, khác loại, khác vai trò, hoặc cũng đang đổi tên",
                f"{name!r} cannot become {to!r}: unknown, of another kind or role, or renamed itself",
            )
    return None


_LIKE = 0.6
"""How like two steps must be, between 0 and 1, for one to be suggested as the other."""


def _alike(old: Step, new: Step | None) -> bool:
    return new is not None and (new.kind, new.role) == (old.kind, old.role)


def _likeness(one: Step, other: Step) -> float:
    ids = SequenceMatcher(None, one.element_id, other.element_id).ratio()
    return max(ids, SequenceMatcher(None, one.name.casefold(), other.name.casefold()).ratio())


def _obstacle(state: State, old: Definition, new: Definition, renamed: Mapping[str, str]) -> Rejected | None:
    """What the diagram alone does not see: whose work a step is, what was answered and issued, whom we wait for."""
    waiting = {task.element_id: None for task in state.tasks.values() if task.kind != OPINION}
    homeless = [id for id in waiting if not _alike(old.steps[id], new.steps.get(renamed.get(id, id)))]
    if homeless:
        names = ", ".join(f"“{old.steps[id].name}”" for id in homeless)
        return _in_the_way(
            f"bước {names} đang chờ không còn, hoặc đã đổi loại hay vai trò",
            f"steps that wait are gone, or their kind or role has changed: {', '.join(homeless)}",
        )
    if len({renamed.get(id, id) for id in waiting}) < len(waiting):
        return _in_the_way(
            "hai bước đang chờ cùng lúc sẽ thành một bước", "two steps that wait together would become one"
        )
    failed = state.incident[0] if state.incident and state.incident[1] == "job_failed" else None
    for element in state.jobs.values():
        if element == failed and element in new.topics:
            continue  # it is asked again, wherever that is now
        asked = old.topics.get(element), old.children.get(element)
        if asked != (new.topics.get(element), new.children.get(element)):
            return _in_the_way(
                f"đang chờ kết quả của “{element}”, nơi phiên bản mới hỏi nơi khác",
                f"what {element!r} waits for is asked elsewhere in the new version",
            )
    forms = {form for form in state.answers if not form.startswith("$")} - set(new.forms)
    if forms:
        said = ", ".join(sorted(forms))
        return _in_the_way(
            f"không còn biểu mẫu đã khai: {said}", f"e-forms that were answered are gone: {said}"
        )
    made = set(map(papers.of_manifest, state.results))
    if results := made - {one.code for one in new.results}:
        said = ", ".join(sorted(results))
        return _in_the_way(f"không còn kết quả đã lập: {said}", f"results that were made are gone: {said}")
    if relisted := {code for code in made if _lists(old).get(code) != _lists(new).get(code)}:
        said = ", ".join(sorted(relisted))
        return _in_the_way(
            f"kết quả đã lập nay lập theo danh sách khác: {said}",
            f"results that were made are made for each item of another list: {said}",
        )
    return None


def _lists(definition: Definition) -> dict[str, str]:
    """By code of a result, the list that has a document of it for each item."""
    return {one.code: one.each.text if one.each else "" for one in definition.results}


def _in_the_way(vi: str, en: str) -> Rejected:
    return Rejected(
        "cannot_migrate", f"Không chuyển phiên bản được: {vi}.", f"The version cannot change: {en}."
    )
