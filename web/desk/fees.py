"""Fees of a dossier at the desk and the counter: cash taken, a fee exempted, money paid back."""

from __future__ import annotations

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import gate, payments
from engine.commands import Command, ExemptFee, OrderRefund, TakeBackExemption
from engine.rejection import Rejected
from store.db import db
from web.auth import local
from web.desk import blueprint
from web.errors import refusal
from web.gated import officers


@blueprint.post("/dossiers/<code>/payments")
@officers
def take_cash(code: str):
    """Money over the counter for what is due, and its receipt."""
    amount = request.form.get("amount_vnd", 0, type=int)
    method = "transfer" if request.form.get("method") == "transfer" else "cash"
    payer = request.form.get("payer", "")[:200]
    done = payments.take_cash(db.session, g.actor, code, amount, payer, method=method, now=now())
    if isinstance(done, Rejected):
        return refusal(done, back=_back(code))
    flash(gettext("Đã thu tiền và lập biên lai."))
    return redirect(_back(code) + "#fees")


@blueprint.post("/dossiers/<code>/fees/<fee>/exempt")
@officers
def exempt(code: str, fee: str):
    """A fee is not taken, with the paper that says why."""
    return _ordered(code, ExemptFee(g.actor, fee, _reason()), gettext("Đã ghi nhận miễn thu."))


@blueprint.post("/dossiers/<code>/fees/<fee>/charge")
@officers
def charge(code: str, fee: str):
    """An exempted fee is taken after all, with the reason."""
    said = gettext("Đã hủy ghi nhận miễn. Khoản này phải nộp như quy định.")
    return _ordered(code, TakeBackExemption(g.actor, fee, _reason()), said)


@blueprint.post("/dossiers/<code>/payments/<reference>/refund")
@officers
def refund(code: str, reference: str):
    order = OrderRefund(g.actor, reference, request.form.get("reason", ""))
    return _ordered(code, order, gettext("Đã ghi nhận việc hoàn trả."))


def _ordered(code: str, order: Command, said: str):
    """The order through the gate, and back to where the button stood with what was done, or why not."""
    done = gate.handle(db.session, code, order, now=now())
    if isinstance(done, Rejected):
        return refusal(done, back=_back(code))
    flash(said)
    return redirect(_back(code) + "#fees")


def _reason() -> str:
    return request.form.get("reason", "").strip()[:500]


def _back(code: str) -> str:
    """The page where the button stood."""
    return local(request.form.get("back")) or url_for("desk.dossier", code=code)
