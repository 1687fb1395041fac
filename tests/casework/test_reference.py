"""Facts of the law come from dated rows, are kept in memory, and are read again when a row changes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update

from casework import demo, reference
from casework.reference import NoLaw
from store.db import make_engine, sessions
from store.tables import agency, calendar_day, law_profile, procedure_step, reference_version, role
from tests.casework.town import MORNING, WARD, Town, at


def test_the_law_of_the_day_is_in_force(database_url: str) -> None:
    """Until 30/6/2025 three levels, from 1/7/2025 two; the agencies that were dissolved are gone."""
    engine = make_engine(database_url)
    with sessions(engine)() as session:
        demo.load(session, now=MORNING, law="2025")
        before = reference.load(session, at("2025-06-30T23:59")).facts
        after = reference.load(session, at("2025-07-01T00:00")).facts
    engine.dispose()
    assert (before.law.code, after.law.code) == ("2023", "2025")
    assert "district" in before.law.levels
    assert "district" not in after.law.levels
    assert {a.level for a in before.agencies.values()} >= {"province", "district", "commune"}
    assert "district" not in {a.level for a in after.agencies.values()}
    assert all(a.parent is None or a.parent in after.agencies for a in after.agencies.values())


def test_facts_are_read_once_until_a_row_changes(town: Town) -> None:
    """A yearly notice entered by an admin holds from the next command on, in every process."""
    first = reference.load(town.session, town.now)
    assert reference.load(town.session, town.now) is first
    day = date(2023, 6, 16)
    assert first.facts.calendar(WARD).is_working_day(day)
    row = {"calendar": "", "day": day, "kind": "holiday", "name": "Nghỉ đột xuất"}
    town.session.execute(insert(calendar_day).values(row))
    town.session.commit()
    second = reference.load(town.session, town.now)
    assert second is not first
    assert not second.facts.calendars[""].is_working_day(day)


@pytest.mark.parametrize(
    "table", [agency, role, law_profile, calendar_day, procedure_step], ids=lambda table: table.name
)
def test_every_change_of_reference_rows_is_noticed(town: Town, table: object) -> None:
    """Triggers raise the version, whoever writes."""
    wanted = select(reference_version.c.version)
    before = town.session.scalar(wanted)
    town.session.execute(update(table).values(name="x"))  # type: ignore[arg-type]
    assert town.session.scalar(wanted) == (before or 0) + 1


def test_who_signs_or_seals_is_known_from_the_procedures(town: Town) -> None:
    """A version that is published holds from the next look on."""
    signing = reference.load(town.session, town.now).signing
    assert {"leader", "clerk"} <= signing
    assert "one_stop_officer" not in signing
    work = procedure_step.c.role == "one_stop_officer"
    town.session.execute(update(procedure_step).where(work).values(kind="sign"))
    assert "one_stop_officer" in reference.load(town.session, town.now).signing


def test_a_division_without_a_counter_has_its_head_as_dispatcher(town: Town) -> None:
    """A hand-over that is refused goes back to somebody who exists."""
    facts = reference.load(town.session, town.now).facts
    assert facts.dispatcher(WARD) == "one_stop_officer"
    assert facts.dispatcher("H23.30.61") == "division_head"
    assert facts.dispatch_queue("H23.30.61", otherwise=WARD) == ("H23.30.61", "division_head")
    assert facts.dispatch_queue("H23.30.63", otherwise=WARD) == (WARD, "one_stop_officer")


def test_without_law_nothing_is_decided(town: Town) -> None:
    """An empty system says so instead of guessing."""
    town.session.execute(delete(law_profile))
    with pytest.raises(NoLaw):
        reference.load(town.session, town.now)


def test_two_databases_do_not_share_facts(town: Town, database_url: str) -> None:
    """The same version number in another database is other data."""
    reference.load(town.session, town.now)
    engine = make_engine(database_url)
    with sessions(engine)() as session, pytest.raises(NoLaw):
        reference.load(session, town.now, version=1)
    engine.dispose()
