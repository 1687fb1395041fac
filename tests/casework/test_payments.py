"""Money through the gate: begun once, recorded once whoever says it, nothing lost between bank and record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import bills, deliver, gate, payments, reconciliation
from casework.payments import Begun
from engine.actor import Actor
from engine.commands import OrderRefund, WithdrawDossier
from engine.rejection import Rejected
from national.ports import Paid, Partners, StatementLine
from store.queries import dossiers
from store.queries import payments as rows
from store.rebuild import differences
from store.tables import fee_payment, outbox, payment_session
from tests.casework.town import BIRTH_ANSWERS, WARD, Town
from tests.fakes.partners import FakeGateway, FakeMailer, FakeWebhook

LATE = {**BIRTH_ANSWERS, "ngay_sinh": "2023-01-01"}  # later than 60 days after birth: 8.000 đồng


class Till:
    """A dossier that costs 8.000 đồng, its payer, and a bank that does as told."""

    def __init__(self, town: Town) -> None:
        self.town, self.bank = town, FakeGateway()
        self.code = town.submitted(answers=LATE)
        self.partners = Partners(FakeMailer(), FakeWebhook(), payment=self.bank)

    def begin(self, payer: Actor | None = None) -> Begun:
        begun = payments.begin(
            self.town.session,
            self.bank,
            self.code,
            payer=payer or self.town.applicant(),
            public_url="https://dvc.example",
            now=self.town.now,
        )
        assert isinstance(begun, Begun), begun
        return begun

    def hears(self, said: Paid) -> str:
        return payments.heard(self.town.session, said, now=self.town.now)

    def works(self, topic: str) -> list[str]:
        """The worker carries out what is due of a topic."""
        waiting = select(outbox.c.job_id).where(outbox.c.topic == topic, outbox.c.done_at.is_(None))
        jobs = self.town.session.scalars(waiting.where(outbox.c.run_at <= self.town.now)).all()
        return [deliver.deliver(self.town.session, self.partners, job, self.town.now) for job in jobs]

    @property
    def bill(self) -> bills.Bill:
        row = dossiers.one(self.town.session, self.town.applicant(), self.code, now=self.town.now)
        assert not isinstance(row, Rejected)
        return bills.of_dossier(self.town.session, row, now=self.town.now)


@pytest.fixture
def till(town: Town) -> Iterator[Till]:
    yield Till(town)
    assert not differences(town.session)  # the tables are what the log says, after every journey


def test_the_bill_names_each_fee_with_its_rule(till: Till) -> None:
    """What applies and what does not, in words."""
    by_code = {charge.fee.code: charge for charge in till.bill.charges}
    assert by_code["le_phi_ho_tich"].due_vnd == till.bill.due_vnd == 8000
    assert "60 ngày" in by_code["le_phi_ho_tich"].rule
    assert by_code["ban_sao_trich_luc"].amount_vnd == 0


def test_paid_by_notice_is_on_record_with_a_receipt(till: Till) -> None:
    begun = till.begin()
    assert begun.pay_url == f"https://pay.example/{begun.reference}"
    assert till.hears(till.bank.pays(begun.reference)) == "00"
    assert till.hears(till.bank.states[begun.reference]) == "02"
    [paid] = till.bill.payments
    assert (paid["amount_vnd"], paid["receipt"], till.bill.due_vnd) == (8000, f"{WARD}/2023/000001", 0)


def test_pressed_twice_comes_back_to_the_open_session(till: Till) -> None:
    """Two tabs lead to the same payment."""
    assert till.begin().reference == till.begin().reference
    assert len(till.bank.opened) == 1


def test_a_lost_notice_loses_nothing(till: Till) -> None:
    """The notice never came (we were killed): the outbox asks, and the gateway's answer is recorded."""
    begun = till.begin()
    till.bank.pays(begun.reference)
    assert till.works("payment.query") == []  # not yet due
    till.town.now += timedelta(minutes=1)
    assert till.works("payment.query") == ["done"]
    assert till.bill.due_vnd == 0
    assert till.hears(till.bank.states[begun.reference]) == "02"


def test_killed_before_the_gateway_answered_the_session_is_asked_about(till: Till) -> None:
    """The gateway is away when "pay" is pressed: nothing is shown as begun, and the question waits in the outbox."""
    till.bank.away = True
    refused = payments.begin(
        till.town.session, till.bank, till.code, payer=None, public_url="", now=till.town.now
    )
    assert isinstance(refused, Rejected)
    assert refused.code == "payment_unavailable"
    till.town.now += timedelta(minutes=1)
    assert till.works("payment.query") == ["postponed"]
    till.bank.away = False
    till.town.now += timedelta(days=2)
    assert till.works("payment.query") == ["done"]
    assert till.town.session.scalar(select(payment_session.c.state)) == "expired"


def test_an_open_session_is_asked_about_again_and_again(till: Till) -> None:
    till.begin()
    till.town.now += timedelta(minutes=1)
    assert till.works("payment.query") == ["waits"]
    assert till.works("payment.query") == []


def test_another_amount_than_opened_is_not_taken(till: Till) -> None:
    begun = till.begin()
    assert till.hears(Paid(begun.reference, "paid", 1000, "GW1", "00")) == "04"
    assert till.hears(Paid("TT-unknown", "paid", 8000)) == "01"
    assert till.bill.due_vnd == 8000


def test_a_failed_payment_can_be_tried_again(till: Till) -> None:
    first = till.begin()
    assert till.hears(Paid(first.reference, "failed", 8000, "GW1", "51")) == "00"
    second = till.begin()
    assert second.reference != first.reference
    assert till.hears(till.bank.pays(second.reference)) == "00"


def test_paid_at_the_counter_and_online_gives_the_second_back(till: Till) -> None:
    """The payer was at the bank while the clerk took cash: the surplus goes back by itself."""
    begun = till.begin()
    clerk = till.town.officer(WARD, "one_stop_officer")
    cash = payments.take_cash(
        till.town.session, clerk, till.code, 8000, "Bà ngoại", method="cash", now=till.town.now
    )
    assert not isinstance(cash, Rejected), cash
    assert till.hears(till.bank.pays(begun.reference)) == "00"
    assert till.works("payment.refund") == ["done"]
    [refund] = till.bank.refunds.values()
    assert refund == (begun.reference, 8000)
    by_method = {one["method"]: one for one in till.bill.payments}
    assert by_method["cash"]["payer"] == "Bà ngoại"
    assert by_method["online"]["refunded_at"] is not None
    assert till.bill.due_vnd == 0
    assert by_method["cash"]["receipt"] != by_method["online"]["receipt"]


def test_what_went_back_twice_of_one_payment_is_told_twice(till: Till) -> None:
    """Half was paid in cash meanwhile, so half goes back as surplus; later the other half, by decision: due again."""
    begun, clerk = till.begin(), till.town.officer(WARD, "one_stop_officer")
    session, bank = till.town.session, till.bank
    payments.take_cash(session, clerk, till.code, 4000, "", method="cash", now=till.town.now)
    till.hears(bank.pays(begun.reference))
    till.town.now += timedelta(minutes=1)
    assert till.works("payment.refund") == ["done"]
    till.town.give(till.code, OrderRefund(clerk, begun.reference, "Thu nhầm người"))
    online = next(one for one in till.bill.payments if one["method"] == "online")
    surplus, ordered = online["refunds"]
    assert (surplus.amount_vnd, surplus.refunded_at) == (4000, till.town.now - till.town.pace)
    assert (ordered.amount_vnd, ordered.refunded_at) == (4000, None)
    assert [one["refund_vnd"] for one in rows.going_back(session)] == [4000]
    till.town.now += timedelta(minutes=1)
    assert till.works("payment.refund") == ["done"]
    online = next(one for one in till.bill.payments if one["method"] == "online")
    assert [one.refunded_at for one in online["refunds"]] == [surplus.refunded_at, till.town.now]
    assert sum(amount for _, amount in bank.refunds.values()) == 8000
    assert rows.owed(session, [till.code]) == {till.code: till.bill.due_vnd} == {till.code: 4000}


def test_a_withdrawn_dossiers_fee_goes_back(till: Till) -> None:
    begun = till.begin()
    till.hears(till.bank.pays(begun.reference))
    till.town.give(till.code, WithdrawDossier(till.town.applicant(), "thôi"))
    till.bank.away = True
    assert till.works("payment.refund") == ["postponed"]
    till.bank.away = False
    till.town.now += timedelta(minutes=1)
    assert till.works("payment.refund") == ["done"]
    assert rows.going_back(till.town.session) == []


def test_strangers_neither_pay_nor_refund(till: Till) -> None:
    """Another citizen sees no dossier; an officer of elsewhere takes no money; nobody pays in the gateway's name."""
    stranger = Actor("nguoila", "applicant", "Người Lạ")
    session, now = till.town.session, till.town.now
    refused = payments.begin(session, till.bank, till.code, payer=stranger, public_url="", now=now)
    assert isinstance(refused, Rejected)
    assert refused.code == "unknown_dossier"
    elsewhere = till.town.officer("H23.30.06", "one_stop_officer")
    cash = payments.take_cash(session, elsewhere, till.code, 8000, "", method="cash", now=now)
    assert isinstance(cash, Rejected)
    refund = gate.handle(session, till.code, OrderRefund(till.town.applicant(), "TT1", "x"), now=now)
    assert isinstance(refund, Rejected)
    assert refund.code == "forbidden"


def test_nothing_due_opens_nothing(till: Till) -> None:
    till.hears(till.bank.pays(till.begin().reference))
    again = payments.begin(
        till.town.session, till.bank, till.code, payer=None, public_url="", now=till.town.now
    )
    assert isinstance(again, Rejected)
    assert again.code == "nothing_due"


def test_each_difference_of_a_day_has_its_name(till: Till) -> None:
    """Money only there is recorded if it is ours, else named; money only here is named; planned once a day."""
    town, bank = till.town, till.bank
    known = till.begin()
    bank.pays(known.reference)  # its notice was lost, and the question too
    till.hears(Paid(known.reference, "failed", 8000, "", "99"))
    bank.lines = [
        StatementLine("pay", known.reference, "GW1", 8000),
        StatementLine("pay", "TT-STRANGE", "GW2", 5000),
        StatementLine("refund", "TT-STRANGE", "GW2R", 5000),
    ]
    other = town.submitted(answers=LATE)
    clerk = town.officer(WARD, "one_stop_officer")
    payments.take_cash(town.session, clerk, other, 8000, "", method="cash", now=town.now)
    town.now += timedelta(days=1)
    assert reconciliation.plan(town.session, town.now)
    assert not reconciliation.plan(town.session, town.now)
    assert till.works("payment.reconcile") == ["done"]
    [day] = rows.days(town.session)
    assert sorted(one["kind"] for one in day["differences"]) == ["late", "not_here", "refund_not_here"]
    assert (day["theirs"], day["theirs_vnd"]) == (2, 13000)
    assert till.bill.due_vnd == 0


def test_the_erased_dossier_names_no_payer(till: Till) -> None:
    """Who paid stands in an erasable body, not in the row."""
    clerk = till.town.officer(WARD, "one_stop_officer")
    payments.take_cash(
        till.town.session, clerk, till.code, 8000, "Bà ngoại", method="cash", now=till.town.now
    )
    row = till.town.session.execute(select(fee_payment)).mappings().one()
    assert "Bà ngoại" not in str(dict(row))
