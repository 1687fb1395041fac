"""The dated law, calendars and agencies that the gate loads for one command. Versions stand in the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.worktime.calendar import Calendar
from engine.worktime.deadline import TimeLimit


@dataclass(frozen=True)
class Agency:
    code: str
    name: str
    level: str  # ministry | province | district | commune
    parent: str | None = None


@dataclass(frozen=True)
class LegalProfile:
    """Rules of procedure that a law dates: the demo's is 2023 (NĐ 61/2018, 107/2021; TT 01/2018)."""

    code: str
    reception_limit: TimeLimit
    dispatcher_role: str = "one_stop_officer"
    levels: tuple[str, ...] = ("province", "district", "commune")
    national_codes: Mapping[str, int] = field(default_factory=dict)  # status -> 1..10
    max_apologies: int = 1
    petition_role: str = "procedure_controller"  # who classifies complaints and proposals
    petition_days: Mapping[str, int] = field(  # working days: QĐ 766 indicator 5.2
        default_factory=lambda: {"refuse": 2, "supplement": 5, "answer": 15, "publish": 2}
    )


@dataclass(frozen=True)
class Facts:
    calendars: Mapping[str, Calendar]  # agency code -> calendar; "" = the province's default
    agencies: Mapping[str, Agency]
    law: LegalProfile
    versions: Mapping[str, str] = field(default_factory=dict)
    dispatchers: Mapping[str, str] = field(
        default_factory=dict
    )  # agency code -> its dispatching role that is held

    def calendar(self, agency: str) -> Calendar:
        return self.calendars.get(agency) or self.calendars[""]

    def dispatcher(self, agency: str) -> str:
        """The role that gives out work at an agency: one that somebody holds there, else the law's."""
        return self.dispatchers.get(agency, self.law.dispatcher_role)

    def dispatch_queue(self, agency: str, otherwise: str) -> tuple[str, str]:
        """(agency, role) where work of `agency` is given out; at `otherwise` if nobody does so at `agency` itself."""
        at = agency if agency in self.dispatchers or not self.dispatchers else otherwise
        return at, self.dispatcher(at)
