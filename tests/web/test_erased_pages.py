"""A dossier whose person was forgotten still opens: its course, without a word of anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from casework import erasure
from casework.erasure import Erased
from engine.actor import Actor
from engine.commands import ClaimTask, PostToConversation, ReturnTask, WithdrawDossier
from store.db import make_engine, sessions
from tests.casework.town import WARD, Town


@pytest.fixture
def town(town_url: str) -> Iterator[Town]:
    engine = make_engine(town_url)
    opened = Town(sessions(engine))
    yield opened
    opened.session.close()
    engine.dispose()


def test_pages_of_an_erased_dossier_open(town: Town, visitor: Callable[[str], FlaskClient]) -> None:
    code = town.received()
    officer = town.officer(WARD, "civil_status_officer")
    number = town.task_no(code, "tham_dinh")
    town.give(code, ClaimTask(officer, number))
    town.give(code, ReturnTask(officer, number, "tiep_nhan", "Zebulon trả lại"))
    town.give(code, PostToConversation(town.applicant(), "Zebulon hỏi"))
    town.give(code, WithdrawDossier(town.applicant(), "Zebulon thôi"))
    clerk = visitor(town.officer(WARD, "one_stop_officer").id)
    before = clerk.get(f"/desk/dossiers/{code}").get_data(as_text=True)
    assert "Zebulon trả lại" in before
    assert "Zebulon hỏi" in before
    assert town.applicant().name in before
    done = erasure.erase(town.session, Actor("admin", "admin"), code, "Đề nghị số 1", now=town.now)
    assert isinstance(done, Erased)
    for page in (f"/desk/dossiers/{code}", f"/desk/dossiers/{code}/deadline", "/desk/dossiers"):
        shown = clerk.get(page)
        assert shown.status_code == 200, page
        assert "Zebulon" not in shown.get_data(as_text=True)
        assert town.applicant().name not in shown.get_data(as_text=True)
