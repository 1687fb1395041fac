"""A person can be forgotten: the name is nowhere, the log is still whole, the tables still follow from it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework import attachments, erasure
from casework.erasure import Erased
from engine.actor import Actor
from engine.commands import WithdrawDossier
from engine.declared import ComponentGiven
from engine.rejection import Rejected
from store import rebuild, seal, verify
from store.queries import dossiers
from store.tables import account, metadata
from tests.builders import PDF
from tests.casework.town import WARD, Town

ADMIN = Actor("admin", "admin")


def withdrawn(town: Town) -> str:
    kept = attachments.keep(town.session, town.applicant(), "giấy chứng sinh.pdf", PDF, now=town.now)
    assert isinstance(kept, dict)
    code = town.received(components=(ComponentGiven("giay_chung_sinh", attachments=(str(kept["id"]),)),))
    town.give(code, WithdrawDossier(town.applicant(), "Không còn nhu cầu"))
    return code


def erased(town: Town, code: str) -> bool:
    done = erasure.erase(town.session, ADMIN, code, "Đề nghị số 1 ngày 1/7/2023", now=town.now)
    return isinstance(done, Erased) and not done.plain_rows


def everything(town: Town) -> str:
    """All rows of all tables but the accounts, as text."""
    tables = [table for table in metadata.sorted_tables if table is not account]
    return "".join(str([tuple(row) for row in town.session.execute(select(table))]) for table in tables)


def test_after_erasure_the_person_is_nowhere(town: Town) -> None:
    """Names, numbers, addresses and files are gone; course, log, seals and statistics stay."""
    code = withdrawn(town)
    seal.seal_if_due(town.session, town.now)
    secrets = (town.applicant().name, "NGUYỄN MINH ANH", "030088001234", "Khu 3, phường Thạch Khôi")
    assert all(secret in everything(town) for secret in secrets)
    assert erased(town, code)
    left = everything(town)
    assert not any(secret in left for secret in secrets)
    assert "%PDF" not in left
    assert verify.verify_log(town.session).ok
    assert not rebuild.differences(town.session)
    shown = dossiers.one(town.session, town.officer(WARD, "one_stop_officer"), code, now=town.now)
    assert isinstance(shown, dict)
    assert (shown["status"], shown["applicant"]) == ("withdrawn", None)


@pytest.mark.parametrize(
    ("actor", "reason", "code"),
    [
        (Actor("x", "officer"), "x", "forbidden"),
        (ADMIN, " ", "reason_required"),
        (ADMIN, "x", "dossier_open"),
    ],
)
def test_erasing_is_an_admins_reasoned_order_on_a_closed_dossier(
    town: Town, actor: Actor, reason: str, code: str
) -> None:
    """What is still being handled cannot be forgotten."""
    answer = erasure.erase(town.session, actor, town.received(), reason, now=town.now)
    assert isinstance(answer, Rejected)
    assert answer.code == code
