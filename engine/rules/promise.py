"""The promised date: one statutory extension with notice, one apology with a new date (NĐ 61/2018 art. 19)."""

from __future__ import annotations

from datetime import date, datetime

from engine import events as e
from engine.commands import Apologise, ExtendDeadline
from engine.rejection import Problem, Rejected
from engine.rules import clock
from engine.rules.draft import Draft


def extend(draft: Draft, command: ExtendDeadline) -> Rejected | None:
    """Once, before the due date, by at most the calendar days that the procedure's law allows."""
    state, most = draft.state, draft.definition.extension_max_days
    if not 1 <= command.days <= most:
        return _no_extension(
            f"Thủ tục này chỉ cho gia hạn từ 1 đến {most} ngày."
            if most
            else "Thủ tục này không được gia hạn.",
            f"Expected 1 to {most} days, found {command.days}.",
        )
    if state.clock.due_at is None or state.clock.ended_at is not None:
        return _no_extension(
            "Hồ sơ chưa có hoặc không còn hạn trả để gia hạn.", "Expected a dossier with a running due date."
        )
    if state.clock.extension_days:
        return _no_extension("Hồ sơ đã được gia hạn một lần.", "Expected no earlier extension.")
    due_at = clock.due_at(draft.definition, state, draft.facts, draft.now, command.days)
    if due_at is None or clock.on_time(draft.definition, state, draft.facts, draft.now) is False:
        return _no_extension(
            "Hồ sơ đã quá hạn, không gia hạn được nữa.", "Expected an extension before the due date."
        )
    draft.record(e.DeadlineExtended(command.days, due_at, draft.words(command.reason)))
    draft.tell("extended")
    return None


def apologise(draft: Draft, command: Apologise) -> Rejected | None:
    """Mẫu 04 with a new promised date. The due date itself stays: lateness is counted from it."""
    if draft.state.clock.due_at is None:
        return Rejected(
            "answers_invalid", "Hồ sơ chưa có hạn trả để hẹn lại.", "Expected a dossier with a due date."
        )
    if draft.state.apologies >= draft.facts.law.max_apologies:
        return Rejected(
            "apology_once",
            f"Chỉ được xin lỗi và hẹn lại ngày trả kết quả {draft.facts.law.max_apologies} lần.",
            f"Expected at most {draft.facts.law.max_apologies} apology.",
        )
    if problem := _promised(draft, command.new_due_on):
        return Rejected("answers_invalid", problem.vi, problem.en, (problem,))
    draft.record(e.Apologised(command.new_due_on, draft.words(command.reason)))
    draft.issue("04")
    draft.tell("apology")
    return None


def _promised(draft: Draft, text: str) -> Problem | None:
    calendar = draft.facts.calendar(draft.state.agency)
    try:
        new = date.fromisoformat(text)
    except ValueError:
        return Problem(
            "new_due_on",
            "date",
            "Ngày hẹn lại không đúng dạng năm-tháng-ngày.",
            "Expected a date YYYY-MM-DD.",
        )
    due_on = calendar.local(datetime.fromisoformat(draft.state.clock.due_at or draft.at)).date()
    if new <= max(due_on, calendar.local(draft.now).date()) or not calendar.is_working_day(new):
        return Problem(
            "new_due_on",
            "date",
            "Ngày hẹn lại phải là ngày làm việc, sau hôm nay và sau hạn trả cũ.",
            "Expected a working day after today and after the due date.",
        )
    return None


def _no_extension(vi: str, en: str) -> Rejected:
    return Rejected("extension_not_allowed", vi, en)
