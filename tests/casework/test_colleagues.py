"""Officers who help each other, through the gate and on the tables: who may, who sees, and that the log tells it all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from casework import accounts, bulk, erasure, leavers, performance, substitutes
from casework.bulk import Chosen
from casework.gate import Accepted, handle
from casework.permits import FORBIDDEN
from engine import commands as c
from engine.actor import CLOCK, Actor
from engine.rejection import Rejected
from store import rebuild
from store.queries import agency, colleagues, dossiers, inbox
from store.tables import account, post, substitution
from store.tables.work import task_id
from tests.casework.town import WARD, Town

ASKED = "H23.30.06"


@pytest.fixture
def clerk(town: Town) -> Actor:
    return town.officer(WARD, "one_stop_officer")


@pytest.fixture
def code(town: Town, clerk: Actor) -> str:
    """A dossier whose reception the clerk has in hand."""
    filed = town.submitted()
    assert isinstance(town.give(filed, c.ClaimTask(clerk, 1)), Accepted)
    return filed


def ask(town: Town, code: str, by: Actor) -> Accepted | Rejected:
    question = c.AskOpinion(by, 1, ASKED, "civil_status_officer", "Có hộ khẩu ở đó không?", "1 working_day")
    return town.give(code, question)


def row(town: Town, code: str) -> int:
    found = dossiers.ids(town.session, code)
    assert found is not None
    return found


def test_the_tables_are_what_the_log_says(town: Town, clerk: Actor, code: str) -> None:
    """After questions answered, silent and taken back, delegation and notes: replayed, every row is the same."""
    other = town.officer(ASKED, "civil_status_officer")
    for _ in range(3):
        assert isinstance(ask(town, code, clerk), Accepted)
    town.give(code, c.ClaimTask(other, 2))
    assert isinstance(town.give(code, c.GiveOpinion(other, 2, "Có, từ năm 2019.")), Accepted)
    town.give(code, c.CancelOpinion(clerk, 3))
    town.give(code, c.WriteNote(clerk, WARD, "Đã gọi điện."))
    town.give(code, c.FireTimer(CLOCK, "opinion:4"), after=timedelta(days=5))
    told = colleagues.opinions(town.session, task_id(row(town, code), 1))
    assert [(one["state"], one["silent"], one["answer"]) for one in told] == [
        (2, False, "Có, từ năm 2019."),
        (3, False, None),
        (2, True, None),
    ]
    assert rebuild.compare(town.session, row(town, code)) == []


def test_who_is_asked_reads_the_dossier_until_the_answer_and_orders_nothing(
    town: Town, clerk: Actor, code: str
) -> None:
    """Full sight while the question waits, the course afterwards; stopping the dossier is not theirs."""
    other, leader = town.officer(ASKED, "civil_status_officer"), town.officer(ASKED, "leader")
    assert isinstance(dossiers.one(town.session, other, code, now=town.now), Rejected)
    ask(town, code, clerk)
    assert dossiers.one(town.session, other, code, now=town.now)["sight"] == "full"  # type: ignore[index]
    refused = town.give(code, c.StopDossier(leader, "Dừng."))
    assert isinstance(refused, Rejected)
    assert refused.code == "forbidden"
    town.give(code, c.ClaimTask(other, 2))
    town.give(code, c.GiveOpinion(other, 2, "Không."))
    assert dossiers.one(town.session, other, code, now=town.now)["sight"] == "course"  # type: ignore[index]


def test_neither_applicant_nor_another_agency_hears_of_notes_and_questions(
    town: Town, clerk: Actor, code: str
) -> None:
    """Not in the log they read, not among the tasks that wait; erased with the rest of the dossier."""
    ask(town, code, clerk)
    town.give(code, c.WriteNote(clerk, WARD, "Người nộp hay quên giấy tờ."))
    own = dossiers.one(town.session, town.applicant(), code, now=town.now)
    assert [task["step"]["kind"] for task in own["tasks"]] == ["receive"]  # type: ignore[index]
    log = dossiers.events(town.session, row(town, code), "own")
    kinds = {event["type"] for entry in log for event in entry["events"]}
    assert not kinds & {"OpinionAsked", "NoteWritten"}
    assert colleagues.notes(town.session, row(town, code), {ASKED}) == []
    stranger = town.give(code, c.WriteNote(town.officer("H23.31.01", "leader"), "H23.31.01", "?"))
    assert isinstance(stranger, Rejected)
    town.give(code, c.WithdrawDossier(clerk, "Đơn xin rút."))
    erasure.erase(town.session, town.person("admin"), code, "Theo yêu cầu", now=town.now)
    assert [note["words"] for note in colleagues.notes(town.session, row(town, code), {WARD})] == [None]


def test_substitutes_are_appointed_by_who_is_away_or_leads(town: Town, clerk: Actor) -> None:
    """For the days given only, among colleagues, and never by a stranger."""
    today = town.now.date()
    days = {"from_on": today, "to_on": today + timedelta(days=2), "now": town.now}
    deputy = town.officer(WARD, "clerk")
    post = {"absent": clerk.id, "agency": WARD, "role": "one_stop_officer"}
    stranger = town.officer("H23.31.01", "leader")
    for by, substitute, expected in (
        (stranger, deputy.id, "forbidden"),
        (deputy, deputy.id, "forbidden"),
        (clerk, stranger.id, "answers_invalid"),
        (clerk, clerk.id, "answers_invalid"),
    ):
        refused = substitutes.appoint(town.session, by, substitute=substitute, **post, **days)  # type: ignore[arg-type]
        assert isinstance(refused, Rejected), (by.id, substitute)
        assert refused.code == expected
    leader = town.officer(WARD, "leader")
    assert substitutes.appoint(town.session, leader, substitute=deputy.id, **post, **days) is None  # type: ignore[arg-type]
    opened = [
        one["username"] for one in inbox.colleagues(town.session, WARD, "one_stop_officer", now=town.now)
    ]
    assert deputy.id in opened
    later = town.now + timedelta(days=3)
    there = inbox.colleagues(town.session, WARD, "one_stop_officer", now=later)
    assert deputy.id not in [one["username"] for one in there]


@pytest.mark.parametrize("called_off", [True, False])
def test_what_a_substitute_still_holds_goes_back_when_it_ends(
    town: Town, clerk: Actor, called_off: bool
) -> None:
    """Called off, or its last day over: else nobody but a leader could go on with it. What is done is told for whom."""
    deputy = town.officer(WARD, "clerk")
    post = {"absent": clerk.id, "agency": WARD, "role": "one_stop_officer", "substitute": deputy.id}
    days = {"from_on": town.now.date(), "to_on": town.now.date(), "now": town.now}
    assert substitutes.appoint(town.session, clerk, **post, **days) is None  # type: ignore[arg-type]
    filed = town.submitted()
    acting = accounts.officer_named(town.session, deputy.id, now=town.now)
    assert acting is not None
    assert isinstance(town.give(filed, c.ClaimTask(acting, 1)), Accepted)
    substitutes.end_past(town.session, town.now)
    assert held(town, filed) == deputy.id, "today is still within the dates"
    if called_off:
        [number] = [one["id"] for one in colleagues.substitutions(town.session, clerk.id, set())]
        assert substitutes.call_off(town.session, clerk, number, now=town.now) is None
    else:
        town.now += timedelta(days=1)
        substitutes.end_past(town.session, town.now)
    assert held(town, filed) == clerk.id


@pytest.mark.parametrize("between", ["killed", "stopped"])
def test_what_could_not_go_back_at_once_goes_back_later(town: Town, clerk: Actor, between: str) -> None:
    """Killed once the end was on record, or the dossier was stopped just then: the clock tries until nothing is held."""
    deputy = town.officer(WARD, "clerk")
    post = {"absent": clerk.id, "agency": WARD, "role": "one_stop_officer", "substitute": deputy.id}
    days = {"from_on": town.now.date(), "to_on": town.now.date(), "now": town.now}
    assert substitutes.appoint(town.session, clerk, **post, **days) is None  # type: ignore[arg-type]
    filed, acting = town.submitted(), accounts.officer_named(town.session, deputy.id, now=town.now)
    assert acting is not None
    assert isinstance(town.give(filed, c.ClaimTask(acting, 1)), Accepted)
    if between == "killed":
        town.session.execute(update(substitution).values(ended_at=town.now))
        town.session.commit()
    else:
        leader = town.officer(WARD, "leader")
        assert isinstance(town.give(filed, c.StopDossier(leader, "Chờ tòa án.")), Accepted)
        [number] = [one["id"] for one in colleagues.substitutions(town.session, clerk.id, set())]
        assert substitutes.call_off(town.session, clerk, number, now=town.now) is None
        substitutes.end_past(town.session, town.now)
        assert held(town, filed) == deputy.id, "work at a stopped dossier changes no hands"
        assert isinstance(town.give(filed, c.ResumeDossier(leader, "Tòa án đã trả lời.")), Accepted)
    substitutes.end_past(town.session, town.now)
    assert held(town, filed) == clerk.id
    assert town.session.scalars(select(substitution.c.settled_at)).all() == [town.now]


@pytest.mark.parametrize("left", ["post", "account"])
def test_who_leaves_a_post_leaves_its_work_to_the_queue(town: Town, clerk: Actor, left: str) -> None:
    """Whatever ended it; what is held at a post that goes on stays, and a stopped dossier's waits until it is resumed."""
    mine, stopped, kept = town.submitted(), town.submitted(), town.received()
    for code in (mine, stopped):
        assert isinstance(town.give(code, c.ClaimTask(clerk, 1)), Accepted)
    other = town.officer(WARD, "civil_status_officer")
    number = town.task_no(kept, "tham_dinh")
    assert isinstance(town.give(kept, c.ClaimTask(other, number)), Accepted)
    leader = town.officer(WARD, "leader")
    assert isinstance(town.give(stopped, c.StopDossier(leader, "Chờ tòa án.")), Accepted)
    assert leavers.give_back(town.session, town.now) == 0
    if left == "post":
        yesterday = town.now.date() - timedelta(days=1)
        town.session.execute(update(post).where(post.c.account == clerk.id).values(held_to=yesterday))
    else:
        town.session.execute(update(account).where(account.c.username == clerk.id).values(active=False))
    town.session.commit()
    assert leavers.give_back(town.session, town.now) == 1
    assert (held(town, mine), held(town, stopped)) == (None, clerk.id)
    assert isinstance(town.give(stopped, c.ResumeDossier(leader, "Tòa án đã trả lời.")), Accepted)
    assert (leavers.give_back(town.session, town.now), held(town, stopped)) == (1, None)
    assert [one["username"] for one in agency.work(town.session, WARD, now=town.now)["officers"]] == [
        None,
        other.id,
    ]
    assert not rebuild.differences(town.session)


def test_work_that_cannot_go_back_keeps_no_other_waiting(
    town: Town, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are refused each time, the others have their turn."""
    first, second = town.submitted(), town.submitted()
    for code in (first, second):
        assert isinstance(town.give(code, c.ClaimTask(clerk, 1)), Accepted)
    town.session.execute(update(account).where(account.c.username == clerk.id).values(active=False))
    town.session.commit()
    monkeypatch.setattr(
        leavers.gate, "handle",
        lambda session, code, order, now: FORBIDDEN if code == first else handle(session, code, order, now=now),
    )  # fmt: skip
    for _ in range(40):
        leavers.give_back(town.session, town.now, most=1)
    assert (held(town, first), held(town, second)) == (clerk.id, None)


def held(town: Town, code: str) -> str | None:
    """Who has the reception in hand."""
    found = inbox.task(town.session, task_id(row(town, code), 1))
    return found and found["assignee"]


def test_a_bulk_order_tells_of_each_task(town: Town, clerk: Actor) -> None:
    """What cannot be done is told beside what was, and stops nothing."""
    codes = [town.submitted() for _ in range(3)]
    numbers = [task_id(row(town, one), 1) for one in codes]
    town.give(codes[1], c.ClaimTask(clerk, 1))
    told = bulk.claim(town.session, clerk, [Chosen(n, 1) for n in [*numbers, 7]], now=town.now)
    assert [one.rejected.code if one.rejected else None for one in told] == [
        None,
        "stale_version",
        None,
        "unknown_task",
    ]


def test_own_figures_count_lateness_as_law_does(town: Town, clerk: Actor, code: str) -> None:
    """An hours' limit is late after its hour; working time leaves nights out."""
    town.now += timedelta(days=1)
    town.give(code, c.CompleteTask(clerk, 1, "accept", {"da_kiem_tra": ["du_giay_to"]}))
    found = performance.of(
        town.session,
        clerk.id,
        since=town.now - timedelta(days=7),
        until=town.now + timedelta(1),
        now=town.now,
    )
    assert (found.total.done, found.total.on_time, found.total.late) == (1, 0, 1)
    assert 480 <= found.total.minutes <= 500
