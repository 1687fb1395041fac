"""Files in fields of e-forms: kept when they are posted, handed in with the answers, read by those who see the dossier."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework import attachments, publish
from casework.gate import Accepted
from casework.publish import Published
from engine.actor import Actor
from engine.commands import ClaimTask
from engine.rejection import Rejected
from store import rebuild
from store.tables import attachment
from store.tables.work import task_id
from tests.casework import bundles
from tests.casework.conftest import town  # noqa: F401 (a fixture)
from tests.casework.test_attachments import PDF, PNG
from tests.casework.town import WARD, Town
from tests.forms.build import e_form, text
from tests.web.test_filing import CITIZEN, OTHER, Visitors

CODE = "1.000007"
ADMIN = Actor("admin", "admin")
PICKER: dict[str, Any] = {"type": "filepicker", "key": "anh", "label": "Ảnh", "accept": ".png,image/jpeg"}
MANY: dict[str, Any] = {"type": "filepicker", "key": "giay", "label": "Giấy", "multiple": "=nhieu"}
DECLARED = e_form(
    {**PICKER, "validate": {"required": True}},
    {"type": "checkbox", "key": "nhieu"},
    MANY,
    {
        "type": "dynamiclist",
        "path": "con",
        "label": "Con",
        "components": [text("ten"), {**PICKER, "key": "khai_sinh"}],
    },
    {**PICKER, "key": "kin", "conditional": {"hide": "=nhieu != true"}},
)
CHECKED = e_form(text("y_kien"), {**MANY, "key": "bien_ban", "label": "Biên bản", "multiple": True})


@pytest.fixture
def with_procedure(town: Town) -> Town:  # noqa: F811
    """A procedure whose declaration and whose first step ask for files."""
    content = bundles.one_lane(
        CODE,
        "Có tệp",
        bundles.start("khai"),
        bundles.step("tiep_nhan", "receive", "accept:Tiếp nhận", form="kiem"),
        bundles.step("tra", "return_result"),
        bundles.end(),
        forms={"khai": DECLARED, "kiem": CHECKED},
    )
    done = publish.publish(
        town.session, ADMIN, content, decision_number="1", effective_from=town.now.date(), now=town.now
    )
    assert isinstance(done, Published), done
    return town


@pytest.fixture
def draft(with_procedure: Town, visitor: Visitors) -> tuple[FlaskClient, str]:
    client = visitor(CITIZEN)
    return client, client.post(f"/thu-tuc/{CODE}/nop", data={"agency": WARD}).location


def png(name: str = "Ảnh chân dung.png") -> tuple[io.BytesIO, str]:
    return io.BytesIO(PNG), name


def kept(page: str, field: str) -> list[str]:
    """Ids that the page would post again for a field."""
    return [id for id in re.findall(rf'type="hidden" name="{re.escape(field)}" value="([^"]*)"', page) if id]


def test_a_file_is_kept_when_any_button_is_pressed(draft: tuple[FlaskClient, str]) -> None:
    """No JavaScript needed: the next post keeps the file, whatever else is wrong, and it goes on by its id."""
    client, path = draft
    answer = client.post(path, data={"anh": "", "_file:giay": (io.BytesIO(PDF), "giấy.pdf")})
    assert answer.status_code == 422  # the picture is required
    assert "Phải chọn tệp" in answer.text
    assert "giấy.pdf" in answer.text
    [id] = kept(answer.text, "giay")
    assert kept(client.get(path).text, "giay") == [id]
    after = client.post(path, data={"giay": id, "_file:anh": png()})
    assert after.status_code == 302


def test_a_change_keeps_the_file_at_once(draft: tuple[FlaskClient, str]) -> None:
    """With JavaScript the picker posts as soon as a file is chosen, and shows what is kept; a button lets it go."""
    client, path = draft
    page = client.post(
        f"{path}/bieu-mau", data={"con[0]": "", "con[0].ten": "An", "_file:con[0].khai_sinh": png()}
    )
    [id] = kept(page.text, "con[0].khai_sinh")
    assert "Ảnh chân dung.png" in page.text
    gone = client.post(
        f"{path}/bieu-mau",
        data={"con[0]": "", "con[0].ten": "An", "con[0].khai_sinh": id, "_row": f"drop:{id}"},
    )
    assert kept(gone.text, "con[0].khai_sinh") == []


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ((io.BytesIO(b"MZ\0"), "anh.png"), "không phải PDF"),
        ((io.BytesIO(b""), "anh.png"), "rỗng"),
        ((io.BytesIO(PDF), "anh.png"), "chỉ nhận .png,image/jpeg"),
    ],
)
def test_a_file_that_does_not_fit_is_named_beside_its_field(
    draft: tuple[FlaskClient, str], file: tuple[io.BytesIO, str], said: str
) -> None:
    """Judged by content: what the store takes, and what the field accepts."""
    client, path = draft
    answer = client.post(path, data={"_file:anh": file})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="#f-anh"' in answer.text
    assert kept(answer.text, "anh") == []


def test_one_file_or_several_as_the_field_says_now(draft: tuple[FlaskClient, str]) -> None:
    """`multiple` may be an expression; a second file of a single picker replaces the first."""
    client, path = draft
    two = [(io.BytesIO(PDF), "1.pdf"), (io.BytesIO(PDF), "2.pdf")]
    single = client.post(f"{path}/bieu-mau", data={"_file:giay": two})
    assert len(kept(single.text, "giay")) == 1
    assert "chỉ nhận một tệp" in single.text
    two = [(io.BytesIO(PDF), "1.pdf"), (io.BytesIO(PDF), "2.pdf")]
    several = client.post(f"{path}/bieu-mau", data={"nhieu": "true", "_file:giay": two})
    assert len(kept(several.text, "giay")) == 2
    first = client.post(f"{path}/bieu-mau", data={"_file:anh": png("a.png")})
    second = client.post(f"{path}/bieu-mau", data={"anh": kept(first.text, "anh"), "_file:anh": png("b.png")})
    assert len(kept(second.text, "anh")) == 1
    assert "b.png" in second.text


def test_a_field_that_is_hidden_takes_nothing(draft: tuple[FlaskClient, str], with_procedure: Town) -> None:
    """What the form does not show is not stored."""
    client, path = draft
    client.post(f"{path}/bieu-mau", data={"_file:kin": png()})
    assert with_procedure.session.scalars(select(attachment.c.id)).all() == []


def test_files_of_others_are_not_taken(
    draft: tuple[FlaskClient, str], with_procedure: Town, visitor: Visitors
) -> None:
    """An id is no ticket: the page forgets it, the gate refuses it by name."""
    where = with_procedure
    client, path = draft
    strange = attachments.keep(where.session, Actor(OTHER, "applicant"), "a.png", PNG, now=where.now)
    assert isinstance(strange, dict)
    answer = client.post(path, data={"anh": strange["id"]})
    assert answer.status_code == 422
    assert kept(answer.text, "anh") == []
    refused = where.submit(procedure=CODE, answers={"anh": strange["id"]}, components=())
    assert isinstance(refused, Rejected)
    assert refused.code == "unknown_attachment"


def filed(client: FlaskClient, path: str) -> str:
    assert client.post(path, data={"_file:anh": png(), "con[]": ""}).status_code == 302
    review = client.get(f"{path}/xem-lai")
    assert "Ảnh chân dung.png" in review.text
    assert client.post(f"{path}/xem-lai").status_code == 422, "the form had nobody vouch for it"
    return client.post(f"{path}/xem-lai", data={"declared": "1"}).location.split("/")[2]


def test_the_dossier_takes_the_files_of_its_answers(
    draft: tuple[FlaskClient, str], with_procedure: Town, visitor: Visitors
) -> None:
    """The officer opens it from the answers; a stranger cannot; the record can be rebuilt."""
    where = with_procedure
    code = filed(*draft)
    officer = where.officer(WARD, "one_stop_officer")
    desk = visitor(officer.id)
    [link] = re.findall(
        r'href="(/desk/attachments/[^"]+)">Ảnh chân dung.png', desk.get(f"/desk/dossiers/{code}").text
    )
    assert desk.get(link).data == PNG
    assert visitor(OTHER).get(link).status_code in (302, 403, 404)
    row = where.session.execute(select(attachment)).one()
    assert row.dossier_id is not None
    assert attachments.free(where.session, where.person(CITIZEN), [str(row.id)]) is not None
    where.session.rollback()
    assert not rebuild.differences(where.session)


def test_an_officers_step_takes_files(
    draft: tuple[FlaskClient, str], with_procedure: Town, visitor: Visitors
) -> None:
    """On the task page and at the counter; kept while other things are wrong, handed in with the outcome."""
    where = with_procedure
    code = filed(*draft)
    officer = where.officer(WARD, "one_stop_officer")
    number = where.task_no(code, "tiep_nhan")
    claimed = where.give(code, ClaimTask(officer, number))
    assert isinstance(claimed, Accepted)
    desk, place = visitor(officer.id), f"/desk/tasks/{task_id(claimed.dossier_id, number)}"
    drawn = desk.post(f"{place}/form", data={"_file:bien_ban": (io.BytesIO(PDF), "Biên bản.pdf")})
    assert "Biên bản.pdf" in drawn.text
    data = {"bien_ban": kept(drawn.text, "bien_ban"), "_file:bien_ban": png("ảnh.png"), "_outcome": "accept"}
    assert desk.post(f"{place}/complete", data=data).status_code == 302
    page = desk.get(f"/desk/dossiers/{code}").text
    assert "Biên bản.pdf" in page
    assert "ảnh.png" in page
