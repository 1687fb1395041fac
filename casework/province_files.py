"""A folder of a province's files, looked at before anything is written: every mistake by file, row and column."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import demo_data, province
from casework.demo_data import DemoProvince
from engine.worktime.deadline import TimeLimit
from store import tables

LEVELS = ("ministry", "province", "district", "commune")
PART: dict[str, dict[str, tuple[Any, str]]] = {  # file -> part -> (what a row is, the column that names it)
    "province.toml": {
        "roles": (demo_data.DemoRole, "code"),
        "non_boundary": (demo_data.DemoTaking, "procedure"),
    },
    "calendars.toml": {"notices": (demo_data.Notice, "day")},
    "agencies.toml": {"agencies": (demo_data.DemoAgency, "code"), "units": (demo_data.DemoUnit, "code")},
    "people.toml": {"officers": (demo_data.DemoPerson, "username")},
    "webhooks.toml": {"webhooks": (demo_data.DemoWebhook, "url")},
}
TYPES = {"str": str, "str | None": str, "bool": bool, "int": int, "date": date, "date | None": date}
OTHERS = {  # file -> what else stands at its head
    "province.toml": "code name illustrative timezone password law_profiles national_codes",
    "calendars.toml": "holiday_country first_year last_year calendars",
    "people.toml": "applicants",
}
YEARS = {"holiday_country": str, "first_year": int, "last_year": int}  # which days are special
TIMES = {
    "reception_limit": str,
    "levels": list,
    "max_apologies": int,
    "petition_role": str,
    "petition_days": dict,
}
PROFILE = {"code": str, "name": str, "effective_from": date, **TIMES}


@dataclass(frozen=True)
class Mistake:
    """Where: `agencies.toml, agencies 3 (H23.05), parent`; what was expected there."""

    where: str
    what: str


def read(session: Session, folder: Path) -> DemoProvince | list[Mistake]:
    """The province as the folder's files say it, or all that is wrong with them. A file may be missing, not all."""
    files: dict[str, dict[str, Any]] = {}
    mistakes: list[Mistake] = []
    for name in demo_data.FILES:
        if not (folder / name).exists():
            continue
        try:
            files[name] = tomllib.loads((folder / name).read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            mistakes.append(Mistake(name, str(error)))
    if not files and not mistakes:
        mistakes.append(Mistake(str(folder), f"expected one of {', '.join(demo_data.FILES)}"))
    files.get("people.toml", {}).pop("applicants", None)  # citizens make their own accounts
    mistakes += [one for name in files for one in _shapes(name, files[name])]
    if not mistakes:
        mistakes += _references(session, files)
    return mistakes or demo_data.built(files)


def _shapes(name: str, content: Mapping[str, Any]) -> Iterator[Mistake]:
    """Parts and columns that are unknown, missing, or of another type."""
    parts = [*PART.get(name, {}), *OTHERS.get(name, "").split()]
    for part in content.keys() - set(parts):
        yield Mistake(f"{name}, {part}", f"unknown part; expected {', '.join(parts)}")
    for part, (kind, key) in PART.get(name, {}).items():
        columns = {field.name: (str(field.type), field.default is MISSING) for field in fields(kind)}
        seen = set()
        for row, at in _rows(name, part, content, key):
            for column in row.keys() - columns.keys():
                yield Mistake(f"{at}, {column}", f"unknown column; expected {', '.join(columns)}")
            for column, (written, required) in columns.items():
                if column not in row:
                    if required:
                        yield Mistake(f"{at}, {column}", "missing")
                elif written in TYPES and not isinstance(row[column], TYPES[written]):
                    yield Mistake(f"{at}, {column}", f"expected {written}, but got {row[column]!r}")
            if (named := str(row.get(key))) in seen:
                yield Mistake(f"{at}, {key}", f"{named} stands there twice")
            seen.add(named)
    for row, at in _rows(name, "law_profiles", content, "code"):
        for column, wanted in PROFILE.items():
            if not isinstance(row.get(column), wanted):
                yield Mistake(f"{at}, {column}", f"expected {wanted.__name__}, but got {row.get(column)!r}")
        try:
            TimeLimit.parse(str(row.get("reception_limit")))
        except ValueError as error:
            yield Mistake(f"{at}, reception_limit", str(error))
    for row, at in _rows(name, "calendars", content, "code"):
        for column in ("code", "name", "hours"):
            if column not in row:
                yield Mistake(f"{at}, {column}", "missing")
        try:
            demo_data.hours(row.get("hours", {}))
        except (ValueError, AttributeError, TypeError) as error:
            yield Mistake(f"{at}, hours", f"expected mon … sun = [“07:30-11:30”, …], but {error}")
    if name == "calendars.toml" and content.keys() & {"notices", *YEARS}:
        for part, wanted in {"calendars": list, **YEARS}.items():
            if part not in content:
                yield Mistake(f"{name}, {part}", "missing: holidays and notices are of calendars and years")
            elif not isinstance(content[part], wanted):
                yield Mistake(f"{name}, {part}", f"expected {wanted.__name__}, but got {content[part]!r}")


def _references(session: Session, files: Mapping[str, Mapping[str, Any]]) -> Iterator[Mistake]:
    """What a row refers to stands in the files or in the database already."""
    agencies, people = files.get("agencies.toml", {}), files.get("people.toml", {})

    def known(table: Any, file: str, part: str) -> set[str]:
        named = {row["code"] for row, _ in _rows(file, part, files.get(file, {}), "code")}
        return named | set(session.scalars(select(table.c.code)))

    codes = known(tables.agency, "agencies.toml", "agencies")
    calendars = known(tables.calendar, "calendars.toml", "calendars")
    units = known(tables.unit, "agencies.toml", "units")
    roles = known(tables.role, "province.toml", "roles")
    for row, at in _rows("agencies.toml", "agencies", agencies, "code"):
        yield from _one_of(f"{at}, level", row["level"], LEVELS)
        yield from _one_of(f"{at}, parent", row.get("parent"), codes)
        yield from _one_of(f"{at}, calendar", row.get("calendar") or None, calendars)
    try:
        province.parents_first(demo_data.DemoAgency(**row) for row in agencies.get("agencies", ()))
    except ValueError as error:
        yield Mistake("agencies.toml, agencies, parent", f"these go round in a circle: {error}")
    for row, at in _rows("agencies.toml", "units", agencies, "code"):
        yield from _one_of(f"{at}, agency", row["agency"], codes)
        yield from _one_of(f"{at}, kind", row["kind"], ("division", "one_stop_shop"))
    procedures = set(session.scalars(select(tables.procedure.c.code)))
    for row, at in _rows("province.toml", "non_boundary", files.get("province.toml", {}), "procedure"):
        yield from _one_of(f"{at}, procedure", row["procedure"], procedures)
        yield from _one_of(f"{at}, level", row["level"], LEVELS)
    for row, at in _rows("calendars.toml", "notices", files.get("calendars.toml", {}), "day"):
        yield from _one_of(f"{at}, kind", row["kind"], ("holiday", "make_up", "working"))
    account = tables.account.c
    named = [row["username"] for row, _ in _rows("people.toml", "officers", people, "username")]
    taken = account.username.in_(named), account.kind.not_in(("officer", "admin"))
    others = set(session.scalars(select(account.username).where(*taken)))
    for row, at in _rows("people.toml", "officers", people, "username"):
        yield from _one_of(f"{at}, kind", row["kind"], ("officer", "admin"))
        if row["username"] != row["username"].strip().lower() or row["username"] in others:
            yield Mistake(f"{at}, username", "expected small letters, and no name that a citizen has taken")
        for number, post in enumerate(row.get("posts", ()), start=1):
            here = f"{at}, posts {number}"
            for column, among in (("agency", codes), ("role", roles)):
                yield from _one_of(f"{here}, {column}", post.get(column, ""), among)
            yield from _one_of(f"{here}, unit", post.get("unit"), units)
            for column in post.keys() - {"agency", "role", "unit", "title"}:
                yield Mistake(f"{here}, {column}", "unknown column; expected agency, role, unit, title")


def _rows(name: str, part: str, content: Mapping[str, Any], key: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each row with where it stands, counted from 1."""
    for number, row in enumerate(content.get(part, ()), start=1):
        if isinstance(row, dict):
            yield row, f"{name}, {part} {number} ({row.get(key, '?')})"


def _one_of(where: str, value: object, among: Any) -> Iterator[Mistake]:
    if value is not None and value not in among:
        told = f"one of {', '.join(map(str, among))}" if isinstance(among, tuple) else "a code that is known"
        yield Mistake(where, f"expected {told}, but got {value!r}")
