"""Fees of a dossier at the desk and the counter: cash taken, a fee exempted, money paid back."""

from __future__ import annotations

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import gate, payments
from engine.commands import ExemptFee, OrderRefund, TakeBackExemption
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
    order = ExemptFee(g.actor, fee, request.form.get("reason", "").strip()[:500])
    done = gate.handle(db.session, code, order, now=now())
    if isinstance(done, Rejected):
        return refusal(done, back=_back(code))
    flash(gettext("Đã ghi nhận miễn thu."))
    return redirect(_back(code) + "#fees")


@blueprint.post("/dossiers/<code>/fees/<fee>/charge")
@officers
def charge(code: str, fee: str):
    """An exempted fee is taken after all, with the reason."""
    order = TakeBackExemption(g.actor, fee, request.form.get("reason", "").strip()[:500])
    done = gate.handle(db.session, code, order, now=now())
    if isinstance(done, Rejected):
        return refusal(done, back=_back(code))
    flash(gettext("Đã hủy ghi nhận miễn. Khoản này phải nộp như quy định."))
    return redirect(_back(code) + "#fees")


@blueprint.post("/dossiers/<code>/payments/<reference>/refund")
@officers
def refund(code: str, reference: str):
    done = gate.handle(
        db.session, code, OrderRefund(g.actor, reference, request.form.get("reason", "")), now=now()
    )
    if isinstance(done, Rejected):
        return refusal(done, back=_back(code))
    flash(gettext("Đã ghi nhận việc hoàn trả."))
    return redirect(_back(code) + "#fees")


def _back(code: str) -> str:
    """The page where the button stood."""
    return local(request.form.get("back")) or url_for("desk.dossier", code=code)
