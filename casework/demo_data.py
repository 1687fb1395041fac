"""The demo province as values: agencies, people, calendars and dated law, read from `demo_province/`.

All of it is data; the files say what is illustrative. Holidays come from the `holidays` library, corrected by the
yearly notices of `calendars.toml` (Labour Code 2019, art. 112: an announced swap wins over what is computed).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from engine.facts import Agency, Facts, LegalProfile
from engine.worktime.calendar import Calendar, Day, Session
from engine.worktime.deadline import TimeLimit

FOLDER = Path(__file__).parent / "demo_province"
FILES = ("province.toml", "agencies.toml", "people.toml", "calendars.toml", "webhooks.toml")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class DemoAgency:
    """`until`: the last day it exists; `calendar` "" = the province's default."""

    code: str
    name: str
    level: str
    parent: str | None = None
    phone: str = ""
    calendar: str = ""
    until: date | None = None


@dataclass(frozen=True)
class DemoUnit:
    code: str
    agency: str
    name: str
    kind: str


@dataclass(frozen=True)
class DemoRole:
    code: str
    vi: str
    en: str
    leads: bool = False
    dispatches: bool = False


@dataclass(frozen=True)
class DemoPost:
    agency: str
    role: str
    unit: str | None = None
    title: str = ""


@dataclass(frozen=True)
class DemoPerson:
    """An account: `kind` is officer, admin, citizen or business; only officers and admins hold posts."""

    username: str
    name: str
    kind: str
    posts: tuple[DemoPost, ...] = ()
    id_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True)
class Notice:
    """A yearly notice for one day: `holiday`, `make_up` (works like weekday `like`) or `working` (no holiday after all)."""

    day: date
    kind: str
    name: str
    source: str
    like: int = 0


@dataclass(frozen=True)
class DemoCalendar:
    code: str
    name: str
    hours: Mapping[int, tuple[Session, ...]]


@dataclass(frozen=True)
class DemoProfile:
    """A legal profile, in force from `effective_from` until the next begins."""

    name: str
    effective_from: date
    law: LegalProfile


@dataclass(frozen=True)
class DemoTaking:
    """Agencies of a level take in a procedure's dossiers for each other (phi địa giới)."""

    procedure: str
    level: str
    decision: str


@dataclass(frozen=True)
class DemoWebhook:
    """A system that is told of events; `topics` as in docs, `*` for all."""

    url: str
    secret: str
    topics: tuple[str, ...] = ("*",)
    active: bool = True


@dataclass(frozen=True)
class DemoProvince:
    code: str
    name: str
    illustrative: str
    timezone: str
    password: str
    roles: tuple[DemoRole, ...]
    agencies: tuple[DemoAgency, ...]
    units: tuple[DemoUnit, ...]
    officers: tuple[DemoPerson, ...]
    applicants: tuple[DemoPerson, ...]
    calendars: tuple[DemoCalendar, ...]
    days: Mapping[date, Day]
    notices: tuple[Notice, ...]
    profiles: tuple[DemoProfile, ...]
    takings: tuple[DemoTaking, ...] = ()
    webhooks: tuple[DemoWebhook, ...] = ()

    @property
    def people(self) -> tuple[DemoPerson, ...]:
        return self.officers + self.applicants

    def facts(self, on: date) -> Facts:
        """Law, agencies and calendars in force on a local date, as the gate would load them.

        Raises LookupError before the first legal profile.
        """
        profile = self.profile(on)
        agencies = {a.code: a for a in self._agencies_on(on)}
        by_code = self._calendars
        return Facts(
            calendars={"": by_code[""], **{a.code: by_code[a.calendar] for a in self.agencies if a.calendar}},
            agencies=agencies,
            law=profile.law,
            versions={"law": profile.law.code, "province": self.code},
        )

    def profile(self, on: date) -> DemoProfile:
        """The legal profile in force on a date."""
        in_force = [p for p in self.profiles if p.effective_from <= on]
        if not in_force:
            raise LookupError(f"no legal profile is in force on {on}")
        return max(in_force, key=lambda p: p.effective_from)

    def _agencies_on(self, on: date) -> list[Agency]:
        """Agencies that exist on a date; whose parent is gone belongs to the nearest one above that still exists."""
        every = {a.code: a for a in self.agencies}
        lives = {code for code, a in every.items() if a.until is None or on <= a.until}

        def parent(code: str | None) -> str | None:
            while code is not None and code not in lives:
                code = every[code].parent
            return code

        return [Agency(a.code, a.name, a.level, parent(a.parent)) for a in self.agencies if a.code in lives]

    @cached_property
    def _calendars(self) -> Mapping[str, Calendar]:
        return {
            c.code: Calendar(
                c.code, self.timezone, c.hours, self.days, version=f"{self.code}-{c.code or 'chung'}"
            )
            for c in self.calendars
        }


@lru_cache(maxsize=1)
def read() -> DemoProvince:
    """The shipped demo province. Raises what a broken file raises: it is ours, so that is a bug."""
    return built({name: tomllib.loads((FOLDER / name).read_text(encoding="utf-8")) for name in FILES})


@lru_cache(maxsize=1)
def password() -> str:
    """Of every account of the demo province."""
    return str(tomllib.loads((FOLDER / "province.toml").read_text(encoding="utf-8"))["password"])


def built(files: Mapping[str, Mapping[str, Any]]) -> DemoProvince:
    """What the files say (name -> content as TOML reads it); a file or part that is left out is empty.

    Raises whatever a wrong row raises: casework/province_files.py looks at files of others first.
    """
    province, agencies, people, calendars, webhooks = (files.get(name, {}) for name in FILES)
    notices = tuple(Notice(**row) for row in calendars.get("notices", ()))
    return DemoProvince(
        code=province.get("code", ""),
        name=province.get("name", ""),
        illustrative=province.get("illustrative", ""),
        timezone=province.get("timezone", "Asia/Ho_Chi_Minh"),
        password=province.get("password", ""),
        roles=tuple(DemoRole(**row) for row in province.get("roles", ())),
        agencies=tuple(DemoAgency(**row) for row in agencies.get("agencies", ())),
        units=tuple(DemoUnit(**row) for row in agencies.get("units", ())),
        officers=tuple(_person(row) for row in people.get("officers", ())),
        applicants=tuple(_person(row) for row in people.get("applicants", ())),
        calendars=tuple(
            DemoCalendar(c["code"], c["name"], hours(c["hours"])) for c in calendars.get("calendars", ())
        ),
        days=_days(calendars, notices) if "holiday_country" in calendars else {},
        notices=notices,
        profiles=tuple(
            _profile(row, province.get("national_codes", {})) for row in province.get("law_profiles", ())
        ),
        takings=tuple(DemoTaking(**row) for row in province.get("non_boundary", ())),
        webhooks=tuple(DemoWebhook(**row) for row in webhooks.get("webhooks", ())),
    )


def _person(row: dict[str, Any]) -> DemoPerson:
    return DemoPerson(**{**row, "posts": tuple(DemoPost(**post) for post in row.get("posts", ()))})


def hours(week: Mapping[str, list[str]]) -> dict[int, tuple[Session, ...]]:
    return {WEEKDAYS.index(name): tuple(map(_session, sessions)) for name, sessions in week.items()}


def _session(text: str) -> Session:
    opens, closes = text.split("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)


def _profile(row: dict[str, Any], national_codes: Mapping[str, int]) -> DemoProfile:
    law = LegalProfile(
        code=row["code"],
        reception_limit=TimeLimit.parse(row["reception_limit"]),
        levels=tuple(row["levels"]),
        national_codes=dict(national_codes),
        max_apologies=row["max_apologies"],
        petition_role=row["petition_role"],
        petition_days=dict(row["petition_days"]),
    )
    return DemoProfile(row["name"], row["effective_from"], law)


def _days(calendars: Mapping[str, Any], notices: tuple[Notice, ...]) -> dict[date, Day]:
    """Public holidays of the years covered, with the notices laid over them."""
    import holidays  # 17 MB with every country's: whoever asks for the password alone does without

    years = range(calendars["first_year"], calendars["last_year"] + 1)
    computed = holidays.country_holidays(calendars["holiday_country"], years=years, language="vi")
    days = {day: Day("holiday", name) for day, name in computed.items()}
    for notice in notices:
        if notice.kind == "working":
            days.pop(notice.day, None)
        elif notice.kind == "make_up":
            days[notice.day] = Day("make_up", notice.name, notice.like)
        else:
            days[notice.day] = Day("holiday", notice.name)
    return dict(sorted(days.items()))
