"""Numbers of the waiting room: the machine at the entrance gives many, a phone holds one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer

from assembly.clock import local_today
from tests.casework.town import WARD
from web.counter import kiosk

CLERK = "mc.thachkhoi"
Visitor = Callable[[str], FlaskClient]
HERE = f"/quay/lay-so/{WARD}"


def pressed(client: FlaskClient) -> str:
    """Where a press at the page leads; "" where it gives no number."""
    return client.post(HERE, data={"field": ""}).headers.get("Location", "").rpartition("/")[2]


def test_a_phone_holds_one_number_until_it_was_served(visitor: Visitor) -> None:
    phone, clerk = visitor(""), visitor(CLERK)
    assert pressed(phone) == "1"
    again = phone.post(HERE, data={"field": ""}).get_data(as_text=True)
    assert "mỗi máy giữ một số" in again
    assert "Xem số 1" in again
    assert pressed(visitor("")) == "2"
    for order in ("next", "done"):
        assert clerk.post("/quay/so-thu-tu", data={"_do": order}).status_code == 302
    assert pressed(phone) == "3"


def test_an_officers_link_makes_a_browser_the_machine(visitor: Visitor) -> None:
    """For its own counter, and only as the link was made; then every press is another person."""
    page = visitor(CLERK).get("/quay/so-thu-tu").get_data(as_text=True)
    [token] = re.findall(r"lay-so/[^\"?]+\?may=([^\"]+)\"", page)
    machine = visitor("")
    assert machine.get(f"{HERE}?may={token}").status_code == 302
    assert [pressed(machine) for _ in range(3)] == ["1", "2", "3"]
    stranger = visitor("")
    stranger.get(f"{HERE}?may={token}x")
    assert [pressed(stranger), pressed(stranger)] == ["4", ""]
    assert machine.post("/quay/lay-so/H23.30.06", data={"field": ""}).status_code == 302
    assert "mỗi máy giữ một số" in machine.get("/quay/lay-so/H23.30.06").get_data(as_text=True)


def test_the_mark_of_a_machine_ends_and_no_link_passes_for_it(visitor: Visitor) -> None:
    """Ninety days, counted here and not by the browser; the word of a link set by hand as a cookie marks nothing."""
    page = visitor(CLERK).get("/quay/so-thu-tu").get_data(as_text=True)
    [token] = re.findall(r"lay-so/[^\"?]+\?may=([^\"]+)\"", page)
    machine, sly = visitor(""), visitor("")
    sly.set_cookie(kiosk.COOKIE, token)
    assert [pressed(sly), pressed(sly)] == ["1", ""]
    machine.get(f"{HERE}?may={token}")
    mark = machine.get_cookie(kiosk.COOKIE)
    assert mark is not None
    signer = URLSafeSerializer(machine.application.config["SECRET_KEY"], salt="kiosk cookie")
    with machine.application.app_context():
        today = local_today()
    for age, presses in ((89, ["2", "3"]), (90, ["4", ""])):
        issued = (today - timedelta(days=age)).isoformat()
        old = visitor("")
        old.set_cookie(kiosk.COOKIE, signer.dumps(signer.loads(mark.value) | {"on": issued}))
        assert [pressed(old), pressed(old)] == presses


def test_a_field_that_the_counter_does_not_receive_is_refused(visitor: Visitor) -> None:
    assert visitor("").post(HERE, data={"field": "Hàng không"}).status_code == 422


def test_waits_leave_out_what_has_no_rows(visitor: Visitor) -> None:
    """Numbers taken, nobody served yet: no table of officers without a line."""
    assert pressed(visitor("")) == "1"
    page = visitor(CLERK).get("/quay/so-thu-tu/thoi-gian").get_data(as_text=True)
    assert "Theo ngày" in page
    assert "Theo cán bộ" not in page


def test_who_is_next_is_told_so(visitor: Visitor) -> None:
    """The first number counts nobody before it, the second one person."""
    pages = [
        visitor("").post(HERE, data={"field": ""}, follow_redirects=True).get_data(as_text=True) for _ in "12"
    ]
    assert "Sắp đến lượt Ông/Bà." in pages[0]
    assert "Còn 1 người phía trước." in pages[1]
