"""A dossier opens another: in its own commit, and hears of its end by a command."""

from __future__ import annotations

from sqlalchemy import func, select

from casework import attachments, deliver, publish
from casework.gate import Accepted
from casework.publish import Published
from engine.actor import Actor
from engine.commands import ClaimTask, CompleteTask
from engine.rejection import Rejected
from store import outbox, rebuild, verify
from store.tables import answers, attachment, dossier, event_log
from store.tables import outbox as rows
from tests.casework import bundles
from tests.casework.test_attachments import PNG
from tests.casework.town import WARD, Town
from tests.fakes.partners import partners
from tests.forms.build import e_form

ADMIN = Actor("admin", "admin")
RECEIVE = bundles.step("tiep_nhan", "receive", "accept:Tiếp nhận")
RETURN = bundles.step("tra", "return_result")
CHILD, PARENT = "1.000001", "1.000002"


def publish_both(town: Town) -> None:
    child = bundles.one_lane(CHILD, "Thủ tục con", bundles.start(), RECEIVE, RETURN, bundles.end())
    parent = bundles.one_lane(
        PARENT, "Thủ tục mẹ", bundles.start(), RECEIVE, bundles.child("mo_con", CHILD), RETURN, bundles.end()
    )
    for content in (child, parent):
        done = publish.publish(
            town.session, ADMIN, content, decision_number="1", effective_from=town.now.date(), now=town.now
        )
        assert isinstance(done, Published), done


def filed(town: Town) -> str:
    return town.submitted(procedure=PARENT, answers={}, components=())


def receive(town: Town, code: str, element: str = "tiep_nhan", outcome: str | None = "accept") -> Accepted:
    return town.complete(code, element, town.officer(WARD, "one_stop_officer"), outcome)


def test_a_call_activity_opens_a_child_and_waits_for_its_end(town: Town) -> None:
    """The child has a code of its own, the same applicant, and its parent's name."""
    publish_both(town)
    parent = filed(town)
    opened = receive(town, parent)
    child = f"{WARD}-230615-0002"
    assert [getattr(event, "child_code", None) for event in opened.events].count(child) == 1
    row = town.session.execute(select(dossier).where(dossier.c.code == child)).one()
    assert (row.parent, row.applicant_account, row.procedure_code) == (parent, town.applicant().id, CHILD)
    assert not opened.state.tasks

    receive(town, child)
    receive(town, child, "tra", None)
    job = town.session.scalar(select(rows.c.job_id).where(rows.c.topic == "child.finished"))
    assert job
    assert deliver.deliver(town.session, partners(), job, town.now) == "done"
    receive(town, parent, "tra", None)
    closed = select(dossier.c.closed).order_by(dossier.c.id)
    assert town.session.scalars(closed).all() == [True, True]
    assert verify.verify_log(town.session).ok
    assert not rebuild.differences(town.session)


def test_a_child_that_cannot_be_opened_stops_the_step_and_nothing_else(town: Town) -> None:
    """The child's procedure was retired meanwhile: the officer is told, no serial is lost, nothing half-written."""
    publish_both(town)
    parent = filed(town)
    clerk = town.officer(WARD, "one_stop_officer")
    town.give(parent, ClaimTask(clerk, 1))
    publish.retire(town.session, ADMIN, CHILD, 1)
    before = town.session.scalar(select(func.count()).select_from(event_log))
    answer = town.give(parent, CompleteTask(clerk, 1, "accept"))
    assert isinstance(answer, Rejected)
    assert answer.code == "retired_version"
    assert town.session.scalar(select(func.count()).select_from(event_log)) == before
    assert filed(town) == f"{WARD}-230615-0002"


def test_the_end_of_a_child_is_told_once(town: Town) -> None:
    """The queue may double the job: the second finds it done."""
    publish_both(town)
    receive(town, filed(town))
    child = f"{WARD}-230615-0002"
    receive(town, child)
    receive(town, child, "tra", None)
    job = town.session.scalar(select(rows.c.job_id).where(rows.c.topic == "child.finished"))
    assert job
    deliver.deliver(town.session, partners(), job, town.now)
    assert deliver.deliver(town.session, partners(), job, town.now) == "already done"
    assert outbox.take(town.session, job) is None


def test_a_child_takes_files_of_its_parents_answers_as_its_own(town: Town) -> None:
    """Each dossier is erased alone: the child's attachment is another row of the same content."""
    asked = e_form({"type": "filepicker", "key": "anh", "label": "Ảnh"})
    for code, nodes in {
        CHILD: (RECEIVE, RETURN),
        PARENT: (RECEIVE, bundles.child("mo_con", CHILD), RETURN),
    }.items():
        content = bundles.one_lane(
            code, code, bundles.start("khai"), *nodes, bundles.end(), forms={"khai": asked}
        )
        done = publish.publish(
            town.session, ADMIN, content, decision_number="1", effective_from=town.now.date(), now=town.now
        )
        assert isinstance(done, Published), done
    file = attachments.keep(town.session, town.applicant(), "a.png", PNG, now=town.now)
    assert isinstance(file, dict)
    receive(town, town.submitted(procedure=PARENT, answers={"anh": file["id"]}, components=()))
    kept = town.session.execute(select(attachment.c.id, attachment.c.dossier_id, attachment.c.sha256)).all()
    assert len({row.dossier_id for row in kept}) == len(kept) == 2
    assert {row.sha256 for row in kept} == {file["sha256"]}
    [child] = [row for row in kept if str(row.id) != file["id"]]
    answered = town.session.scalars(
        select(answers.c.body).where(answers.c.dossier_id == child.dossier_id)
    ).all()
    assert {"anh": str(child.id)} in answered
