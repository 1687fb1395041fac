"""A province's files are brought in once and again: what differs is told and changed, mistakes are named and change nothing."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from casework import demo_data, province, province_files
from casework.demo_data import DemoProvince
from casework.province import Change
from store.tables import account, agency, calendar_day, post
from tests.casework.town import Town

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in demo_data.FILES:
        shutil.copy(demo_data.FOLDER / name, tmp_path / name)
    return tmp_path


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")


def load(town: Town, folder: Path) -> list[Change]:
    found = province_files.read(town.session, folder)
    assert isinstance(found, DemoProvince), found
    changes = province.bring_in(town.session, found, now=NOW)
    town.session.commit()
    return [change for change in changes if change.what != "only_here"]


def test_only_what_differs_is_changed_and_told(town: Town, folder: Path) -> None:
    """Once loaded, the same files change nothing; a person who is transferred leaves the old post from today on."""
    load(town, folder)  # the demo knows of no law of 2025, the files do
    assert load(town, folder) == []
    edit(folder, "agencies.toml", 'name = "Sở Nội vụ"', 'name = "Sở Nội vụ và Lao động"')
    edit(
        folder,
        "people.toml",
        'agency = "H23.03", role = "consult_officer"',
        'agency = "H23.02", role = "consult_officer"',
    )
    told = {(one.what, one.table, one.key, one.column) for one in load(town, folder)}
    assert told == {
        ("changed", "agency", "H23.02", "name"),
        ("ended", "post", "cv.tuphap H23.03 consult_officer", ""),
        ("new", "post", "cv.tuphap H23.02 consult_officer", ""),
    }
    held = select(post.c.agency).where(post.c.account == "cv.tuphap", post.c.held_to.is_(None))
    assert town.session.scalars(held).all() == ["H23.02"]
    assert load(town, folder) == []


def test_a_part_alone_leaves_the_rest_and_a_day_that_is_worked_is_taken_out(town: Town, folder: Path) -> None:
    """A folder with the calendars only; accounts and agencies stay as they are."""
    load(town, folder)
    before = town.session.scalar(select(func.count()).select_from(account))
    for name in set(demo_data.FILES) - {"calendars.toml"}:
        (folder / name).unlink()
    with (folder / "calendars.toml").open("a", encoding="utf-8") as calendars:
        calendars.write('\n[[notices]]\nday = 2026-09-02\nkind = "working"\nname = "Thử"\nsource = "Thử"\n')
    told = load(town, folder)
    assert {(one.what, one.table) for one in told} == {("removed", "calendar_day")}
    assert all("2026-09-02" in one.key for one in told)
    assert not town.session.scalar(
        select(func.count()).where(calendar_day.c.day == datetime(2026, 9, 2).date())
    )
    assert town.session.scalar(select(func.count()).select_from(account)) == before


def test_every_mistake_is_named_by_file_row_and_column(town: Town, folder: Path) -> None:
    """Unknown parents, roles, columns and hours at once; nothing is written."""
    edit(
        folder,
        "agencies.toml",
        'code = "H23.03", name = "Sở Tư pháp", level = "province", parent = "H23"',
        'code = "H23.03", name = "Sở Tư pháp", level = "huyen", parent = "H99"',
    )
    edit(folder, "people.toml", 'role = "procedure_controller"', 'role = "king"')
    edit(folder, "calendars.toml", '"07:00-11:30"', '"7h-11h30"')
    found = province_files.read(town.session, folder)
    assert isinstance(found, list)
    assert [one.where for one in found] == ["calendars.toml, calendars 1 (), hours"]
    edit(folder, "calendars.toml", '"7h-11h30"', '"07:00-11:30"')
    found = province_files.read(town.session, folder)
    assert isinstance(found, list)
    assert [one.where for one in found] == [
        "agencies.toml, agencies 4 (H23.03), level",
        "agencies.toml, agencies 4 (H23.03), parent",
        "people.toml, officers 2 (vp.ksthc), posts 1, role",
    ]
    edit(folder, "agencies.toml", 'phone = "02203000037"', 'telephone = "02203000037"')
    edit(folder, "people.toml", 'name = "Ngô Hữu Phước", ', "")
    found = province_files.read(town.session, folder)
    assert isinstance(found, list)
    assert [one.where for one in found] == [
        "agencies.toml, agencies 1 (H23), telephone",
        "people.toml, officers 1 (ct.tinh), name",
    ]
    assert town.session.scalar(select(agency.c.name).where(agency.c.code == "H23.03")) == "Sở Tư pháp"


def test_agencies_in_a_circle_and_broken_files_are_refused(town: Town, folder: Path) -> None:
    """And a folder without any of the files."""
    edit(folder, "agencies.toml", 'code = "H23", name', 'code = "H23", parent = "H23.03", name')
    [mistake] = province_files.read(town.session, folder)  # type: ignore[misc]
    assert "circle" in mistake.what
    (folder / "agencies.toml").write_text("agencies = [", "utf-8")
    assert [one.where for one in province_files.read(town.session, folder)] == ["agencies.toml"]  # type: ignore[union-attr]
    assert [one.where for one in province_files.read(town.session, folder / "x")] == [str(folder / "x")]  # type: ignore[union-attr]


def test_only_the_people_of_the_files_are_read(town: Town, folder: Path) -> None:
    """A province has millions of citizens with accounts; its files name some thousands of officers."""
    officers = len(demo_data.read().officers)
    assert (town.session.scalar(select(func.count()).select_from(account)) or 0) > officers
    read: list[int] = []

    def note(_c: object, cursor: Any, statement: str, *_: object) -> None:
        if statement.lstrip().startswith("SELECT") and "FROM account" in statement:
            read.append(cursor.rowcount)

    event.listen(Engine, "after_cursor_execute", note)
    try:
        load(town, folder)
    finally:
        event.remove(Engine, "after_cursor_execute", note)
    assert max(read) == officers


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        (
            '[[notices]]\nday = 2027-01-04\nkind = "holiday"\nname = "Thử"\nsource = "Thử"\n',
            "calendars holiday_country first_year last_year",
        ),
        ('holiday_country = "VN"\nlast_year = 2027\n', "calendars first_year"),
        ('holiday_country = "VN"\nfirst_year = 2026\nlast_year = "2027"\n', "calendars last_year"),
    ],
)
def test_a_calendar_file_names_what_its_holidays_lack(
    town: Town, folder: Path, content: str, missing: str
) -> None:
    """A year's notices alone would change nothing: they are laid over the holidays of calendars and years."""
    (folder / "calendars.toml").write_text(content, "utf-8")
    found = province_files.read(town.session, folder)
    assert isinstance(found, list)
    assert [one.where for one in found] == [f"calendars.toml, {part}" for part in missing.split()]


def test_hours_alone_leave_the_days(town: Town, folder: Path) -> None:
    """A calendar file without holidays and notices says nothing about days."""
    load(town, folder)
    days = town.session.scalar(select(func.count()).select_from(calendar_day))
    (folder / "calendars.toml").write_text(
        '[[calendars]]\ncode = ""\nname = "Chung"\nhours = {mon = ["08:00-12:00"]}\n', "utf-8"
    )
    assert {(one.what, one.table) for one in load(town, folder)} == {("changed", "calendar")}
    assert town.session.scalar(select(func.count()).select_from(calendar_day)) == days
