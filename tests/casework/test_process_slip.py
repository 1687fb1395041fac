"""Mẫu 05 as a function of a dossier's log: who passed it on to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from casework.process_slip import Names, passed_on

NAMES = Names({"A": "Phòng Quản lý đô thị", "B": "Phòng Tài nguyên"}, {"o": "Chuyên viên"}, "one_stop")
MORNING = datetime.fromisoformat("2023-06-15T09:00+07:00")


def opened(no: int, agency: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "TaskOpened",
        "task_no": no,
        "kind": "work",
        "agency": agency,
        "role": "o",
        "due_at": None,
        **more,
    }


def entry(*events: dict[str, Any], by: str = "") -> dict[str, Any]:
    return {"at": MORNING, "by_name": by, "events": list(events)}


def test_an_agency_that_kept_silent_passed_nothing_on() -> None:
    """One row: asked, no answer. The asking officer, who goes on, got nothing from anybody."""
    log = [
        entry(opened(1, "A"), {"type": "TaskClaimed", "task_no": 1, "by_name": "Phạm Thu Hà"}),
        entry(
            {"type": "TaskCompleted", "task_no": 1, "outcome": "ask"},
            opened(2, "B", offered_by="A", from_task=1),
            by="Phạm Thu Hà",
        ),
        entry(
            {"type": "TaskCompleted", "task_no": 2, "outcome": "agree", "silent": True},
            opened(3, "A", from_task=2),
        ),
    ]
    asked = {"task_id": 2, "handed_at": MORNING, "accepted_at": None, "refused_at": None, "ended_at": MORNING}
    asked |= {"from_name": "Phòng Quản lý đô thị", "to_name": "Phòng Tài nguyên", "due_at": None}
    asked |= {
        "handed_by_name": "Phạm Thu Hà",
        "accepted_by_name": None,
        "refused_by_name": None,
        "reason": "",
    }
    (row,) = passed_on(log, [asked], NAMES)
    assert (row["giver"], row["taker"], row["outcome"], row["note"]) == (
        "Phạm Thu Hà",
        "",
        "hết hạn không trả lời",
        "Coi như đồng ý",
    )
