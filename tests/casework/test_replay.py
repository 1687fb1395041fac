"""The tables are projections: made anew from the event log they equal the live ones, whatever happened."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update

from engine import events
from engine.state import State
from store import rebuild, seal, tables, verify
from store.appliers import APPLIERS, TABLE_LESS, Applied, papers
from store.changes import Changes
from store.tables import dossier, event_log, task
from tests.casework.journeys import Journey
from tests.casework.town import MORNING, Town

PROCEDURES = ("1.001193", "1.004873", "1.009994")


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_tables_rebuilt_from_the_log_equal_the_live_ones(town: Town, procedure: str) -> None:
    """Random journeys of every procedure: claims, hand-overs, refusals, returns, stops, timers, silence, jobs."""
    kinds: set[str] = set()
    for seed in range(8):
        journey = Journey(town, procedure, seed)
        journey.run(30)
        kinds |= journey.kinds
        differences = rebuild.differences(town.session)
        assert not differences, f"seed {seed}\n{differences}"
    assert verify.verify_log(town.session).ok
    assert {"CompleteTask", "ClaimTask"} < kinds


def test_a_damaged_table_is_mended_from_the_log(town: Town) -> None:
    """Whatever was done to the tables behind our back: rows changed, gone, or too many."""
    town.received()
    town.session.execute(update(dossier).values(status="returned", applicant_name="Ai đó"))
    row = dict(town.session.execute(select(task).where(task.c.state < 2)).mappings().one())
    town.session.execute(delete(task).where(task.c.state >= 2))
    town.session.execute(task.insert().values({**row, "id": row["id"] + 900}))
    town.session.commit()
    assert rebuild.differences(town.session)
    assert rebuild.rebuild(town.session)
    assert not rebuild.differences(town.session)


def test_the_database_refuses_to_change_the_log(town: Town) -> None:
    """Rows of the log are never changed or removed, not even by us."""
    town.submitted()
    for statement in (
        "update event_log set actor = 'x'",
        "delete from event_log",
        "truncate event_log cascade",
    ):
        with pytest.raises(Exception, match="never changed or removed"), town.owner() as connection:
            connection.execute(text(statement))
        with pytest.raises(Exception, match=r"permission denied|never changed or removed"):
            town.session.execute(text(statement))
        town.session.rollback()


TAMPERINGS = {
    "update event_log set actor = 'somebody.else' where seq = 2": "row 2 was changed",
    "update event_log set events = '[]' where seq = 1": "row 1 was changed",
    "update event_log set at = at + interval '1 microsecond' where seq = 2": "row 2 was changed",
    "delete from event_log where seq = 2": "row 2 is missing",
    "delete from event_log where seq = 3": "the log ends at row 2",
    "delete from event_log where seq = 3; update dossier set seq = 2; update dossier_snapshot s"
    " set seq = 2, head = (select hash from event_log l where l.dossier_id = s.dossier_id and l.seq = 2)": "sealed root 1",
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_whoever_changes_the_log_behind_the_triggers_is_found(town: Town, tampering: str) -> None:
    """The owner of the database can drop a trigger; the chain and the sealed roots still tell."""
    town.received()
    assert seal.seal_if_due(town.session, town.now)
    assert verify.verify_log(town.session).ok
    with town.owner() as connection:
        connection.execute(text("alter table event_log disable trigger append_only"))
        for statement in tampering.split(";"):
            connection.execute(text(statement))
    report = verify.verify_log(town.session)
    assert not report.ok
    assert TAMPERINGS[tampering] in str(report)


def test_a_root_is_sealed_only_when_heads_have_moved(town: Town) -> None:
    """Every ten minutes at most, and over the dossiers that changed since the last."""
    town.submitted()
    town.submitted()
    assert seal.seal_if_due(town.session, town.now)
    later = town.now + seal.EVERY
    assert not seal.seal_if_due(town.session, later)
    town.submitted()
    assert not seal.seal_if_due(town.session, town.now + seal.EVERY / 2)
    assert seal.seal_if_due(town.session, later)
    heads = town.session.scalars(select(tables.sealed_root.c.heads).order_by(tables.sealed_root.c.id)).all()
    assert list(heads) == [2, 1]
    assert verify.verify_log(town.session).roots == 2


def test_the_last_rows_that_no_seal_covers_are_named(town: Town) -> None:
    """Ten minutes pass between two seals: whoever keeps a copy of the newest root knows what it does not prove."""
    town.submitted()
    assert seal.seal_if_due(town.session, town.now)
    assert verify.verify_log(town.session).unsealed == []
    code = town.received()
    report = verify.verify_log(town.session)
    assert report.ok
    assert report.unsealed == [f"{code}: rows 1 to 3, since 2023-06-15 01:30 UTC"]
    assert "1 dossiers have rows that are not under a seal yet" in str(report)


def test_a_request_answered_before_items_could_be_ticked_is_rebuilt_as_it_stands() -> None:
    """The column came later: an event that names no items leaves it null, as the migration did."""
    applied, changes = Applied(7, 3, MORNING, "an", State()), Changes()
    papers.supplement_answered(events.SupplementAnswered(1, MORNING.isoformat()), applied, changes)
    [values] = changes.altered.values()
    assert values["ticked"] is None


def test_every_event_has_an_applier_or_needs_no_table() -> None:
    """A new event type is not forgotten: the house knows where its rows come from."""
    kinds = {
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, events.Event) and kind is not events.Event
    }
    assert set(APPLIERS) | TABLE_LESS == kinds
    assert not set(APPLIERS) & TABLE_LESS


def test_log_rows_of_a_journey_tell_who_did_what(town: Town) -> None:
    """Command, actor and moment stand beside the events."""
    code = town.received()
    rows = town.session.execute(
        select(event_log.c.command, event_log.c.actor_kind).order_by(event_log.c.seq)
    ).all()
    expected = [("SubmitDossier", "applicant"), ("ClaimTask", "officer"), ("CompleteTask", "officer")]
    assert [tuple(row) for row in rows] == expected
    assert code
