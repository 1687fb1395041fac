"""Facts for a rehearsal where the caller has none: any agency exists, Monday to Friday, Vietnam's public holidays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from functools import cache

from engine.facts import Agency, Facts, LegalProfile
from engine.worktime.calendar import Calendar, Day
from engine.worktime.deadline import TimeLimit

LEVELS = ("province", "district", "commune")
_DAY = ((time(7), time(11, 30)), (time(13, 30), time(17)))
_LAW = LegalProfile("rehearsal", TimeLimit(8, "working_hour"))


def any_province(on: date) -> Facts:
    """The facts of the year of `on`; a limit that ends after it meets the next year's holidays too."""
    return Facts({"": _calendar(on.year)}, AnyAgency(), _LAW, {"law": "rehearsal"})


@cache
def _calendar(year: int) -> Calendar:
    """Labour Code 2019, art. 112, with the compensating days; yearly notices of swapped days are the caller's to know."""
    import holidays  # 17 MB with every country's: only who rehearses pays for them

    computed = holidays.country_holidays("VN", years=range(year, year + 2), language="vi")
    days = {day: Day("holiday", name) for day, name in computed.items()}
    return Calendar("", "Asia/Ho_Chi_Minh", dict.fromkeys(range(5), _DAY), days)


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
