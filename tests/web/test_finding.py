"""Finding a procedure: filters, questions, and what its page says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session

from casework import durations
from store.queries import catalogue
from store.tables import dossier
from tests.casework.town import BIRTH, MORNING, WARD, Town

Visitors = Callable[[str], FlaskClient]
BIRTH_NAME, PERMIT_NAME = "Đăng ký khai sinh", "Cấp giấy phép xây dựng nhà ở riêng lẻ"


@pytest.mark.parametrize(
    ("asked", "found", "not_found"),
    [
        ("q=khai+sinh", BIRTH_NAME, PERMIT_NAME),
        ("life_event=nha_o", PERMIT_NAME, BIRTH_NAME),
        ("audience=business", PERMIT_NAME, BIRTH_NAME),
        (f"agency={WARD}", BIRTH_NAME, PERMIT_NAME),
        ("field=H%E1%BB%99+t%E1%BB%8Bch&level=commune", BIRTH_NAME, PERMIT_NAME),
    ],
)
def test_each_filter_narrows_the_catalogue(visitor: Visitors, asked: str, found: str, not_found: str) -> None:
    """Life event, audience and receiving agency come from the manifest."""
    page = visitor("").get(f"/thu-tuc?{asked}").text
    assert f">{found}</a>" in page
    assert f">{not_found}</a>" not in page


def test_filters_that_nobody_offers_find_nothing(visitor: Visitors) -> None:
    """An unknown value is an empty list, not an error."""
    answer = visitor("").get("/thu-tuc?life_event=%27%22&agency=x&audience=nobody")
    assert answer.status_code == 200
    assert "Không có thủ tục nào khớp" in answer.text


def test_questions_lead_to_the_procedure_and_say_why(visitor: Visitors) -> None:
    """Answers bring up what their conditions name; an answer to a question that is hidden counts for nothing."""
    client = visitor("")
    need = {"viec": "sinh_con", "giay_khai_sinh": "chua"}
    assert "trong 60 ngày" in client.post("/can-lam-gi", data=need).text
    assert BIRTH_NAME in client.post("/can-lam-gi/tra-loi", data=need).text
    mended = client.post("/can-lam-gi", data={"viec": "nha_o", "cong_trinh": "sua_chua"}).text
    assert PERMIT_NAME not in mended
    assert "không phải xin" in mended
    hidden = {"viec": "sinh_con", "cong_trinh": "xay_moi", "khu_vuc": "do_thi"}
    assert PERMIT_NAME not in client.post("/can-lam-gi", data=hidden).text
    assert client.post("/can-lam-gi", data={"viec": ["<b>", "x"], "la": "1"}).status_code == 200


def test_the_page_names_who_handles_it_where_it_is_filed(visitor: Visitors) -> None:
    """Lanes are computed for the chosen agency: its own division, by name."""
    page = visitor("").get("/thu-tuc/1.009994?agency=H23.30").text
    assert "Phòng Quản lý đô thị" in page
    assert "Nam Sách" not in page.split("Nơi tiếp nhận")[0]
    assert visitor("").get("/thu-tuc/1.009994?agency=nowhere").status_code == 200


def test_the_blank_form_is_a_pdf_and_other_keys_are_refused(visitor: Visitors) -> None:
    """Only the forms that an applicant fills in; an officer's form is nobody's download."""
    client = visitor("")
    blank = client.get(f"/thu-tuc/{BIRTH}/bieu-mau/to_khai_khai_sinh")
    assert blank.data.startswith(b"%PDF")
    assert client.get(f"/thu-tuc/{BIRTH}/bieu-mau/phieu_tiep_nhan").status_code == 404
    assert client.get("/thu-tuc/9.999999/bieu-mau/x").status_code == 404


def test_the_usual_duration_is_of_finished_dossiers_and_counted_once_a_day(
    town_url: str, visitor: Visitors
) -> None:
    """Median and 90th percentile; too few dossiers say nothing; what was refused or never received does not count."""
    engine = create_engine(town_url)
    town = Town(lambda: Session(engine))
    codes = [town.submitted() for _ in range(12)]
    now = MORNING + timedelta(days=30)
    with Session(engine) as session:
        for number, code in enumerate(codes):
            done = {"received_at": MORNING, "ended_at": MORNING + timedelta(hours=number + 1)}
            kind = "refused" if number >= 10 else "returned"
            session.execute(update(dossier).where(dossier.c.code == code).values(**done, end_kind=kind))
        session.commit()
        assert durations.refresh_if_due(session, now)
        assert not durations.refresh_if_due(session, now + timedelta(hours=1))
        usual = catalogue.duration(session, BIRTH)
        assert usual is not None
        assert (usual["finished"], usual["median_minutes"], usual["p90_minutes"]) == (10, 330, 546)
        assert catalogue.duration(session, BIRTH, WARD) == usual
        assert catalogue.duration(session, "1.009994") is None
        assert durations.refresh_if_due(session, now + timedelta(days=400))
        assert catalogue.duration(session, BIRTH) is None
    town.session.close()
    engine.dispose()
