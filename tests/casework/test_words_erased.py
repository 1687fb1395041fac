"""What people write about a dossier, and what loops and messages carry, goes with its data: not one copy is left."""

from __future__ import annotations

import re

from sqlalchemy import cast, delete, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from bpmn import bundle
from casework import deliver, erasure, publish
from casework.erasure import Erased
from casework.gate import Accepted
from casework.publish import Published
from engine import commands as c
from engine.actor import SYSTEM, Actor
from engine.rejection import Rejected
from national.ports import Answered, Declined
from store import rebuild, seal, verify
from store.queries import dossiers
from store.tables import answers, dossier, event_log, outbox, task
from tests.casework import bundles
from tests.casework.journeys import Journey
from tests.casework.test_messages import event
from tests.casework.town import BIRTH_ANSWERS, WARD, Town
from tests.fakes.partners import FakeTopic, partners
from tests.forms.build import e_form

ADMIN = Actor("admin", "admin")
SECRET = "Zebulon Qwxyz"
CHILD, PARENT = "1.000021", "1.000022"
RECEIVE = bundles.step("tiep_nhan", "receive", "accept:Tiếp nhận")
RETURN = bundles.step("tra", "return_result")
ASK = (
    "hoi",
    '<bpmn:serviceTask id="hoi" name="hoi" camunda:type="external" camunda:topic="so.ho_tich"'
    ' camunda:resultVariable="tra_loi"/>',
)
EACH = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="=[answers.khai.ten, answers.khai.ten + &quot; con&quot;]"/>'
FORMS = {"khai": e_form({"type": "textfield", "key": "ten", "label": "Tên"})}


def each(node: tuple[str, str]) -> tuple[str, str]:
    """The node, once for the person and once for the child."""
    return node[0], re.sub(r"(</bpmn:\w+>)$", EACH + r"\1", node[1])


def published(town: Town, code: str, *nodes: tuple[str, str]) -> None:
    made = bundles.one_lane(code, code, bundles.start("khai"), *nodes, bundles.end(), forms=FORMS)
    files = dict(bundle.read(made).files)
    message = b'</bpmn:process><bpmn:message id="M" name="ho_so_khac_xong"/>'
    files["process.bpmn"] = files["process.bpmn"].replace(b"</bpmn:process>", message)
    done = publish.publish(
        town.session,
        ADMIN,
        bundle.pack(files),
        decision_number="1",
        effective_from=town.now.date(),
        now=town.now,
    )
    assert isinstance(done, Published), done


def does(town: Town, code: str, element: str, outcome: str | None = None) -> Accepted:
    return town.complete(code, element, town.officer(WARD, "one_stop_officer"), outcome)


def given(town: Town, code: str, command: c.Command) -> Accepted:
    done = town.give(code, command)
    assert isinstance(done, Accepted), done
    return done


def run_jobs(town: Town, answer: Answered | Declined) -> None:
    due = select(outbox.c.job_id).where(outbox.c.done_at.is_(None), outbox.c.run_at <= town.now)
    for job in town.session.scalars(due.order_by(outbox.c.id)).all():
        deliver.deliver(town.session, partners(**{"so.ho_tich": FakeTopic(answer)}), job, town.now)


def places(town: Town, word: str = SECRET) -> set[str]:
    """Every column of the database where the word stands in some row."""
    columns = town.session.execute(
        text("select table_name, column_name from information_schema.columns where table_schema = 'public'")
    ).all()
    found = set()
    for table, column in columns:
        values = town.session.execute(text(f'select "{column}" from "{table}"')).scalars()
        if any(word in (v.decode("latin-1") if isinstance(v, bytes) else str(v)) for v in values):
            found.add(f"{table}.{column}")
    return found


def erase(town: Town, code: str) -> Erased:
    done = erasure.erase(town.session, ADMIN, code, "Đề nghị số 7 ngày 1/7/2023", now=town.now)
    assert isinstance(done, Erased), done
    return done


def whole(town: Town) -> None:
    assert verify.verify_log(town.session).ok
    assert not rebuild.differences(town.session)


def test_loops_partners_messages_and_children_leave_nothing(town: Town) -> None:
    """Items, correlations, payloads, what a partner answered or refused with, the incident that came of it."""
    published(town, CHILD, RECEIVE, RETURN)
    throw = event("intermediateThrowEvent", "bao", "=answers.khai.ten", "{ten: answers.khai.ten}")
    catch = event("intermediateCatchEvent", "cho", '=answers.khai.ten + "!"')
    work, children = each(bundles.step("lam", "work")), each(bundles.child("mo_con", CHILD))
    published(town, PARENT, RECEIVE, work, ASK, throw, catch, children, RETURN)
    code = town.submitted(procedure=PARENT, answers={"ten": SECRET}, components=())
    does(town, code, "tiep_nhan", "accept")
    items = town.session.scalars(select(task.c.item).where(task.c.element_id == "lam").order_by(task.c.id))
    assert list(items) == [SECRET, f"{SECRET} con"]
    does(town, code, "lam")
    does(town, code, "lam")
    run_jobs(town, Declined(SECRET[:7], f"{SECRET} đã có tên trong sổ"))
    assert SECRET in str(dossiers.incidents(town.session))
    given(town, code, c.RepairIncident(ADMIN, f"đã gọi cho {SECRET}"))
    run_jobs(town, Answered({"ten": SECRET}))
    run_jobs(town, Answered({}))
    assert {"message_wait.correlation", "outbox.payload", "dossier_snapshot.body", "task.item"} < places(town)
    given(town, code, c.DeliverMessage(SYSTEM, "ho_so_khac_xong", f"{SECRET}!", {"ten": SECRET}))
    born = sorted(town.session.scalars(select(dossier.c.code).where(dossier.c.parent == code)))
    assert len(born) == 2
    for one in (*born, code):
        given(town, one, c.WithdrawDossier(town.applicant(), f"{SECRET} không cần nữa"))
    assert "event_log.events" not in places(town)
    seal.seal_if_due(town.session, town.now)
    whole(town)
    assert erase(town, code) == Erased(0, tuple(born))
    for one in born:
        assert erase(town, one) == Erased(0, (code,))
    run_jobs(town, Answered({}))
    assert places(town) == set()
    whole(town)


def test_reasons_and_notes_of_every_order_leave_nothing(town: Town) -> None:
    """Random journeys in which all that is written holds a name: refused, returned, stopped, extended, apologised …"""
    kinds: set[str] = set()
    closed: dict[str, str] = {}
    for seed in range(6):
        mark = f"{SECRET} {seed}."
        journey = Journey(town, ("1.004873", "1.009994")[seed % 2], seed, mark)
        journey.run(40)
        kinds |= journey.kinds
        if not journey.state.closed:
            town.give(journey.code, c.AllowSupplement(journey.leader(), mark))
            town.give(journey.code, c.StopDossier(journey.leader(), mark))
            if isinstance(town.give(journey.code, c.WithdrawDossier(town.applicant(), mark)), Rejected):
                continue  # it has a result to return
        closed[mark] = journey.code
        assert {"answers.body", "task.note"} <= places(town, mark)
    assert {
        "CompleteTask",
        "StopDossier",
        "ResumeDossier",
        "ExtendDeadline",
        "RefuseHandOver",
        "RecallTask",
    } <= kinds
    assert places(town).isdisjoint({"event_log.events", "outbox.payload", "notification.body"})
    assert closed
    for mark, code in closed.items():
        erase(town, code)
        assert places(town, mark) == set()
    whole(town)


def test_what_leaders_and_clerks_write_at_a_birth_registration_leaves_nothing(town: Town) -> None:
    """The orders that chance seldom meets: corrected, returned, apologised, one more supplement allowed, rerouted."""
    code = town.received()
    clerk, officer = town.officer(WARD, "one_stop_officer"), town.officer(WARD, "civil_status_officer")
    leader = town.officer(WARD, "leader")
    given(town, code, c.Apologise(leader, "2023-06-19", SECRET))
    given(town, code, c.AllowSupplement(leader, SECRET))
    [form] = [name for name in gave(town, code) if name.startswith("to_khai")]
    given(town, code, c.AmendAnswers(clerk, form, {**BIRTH_ANSWERS, "so_chung_sinh": "7"}, SECRET))
    given(town, code, c.ClaimTask(officer, town.task_no(code, "tham_dinh")))
    given(town, code, c.ReturnTask(officer, town.task_no(code, "tham_dinh"), "tiep_nhan", SECRET))
    given(town, code, c.WithdrawDossier(town.applicant(), SECRET))
    assert places(town) == {"answers.body"}
    whole(town)
    erase(town, code)
    assert places(town) == set()
    whole(town)


def test_rows_that_an_earlier_release_wrote_are_read_but_not_brought_back(town: Town) -> None:
    """Its reasons stand in the log as text: pages show them until the data is erased, and never after."""
    code = town.received()
    given(town, code, c.StopDossier(town.officer(WARD, "leader"), SECRET))
    id = dossiers.ids(town.session, code)
    assert id is not None
    stopped = town.session.scalar(select(event_log.c.events).where(event_log.c.command == "StopDossier"))
    assert stopped is not None
    for told in stopped:
        if told.pop("reason_digest", None):
            told |= {"v": 1, "reason": SECRET}
    town.session.commit()
    with town.owner() as owner:
        owner.execute(text("alter table event_log disable trigger append_only"))
        owner.execute(update(event_log).where(event_log.c.command == "StopDossier").values(events=stopped))
        owner.execute(text("alter table event_log enable trigger append_only"))
    town.session.execute(delete(answers).where(answers.c.body == cast(SECRET, JSONB)))
    town.session.commit()
    assert SECRET in str(dossiers.events(town.session, id))
    assert not rebuild.differences(town.session)
    given(town, code, c.WithdrawDossier(town.applicant(), "Thôi"))
    assert erase(town, code).plain_rows == 1
    assert places(town) == {"event_log.events"}
    assert SECRET not in str(dossiers.events(town.session, id))
    assert not rebuild.differences(town.session)


def gave(town: Town, code: str) -> list[str]:
    shown = dossiers.one(town.session, town.officer(WARD, "one_stop_officer"), code, now=town.now)
    assert isinstance(shown, dict)
    return list(shown["answers"])


def test_an_erased_dossier_takes_no_command(town: Town) -> None:
    """Without its salt nothing could be kept of it that says nothing."""
    code = town.received()
    given(town, code, c.WithdrawDossier(town.applicant(), "Thôi"))
    erase(town, code)
    answer = town.give(code, c.RepairIncident(ADMIN, "x"))
    assert isinstance(answer, Rejected)
    assert answer.code == "dossier_erased"


def test_the_same_words_in_two_dossiers_have_two_digests(town: Town) -> None:
    """Nobody who knows a phone number or a reason finds by it what stood in an erased dossier."""
    for _ in range(2):
        given(town, town.submitted(), c.WithdrawDossier(town.applicant(), "Không còn nhu cầu"))
    digests = town.session.execute(text("select digest, count(*) from answers group by digest")).all()
    assert {count for _, count in digests} == {1}
