"""A supplement request answered by whoever holds the receipt, without an account; and by nobody else."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from casework import deliver, tracking
from casework.gate import Accepted
from engine.commands import ClaimTask, CompleteTask
from engine.declared import Person
from engine.local import LOCAL
from national.ports import Partners
from store.queries import dossiers
from store.tables import attachment, delivery, look_log, notification, outbox
from tests.casework.town import WARD, Town
from tests.fakes.partners import FakeMailer, FakePhone, FakeWebhook
from tests.web.test_dossier_pages import CITIZEN, page, town
from tests.web.test_mandates import PDF

__all__ = ["town"]
Visitor = Callable[[str], FlaskClient]
NAME = "Bà Nguyễn Thị Tư"
TUS = {"Tus-Resumable": "1.0.0"}


def asked(
    town: Town, words: str = "Giấy chứng sinh: thiếu trang 2\nGhi rõ quê quán", **changed: object
) -> str:
    """A dossier filed at the counter, whose reception asks for more."""
    clerk = town.officer(WARD, "one_stop_officer")
    given = {
        "actor": clerk,
        "channel": "counter",
        "applicant": Person(NAME, id_number="030192005678", phone="0912345678"),
    } | changed
    code = town.submitted(**given)
    number = town.task_no(code, "tiep_nhan")
    town.give(code, ClaimTask(clerk, number))
    assert isinstance(
        town.give(code, CompleteTask(clerk, number, "supplement", {"noi_dung": words})), Accepted
    )
    return code


def secret(town: Town, code: str) -> str:
    town.session.rollback()
    return str(dossiers.secret_of(town.session, town.officer(WARD, "one_stop_officer"), code))


def opened(town: Town, client: FlaskClient, code: str) -> None:
    answer = client.post("/tra-cuu/bo-sung/mo", data={"code": code, "secret": secret(town, code)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tra-cuu/bo-sung")


def test_the_receipt_opens_the_request_and_answers_it_once(town: Town, visitor: Visitor) -> None:
    """Items with boxes, an upload in pieces, the answer; the officer reads the papers and who brought them."""
    code, client = asked(town), visitor("")
    shown = client.post("/tra-cuu", data={"code": code, "secret": secret(town, code)}).get_data(as_text=True)
    assert "Giấy chứng sinh: thiếu trang 2" in shown
    assert NAME not in shown
    opened(town, client, code)
    shown = page(client, "/tra-cuu/bo-sung")
    assert "yêu cầu bổ sung 2 mục" in shown
    assert 'data-tus="/tra-cuu/tai-len"' in shown
    assert NAME not in shown
    metadata = f"filename {base64.b64encode(b'trang 2.pdf').decode()}"
    made = client.post(
        "/tra-cuu/tai-len", headers=TUS | {"Upload-Length": str(len(PDF)), "Upload-Metadata": metadata}
    )
    where = made.headers["Location"]
    piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert client.patch(where, data=PDF, headers=TUS | piece).status_code == 204
    form = {"giai_trinh": "Đã bổ sung", "_outcome": "done", "uploaded.giay_chung_sinh": where.split("/")[-1]}
    refused = client.post("/tra-cuu/bo-sung", data=form)
    assert refused.status_code == 422
    assert "Mục 2 chưa được đánh dấu" in refused.get_data(as_text=True)
    kept = town.session.scalars(select(attachment.c.id).where(attachment.c.owner == f"receipt:{code}")).one()
    form = {"giai_trinh": "Đã bổ sung", "_outcome": "done", "item": "2"}
    form |= {"held": f"giay_chung_sinh:{kept}:{len(PDF)}:trang 2.pdf"}
    assert client.post("/tra-cuu/bo-sung", data=form).status_code == 302
    officer = page(visitor(town.officer(WARD, "one_stop_officer").id), f"/desk/dossiers/{code}")
    assert officer.count("bi-check-square") == 2
    assert "người giữ giấy tiếp nhận" in officer
    assert client.get("/tra-cuu/bo-sung").status_code == 404
    town.session.rollback()
    assert (
        "citizen/task" in town.session.scalars(select(look_log.c.page).where(look_log.c.account == "")).all()
    )
    phone = FakePhone()
    partners = Partners(FakeMailer(), FakeWebhook(), sms=phone, number_key="key")
    noon = (town.now + timedelta(days=1)).astimezone(LOCAL).replace(hour=12)  # phones are silent at night
    for topic in ("notice", "sms"):
        waiting = select(outbox.c.job_id).where(outbox.c.topic == topic, outbox.c.done_at.is_(None))
        for job in town.session.scalars(waiting).all():
            deliver.deliver(town.session, partners, job, noon)
    assert phone.sent[-1].text.startswith("Co quan giai quyet da nhan giay to bo sung")
    told = select(notification.c.account).where(notification.c.topic == "supplement_answered")
    assert town.officer(WARD, "one_stop_officer").id in town.session.scalars(told).all()
    logged = select(delivery.c.channel, delivery.c.state).where(delivery.c.topic == "supplement_received")
    assert town.session.execute(logged).all() == [("sms", "sent")]


def test_what_was_filed_with_an_account_is_answered_with_it(town: Town, visitor: Visitor) -> None:
    """The tracking page tells the way and shows no item; the address by itself is refused."""
    code, client = asked(town, actor=town.person(CITIZEN), channel="online", applicant=None), visitor("")
    shown = client.post("/tra-cuu", data={"code": code, "secret": secret(town, code)}).get_data(as_text=True)
    assert "đăng nhập bằng tài khoản của người nộp" in shown
    assert "thiếu trang 2" not in shown
    opened(town, client, code)
    refused = client.get("/tra-cuu/bo-sung")
    assert refused.status_code == 403
    assert client.post("/tra-cuu/bo-sung", data={"_outcome": "done", "item": ["1", "2"]}).status_code == 403


def test_without_the_secret_there_is_no_way_in_and_guessing_ends(town: Town, visitor: Visitor) -> None:
    """No page, no upload; wrong secrets count as tracking's do."""
    code, client = asked(town), visitor("")
    assert client.get("/tra-cuu/bo-sung").headers["Location"] == "/tra-cuu"
    assert client.post("/tra-cuu/tai-len", headers=TUS | {"Upload-Length": "10"}).status_code == 401
    wrong = {"code": code, "secret": "abcd"}
    for _ in range(tracking.GUESSES.together):
        assert client.post("/tra-cuu/bo-sung/mo", data=wrong).status_code == 404
    assert client.post("/tra-cuu/bo-sung/mo", data=wrong | {"secret": secret(town, code)}).status_code == 429


def test_one_receipt_is_of_one_dossier(town: Town, visitor: Visitor) -> None:
    """Another dossier's holder cannot use a file that was sent up with the first receipt."""
    first, second = asked(town), asked(town)
    one, other = visitor(""), visitor("")
    opened(town, one, first)
    opened(town, other, second)
    files = {"papers.giay_chung_sinh": (io.BytesIO(PDF), "trang 2.pdf"), "_row": ""}
    assert one.post("/tra-cuu/bo-sung", data=files).status_code == 200
    kept = town.session.scalars(select(attachment.c.id).where(attachment.c.owner == f"receipt:{first}")).one()
    stolen = {
        "giai_trinh": "x",
        "_outcome": "done",
        "item": ["1", "2"],
        "held": f"giay_chung_sinh:{kept}:9:x.pdf",
    }
    refused = other.post("/tra-cuu/bo-sung", data=stolen)
    assert refused.status_code in (404, 422)
    assert "Không có tệp này" in refused.get_data(as_text=True)
    other.post("/sign-out")
    assert other.get("/tra-cuu/bo-sung").headers["Location"] == "/tra-cuu"
