"""Fees and money: what is due is paid once, what is too much goes back, a paid step is done."""

from __future__ import annotations

import dataclasses

from engine import commands as c
from engine import events as e
from engine.actor import Actor
from engine.definition import Fee, Value
from engine.rules import fees
from tests.builders import APPLICANT, definition, fee, officer, step
from tests.engine.case import Case, given
from tests.engine.procedures import simple

GATEWAY = Actor("payment", "partner")
CLERK = officer("one_stop")

PREPAID = """
start s
user nop_phi nhan tra
end xong
s -> nop_phi -> nhan -> tra -> xong
"""


def online(reference: str, amount: int) -> c.PayFees:
    return c.PayFees(GATEWAY, reference, amount, "online", f"R/{reference}", "GW1")


def charged(*amounts: tuple[str, str]) -> Case:
    return given(simple(fees=tuple(fee(code, amount) for code, amount in amounts)))


def prepaid(**more: object) -> Case:
    steps = {
        "nop_phi": step("pay", "applicant"),
        "nhan": step("receive", "one_stop", outcomes="accept"),
        "tra": step("return_result", "one_stop"),
    }
    return given(definition(PREPAID, steps, **more))


def test_a_payment_is_recorded_once():
    """The gateway may say it twice: the second word changes nothing."""
    case = charged(("le_phi", "=37500"))
    case.when(online("TT1", 37500)).then(e.FeePaid, e.NoticeDue)
    assert fees.due(case.state) == {}
    case.when(online("TT1", 37500)).then_rejected("payment_recorded")


def test_what_no_fee_asks_for_goes_back_at_once():
    """Two tabs, two payments: the second is a surplus, on record and ordered back."""
    case = charged(("le_phi", "=37500")).when(online("TT1", 37500)).when(online("TT2", 37500))
    paid, back = case.event(e.FeePaid), case.event(e.RefundOrdered)
    assert (paid.surplus_vnd, dict(paid.fees)) == (37500, {})
    assert (back.reference, back.amount_vnd, back.cause) == ("TT2", 37500, "surplus")
    case.when(c.FinishRefund(GATEWAY, "TT2", "GW2")).then(e.FeeRefunded, e.NoticeDue)
    assert fees.due(case.state) == {}
    case.when(c.FinishRefund(GATEWAY, "TT2", "GW2")).then_rejected("no_payment")


def test_part_of_the_money_leaves_the_rest_due():
    case = charged(("phi", "=100"), ("le_phi", "=50")).when(online("TT1", 120))
    assert fees.due(case.state) == {"le_phi": 30}


def test_the_counter_takes_no_more_than_is_due():
    case = charged(("le_phi", "=37500"))
    cash = c.PayFees(CLERK, "TT1", 40000, "cash", "R/1", payer="Trần Thị B")
    case.when(cash).then_rejected("amount_wrong")
    case.when(c.PayFees(CLERK, "TT1", 0, "cash", "R/1")).then_rejected("amount_wrong")
    case.when(c.PayFees(CLERK, "TT1", 37500, "cash", "R/1", payer="Trần Thị B")).accepted()
    assert case.bodies[case.event(e.FeePaid).payer_digest] == "Trần Thị B"
    case.when(c.PayFees(CLERK, "TT2", 37500, "cash", "R/2")).then_rejected("nothing_due")


def test_a_refund_makes_the_fee_due_again():
    """With a reason, once; over the counter it is back at once, through the gateway when the gateway says so."""
    case = charged(("le_phi", "=37500")).when(online("TT1", 37500))
    case.when(c.OrderRefund(CLERK, "TT1", " ")).then_rejected("reason_required")
    case.when(c.OrderRefund(CLERK, "TT1", "nộp nhầm")).then(e.RefundOrdered, e.NoticeDue)
    case.when(c.OrderRefund(CLERK, "TT1", "nộp nhầm")).then_rejected("refund_ordered")
    assert fees.due(case.state) == {}
    case.when(c.FinishRefund(GATEWAY, "TT1")).accepted()
    assert fees.due(case.state) == {"le_phi": 37500}
    case.when(c.PayFees(CLERK, "TT2", 37500, "cash", "R/2")).accepted()
    case.when(c.OrderRefund(CLERK, "TT2", "miễn")).then(e.RefundOrdered, e.FeeRefunded, e.NoticeDue)


def test_a_dossier_that_ended_owes_nothing():
    """What was not paid is not asked for any more; money that comes late goes back by itself, what was paid for work that
    had begun by decision."""
    case = charged(("phi", "=1000"), ("le_phi", "=37500")).does("nhan", "accept").when(online("TT1", 1000))
    case.when(c.WithdrawDossier(APPLICANT, "thôi"))
    assert case.state.closed
    assert fees.due(case.state) == {}
    case.when(online("TT2", 37500)).then(e.FeePaid, e.NoticeDue, e.RefundOrdered)
    assert case.event(e.RefundOrdered).cause == "surplus"
    case.when(c.OrderRefund(CLERK, "TT1", "hồ sơ đã rút")).accepted()


def test_a_dossier_that_nobody_received_gives_its_fee_back():
    """Withdrawn or not taken in: online money goes back by itself, once; cash is handed back where it was paid."""
    case = charged(("phi", "=1000"), ("le_phi", "=37500")).when(online("TT1", 1000))
    case.when(c.PayFees(CLERK, "TT2", 37500, "cash", "R/2"))
    case.when(c.WithdrawDossier(APPLICANT, "thôi"))
    [back] = [one for one in case.happened if isinstance(one, e.RefundOrdered)]
    assert (back.reference, back.amount_vnd, back.cause) == ("TT1", 1000, "not_received")
    case.when(c.OrderRefund(CLERK, "TT1", "rút")).then_rejected("refund_ordered")
    case.when(c.FinishRefund(GATEWAY, "TT1")).then(e.FeeRefunded, e.NoticeDue)
    case.when(c.OrderRefund(CLERK, "TT2", "rút")).then(e.RefundOrdered, e.FeeRefunded, e.NoticeDue)


def test_the_rest_follows_a_surplus_that_was_on_its_way():
    """Withdrawn while a surplus of the same payment goes back: once it is back, so goes what was paid of the fee."""
    case = charged(("le_phi", "=37500")).when(online("TT1", 40000))
    case.when(c.WithdrawDossier(APPLICANT, "thôi"))
    assert not any(isinstance(one, e.RefundOrdered) for one in case.happened)
    done = c.FinishRefund(GATEWAY, "TT1", "GW2")
    case.when(done).then(e.FeeRefunded, e.NoticeDue, e.RefundOrdered, e.NoticeDue)
    back = case.event(e.RefundOrdered)
    assert (back.reference, back.amount_vnd, back.cause) == ("TT1", 37500, "not_received")
    case.when(done).then(e.FeeRefunded, e.NoticeDue)
    assert not any(isinstance(one, e.RefundOrdered) for one in case.happened)
    case.when(done).then_rejected("no_payment")


def test_a_surplus_of_a_dossier_at_work_takes_no_fee_with_it():
    """Not ended, or ended once it was received: only the surplus goes back."""
    paid, withdrawn = online("TT1", 40000), c.WithdrawDossier(APPLICANT, "thôi")
    for case in (
        charged(("le_phi", "=37500")).when(paid),
        charged(("le_phi", "=37500")).does("nhan", "accept").when(paid).when(withdrawn),
    ):
        case.when(c.FinishRefund(GATEWAY, "TT1", "GW2")).then(e.FeeRefunded, e.NoticeDue)
        assert not any(isinstance(one, e.RefundOrdered) for one in case.happened)


def test_paying_does_the_pay_step():
    """Paid in advance: the step is done by the money, and the hours to receive count from then."""
    case = prepaid(fees=(fee("le_phi", "=37500"),))
    assert case.open == ["nop_phi"]
    case.does("nop_phi").then_rejected("fee_unpaid")
    case.when(online("TT1", 37500), at="2023-06-15 15:00")
    assert case.open == ["nhan"]
    assert case.event(e.TaskCompleted).element_id == "nop_phi"
    assert case.event(e.ReceptionDueSet).due_at is not None


def test_who_pays_nothing_is_not_stopped_at_the_pay_step():
    case = prepaid(fees=(fee("le_phi", "=0"),))
    assert case.open == ["nhan"]
    assert not any(isinstance(one, e.NoticeDue) and one.topic == "fee_due" for one in case.happened)


def test_a_stopped_dossier_takes_money_and_passes_the_step_when_it_goes_on():
    case = prepaid(fees=(fee("le_phi", "=37500"),))
    leader = officer("leader")
    case.when(c.StopDossier(leader, "chờ")).when(online("TT1", 37500)).accepted()
    assert case.open == ["nop_phi"]
    case.when(c.ResumeDossier(leader, "tiếp")).accepted()
    assert case.open == ["nhan"]


def test_a_formula_may_say_which_rule_it_used():
    """FEEL gives đồng, or a context with the amount and the rule in words."""
    formula = '={amount_vnd: 0, rule: "Miễn: hộ nghèo", rule_en: "Exempt"}'
    told = Fee("le_phi", "Lệ phí", "le_phi", Value.of(formula), rule="8.000 đồng")
    case = given(simple(fees=(told,)))
    [charge] = fees.charges(case.definition, case.state, case.document(), case.facts, case.now)
    assert (charge.amount_vnd, charge.rule) == (0, "Miễn: hộ nghèo")


def returning(*fee_list: Fee) -> Case:
    """A dossier whose result is ready to go back, its fees not paid."""
    case = given(simple(fees=fee_list)).does("nhan", "accept").does("tham_dinh", "approve")
    return case.does("ky", "sign")


def test_a_fee_that_is_due_holds_the_result():
    """The words name the fee and the amount; once paid, the result goes back."""
    case = returning(fee("le_phi", "=37500")).does("tra")
    case.then_rejected("fee_unpaid")
    assert case.refused is not None
    assert "37.500 đồng (le_phi: 37.500 đồng)" in case.refused.vi
    case.when(c.PayFees(CLERK, "TT1", 37500, "cash", "R/1")).accepted()
    case.does("tra").accepted()
    assert case.state.status == "returned"


def test_an_exempted_fee_holds_nothing_and_stays_exempted():
    """With a reason on record; answers that would set the fee anew do not."""
    case = returning(fee("le_phi", "=37500"))
    case.when(c.ExemptFee(CLERK, "le_phi", " ")).then_rejected("reason_required")
    case.when(c.ExemptFee(CLERK, "khac", "hộ nghèo")).then_rejected("nothing_due")
    case.when(c.ExemptFee(CLERK, "le_phi", "hộ nghèo")).then(
        e.FeeExempted("le_phi", CLERK.id, case.event(e.FeeExempted).at, case.said("hộ nghèo")),
        e.FeeSet("le_phi", 0, 1),
    )
    case.when(c.ExemptFee(CLERK, "le_phi", "hộ nghèo")).then_rejected("nothing_due")
    [charge] = fees.charges(case.definition, case.state, case.document(), case.facts, case.now)
    assert (charge.amount_vnd, charge.exempt) == (0, True)
    case.does("tra").accepted()


def test_an_exemption_is_taken_back_with_a_reason():
    """The fee is due again as its rule gives it, the applicant is told, and the result waits for it."""
    case = returning(fee("le_phi", "=37500"))
    case.when(c.TakeBackExemption(CLERK, "le_phi", "nhầm người")).then_rejected("not_exempted")
    case.when(c.ExemptFee(CLERK, "le_phi", "hộ nghèo")).accepted()
    case.when(c.TakeBackExemption(CLERK, "le_phi", " ")).then_rejected("reason_required")
    case.when(c.TakeBackExemption(CLERK, "le_phi", "nhầm người")).then(
        e.ExemptionTakenBack(
            "le_phi", CLERK.id, case.event(e.ExemptionTakenBack).at, case.said("nhầm người")
        ),
        e.FeeSet("le_phi", 37500, 1),
        e.NoticeDue("fee_due", "applicant", None),
    )
    case.does("tra").then_rejected("fee_unpaid")


def test_a_fee_that_holds_the_reception_is_taken_first():
    """Others are received unpaid; refusing takes no money."""
    early = dataclasses.replace(fee("le_phi", "=5000"), holds="reception")
    case = given(simple(fees=(early,))).does("nhan", "accept")
    case.then_rejected("fee_unpaid")
    given(simple(fees=(early,))).does("nhan", "refuse").accepted()
    case.when(c.PayFees(CLERK, "TT1", 5000, "cash", "R/1")).accepted()
    case.does("nhan", "accept").accepted()
    given(simple(fees=(fee("le_phi", "=5000"),))).does("nhan", "accept").accepted()
