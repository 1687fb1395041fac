"""Orders on a dossier reach those it opened: withdrawn, stopped and resumed with it, however deep, whatever order the jobs run in."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from casework import deliver, publish
from casework.gate import Accepted
from casework.publish import Published
from engine.actor import Actor
from engine.commands import Command, ResumeDossier, StopDossier, WithdrawDossier
from engine.rejection import Rejected
from store import rebuild, verify
from store.queries import dossiers
from store.tables import dossier, outbox
from tests.casework import bundles
from tests.casework.town import WARD, Town
from tests.fakes.partners import partners

ADMIN = Actor("admin", "admin")
RECEIVE = bundles.step("tiep_nhan", "receive", "accept:Tiếp nhận")
RETURN = bundles.step("tra", "return_result")
WORK = bundles.step("lam", "work")
GRANDCHILD, CHILD, PARENT = "1.000031", "1.000032", "1.000033"
P, C, G = (f"{WARD}-230615-000{n}" for n in (1, 2, 3))


@pytest.fixture
def family(town: Town) -> Town:
    """A parent whose child waits for a child of its own."""
    lines = {
        GRANDCHILD: (RECEIVE, WORK, RETURN),
        CHILD: (RECEIVE, bundles.child("mo", GRANDCHILD), RETURN),
        PARENT: (RECEIVE, bundles.child("mo", CHILD), RETURN),
    }
    for code, nodes in lines.items():
        content = bundles.one_lane(code, code, bundles.start(), *nodes, bundles.end())
        done = publish.publish(
            town.session, ADMIN, content, decision_number="1", effective_from=town.now.date(), now=town.now
        )
        assert isinstance(done, Published), done
    town.submitted(procedure=PARENT, answers={}, components=())
    does(town, P, "tiep_nhan", "accept")
    does(town, C, "tiep_nhan", "accept")
    return town


def does(town: Town, code: str, element: str, outcome: str | None = None) -> None:
    town.complete(code, element, town.officer(WARD, "one_stop_officer"), outcome)


def orders(town: Town, code: str, command: Command) -> None:
    answer = town.give(code, command)
    assert isinstance(answer, Accepted), answer


def settled(town: Town, *, backwards: bool = False) -> None:
    """What the workers do, until nothing is left to do."""
    for _ in range(12):
        waits = select(outbox.c.job_id).where(outbox.c.done_at.is_(None), outbox.c.topic.like("child%"))
        jobs = town.session.scalars(waits.order_by(outbox.c.id.desc() if backwards else outbox.c.id)).all()
        if not jobs:
            return
        for job in jobs:
            deliver.deliver(town.session, partners(), job, town.now)
    raise AssertionError("orders go round without end")


def stand(town: Town) -> list[str]:
    return list(town.session.scalars(select(dossier.c.status).order_by(dossier.c.id)))


def whole(town: Town) -> None:
    assert verify.verify_log(town.session).ok
    assert not rebuild.differences(town.session)


def test_a_withdrawn_parent_takes_its_children_with_it(family: Town) -> None:
    """To the last of them, with the reason and without anybody having to know of them."""
    orders(family, P, WithdrawDossier(family.applicant(), "Không còn nhu cầu"))
    settled(family)
    assert stand(family) == ["withdrawn"] * 3
    id = dossiers.ids(family.session, G)
    assert id is not None
    last = [event for row in dossiers.events(family.session, id) for event in row["events"]]
    [reason] = [event["reason"] for event in last if event.get("status") == "withdrawn"]
    assert P in reason
    assert C in reason
    assert "Không còn nhu cầu" in reason
    whole(family)


def test_stopped_and_resumed_together(family: Town) -> None:
    leader = family.officer(WARD, "leader")
    orders(family, P, StopDossier(leader, "Chờ kết luận"))
    settled(family)
    assert stand(family) == ["stopped"] * 3
    orders(family, P, ResumeDossier(leader, "Đã có kết luận"))
    settled(family)
    assert stand(family) == ["received", "received", "submitted"]
    whole(family)


@pytest.mark.parametrize("backwards", [False, True])
def test_stop_and_resume_in_one_breath_leave_nobody_stopped(family: Town, backwards: bool) -> None:
    """The queue keeps no order: each job looks at how the parent stands."""
    leader = family.officer(WARD, "leader")
    for command in (StopDossier(leader, "a"), ResumeDossier(leader, "b"), StopDossier(leader, "c")):
        orders(family, P, command)
    orders(family, P, ResumeDossier(leader, "d"))
    settled(family, backwards=backwards)
    assert stand(family) == ["received", "received", "submitted"]


def test_a_child_that_its_own_leader_stopped_stays_stopped(family: Town) -> None:
    leader = family.officer(WARD, "leader")
    orders(family, C, StopDossier(leader, "việc riêng của hồ sơ con"))
    orders(family, P, StopDossier(leader, "a"))
    settled(family)
    orders(family, P, ResumeDossier(leader, "b"))
    settled(family)
    assert stand(family)[:2] == ["received", "stopped"]
    orders(family, P, WithdrawDossier(family.applicant(), "Thôi"))
    settled(family)
    assert stand(family) == ["withdrawn"] * 3


def test_what_has_ended_or_has_a_result_stays_and_its_late_word_is_harmless(family: Town) -> None:
    """The grandchild was returned before; the word of its end comes after the child's withdrawal."""
    does(family, G, "tiep_nhan", "accept")
    does(family, G, "lam")
    does(family, G, "tra")
    late = select(outbox.c.job_id).where(outbox.c.topic == "child.finished")
    [word] = family.session.scalars(late).all()
    orders(family, C, WithdrawDossier(family.applicant(), "Thôi"))
    orders(family, P, WithdrawDossier(family.applicant(), "Thôi"))
    settled(family, backwards=True)
    assert deliver.deliver(family.session, partners(), word, family.now) == "already done"
    assert stand(family) == ["withdrawn", "withdrawn", "returned"]
    whole(family)


def test_a_child_with_a_result_to_return_is_not_withdrawn(family: Town) -> None:
    does(family, G, "tiep_nhan", "accept")
    does(family, G, "lam")
    orders(family, C, WithdrawDossier(family.applicant(), "Thôi"))
    settled(family)
    assert stand(family)[1:] == ["withdrawn", "resolved"]
    does(family, G, "tra")
    settled(family)
    assert stand(family)[1:] == ["withdrawn", "returned"]
    results = family.session.scalars(select(outbox.c.result).where(outbox.c.topic.like("child%"))).all()
    assert {"rejected": "dossier_closed"} in results
    whole(family)


def test_an_order_carried_out_twice_is_given_once(family: Town) -> None:
    orders(family, P, WithdrawDossier(family.applicant(), "Thôi"))
    jobs = family.session.scalars(select(outbox.c.job_id).where(outbox.c.topic == "children")).all()
    for job, _ in itertools.product(jobs, range(2)):
        deliver.deliver(family.session, partners(), job, family.now)
    follow = family.session.scalars(select(outbox.c.id).where(outbox.c.topic == "child.follow")).all()
    assert len(follow) == 1


def test_nobody_else_may_give_the_systems_orders(family: Town) -> None:
    """The house may withdraw and stop; a partner may not."""
    partner = Actor("so.ho_tich", "partner")
    for command in (WithdrawDossier(partner, "x"), StopDossier(partner, "x"), ResumeDossier(partner, "x")):
        answer = family.give(C, command)
        assert isinstance(answer, Rejected)
        assert answer.code == "forbidden"
