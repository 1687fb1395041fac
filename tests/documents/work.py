"""What the tests of documents do again and again: bring a dossier before the leader, carry out what waits."""

from __future__ import annotations

import dataclasses
import tomllib
import uuid
from typing import Any

from sqlalchemy import select

from casework import deliver
from casework.demo import PROCEDURES
from casework.documents import signing
from casework.gate import Accepted
from engine.actor import Actor
from engine.commands import FinishJob
from national.demo_ca import PIN
from national.ports import Partners, Signing
from store.queries import dossiers
from store.tables import dossier, outbox
from store.tables import signing as items
from store.tables.work import task_id
from tests.casework.town import WARD, Town
from tests.documents.conftest import SECRET
from tests.fakes.partners import partners

MARRIAGE = "1.004873"
SIGNING = ("sign.batch", "sign.effect", "sign.scans", "scan.effect", "sign.slips")
RESULT = "giay_khai_sinh"
REGISTERED = {"registration_number": "58/2023", "registered_on": "2023-06-15", "personal_id": "030323004567"}


def before_the_leader(town: Town, **changed: object) -> str:
    """A birth registration that waits for the leader's signature."""
    code = town.received(**changed)
    done = town.complete(code, "tham_dinh", town.officer(WARD, "civil_status_officer"), "approve")
    (token,) = done.state.jobs
    partner = Actor("civil-status.register", "partner", "Hộ tịch")
    assert isinstance(town.give(code, FinishJob(partner, token, REGISTERED)), Accepted)
    return code


def public_id(town: Town, code: str, element: str) -> int:
    """The public id of a step's live task."""
    found = town.session.scalar(select(dossier.c.id).where(dossier.c.code == code))
    assert found is not None
    return task_id(found, town.task_no(code, element))


def asked(town: Town, actor: Actor, *tasks: int, pin: str = PIN) -> uuid.UUID:
    batch = signing.ask(town.session, actor, tasks, pin, secret=SECRET, now=town.now)
    assert isinstance(batch, uuid.UUID), batch
    return batch


def outside(desk: Signing | None) -> Partners:
    return dataclasses.replace(partners(), signing=desk)


def carry_out(town: Town, desk: Signing | None, *topics: str) -> list[str]:
    """What the worker would do with the signing rows that are due, until none is left; says what became of each."""
    said: list[str] = []
    while True:
        due = town.session.scalars(
            select(outbox.c.job_id)
            .where(outbox.c.done_at.is_(None), outbox.c.run_at <= town.now)
            .where(outbox.c.topic.in_(topics or SIGNING))
            .order_by(outbox.c.id)
        ).all()
        town.session.rollback()
        if not due:
            return said
        said += [deliver.deliver(town.session, outside(desk), job, town.now) for job in due]


def states(town: Town, batch: uuid.UUID) -> list[tuple[str, str]]:
    rows = town.session.execute(
        select(items.c.state, items.c.problem).where(items.c.batch == batch).order_by(items.c.task_id)
    )
    return [(row.state, row.problem) for row in rows]


def result_of(town: Town, code: str, actor: Actor | None = None, result: str = RESULT) -> dict[str, Any]:
    """The row of a result as pages see it."""
    row = dossiers.one(town.session, actor or town.officer(WARD, "one_stop_officer"), code, now=town.now)
    assert isinstance(row, dict), row
    return next((one for one in row["results"] if one["code"] == result), {})


def confirmation_before(town: Town, step: str, desk: Signing | None = None) -> str:
    """A confirmation of marital status that waits for its leader (`ky`), or signed for the clerk (`vao_so`): its number
    is of the agency's own book."""
    told = tomllib.loads((PROCEDURES / MARRIAGE / "v1/scenarios/khong_co_noi_cu.toml").read_text("utf-8"))
    code = town.submitted(
        procedure=MARRIAGE, agency=WARD, answers=told["do"][0]["submit"]["answers"], components=()
    )
    receiver, officer = town.officer(WARD, "one_stop_officer"), town.officer(WARD, "civil_status_officer")
    town.complete(code, "tiep_nhan", receiver, "accept", da_kiem_tra=["du_giay_to"])
    town.complete(code, "tham_dinh", officer, "approve", tra_cuu_duoc=False)
    town.complete(code, "tong_hop", officer, "submit", ket_luan="Chưa đăng ký kết hôn với ai.")
    if step == "vao_so":
        batch = asked(town, town.officer(WARD, "leader"), public_id(town, code, "ky"))
        carry_out(town, desk)
        assert states(town, batch) == [("done", "")]
    return code
