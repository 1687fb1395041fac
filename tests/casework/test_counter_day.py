"""A counter's day: what each officer did, what money was taken, what is left over; another day and counter see none of it."""

from __future__ import annotations

from datetime import timedelta

from casework import counters, payments, postal
from store.queries import counter_day, dossiers
from tests.casework.test_counter_desks import at_counter
from tests.casework.town import BIRTH_ANSWERS, MORNING, WARD, Town

HOME = {"name": "Lê Thị Hoa", "phone": "0912345678", "address": "Khu 3, phường Thạch Khôi"}


def test_a_day_is_what_its_officers_did(town: Town) -> None:
    """One filed with help and received, one sent back for more, one refused; 8.000 đồng in cash; what waits is counted."""
    desk, role = town.officer(WARD, "one_stop_officer"), counters.dispatcher(town.session, now=town.now)
    code = at_counter(town, answers=BIRTH_ANSWERS | {"ngay_sinh": "2023-01-05"})
    counters.note_walk_in(town.session, desk, dossiers.ids(town.session, code) or 0, True, now=town.now)
    payments.take_cash(town.session, desk, code, 8000, "", method="cash", now=town.now)
    for outcome in ("supplement", "refuse"):
        town.complete(town.submitted(), "tiep_nhan", desk, outcome, noi_dung="Thiếu giấy chứng sinh.")
    town.submitted()
    postal.ask(town.session, code, "deliver", HOME, ("post",), now=town.now)

    day = {"since": MORNING - timedelta(hours=1), "before": MORNING + timedelta(hours=8)}
    (row,) = counter_day.done(town.session, [WARD], role, **day)
    told = {
        "received": 1,
        "counter": 1,
        "online": 0,
        "assisted": 1,
        "supplemented": 1,
        "refused": 1,
        "handed": 0,
    }
    assert row == {"officer": desk.name, **told}
    (taken,) = counter_day.money(town.session, [WARD], role, **day)
    assert (taken["officer"], taken["method"], taken["amount_vnd"]) == (desk.name, "cash", 8000)
    assert taken["first"] == taken["last"]
    late = town.now + timedelta(days=7)
    left = {"to_receive": 1, "overdue": 1, "ready": 0, "lists": 0, "parcels": 1}
    assert counter_day.left(town.session, [WARD], now=late) == left

    after = {name: at + timedelta(days=1) for name, at in day.items()}
    for agency, when in ((WARD, after), ("H23.33.02", day)):
        assert counter_day.done(town.session, [agency], role, **when) == []
        assert counter_day.money(town.session, [agency], role, **when) == []
