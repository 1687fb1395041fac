"""Messages between dossiers: one target, in their order, kept while nobody waits, never twice, never lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bpmn import bundle
from casework import deliver, messages, publish
from casework.gate import Accepted
from casework.publish import Published
from engine.actor import Actor
from engine.commands import WithdrawDossier
from store import outbox as box
from store import rebuild, verify
from store.tables import event_log, message_wait
from store.tables import outbox as rows
from tests.casework import bundles
from tests.casework.town import WARD, Town
from tests.fakes.partners import partners

ADMIN = Actor("admin", "admin")
SENDER, RECEIVER = "1.000011", "1.000012"
RECEIVE = bundles.step("tiep_nhan", "receive", "accept:Tiếp nhận")
RETURN = bundles.step("tra", "return_result")
WORK = bundles.step("lam", "work")
REFERENCE = '<bpmn:messageEventDefinition id="{id}_e" messageRef="M"/>'


def told(id: str, correlation: str = "", payload: str = "") -> str:
    given = {"correlation": correlation, "payload": payload}
    properties = "".join(
        f'<camunda:property name="{k}" value="{v.replace(chr(34), "&quot;")}"/>'
        for k, v in given.items()
        if v
    )
    return (
        f"<bpmn:extensionElements><camunda:properties>{properties}</camunda:properties></bpmn:extensionElements>"
        + REFERENCE.format(id=id)
    )


def event(kind: str, id: str, correlation: str = "", payload: str = "") -> tuple[str, str]:
    return id, f'<bpmn:{kind} id="{id}" name="{id}">{told(id, correlation, payload)}</bpmn:{kind}>'


def published(town: Town, code: str, *nodes: tuple[str, str], more: str = "") -> None:
    """`more`: further elements of the process, in place of what follows the steps."""
    files = dict(bundle.read(bundles.one_lane(code, code, *nodes)).files)
    text = files["process.bpmn"].decode()
    refs = "".join(
        f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in re.findall(r'userTask id="(\w+)"', more)
    )
    text = text.replace("</bpmn:lane>", refs + "</bpmn:lane>")
    text = text.replace(
        "</bpmn:process>", more + '</bpmn:process><bpmn:message id="M" name="ho_so_khac_xong"/>'
    )
    files["process.bpmn"] = text.encode()
    done = publish.publish(
        town.session,
        ADMIN,
        bundle.pack(files),
        decision_number="1",
        effective_from=town.now.date(),
        now=town.now,
    )
    assert isinstance(done, Published), done


def sender(town: Town, correlation: str = '="khu 3"', payload: str = '{"so": 1}') -> None:
    throw = event("intermediateThrowEvent", "bao", correlation, payload)
    published(town, SENDER, bundles.start(), RECEIVE, throw, RETURN, bundles.end())


def waiter(
    town: Town, correlation: str = '="khu 3"', *, steps: tuple[tuple[str, str], ...] = (WORK,)
) -> None:
    catch = event("intermediateCatchEvent", "cho", correlation)
    published(town, RECEIVER, bundles.start(), RECEIVE, *steps, catch, RETURN, bundles.end())


def filed(town: Town, procedure: str) -> str:
    code = town.submitted(procedure=procedure, answers={}, components=())
    does(town, code, "tiep_nhan", "accept")
    return code


def does(town: Town, code: str, element: str, outcome: str | None = None) -> Accepted:
    return town.complete(code, element, town.officer(WARD, "one_stop_officer"), outcome)


def jobs(town: Town, *, done: bool = False) -> list:
    where = rows.c.done_at.is_not(None) if done else rows.c.done_at.is_(None)
    found = select(rows.c.job_id).where(rows.c.topic.like("message%"), where, rows.c.run_at <= town.now)
    return list(town.session.scalars(found.order_by(rows.c.id)).all())


def settled(town: Town) -> None:
    """What the workers do: every message row that is due, until none is."""
    for _ in range(20):
        due = jobs(town)
        if not due:
            return
        for job in due:
            deliver.deliver(town.session, partners(), job, town.now)
    raise AssertionError("messages go round without end")


def received(town: Town, code: str) -> list[str]:
    log = town.session.scalars(select(event_log.c.events).order_by(event_log.c.dossier_id, event_log.c.seq))
    names = [one["type"] for events in log for one in events]
    assert code
    return [name for name in names if name in ("MessageThrown", "MessageAwaited", "MessageReceived")]


def at(town: Town, code: str) -> Accepted | None:
    """Is the step after the catch open?"""
    try:
        town.task_no(code, "tra")
    except AssertionError:
        return None
    return does(town, code, "tra")


def whole(town: Town) -> None:
    assert verify.verify_log(town.session).ok
    assert not rebuild.differences(town.session)


def test_a_message_reaches_the_dossier_that_waits(town: Town) -> None:
    sender(town)
    waiter(town)
    code = filed(town, RECEIVER)
    does(town, code, "lam")
    settled(town)
    assert at(town, code) is None
    filed(town, SENDER)
    settled(town)
    assert at(town, code) is not None
    assert town.session.execute(select(message_wait)).all() == []
    whole(town)


def test_an_early_message_is_kept_until_its_catch_opens(town: Town) -> None:
    """Days later, and even though its sender's dossier is closed by then."""
    sender(town)
    waiter(town)
    code = filed(town, RECEIVER)
    other = filed(town, SENDER)
    settled(town)
    does(town, other, "tra")
    town.now += timedelta(days=30)
    settled(town)
    assert len(box.waiting(town.session)) > 0
    does(town, code, "lam")
    settled(town)
    assert at(town, code) is not None
    assert received(town, code) == ["MessageAwaited", "MessageReceived", "MessageThrown"]
    whole(town)


@pytest.mark.parametrize("found_first", ["message", "message.sought"])
def test_whichever_job_runs_first_the_message_arrives_once(town: Town, found_first: str) -> None:
    """Thrown and waited for at the same moment: either job finds the other's side."""
    sender(town)
    waiter(town)
    code = filed(town, RECEIVER)
    filed(town, SENDER)
    does(town, code, "lam")
    order = {town.session.scalar(select(rows.c.topic).where(rows.c.job_id == job)): job for job in jobs(town)}
    second = next(topic for topic in order if topic != found_first)
    for job in (order[found_first], order[second], order[found_first]):
        deliver.deliver(town.session, partners(), job, town.now)
    assert received(town, code).count("MessageReceived") == 1
    assert at(town, code) is not None
    whole(town)


def test_messages_are_taken_in_the_order_in_which_they_were_thrown(town: Town) -> None:
    """Also when a later one is carried first to a catch that has just opened."""
    sender(town, payload='{"so": dossier.code}')
    waiter(town)
    first, second = filed(town, SENDER), filed(town, SENDER)
    settled_early = jobs(town)
    deliver.deliver(
        town.session, partners(), settled_early[0], town.now
    )  # kept; the second is still on its way
    codes = [filed(town, RECEIVER), filed(town, RECEIVER)]
    for code in codes:
        does(town, code, "lam")
    deliver.deliver(town.session, partners(), settled_early[1], town.now)
    settled(town)
    found = [one.state for code in codes if (one := at(town, code))]
    assert len(found) == 2
    taken = [
        (row.dossier_id, row.result)
        for row in town.session.execute(select(rows).where(rows.c.topic == "message").order_by(rows.c.id))
    ]
    assert [bool(result and "to" in result) for _, result in taken] == [True, True]
    assert taken[0][1]["to"] < taken[1][1]["to"], (first, second)
    whole(town)


def test_one_message_has_one_receiver_and_a_named_correlation_goes_first(town: Town) -> None:
    """BPMN 2.0.2 §10.5.1: a message has one target. A catch that names none takes any, after those that name it."""
    sender(town)
    waiter(town)
    town.now += timedelta(minutes=1)
    any_ = "1.000013"
    catch = event("intermediateCatchEvent", "cho")
    published(town, any_, bundles.start(), RECEIVE, catch, RETURN, bundles.end())
    unnamed, named = filed(town, any_), filed(town, RECEIVER)
    does(town, named, "lam")
    filed(town, SENDER)
    settled(town)
    assert at(town, unnamed) is None
    assert at(town, named) is not None
    filed(town, SENDER)
    settled(town)
    assert at(town, unnamed) is not None
    whole(town)


def test_another_correlation_is_left_alone_and_the_message_expires(town: Town) -> None:
    sender(town, '="khu 4"')
    waiter(town)
    code = filed(town, RECEIVER)
    does(town, code, "lam")
    filed(town, SENDER)
    settled(town)
    assert at(town, code) is None
    town.now += messages.MESSAGE_KEPT_FOR
    settled(town)
    result = town.session.scalar(select(rows.c.result).where(rows.c.topic == "message"))
    assert result == {"expired": True}


def test_a_withdrawn_dossier_takes_no_message(town: Town) -> None:
    """Its wait ends with it; the message is kept for the next."""
    sender(town)
    waiter(town)
    code = filed(town, RECEIVER)
    does(town, code, "lam")
    town.give(code, WithdrawDossier(town.applicant(), "Không còn nhu cầu"))
    filed(town, SENDER)
    settled(town)
    later = filed(town, RECEIVER)
    does(town, later, "lam")
    settled(town)
    assert at(town, later) is not None
    whole(town)


def test_nobody_keeps_more_than_so_many(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_MESSAGES_KEPT", 1)
    twice = (event("intermediateThrowEvent", "bao"), event("intermediateThrowEvent", "bao_nua"))
    published(town, SENDER, bundles.start(), RECEIVE, *twice, RETURN, bundles.end())
    filed(town, SENDER)
    settled(town)
    results = town.session.scalars(select(rows.c.result).where(rows.c.topic == "message").order_by(rows.c.id))
    assert list(results) == [{"dropped": "more than 1 wait"}, None]


BORDER = (
    f'<bpmn:boundaryEvent id="bien" name="bien" attachedToRef="lam">{told("bien")}</bpmn:boundaryEvent>'
    '<bpmn:sequenceFlow id="fb" sourceRef="bien" targetRef="tra"/>'
)
EVENT_SUB = (
    f'<bpmn:subProcess id="es" name="es" triggeredByEvent="true"><bpmn:startEvent id="ess">{told("ess")}</bpmn:startEvent>'
    '<bpmn:sequenceFlow id="ef" sourceRef="ess" targetRef="tra_es"/>'
    + bundles.step("tra_es", "return_result")[1]
    + '<bpmn:sequenceFlow id="eg" sourceRef="tra_es" targetRef="ee"/><bpmn:endEvent id="ee" name="Xong"/></bpmn:subProcess>'
)


def test_a_border_that_opens_takes_an_early_message(town: Town) -> None:
    sender(town)
    published(town, RECEIVER, bundles.start(), RECEIVE, WORK, RETURN, bundles.end(), more=BORDER)
    filed(town, SENDER)
    settled(town)
    code = filed(town, RECEIVER)
    settled(town)
    assert at(town, code) is not None
    whole(town)


def test_an_event_gateway_takes_an_early_message(town: Town) -> None:
    sender(town)
    gateway = "cong", '<bpmn:eventBasedGateway id="cong" name="Chờ"/>'
    day = (
        (
            '<bpmn:intermediateCatchEvent id="ngay" name="1 ngày"><bpmn:timerEventDefinition id="td"><bpmn:timeDuration language="feel">'
            "P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
            '<bpmn:sequenceFlow id="g1" sourceRef="cong" targetRef="ngay"/>'
            '<bpmn:sequenceFlow id="g2" sourceRef="ngay" targetRef="lam"/>'
        )
        + WORK[1]
        + '<bpmn:sequenceFlow id="g3" sourceRef="lam" targetRef="tra"/>'
    )
    catch = event("intermediateCatchEvent", "cho", '="khu 3"')
    published(town, RECEIVER, bundles.start(), RECEIVE, gateway, catch, RETURN, bundles.end(), more=day)
    filed(town, SENDER)
    settled(town)
    code = filed(town, RECEIVER)
    settled(town)
    assert at(town, code) is not None
    whole(town)


def test_an_event_sub_process_takes_a_message_that_came_before_the_dossier(town: Town) -> None:
    sender(town)
    published(town, RECEIVER, bundles.start(), RECEIVE, WORK, RETURN, bundles.end(), more=EVENT_SUB)
    filed(town, SENDER)
    settled(town)
    code = town.submitted(procedure=RECEIVER, answers={}, components=())
    settled(town)
    assert town.task_no(code, "tra_es")
    whole(town)
