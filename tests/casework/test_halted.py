"""Work in the background that has stopped: an admin sees why, has it tried again, or settles it with a note on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from casework import deliver, halted
from engine.actor import Actor
from engine.rejection import Rejected
from national.ports import Partners
from store import outbox as rows
from store.queries import halted as stopped
from store.tables import outbox, webhook
from tests.casework.town import WARD, Town
from tests.fakes.partners import FakeMailer, FakeWebhook
from web.show import TOPIC_NAMES

ADMIN = Actor("admin", "admin", "Quản trị")


class Subscriber:
    """A system that is told of everything, and does not answer."""

    def __init__(self, town: Town) -> None:
        self.town, self.hook = town, FakeWebhook()
        self.hook.failures = 10_000
        number = town.session.scalar(
            insert(webhook)
            .values(url="http://s.example", secret="x", topics=["*"], created_at=town.now)
            .returning(webhook.c.id)
        )
        self.job = rows.put(town.session, "webhook", {"webhook": number, "topic": "received"}, now=town.now)
        town.session.commit()
        self.ref = str(town.session.scalar(select(outbox.c.id).where(outbox.c.job_id == self.job)))

    def work(self, times: int = 1) -> None:
        for _ in range(times):
            deliver.deliver(self.town.session, Partners(FakeMailer(), self.hook), self.job, self.town.now)

    def seen(self) -> list[str]:
        return [row["state"] for row in stopped.found(self.town.session) if row["ref"] == self.ref]


@pytest.fixture
def subscriber(town: Town) -> Subscriber:
    return Subscriber(town)


def test_what_fails_again_and_again_is_seen_and_tried_at_once(town: Town, subscriber: Subscriber) -> None:
    """A first failure is nobody's business; from the third on an admin need not wait for the next try."""
    subscriber.work(2)
    assert subscriber.seen() == []
    subscriber.work()
    assert subscriber.seen() == ["failing"]
    subscriber.hook.failures = 0
    assert halted.again(town.session, ADMIN, subscriber.ref, now=town.now) is None
    assert subscriber.seen() == []
    subscriber.work()
    assert len(subscriber.hook.posted) == 1
    assert [(note["by"], note["settled"]) for note in stopped.notes(town.session)] == [("admin", False)]


def test_what_was_given_up_is_tried_anew_or_settled_with_a_note(town: Town, subscriber: Subscriber) -> None:
    """Settled it leaves the page for good; what was carried out meanwhile cannot be tried again."""
    subscriber.work(deliver.GIVE_UP_AFTER_ATTEMPTS)
    assert subscriber.seen() == ["given_up"]
    assert halted.again(town.session, ADMIN, subscriber.ref, now=town.now) is None
    subscriber.work(deliver.GIVE_UP_AFTER_ATTEMPTS)
    town.now += timedelta(minutes=1)
    assert (
        _code(halted.settle(town.session, ADMIN, "job", subscriber.ref, "  ", now=town.now))
        == "reason_required"
    )
    note = "Đã gửi danh sách bằng thư."
    assert halted.settle(town.session, ADMIN, "job", subscriber.ref, note, now=town.now) is None
    assert subscriber.seen() == []
    assert [one["note"] for one in stopped.notes(town.session)] == [note, ""]
    assert _code(halted.again(town.session, ADMIN, subscriber.ref, now=town.now)) == "not_halted"


def test_what_is_settled_takes_no_place_from_what_is_not(town: Town, subscriber: Subscriber) -> None:
    """A page's worth of settled work must not hide what stopped before it; all that is open is counted."""
    older = Subscriber(town)
    older.work(deliver.GIVE_UP_AFTER_ATTEMPTS)
    town.now += timedelta(minutes=1)
    subscriber.work(deliver.GIVE_UP_AFTER_ATTEMPTS)
    assert [row["ref"] for row in stopped.found(town.session, limit=1)] == [subscriber.ref]
    assert stopped.total(town.session) == 2
    town.now += timedelta(minutes=1)
    assert halted.settle(town.session, ADMIN, "job", subscriber.ref, "Xong.", now=town.now) is None
    assert [row["ref"] for row in stopped.found(town.session, limit=1)] == [older.ref]
    assert stopped.total(town.session) == 1


def test_only_an_admin_and_only_what_stopped(town: Town, subscriber: Subscriber) -> None:
    """A leader is refused; a number that is no job is not halted."""
    leader = town.officer(WARD, "leader")
    assert _code(halted.again(town.session, leader, subscriber.ref, now=town.now)) == "forbidden"
    assert _code(halted.settle(town.session, leader, "job", subscriber.ref, "x", now=town.now)) == "forbidden"
    for ref in (subscriber.ref, "999999999", "x"):
        assert _code(halted.again(town.session, ADMIN, ref, now=town.now)) == "not_halted"


def test_every_topic_of_the_outbox_has_a_name_for_people() -> None:
    """An admin reads what stopped, not a code."""
    assert set(deliver.TOPICS) <= set(TOPIC_NAMES)


def _code(answer: Rejected | None) -> str:
    assert answer is not None
    return answer.code
