"""Money as an administrator watches it: each day's comparison with the gateway, refunds on their way."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import lazy_gettext

from store.db import db
from store.queries import payments
from web.gated import admins

blueprint = Blueprint("money", __name__, url_prefix="/admin/money")

DIFFERENCES = {
    "late": lazy_gettext("Cổng đã thu, trước đó chưa ghi nhận; nay đã ghi nhận"),
    "not_here": lazy_gettext("Cổng đã thu, hệ thống không có giao dịch này"),
    "not_there": lazy_gettext("Hệ thống đã ghi nhận, cổng không có giao dịch này"),
    "amount": lazy_gettext("Số tiền hai bên khác nhau"),
    "refund_not_here": lazy_gettext("Cổng đã hoàn tiền, hệ thống chưa ghi nhận"),
    "refund_not_there": lazy_gettext("Hệ thống đã yêu cầu hoàn tiền, cổng chưa hoàn"),
}


@blueprint.get("/")
@admins
def reconciliation():
    return render_template(
        "money/reconciliation.html",
        days=payments.days(db.session),
        going_back=payments.going_back(db.session),
        kinds=DIFFERENCES,
    )
