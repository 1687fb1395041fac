"""The officer gives the PIN with the order that issues a slip, or afterwards; the applicant has the slip on the own page."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from engine.commands import ClaimTask
from store.tables import dossier, slip
from store.tables.work import task_id
from tests.casework.town import WARD, Town
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
    assert address in page(desk, f"/desk/dossiers/{code}")
    desk.post(address, data={"_pin": ""})
    assert town.session.scalar(select(slip.c.state)) == "unsigned"
    town.session.rollback()
    desk.post(address, data={"_pin": "123456"})
    assert town.session.scalar(select(slip.c.state)) == "waiting"
