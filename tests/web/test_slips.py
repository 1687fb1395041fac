"""The officer gives the PIN with the order that issues a slip, or afterwards; the applicant has the slip on the own page."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from engine.commands import ClaimTask
from store.tables import dossier, outbox, post, procedure_step, role, slip
from store.tables.work import task_id
from tests.casework.town import WARD, Town
from tests.documents.test_slips import refused_by_the_clock
from tests.documents.work import asked, before_the_leader, carry_out, public_id
from tests.web.test_dossier_pages import filed, page, town

__all__ = ["town"]
Visitor = Callable[[str], FlaskClient]


def test_a_request_is_signed_with_the_order_and_is_the_applicant_s_to_have(
    town: Town, visitor: Visitor
) -> None:
    """One form: what is missing and the PIN. Strangers and other papers are not to be had."""
    code, clerk = filed(town), town.officer(WARD, "one_stop_officer")
    number = town.task_no(code, "tiep_nhan")
    town.give(code, ClaimTask(clerk, number))
    id = town.session.scalar(select(dossier.c.id).where(dossier.c.code == code))
    assert id is not None
    town.session.rollback()
    desk, task = visitor(clerk.id), task_id(id, number)
    assert 'name="_pin"' in page(desk, f"/desk/tasks/{task}")
    sent = {"_outcome": "supplement", "noi_dung": "Bổ sung bản chính giấy chứng sinh.", "_pin": "123456"}
    assert desk.post(f"/desk/tasks/{task}/complete", data=sent).status_code == 302
    assert town.session.execute(select(slip.c.number, slip.c.state)).all() == [("01/HDHS", "waiting")]
    assert "đang ký số" in page(desk, f"/desk/dossiers/{code}")
    citizen = visitor("nguyenvanhung")
    assert f"/ho-so/{code}/phieu/02" in page(citizen, f"/ho-so/{code}")
    assert citizen.get(f"/ho-so/{code}/phieu/05").status_code == 404
    assert visitor("tranthuha").get(f"/ho-so/{code}/phieu/02").status_code == 404


def test_an_unsigned_slip_is_signed_on_the_dossier_s_page(town: Town, visitor: Visitor) -> None:
    """By who gave it: nobody else is asked for a PIN."""
    code, officer = (
        town.received(actor=town.person("nguyenvanhung")),
        town.officer(WARD, "civil_status_officer"),
    )
    town.complete(code, "tham_dinh", officer, "supplement", y_kien="Bổ sung giấy chứng sinh.")
    address = f"/desk/dossiers/{code}/papers/02/sign"
    assert address not in page(visitor(town.officer(WARD, "leader").id), f"/desk/dossiers/{code}")
    desk = visitor(officer.id)
    told = page(desk, f"/desk/dossiers/{code}")
    assert address in told
    assert re.search(r"số \S+</span>\s+<span[^>]*>· chưa ký số", told)
    desk.post(address, data={"_pin": ""})
    assert town.session.scalar(select(slip.c.state)) == "unsigned"
    town.session.rollback()
    desk.post(address, data={"_pin": "123456"})
    assert town.session.scalar(select(slip.c.state)) == "waiting"


def test_what_was_not_signed_is_signed_again_from_the_batch_s_page(town: Town, visitor: Visitor) -> None:
    """The page says why and leads back to the tray, where it is ticked."""
    code, leader = before_the_leader(town), town.officer(WARD, "leader")
    task = public_id(town, code, "ky")
    batch = asked(town, leader, task)
    carry_out(town, None)
    desk, again = visitor(leader.id), f"/desk/tray?task={task}"
    told = page(desk, f"/desk/tray/batches/{batch}")
    assert "chưa kết nối dịch vụ ký số" in told
    assert again in told
    assert f'name="task" value="{task}"' in page(desk, again).partition(" checked")[0]
    answer = desk.post("/desk/tray/sign", data={"task": task, "pin": "123456"})
    assert answer.status_code == 302
    assert answer.location not in (f"/desk/tray/batches/{batch}", "/desk/tray")
    assert "Đang ký" in page(desk, answer.location)


def test_the_tray_is_in_the_menu_of_who_signs_by_whatever_role(town: Town, visitor: Visitor) -> None:
    """Role codes are the province's data: a procedure's own signing role has the tray, one that signs nothing has not."""
    town.session.execute(insert(role).values(code="truong_phong", name="Trưởng phòng"))
    town.session.execute(
        update(procedure_step).where(procedure_step.c.role == "clerk").values(role="truong_phong")
    )
    sealer, former = town.officer(WARD, "civil_status_officer"), town.officer(WARD, "clerk")
    held = {"account": sealer.id, "agency": WARD, "role": "truong_phong", "held_from": town.now.date()}
    town.session.execute(insert(post).values(**held))
    town.session.commit()
    assert "/desk/tray" in page(visitor(sealer.id), "/desk/")
    assert "/desk/tray" not in page(visitor(former.id), "/desk/")


def test_a_slip_that_nobody_gave_waits_in_the_leaders_tray(town: Town, visitor: Visitor) -> None:
    """Signed with the documents by one PIN, and followed on one page; or noted as signed on paper; nobody else is shown it."""
    signed, on_paper = (refused_by_the_clock(town, f"9.00004{n}") for n in (1, 2))
    document = public_id(town, before_the_leader(town), "ky")
    town.session.commit()
    desk = visitor(town.officer(WARD, "leader").id)
    told = page(desk, "/desk/tray")
    assert f"{signed}:03" in told
    assert f"{signed}:03" not in page(visitor(town.officer(WARD, "clerk").id), "/desk/tray")
    desk.post("/desk/tray/slips", data={"slip": f"{on_paper}:03"})
    followed = desk.post(
        "/desk/tray/sign", data={"task": document, "slip": f"{signed}:03", "pin": "123456"}
    ).location
    waits_for = select(outbox.c.payload["after"].astext).where(outbox.c.topic == "sign.slips")
    assert f"/batches/{town.session.scalar(waits_for)}?" in followed, (
        "the PIN is tried with the document first"
    )
    town.session.rollback()
    told = page(desk, "/desk/tray")
    assert f"{on_paper}:03" not in told
    assert "đang ký số" in told
    assert "Đang ký: 0/2" in page(desk, followed)
    carry_out(town, None)
    told = page(desk, followed)
    assert told.count("chưa kết nối dịch vụ ký số") == 2
    assert f"task={document}" in told
    assert f"slip={signed}:03" in unquote(told)
    assert f'value="{signed}:03"' in page(desk, f"/desk/tray?slip={signed}:03").partition(" checked")[0]
