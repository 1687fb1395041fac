"""Filing: once, at an agency that receives the procedure, with a code that has no gap and no twin."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from bpmn import bundle
from casework import attachments, clockwork, demo, drafts, filing, publish
from casework.gate import Accepted
from engine.actor import SYSTEM, Actor
from engine.declared import ComponentGiven, Person
from engine.local import local_day
from engine.rejection import Rejected
from store.queries import catalogue
from store.tables import (
    account,
    attachment,
    dossier,
    dossier_counter,
    event_log,
    idempotency,
    identity,
    procedure_version,
)
from tests.builders import PDF
from tests.casework.town import BIRTH, BIRTH_ANSWERS, MORNING, WARD, Town, at


def code_of(answer: Accepted | Rejected) -> str:
    assert isinstance(answer, Rejected), answer
    return answer.code


def test_fifty_submissions_at_once_get_fifty_codes_without_gap_or_twin(town: Town) -> None:
    """The serial is allotted inside the submission's transaction, under the counter's row lock."""
    actor = town.applicant()

    def file(_: int) -> str:
        with town.new_session() as session:
            person = Town.__new__(Town)
            person.session, person.now = session, town.now
            answer = person.submit(actor=actor)
            assert isinstance(answer, Accepted), answer
            return answer.dossier_code

    with ThreadPoolExecutor(25) as pool:
        codes = list(pool.map(file, range(50)))
    assert sorted(codes) == [f"{WARD}-230615-{serial:04d}" for serial in range(1, 51)]


def test_a_rejected_submission_leaves_no_gap(town: Town) -> None:
    """What was allotted to a declaration that did not pass is given to the next one."""
    first = town.submitted()
    assert code_of(town.submit(answers={**BIRTH_ANSWERS, "ho_ten": ""})) == "answers_invalid"
    assert [first, town.submitted()] == [f"{WARD}-230615-0001", f"{WARD}-230615-0002"]


def test_the_serial_starts_again_each_local_day(town: Town) -> None:
    """Half past midnight in Hải Dương is still yesterday in UTC: the code has the local date."""
    town.submitted()
    assert town.submitted(now=at("2023-06-16T00:30")) == f"{WARD}-230616-0001"


def test_the_same_key_and_content_answer_the_same_dossier(town: Town) -> None:
    """A repeat after a lost answer files nothing twice."""
    first = town.submit(key="k1")
    again = town.submit(key="k1", now=town.now + timedelta(minutes=3))
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (again.dossier_code, again.repeated, first.repeated) == (first.dossier_code, True, False)
    assert town.session.scalar(select(func.count()).select_from(dossier)) == 1


def test_the_same_key_with_other_content_is_refused(town: Town) -> None:
    """A key belongs to one declaration of one person."""
    town.submitted(key="k1")
    assert (
        code_of(town.submit(key="k1", answers={**BIRTH_ANSWERS, "dan_toc": "Tày"})) == "idempotency_mismatch"
    )
    clerk = town.officer(WARD, "one_stop_officer")
    other = town.submit(key="k1", actor=clerk, channel="counter", applicant=Person("Trần Văn Ba"))
    assert isinstance(other, Accepted)


def test_twins_at_the_same_moment_file_one_dossier(town: Town) -> None:
    """Ten requests with one key: one dossier, ten times the same answer, no gap behind it."""
    actor = town.applicant()

    def file(_: int) -> str:
        with town.new_session() as session:
            person = Town.__new__(Town)
            person.session, person.now = session, town.now
            return person.submitted(actor=actor, key="same")

    with ThreadPoolExecutor(10) as pool:
        codes = set(pool.map(file, range(10)))
    assert len(codes) == 1
    assert town.session.scalar(select(func.count()).select_from(idempotency)) == 1
    assert town.session.scalar(select(dossier_counter.c.last)) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"procedure": "9.999999"}, "unknown_procedure"),
        ({"agency": "H99"}, "unknown_agency"),
        ({"agency": "H23"}, "not_receiving"),
        ({"components": ()}, "component_missing"),
        ({"answers": {}}, "answers_invalid"),
        ({"now": at("2020-01-01T08:00")}, "unknown_procedure"),
    ],
)
def test_what_cannot_be_filed_is_refused_with_its_code(
    town: Town, changed: dict[str, object], code: str
) -> None:
    """Unknown procedure or agency, an agency of another level, papers or answers that are missing."""
    if "now" in changed:
        with town.owner() as owner:  # the application itself may not move a version's day
            owner.execute(update(procedure_version).values(effective_from=at("2023-07-01T00:00").date()))
        changed = {}
    assert code_of(town.submit(**changed)) == code
    assert town.session.scalar(select(func.count()).select_from(event_log)) == 0


def test_a_retired_version_takes_no_new_dossiers(town: Town) -> None:
    """The procedure was abolished: running dossiers go on, new ones are told so."""
    code = town.submitted()
    town.session.execute(update(procedure_version).values(state="retired"))
    town.session.commit()
    assert code_of(town.submit()) == "retired_version"
    clerk = town.officer(WARD, "one_stop_officer")
    town.complete(
        code, "tiep_nhan", clerk, "accept", da_kiem_tra=["du_giay_to", "dung_tham_quyen", "khop_giay_to"]
    )


def test_nobody_files_online_in_another_name(town: Town) -> None:
    """An officer files at the counter of the own agency; a citizen online for the own account."""
    clerk = town.officer(WARD, "one_stop_officer")
    far = town.officer("H23.31", "one_stop_officer")
    person = Person("Trần Văn Ba", id_number="030088009999")
    assert code_of(town.submit(actor=clerk, applicant=person)) == "forbidden"
    assert code_of(town.submit(actor=far, applicant=person, channel="counter")) == "forbidden"
    assert code_of(town.submit(channel="counter")) == "forbidden"
    assert code_of(town.submit(actor=Actor("x", "partner"))) == "forbidden"
    town.submitted(actor=clerk, applicant=person, channel="counter")
    assert town.session.scalar(select(dossier.c.applicant_account)) is None


def test_what_the_counter_files_belongs_to_the_account_that_is_theirs(town: Town) -> None:
    """Who has an account finds there also what was filed on paper: they tell its name, or an identity stands behind it.
    Anybody can register with anybody's number: that alone brings nobody somebody else's dossier."""
    citizen = town.applicant()
    number = town.session.scalar(select(account.c.id_number).where(account.c.username == citizen.id))
    assert number
    clerk = town.officer(WARD, "one_stop_officer")

    def behind(told: str | None) -> str | None:
        person = Person(citizen.name, id_number=number, account=told)
        code = town.submitted(actor=clerk, applicant=person, channel="counter")
        return town.session.scalar(select(dossier.c.applicant_account).where(dossier.c.code == code))

    other = town.session.scalar(select(account.c.username).where(account.c.kind == "business").limit(1))
    assert [behind(told) for told in (None, other, citizen.id.upper())] == [None, None, citizen.id]
    vouched_for(town, citizen.id)
    assert behind(None) == citizen.id


def vouched_for(town: Town, username: str) -> None:
    """An identity provider knows who this account's owner is."""
    seen = {"level": 2, "linked_at": town.now, "seen_at": town.now}
    town.session.execute(
        insert(identity).values(issuer="https://id.test", subject="1", account=username, **seen)
    )
    town.session.commit()


def test_a_file_goes_into_one_dossier_only_and_only_its_owners(town: Town) -> None:
    """A stranger's upload, and one that is handed in already, cannot be handed in."""
    mine = attachments.keep(town.session, town.applicant(), "giấy.pdf", PDF, now=town.now)
    theirs = attachments.keep(
        town.session,
        replace(town.applicant(), id=town.officer(WARD, "leader").id),
        "x.pdf",
        PDF,
        now=town.now,
    )
    assert isinstance(mine, dict)
    assert isinstance(theirs, dict)

    def papers(id: object) -> tuple[ComponentGiven, ...]:
        return (ComponentGiven("giay_chung_sinh", attachments=(str(id),)),)

    assert code_of(town.submit(components=papers(theirs["id"]))) == "unknown_attachment"
    assert code_of(town.submit(components=papers("no-uuid"))) == "unknown_attachment"
    town.submitted(components=papers(mine["id"]))
    assert code_of(town.submit(components=papers(mine["id"]))) == "unknown_attachment"
    taken = town.session.scalar(select(attachment.c.dossier_id).where(attachment.c.id == mine["id"]))
    assert taken is not None


def test_a_procedure_may_ask_for_a_surer_identity(town: Town) -> None:
    """`procedure.identity_level`: a local account is level 0; the counter is not asked."""
    files = dict(bundle.read(demo.PROCEDURES / BIRTH / "v1").files)
    manifest = files["procedure.toml"].decode().replace("version = 1", "version = 2\nidentity_level = 2", 1)
    content = bundle.pack(files | {"procedure.toml": manifest.encode()})
    day = MORNING.date()
    assert isinstance(publish.publish(town.session, SYSTEM, content, decision_number="1", effective_from=day, now=MORNING), publish.Published)  # fmt: skip
    refused = town.submit()
    assert isinstance(refused, Rejected)
    assert refused.code == "identity_level"
    assert isinstance(town.submit(actor=replace(town.applicant(), level=1)), Rejected)
    actor, answers = who_signed_in(town)
    assert isinstance(town.submit(actor=actor, answers=answers), Accepted)


def who_signed_in(town: Town) -> tuple[Actor, dict[str, object]]:
    """A citizen known by the identity provider, and the birth's answers with what it says of them."""
    actor = replace(town.applicant(), level=2)
    row = town.session.execute(select(account).where(account.c.username == actor.id)).one()
    return actor, {**BIRTH_ANSWERS, "nguoi_yeu_cau": row.name, "giay_to_tuy_than": row.id_number}


def test_what_the_identity_provider_vouches_for_is_not_declared_otherwise(town: Town) -> None:
    """The rule of the wizard's read-only fields holds for whoever calls intake; each field is named."""
    actor, answers = who_signed_in(town)
    refused = town.submit(
        actor=actor, answers={**answers, "nguoi_yeu_cau": "Ai Đó", "giay_to_tuy_than": "001088001234"}
    )
    assert isinstance(refused, Rejected)
    assert (refused.code, [problem.where for problem in refused.problems]) == (
        "identity_locked",
        ["nguoi_yeu_cau", "giay_to_tuy_than"],
    )
    assert isinstance(town.submit(actor=actor, answers=answers), Accepted)
    shouted = {**answers, "nguoi_yeu_cau": str(answers["nguoi_yeu_cau"]).upper()}
    assert isinstance(town.submit(actor=actor, answers=shouted), Accepted)


def test_nobody_files_under_another_name_than_who_signed_in(town: Town) -> None:
    """`applicant` of the API: for somebody else there is a mandate. A local account vouches for nothing."""
    actor, answers = who_signed_in(town)
    other = Person("Ai Đó", id_number="001088001234")
    refused = town.submit(actor=actor, answers=answers, applicant=other)
    assert isinstance(refused, Rejected)
    assert [problem.where for problem in refused.problems] == ["applicant.name", "applicant.id_number"]
    assert isinstance(town.submit(actor=town.applicant(), answers=answers, applicant=other), Accepted)


def test_a_filing_tried_out_waits_for_nobody_who_files(town: Town) -> None:
    """It takes no serial: the row that filings at one agency wait for stays free, and the next code is the next one."""
    town.submitted()
    with town.new_session() as another:
        another.execute(select(dossier_counter).with_for_update())
        town.session.execute(text("set local lock_timeout = '50ms'"))
        tried = town.submit(dry=True)
        another.rollback()
    assert isinstance(tried, Accepted)
    assert town.submitted() == f"{WARD}-230615-0002"


def test_drafts_are_limited_and_forgotten_after_a_year_untouched(town: Town) -> None:
    """What became a dossier counts no more and stays: a second press finds it."""
    actor, later = town.applicant(), town.now + drafts.UNTOUCHED_FOR + timedelta(minutes=1)
    procedure = catalogue.procedure(town.session, BIRTH, today=local_day(town.now))
    assert procedure

    def begin(now: datetime) -> str | Rejected:
        return filing.begin(town.session, actor, procedure, WARD, now=now)

    old, done = begin(town.now), begin(town.now)
    assert isinstance(old, str)
    assert isinstance(done, str)
    kept = drafts.get(town.session, actor, uuid.UUID(done))
    assert kept
    drafts.filed(town.session, actor, kept, town.submitted(), now=town.now)
    recent = [begin(later) for _ in range(drafts.AT_MOST - 1)]
    assert begin(later) == drafts.TOO_MANY
    assert len(drafts.mine(town.session, actor)) == drafts.AT_MOST, "none of them is out of sight"
    clockwork.turn(town.session, later)
    assert drafts.get(town.session, actor, uuid.UUID(old)) is None
    assert all(drafts.get(town.session, actor, uuid.UUID(str(one))) for one in [done, *recent])
    assert isinstance(begin(later), str)
