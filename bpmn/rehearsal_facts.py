"""Facts for a rehearsal where the caller has none: any agency exists, Monday to Friday, no holidays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time

from engine.facts import Agency, Facts, LegalProfile
from engine.worktime.calendar import Calendar
from engine.worktime.deadline import TimeLimit

LEVELS = ("province", "district", "commune")
_DAY = ((time(7), time(11, 30)), (time(13, 30), time(17)))
_CALENDAR = Calendar("", "Asia/Ho_Chi_Minh", dict.fromkeys(range(5), _DAY))
_LAW = LegalProfile("rehearsal", TimeLimit(8, "working_hour"))


def any_province(on: date) -> Facts:
    """The same on every date."""
    return Facts({"": _CALENDAR}, AnyAgency(), _LAW, {"law": "rehearsal"})


class AnyAgency(Mapping[str, Agency]):
    """Every code is an agency; its level is the number of its parts (QĐ 20/2020/QĐ-TTg: H23, H23.30, H23.30.05)."""

    def __getitem__(self, code: str) -> Agency:
        if not code:
            raise KeyError(code)
        parts = code.split(".")
        return Agency(code, code, LEVELS[min(len(parts), 3) - 1], ".".join(parts[:-1]) or None)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
