"""A counter's day: what each officer did, what money was taken, what is left over; another day and counter see none of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from casework import bills, counters, payments, permits, postal
from engine.commands import OrderRefund
from store.queries import counter_day, dossiers
from store.tables import post
from tests.casework.test_counter_desks import OTHER, at_counter, row_of
from tests.casework.town import BIRTH_ANSWERS, MORNING, WARD, Town

HOME = {"name": "Lê Thị Hoa", "phone": "0912345678", "address": "Khu 3, phường Thạch Khôi"}


def test_a_day_is_what_its_officers_did(town: Town) -> None:
    """One filed with help and received, one sent back for more, one refused; 8.000 đồng in cash; what waits is counted."""
    desk, roles = town.officer(WARD, "one_stop_officer"), permits.dispatchers(town.session)
    code = at_counter(town, answers=BIRTH_ANSWERS | {"ngay_sinh": "2023-01-05"})
    counters.note_walk_in(town.session, desk, dossiers.ids(town.session, code) or 0, True, now=town.now)
    payments.take_cash(town.session, desk, code, 8000, "", method="cash", now=town.now)
    for outcome in ("supplement", "refuse"):
        town.complete(town.submitted(), "tiep_nhan", desk, outcome, noi_dung="Thiếu giấy chứng sinh.")
    town.submitted()
    postal.ask(town.session, code, "deliver", HOME, ("post",), now=town.now)

    day = {"since": MORNING - timedelta(hours=1), "before": MORNING + timedelta(hours=8)}
    (row,) = counter_day.done(town.session, [WARD], roles, **day)
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
    (taken,) = counter_day.money(town.session, [WARD], roles, **day)
    assert (taken["officer"], taken["method"], taken["amount_vnd"]) == (desk.name, "cash", 8000)
    assert taken["first"] == taken["last"]
    late = town.now + timedelta(days=7)
    left = {"to_receive": 1, "overdue": 1, "ready": 0, "lists": 0, "parcels": 1}
    assert counter_day.left(town.session, [WARD], now=late) == left

    after = {name: at + timedelta(days=1) for name, at in day.items()}
    for agency, when in ((WARD, after), ("H23.33.02", day)):
        assert counter_day.done(town.session, [agency], roles, **when) == []
        assert counter_day.money(town.session, [agency], roles, **when) == []


def test_money_is_counted_at_one_counter_and_what_went_back_too(town: Town) -> None:
    """Taken for another agency: where its officer works, under the receipts of the deciding agency, also by a clerk of both
    counters. Handed back: at the deciding agency, a row of its own."""
    here, there = town.officer(WARD, "one_stop_officer"), town.officer(OTHER, "one_stop_officer")
    late, roles = BIRTH_ANSWERS | {"ngay_sinh": "2023-01-05"}, permits.dispatchers(town.session)
    day = {"since": MORNING - timedelta(hours=1), "before": MORNING + timedelta(hours=8)}

    def taken(agency: str) -> list[tuple[str, str, int]]:
        rows = counter_day.money(town.session, [agency], roles, **day)
        return [(row["officer"], row["first"][: row["first"].index("/")], row["amount_vnd"]) for row in rows]

    for clerk, via in ((here, None), (here, WARD), (there, WARD)):
        code = at_counter(town, agency=OTHER if via else WARD, via=via, answers=late)
        payments.take_cash(town.session, clerk, code, 8000, "", method="cash", now=town.now)
    assert taken(WARD) == [(here.name, WARD, 8000), (here.name, OTHER, 8000)]
    assert taken(OTHER) == [(there.name, OTHER, 8000)]
    town.session.execute(
        insert(post).values(account=here.id, agency=OTHER, role="one_stop_officer", held_from=MORNING.date())
    )
    assert taken(WARD) == [(here.name, WARD, 8000), (here.name, OTHER, 8000)]
    assert taken(OTHER) == [(there.name, OTHER, 8000)]

    row = row_of(town, code, there)
    (payment,) = bills.of_dossier(town.session, row, now=town.now).payments
    town.give(code, OrderRefund(there, payment["reference"], "nộp nhầm"))
    (back,) = counter_day.paid_back(town.session, [OTHER], **day)
    assert (back["method"], back["receipts"], back["amount_vnd"]) == ("cash", 1, 8000)
    assert counter_day.paid_back(town.session, [WARD], **day) == []
