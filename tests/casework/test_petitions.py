"""Complaints and proposals: who does what by when, told upwards when late; ratings that trace to nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework import erasure, petition_course, petition_handling, petitions, ratings
from casework.petitions import Sent
from engine.actor import Actor
from engine.rejection import Rejected
from store.queries import dossiers
from store.queries import petitions as rows
from store.queries import ratings as rating_rows
from store.tables import notification, petition, rated, rating
from tests.casework.town import LOCAL, WARD, Town

GIVEN = {
    "kind": "conduct",
    "title": "Chờ lâu",
    "body": "Tôi chờ hai giờ ở quầy.",
    "name": "Nguyễn Văn A",
    "phone": "0912345678",
    "email": "a@example.vn",
    "about": WARD,
    "may_publish": "1",
}
CONTROL = "H23.01"


def sent(town: Town, sender: Actor | None = None, **changed: str) -> str:
    answer = petitions.send(town.session, sender, {**GIVEN, **changed}, now=town.now, address="10.0.0.1")
    assert isinstance(answer, Sent), answer
    return answer.code


def row(town: Town, code: str) -> dict:
    found = rows.one(town.session, code)
    assert found is not None
    return found


def told(town: Town, topic: str) -> set[str]:
    return set(town.session.scalars(select(notification.c.account).where(notification.c.topic == topic)))


@pytest.fixture
def controller(town: Town) -> Actor:
    return town.officer(CONTROL, "procedure_controller")


@pytest.fixture
def leader(town: Town) -> Actor:
    return town.officer(WARD, "leader")


def test_from_sent_to_published(town: Town, controller: Actor, leader: Actor) -> None:
    """Received and classified by who controls procedures, answered by the agency's leader, published without a name."""
    code = sent(town)
    assert told(town, "petition_received") == {controller.id}
    assert petition_handling.assign(town.session, controller, code, WARD, now=town.now) is None
    assert leader.id in told(town, "petition_assigned")
    assert petition_handling.answer(town.session, leader, code, "Đã nhắc nhở.", now=town.now) is None
    assert petition_handling.publish(town.session, controller, code, True, now=town.now) is None
    [shown] = rows.published(town.session)
    assert (shown["answer"], "name" in shown) == ("Đã nhắc nhở.", False)
    assert petitions.judge(town.session, None, row(town, code), False, now=town.now) is None
    assert [step["what"] for step in row(town, code)["steps"]] == [
        "received", "assigned", "answered", "published", "judged",
    ]  # fmt: skip


def test_limits_are_working_days_of_the_law_in_force(town: Town) -> None:
    """Thursday 15/6/2023: refuse by Monday 19, ask by 22, answer by 6/7."""
    found = row(town, sent(town))
    days = [
        found[f"{name}_due_at"].astimezone(LOCAL).date().isoformat()
        for name in ("refuse", "supplement", "answer")
    ]
    assert days == ["2023-06-19", "2023-06-22", "2023-07-06"]


def test_who_is_complained_of_sees_nothing_until_assigned(
    town: Town, controller: Actor, leader: Actor
) -> None:
    code = sent(town)
    hidden = petition_handling.seen(town.session, leader, code, now=town.now)
    assert isinstance(hidden, Rejected)
    assert hidden.code == "unknown_petition"
    petition_handling.assign(town.session, controller, code, WARD, now=town.now)
    assert not isinstance(petition_handling.seen(town.session, leader, code, now=town.now), Rejected)


def test_only_who_may_does_each_step(town: Town, controller: Actor, leader: Actor) -> None:
    """The ward does not classify; the controller does not answer for the ward; a clerk of the ward leads nothing."""
    code = sent(town)
    petition_handling.assign(town.session, controller, code, WARD, now=town.now)
    clerk = town.officer(WARD, "one_stop_officer")
    for refused in (
        petition_handling.refuse(town.session, leader, code, "x", now=town.now),
        petition_handling.assign(town.session, leader, code, CONTROL, now=town.now),
        petition_handling.answer(town.session, controller, code, "x", now=town.now),
        petition_handling.answer(town.session, clerk, code, "x", now=town.now),
    ):
        assert refused is not None
        assert refused.code == "forbidden"


def test_more_is_asked_and_the_clock_starts_anew(town: Town, controller: Actor) -> None:
    code = sent(town)
    assert petition_handling.ask_more(town.session, controller, code, "Quầy nào?", now=town.now) is None
    late = petition_handling.assign(town.session, controller, code, WARD, now=town.now)
    assert late is not None
    assert late.code == "petition_state"
    before = row(town, code)["answer_due_at"]
    town.now += timedelta(days=7)
    assert petitions.supplement(town.session, None, row(town, code), "Quầy số 2", now=town.now) is None
    assert row(town, code)["answer_due_at"] > before
    again = petitions.supplement(town.session, None, row(town, code), "Quầy số 2", now=town.now)
    assert again is petition_course.NOT_NOW


def test_late_is_told_upwards_once(town: Town, controller: Actor, leader: Actor) -> None:
    """The agency's leader, the one above it, and who classifies."""
    code = sent(town)
    petition_handling.assign(town.session, controller, code, WARD, now=town.now)
    above, beside = town.officer("H23.30", "leader"), town.officer("H23.33", "leader")
    assert petition_handling.escalate_late(town.session, town.now) == 0
    assert petition_handling.seen(town.session, above, code, now=town.now) is petition_course.UNKNOWN
    town.now += timedelta(days=30)
    assert petition_handling.escalate_late(town.session, town.now) == 1
    assert petition_handling.escalate_late(town.session, town.now) == 0
    assert not isinstance(petition_handling.seen(town.session, above, code, now=town.now), Rejected)
    assert petition_handling.seen(town.session, beside, code, now=town.now) is petition_course.UNKNOWN
    refused = petition_handling.answer(town.session, above, code, "Thay lời.", now=town.now)
    assert refused is petition_handling.FORBIDDEN
    assert {controller.id, leader.id, above.id} <= told(town, "petition_late")
    assert rows.figures(town.session, agencies=None, now=town.now)["late"] == 1


def test_who_leads_above_reads_what_is_late_until_it_is_answered(
    town: Town, controller: Actor, leader: Actor
) -> None:
    """Assigned elsewhere it is no longer theirs, though it was told upwards once; answered it is nobody's above."""
    code, far = sent(town), "H23.33"
    above, there = town.officer("H23.30", "leader"), town.officer(far, "leader")
    petition_handling.assign(town.session, controller, code, WARD, now=town.now)
    town.now += timedelta(days=30)
    assert petition_handling.escalate_late(town.session, town.now) == 1
    assert petition_handling.assign(town.session, controller, code, far, now=town.now) is None
    assert petition_handling.seen(town.session, above, code, now=town.now) is petition_course.UNKNOWN
    assert petition_handling.assign(town.session, controller, code, WARD, now=town.now) is None
    assert petition_handling.seen(town.session, above, code, now=town.now) is petition_course.UNKNOWN
    assert petition_handling.escalate_late(town.session, town.now) == 1, "told anew: another agency was asked"
    assert not isinstance(petition_handling.seen(town.session, above, code, now=town.now), Rejected)
    assert petition_handling.answer(town.session, leader, code, "Đã nhắc nhở.", now=town.now) is None
    assert petition_handling.seen(town.session, above, code, now=town.now) is petition_course.UNKNOWN
    assert petition_handling.seen(town.session, there, code, now=town.now) is petition_course.UNKNOWN


def test_nothing_is_published_against_the_senders_word(town: Town, controller: Actor, leader: Actor) -> None:
    code = sent(town, may_publish="")
    petition_handling.assign(town.session, controller, code, WARD, now=town.now)
    petition_handling.answer(town.session, leader, code, "Đã rõ.", now=town.now)
    refused = petition_handling.publish(town.session, controller, code, True, now=town.now)
    assert refused is not None
    assert refused.code == "not_publishable"
    assert petition_handling.publish(town.session, controller, code, False, now=town.now) is None


def test_every_fault_of_the_form_is_named(town: Town) -> None:
    bad = petitions.send(town.session, None, {"title": "x" * 201, "body": " "}, now=town.now)
    assert isinstance(bad, Rejected)
    assert {problem.where for problem in bad.problems} == {"kind", "body", "name", "phone", "title"}
    nowhere = petitions.send(town.session, None, {**GIVEN, "about": "H99"}, now=town.now)
    assert isinstance(nowhere, Rejected)
    assert nowhere.code == "unknown_agency"
    assert town.session.scalar(select(func.count()).select_from(petition)) == 0


def test_a_flood_and_guessing_are_stopped(town: Town) -> None:
    """Ten a day from one place; wrong secrets are counted."""
    codes = [sent(town) for _ in range(10)]
    assert petitions.send(town.session, None, GIVEN, now=town.now, address="10.0.0.1") is petitions.TOO_MANY
    for guess in range(10):
        answer = petitions.track(town.session, codes[0], f"x{guess}", now=town.now, address="10.0.0.2")
        assert answer is petition_course.UNKNOWN
    secret = row(town, codes[0])["secret"]
    blocked = petitions.track(town.session, codes[0], secret, now=town.now, address="10.0.0.2")
    assert blocked is petitions.TOO_MANY


def test_a_finished_one_can_be_erased(town: Town, controller: Actor) -> None:
    code, admin = sent(town), town.person("admin")
    open_ = erasure.erase(town.session, admin, code, "theo yêu cầu", now=town.now)
    assert open_ is petition_course.UNKNOWN
    petition_handling.refuse(town.session, controller, code, "không thuộc thẩm quyền", now=town.now)
    done = erasure.erase(town.session, admin, code, "theo yêu cầu", now=town.now)
    assert isinstance(done, erasure.Erased)
    left = str(row(town, code))
    assert not any(word in left for word in ("Nguyễn Văn A", "0912345678", "hai giờ", "thẩm quyền"))


def returned(town: Town) -> dict:
    """A dossier whose result is returned, as its applicant sees it."""
    found = dossiers.one(town.session, town.applicant(), town.submitted(), now=town.now)
    assert not isinstance(found, Rejected)
    return {**found, "status": "returned"}


def test_a_dossier_is_rated_once_and_the_rating_names_none(town: Town) -> None:
    one = returned(town)
    early = ratings.rate(town.session, {**one, "status": "processing"}, "HL", "", now=town.now)
    assert early is ratings.NOT_YET
    assert ratings.rate(town.session, one, "TỐT", "", now=town.now) is ratings.NO_LEVEL
    assert ratings.may_rate(town.session, one)
    assert ratings.rate(town.session, one, "HL", "nhanh", now=town.now) is None
    assert ratings.rate(town.session, one, "KHL", "", now=town.now) is ratings.ALREADY
    assert not ratings.may_rate(town.session, one)
    kept = town.session.execute(select(rating)).mappings().one()
    assert "dossier_id" not in kept
    assert kept["month"].day == 1
    assert set(rated.c.keys()) == {"dossier_id"}


def test_figures_are_shown_from_five_ratings_on(town: Town) -> None:
    """Four could be traced to somebody."""
    since = town.now.date().replace(day=1)
    for level in ("RHL", "HL", "HL", "KHL"):
        ratings.rate(town.session, returned(town), level, "ý kiến", now=town.now)
    [few] = rating_rows.of_agencies(town.session, [WARD], since, ratings.FEWEST)
    assert (few["total"], few["levels"]) == (4, None)
    assert rating_rows.comments(town.session, WARD, since, ratings.FEWEST) == []
    ratings.rate(town.session, returned(town), "BT", "", now=town.now)
    [enough] = rating_rows.of_agencies(town.session, [WARD], since, ratings.FEWEST)
    assert (enough["levels"], enough["satisfied"]) == ({"RHL": 1, "HL": 2, "BT": 1, "KHL": 1}, 60.0)
    assert len(rating_rows.comments(town.session, WARD, since, ratings.FEWEST)) == 4
