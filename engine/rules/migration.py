"""A running dossier carried over to another version of its procedure: everything stays where it is, only the rules change."""

from __future__ import annotations

from engine import events as e
from engine import flow
from engine.commands import MigrateDossier
from engine.definition import Definition
from engine.rejection import REASON_REQUIRED, Rejected
from engine.rules import course
from engine.rules.draft import Draft
from engine.state import OPINION, State


def migrate(draft: Draft, command: MigrateDossier) -> Rejected | None:
    """The same position on version `command.version`; rejected, with what is in the way, if that has no place for it.

    Fees, deadlines, answers and what was issued stay as they are: the new version governs what happens from now on.
    """
    if not command.reason.strip():
        return REASON_REQUIRED
    old, new, position = draft.definition, command.target, draft.state.flow
    if new is None or new.code != old.code or new.version == old.version:
        return _in_the_way(
            f"phải chọn một phiên bản khác của thủ tục {old.code}", f"expected another version of {old.code}"
        )
    if found := _obstacle(draft.state, old, new):
        return found
    draft.definition = new
    rejected, moved = course.run(
        draft, lambda names: flow.migrate(old.flow, new.flow, position, names, draft.now)
    )
    if rejected or moved is None:
        return rejected
    if incident := course.undone(moved):
        return _in_the_way(incident.sentence_vi, incident.sentence_en)
    reason = draft.words(command.reason)
    draft.record(e.DossierMigrated(old.version, new.version, reason, draft.by.id))
    course.follow(draft, moved, course.Origin(draft.state.agency))
    return None


def _obstacle(state: State, old: Definition, new: Definition) -> Rejected | None:
    """What the diagram alone does not see: whose work a step is, what was answered and issued, whom we wait for."""
    if state.incident is not None:
        return _in_the_way("hồ sơ đang có sự cố chờ xử lý", "the dossier has an incident")
    for task in state.tasks.values():
        step = new.steps.get(task.element_id)
        if task.kind == OPINION:
            continue
        if step is None or (step.kind, step.role) != (task.kind, old.steps[task.element_id].role):
            name = old.steps[task.element_id].name
            return _in_the_way(
                f"bước “{name}” đang chờ không còn, hoặc đã đổi loại hay vai trò",
                f"the waiting step {task.element_id!r} is gone, or its kind or role has changed",
            )
    for element in state.jobs.values():
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
    results = set(state.results) - {one.code for one in new.results}
    if results:
        said = ", ".join(sorted(results))
        return _in_the_way(f"không còn kết quả đã lập: {said}", f"results that were made are gone: {said}")
    return None


def _in_the_way(vi: str, en: str) -> Rejected:
    return Rejected(
        "cannot_migrate", f"Không chuyển phiên bản được: {vi}.", f"The version cannot change: {en}."
    )
