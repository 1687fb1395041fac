"""The postal service: wanted at filing, ordered once, a waybill, news in any order."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from casework import deliver, postal
from engine.commands import WithdrawDossier
from engine.rejection import Rejected
from national.ports import Parcel, ParcelNews, ParcelRefused, Partners, Placed, Unreachable
from store import tables
from store.tables import outbox
from tests.casework.town import BIRTH_ANSWERS, WARD, Town
from tests.fakes.partners import FakeMailer, FakeWebhook

HOME = {"name": "Lê Thị Hoa", "phone": "0912345678", "address": "Khu 3, phường Thạch Khôi, Hải Dương"}


class FakePost:
    def __init__(self, *answers: object) -> None:
        self.answers, self.parcels = list(answers), []

    def order(self, parcel: Parcel) -> Placed:
        self.parcels.append(parcel)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def ordered(town: Town, post: FakePost) -> tuple[int, int, Partners]:
    """A dossier's delivery, wanted and ordered; (dossier id, shipment id, partners)."""
    code, desk = town.received(), town.officer(WARD, "one_stop_officer")
    shipment = postal.want(town.session, code, "deliver", HOME, now=town.now)
    assert postal.want(town.session, code, "deliver", HOME, now=town.now) == shipment
    assert postal.order(town.session, desk, [WARD], shipment, now=town.now) is None
    dossier_id = town.session.scalar(
        select(outbox.c.dossier_id)
        .where(outbox.c.topic == "postal.order")
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return dossier_id, shipment, Partners(FakeMailer(), FakeWebhook(), {}, postal=post)


def run(town: Town, partners: Partners) -> str:
    job = town.session.scalar(
        select(outbox.c.job_id).where(outbox.c.topic == "postal.order").order_by(outbox.c.id.desc()).limit(1)
    )
    town.session.commit()
    return deliver.deliver(town.session, partners, job, town.now)


def test_an_ordered_parcel_gets_a_waybill_once(town: Town) -> None:
    """The post is away, then there; it hears one key; the parcel goes from the agency to the person."""
    post = FakePost(Unreachable("away"), Placed("VN12345678", 26000))
    dossier_id, _, partners = ordered(town, post)
    assert run(town, partners) == "postponed"
    assert run(town, partners) == "done"
    assert run(town, partners) == "already done"
    assert len({parcel.key for parcel in post.parcels}) == 1
    assert post.parcels[0].recipient == HOME
    (kept,) = postal.of_dossier(town.session, dossier_id)
    assert (kept["state"], kept["waybill"], kept["postage_vnd"]) == ("ordered", "VN12345678", 26000)


def test_late_news_does_not_turn_a_parcel_back(town: Town) -> None:
    """Delivered is heard first, accepted afterwards, both twice: the trail is whole and in order, the state the last."""
    dossier_id, _, partners = ordered(town, FakePost(Placed("VN87654321", 26000)))
    run(town, partners)
    for state, minutes in [("delivered", 30), ("accepted", 10), ("delivered", 30), ("accepted", 10)]:
        news = ParcelNews("VN87654321", state, town.now + timedelta(minutes=minutes), "Bưu cục")
        assert postal.reported(town.session, news, now=town.now)
    (kept,) = postal.of_dossier(town.session, dossier_id)
    assert kept["state"] == "delivered"
    assert [step["state"] for step in kept["trail"]] == ["accepted", "delivered"]
    assert not postal.reported(town.session, ParcelNews("VN000", "accepted", town.now), now=town.now)


def test_a_parcel_that_found_nobody_goes_back_or_is_brought_again(town: Town) -> None:
    """What happened last counts: back with the sender, or handed over at the second try."""
    for last in ("returned", "delivered"):
        waybill = f"VN{last.upper()}"
        dossier_id, _, partners = ordered(town, FakePost(Placed(waybill, 26000)))
        run(town, partners)
        for state, minutes in [("failed", 10), (last, 60)]:
            news = ParcelNews(waybill, state, town.now + timedelta(minutes=minutes), "Bưu cục")
            postal.reported(town.session, news, now=town.now)
        assert [one["state"] for one in postal.of_dossier(town.session, dossier_id)] == [last]


def test_a_refused_parcel_comes_back_to_the_counter_with_the_reason(town: Town) -> None:
    """The officer reads why, the address is mended, it is ordered again."""
    dossier_id, shipment, partners = ordered(town, FakePost(ParcelRefused("Thiếu số nhà")))
    assert run(town, partners) == "done"
    (kept,) = postal.of_dossier(town.session, dossier_id)
    assert kept["state"] == "wanted"
    assert kept["trail"][0]["place"] == "Thiếu số nhà"
    desk = town.officer(WARD, "one_stop_officer")
    assert postal.order(town.session, desk, [WARD], shipment, now=town.now) is None


def test_a_parcel_is_ordered_once_and_only_at_its_counter(town: Town) -> None:
    """A second press, another counter's press, a cancellation afterwards: each is told why not."""
    _, shipment, _ = ordered(town, FakePost())
    desk = town.officer(WARD, "one_stop_officer")
    codes = []
    for refused in (
        postal.order(town.session, desk, [WARD], shipment, now=town.now),
        postal.order(town.session, desk, ["H23.31.01"], shipment, now=town.now),
        postal.cancel(town.session, [WARD], shipment, now=town.now),
    ):
        assert isinstance(refused, Rejected)
        codes.append(refused.code)
    assert codes == ["shipment_ordered", "unknown_shipment", "shipment_ordered"]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [({}, []), ({"name": ""}, ["post.name"]), ({"phone": "12", "address": "nhà"}, ["post.phone", "post.address"])],
)  # fmt: skip
def test_a_postman_needs_name_phone_and_address(changed: dict, wrong: list[str]) -> None:
    """What is missing is named, all of it at once."""
    assert [problem.where for problem in postal.check(HOME | changed)] == wrong


def asked(town: Town, code: str, direction: postal.Direction = "deliver", **changed: str) -> str:
    """A parcel asked for after filing; the code of what stands against it, or ""."""
    ways = ("counter", "post")
    refused = postal.ask(town.session, code, direction, HOME | changed, ways, now=town.now)
    return refused.code if refused else ""


def test_a_parcel_is_asked_for_and_its_address_mended_until_the_postman_is_called(town: Town) -> None:
    """Twice asked is one parcel with the last address; on its way it is not changed any more."""
    code, desk = town.received(), town.officer(WARD, "one_stop_officer")
    assert asked(town, code, address="Khu 1, phường Ái Quốc") == ""
    assert asked(town, code) == ""
    (one,) = postal.at_counter(town.session, [WARD])
    assert one["recipient"] == HOME
    assert asked(town, code, phone="") == "answers_invalid"
    postal.order(town.session, desk, [WARD], one["id"], now=town.now)
    assert asked(town, code) == "shipment_ordered"
    assert asked(town, code, "pick_up") == ""


def test_what_came_back_is_sent_again_once(town: Town) -> None:
    """Open to be sent anew, also long after the first was wanted; afterwards the old one offers nothing."""
    _, _, partners = ordered(town, FakePost(Placed("VN55555555", 26000)))
    run(town, partners)
    postal.reported(town.session, ParcelNews("VN55555555", "returned", town.now), now=town.now)
    (back,) = postal.at_counter(town.session, [WARD])
    assert back["came_back"]
    assert asked(town, back["code"]) == ""
    assert asked(town, back["code"], address="Khu 1, phường Ái Quốc") == ""
    assert not any(one["came_back"] for one in postal.at_counter(town.session, [WARD]))


def test_what_found_nobody_is_with_the_post_until_it_is_back(town: Town) -> None:
    """It may be delivered at the next try, so no second one goes out: until the post returned it, or the clerk has it."""
    dossier_id, shipment, partners = ordered(town, FakePost(Placed("VN66666666", 26000)))
    run(town, partners)
    assert (refused := postal.got_back(town.session, [WARD], shipment, now=town.now)) is not None
    assert refused.code == "shipment_not_back"
    failed = ParcelNews("VN66666666", "failed", town.now + timedelta(minutes=1), "Bưu cục phát")
    postal.reported(town.session, failed, now=town.now)
    town.now += timedelta(days=30)
    (there,) = postal.at_counter(town.session, [WARD])
    assert not there["came_back"]
    assert asked(town, there["code"]) == "shipment_ordered"
    assert postal.got_back(town.session, ["H23.31.01"], shipment, now=town.now) is not None
    assert postal.got_back(town.session, [WARD], shipment, now=town.now) is None
    assert asked(town, there["code"]) == ""
    states = [one["state"] for one in postal.of_dossier(town.session, dossier_id)]
    assert states == ["returned", "wanted"]


def told(town: Town) -> list[tuple[str, str]]:
    """Who is to be told of parcels, oldest first: (topic, recipient)."""
    payloads = town.session.scalars(
        select(outbox.c.payload).where(outbox.c.topic == "notice").order_by(outbox.c.id)
    )
    return [(one["topic"], one["to"]) for one in payloads if one["topic"].startswith(("deliver_", "post_"))]


def test_who_waits_for_a_parcel_is_told_that_it_failed_or_came_back(town: Town) -> None:
    """The applicant and the counter, once for each try that found nobody and once when it is back; not of late news."""
    _, shipment, partners = ordered(town, FakePost(Placed("VN77777777", 26000)))
    run(town, partners)
    counter = f"agency:{WARD}:one_stop_officer"
    for state, minutes in [
        ("accepted", 5), ("failed", 10), ("failed", 10), ("failed", 90), ("in_transit", 30),
    ]:  # fmt: skip
        news = ParcelNews("VN77777777", state, town.now + timedelta(minutes=minutes), "Bưu cục phát")
        postal.reported(town.session, news, now=town.now)
    failed = [("deliver_failed", "applicant"), ("deliver_failed", counter)]
    assert told(town) == failed * 2
    town.now += timedelta(days=1)
    assert postal.got_back(town.session, [WARD], shipment, now=town.now) is None
    late = ParcelNews("VN77777777", "returned", town.now + timedelta(minutes=1), "Bưu cục")
    postal.reported(town.session, late, now=town.now)
    assert told(town) == [*failed, *failed, ("deliver_returned", "applicant"), ("deliver_returned", counter)]


def test_the_counter_is_told_what_the_post_will_not_carry(town: Town) -> None:
    """The applicant is not: the counter mends the address first."""
    _, _, partners = ordered(town, FakePost(ParcelRefused("Thiếu số nhà")))
    run(town, partners)
    assert told(town) == [("post_refused", f"agency:{WARD}:one_stop_officer")]


def test_a_wish_that_meets_its_cancellation_is_a_new_one(town: Town) -> None:
    """Who asks while the counter cancels waits for it, and does not write to the parcel that is no more."""
    code = town.received()
    first = postal.want(town.session, code, "deliver", HOME, now=town.now)
    town.session.commit()

    def again() -> int:
        with town.new_session() as session:
            wanted = postal.want(session, code, "deliver", HOME, now=town.now)
            session.commit()
            return wanted

    with town.new_session() as counter, ThreadPoolExecutor(1) as pool:
        counter.execute(
            update(tables.shipment).where(tables.shipment.c.id == first).values(state="cancelled")
        )
        asking = pool.submit(again)
        time.sleep(0.2)
        assert not asking.done()
        counter.commit()
        assert asking.result(timeout=10) != first


def test_the_post_fetches_nothing_for_a_dossier_that_ended(town: Town) -> None:
    """Nor brings a result where the procedure does not send it."""
    code = town.received()
    no_post = postal.ask(town.session, code, "deliver", HOME, ("counter",), now=town.now)
    assert no_post is not None
    assert no_post.code == "return_not_offered"
    town.give(code, WithdrawDossier(town.applicant(), "đổi ý"))
    assert asked(town, code, "pick_up") == "dossier_closed"


def test_the_postman_collects_what_is_still_owed(town: Town) -> None:
    """Whatever fee is due when he is called, and nothing for fetching papers."""
    late, desk = BIRTH_ANSWERS | {"ngay_sinh": "2023-01-05"}, town.officer(WARD, "one_stop_officer")
    code = town.received(answers=late)
    for direction in ("deliver", "pick_up"):
        assert asked(town, code, direction) == ""
    for one in postal.at_counter(town.session, [WARD]):
        postal.order(town.session, desk, [WARD], one["id"], now=town.now)
    told = {one["direction"]: one["cod_vnd"] for one in postal.at_counter(town.session, [WARD])}
    assert told == {"deliver": 8000, "pick_up": 0}
