"""The demo province: codes that hold together, people for every queue, holidays as the yearly notices say."""

from datetime import date

import pytest

from casework import demo_data

PROVINCE = demo_data.read()

TET = [
    "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29",
    "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-02",
]  # fmt: skip
HUNG_KINGS = [
    "2021-04-21", "2022-04-10", "2023-04-29", "2024-04-18", "2025-04-07",
    "2026-04-26", "2027-04-16", "2028-04-04", "2029-04-23", "2030-04-12",
]  # fmt: skip


@pytest.mark.parametrize("day", TET)
def test_the_first_day_of_the_lunar_year_is_a_holiday(day: str) -> None:
    """Tết, as computed with the Hồ Ngọc Đức algorithm for UTC+7."""
    assert PROVINCE.days[date.fromisoformat(day)].reason == "Tết Nguyên Đán"


@pytest.mark.parametrize("day", HUNG_KINGS)
def test_the_tenth_of_the_third_lunar_month_is_a_holiday(day: str) -> None:
    """Giỗ Tổ Hùng Vương."""
    assert "Giỗ Tổ Hùng Vương" in PROVINCE.days[date.fromisoformat(day)].reason


def test_the_lunar_days_of_2021_to_2030_are_these_and_no_others() -> None:
    """No Tết or Giỗ Tổ beside the listed ones, except days off that make up for a weekend."""
    tet = [day.isoformat() for day, what in PROVINCE.days.items() if what.reason == "Tết Nguyên Đán"]
    kings = [
        day.isoformat() for day, what in PROVINCE.days.items() if what.reason == "Ngày Giỗ Tổ Hùng Vương"
    ]
    assert (tet, kings) == (TET, HUNG_KINGS)


def test_the_official_new_year_leave_of_2021_to_2023_is_closed() -> None:
    """10/2-16/2/2021, 31/1-4/2/2022, 20/1-26/1/2023: no office works."""
    calendar = PROVINCE.facts(date(2023, 1, 1)).calendar("H23.30.05")
    leaves = [((2021, 2, 10), 7), ((2022, 1, 31), 5), ((2023, 1, 20), 7)]
    for (year, month, first), length in leaves:
        for number in range(length):
            assert not calendar.is_working_day(
                date.fromordinal(date(year, month, first).toordinal() + number)
            )


def test_a_swapped_day_works_like_the_day_it_replaces() -> None:
    """Saturday 4/5/2024 works for Monday 29/4, by the yearly notice."""
    calendar = PROVINCE.facts(date(2024, 1, 1)).calendar("H23")
    assert calendar.is_working_day(date(2024, 5, 4))
    assert not calendar.is_working_day(date(2024, 4, 29))


def test_an_agency_may_have_its_own_hours() -> None:
    """The provincial centre and one ward receive on Saturday morning too."""
    facts = PROVINCE.facts(date(2023, 6, 1))
    saturday = date(2023, 6, 17)
    assert facts.calendar("H23.18").is_working_day(saturday)
    assert not facts.calendar("H23.30.05").is_working_day(saturday)


def test_every_working_day_has_eight_hours() -> None:
    """A working day is 8 hours in the step tables of provincial decisions."""
    assert {c.day_minutes for c in PROVINCE.facts(date(2023, 6, 1)).calendars.values()} == {480}


def test_each_agency_hangs_on_an_agency_above() -> None:
    """Codes Hxx.yy.zz of QĐ 20/2020: the parent's code is the beginning of the child's."""
    codes = {agency.code for agency in PROVINCE.agencies}
    for agency in PROVINCE.agencies:
        assert agency.parent is None or (
            agency.parent in codes and agency.code.startswith(agency.parent + ".")
        )
    assert len(codes) == len(PROVINCE.agencies)


def test_after_july_2025_the_district_level_is_gone() -> None:
    """Two levels: communes belong to the province, and the profile says so."""
    facts = PROVINCE.facts(date(2025, 7, 1))
    assert facts.law.levels == ("province", "commune")
    assert {agency.level for agency in facts.agencies.values()} == {"province", "commune"}
    assert facts.agencies["H23.30.05"].parent == "H23"


def test_before_july_2025_there_are_three_levels() -> None:
    """The demo's profile of 2023."""
    facts = PROVINCE.facts(date(2025, 6, 30))
    assert facts.law.code == "2023"
    assert facts.agencies["H23.30.05"].parent == "H23.30"


def test_posts_name_agencies_roles_and_units_that_exist() -> None:
    """No officer sits in a place or a role that nobody knows."""
    agencies = {a.code for a in PROVINCE.agencies}
    units = {u.code: u.agency for u in PROVINCE.units}
    roles = {r.code for r in PROVINCE.roles}
    for person in PROVINCE.officers:
        assert person.posts
        for post in person.posts:
            assert post.agency in agencies
            assert post.role in roles
            assert post.unit is None or units[post.unit] == post.agency


def test_user_names_and_names_are_unique() -> None:
    """Two people never share an account, and a demo list is not confusing."""
    assert len({p.username for p in PROVINCE.people}) == len(PROVINCE.people)
    assert len({p.name for p in PROVINCE.people}) == len(PROVINCE.people)


def test_every_commune_can_handle_a_civil_status_dossier() -> None:
    """One-stop shop, civil status, leader and clerk sit in each commune."""
    staffed = {(post.agency, post.role) for person in PROVINCE.officers for post in person.posts}
    for agency in PROVINCE.agencies:
        if agency.level == "commune":
            for role in ("one_stop_officer", "civil_status_officer", "leader", "clerk"):
                assert (agency.code, role) in staffed
