"""The signing tray: every document and slip that waits for my signature or seal, read beside the list, signed in one go."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext, ngettext

from assembly.clock import now
from assembly.statuses import http_status
from casework import bulk, looks, permits
from casework.documents import reading, signing
from casework.documents import slips as waiting_slips
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import documents as rows
from store.queries import inbox
from web.desk import blueprint
from web.desk.slips import ticked as ticked_slips
from web.gated import officers
from web.names import english
from web.show import PAPER_NAMES

PROBLEMS = {
    "pin_wrong": lazy_gettext("Mã PIN không đúng."),
    "pin_locked": lazy_gettext("Khóa ký đã bị khóa vì nhập sai PIN nhiều lần."),
    "no_certificate": lazy_gettext("Chưa có chứng thư số của người ký hoặc của cơ quan."),
    "certificate_unusable": lazy_gettext("Chứng thư số đã hết hạn, bị thu hồi hoặc tạm dừng."),
    "confirmation_declined": lazy_gettext("Người ký đã từ chối trên điện thoại."),
    "confirmation_missed": lazy_gettext(
        "Chưa được xác nhận trên điện thoại trong thời gian cho phép. Hãy ký lại."
    ),
    "provider_unknown": lazy_gettext(
        "Nhà cung cấp dịch vụ ký số của người ký chưa được kết nối. Hãy báo quản trị."
    ),
    "worker_killed": lazy_gettext(
        "Văn bản này làm máy xử lý dừng đột ngột nhiều lần nên không ký được. Quản trị đã thấy ở trang “Sự cố”; hãy kiểm tra tệp, dữ liệu của hồ sơ rồi ký lại."
    ),
    "signing_declined": lazy_gettext("Dịch vụ ký số từ chối."),
    "no_signing_service": lazy_gettext("Hệ thống chưa kết nối dịch vụ ký số."),
    "signing_unreachable": lazy_gettext(
        "Dịch vụ ký số không trả lời suốt một giờ; mã PIN đã xóa. Hãy ký lại."
    ),
    "pin_lost": lazy_gettext(
        "Khóa bí mật của hệ thống đã thay trong lúc chờ nên không đọc được mã PIN. Hãy ký lại."
    ),
    "no_signature_picture": lazy_gettext(
        "Chưa có ảnh chữ ký của bạn: tải lên ở trang “Ảnh chữ ký”, rồi ký lại."
    ),
    "signer_gone": lazy_gettext("Tài khoản người ký không còn được ký cho cơ quan này."),
    "signed_on_paper": lazy_gettext("Văn bản này ký trên giấy: vào sổ ở trang việc."),
    "no_template": lazy_gettext("Thủ tục không có mẫu văn bản để ký số."),
    "unknown_document": lazy_gettext(
        "Bước này chưa có văn bản nào để ký: danh sách mà mỗi mục là một văn bản còn trống."
    ),
    "scan_missing": lazy_gettext(
        "Chưa có bản quét khớp của từng bản chính: mỗi bản chính quét thành một tệp, theo thứ tự và đủ số trang đã kê khai."
    ),
    "no_room_to_sign": lazy_gettext("Mẫu văn bản không có chỗ ký."),
    "form_to_fill": lazy_gettext("Bước này có biểu mẫu phải điền: mở việc để điền và hoàn thành."),
    "task_done": lazy_gettext("Việc này đã xong."),
    "task_taken": lazy_gettext("Người khác đang giữ việc này."),
    "opinion_open": lazy_gettext(
        "Còn chờ ý kiến đã hỏi ở bước này: chờ trả lời, hoặc rút câu hỏi ở trang việc rồi ký lại."
    ),
    "not_to_sign": lazy_gettext("Bước này không phải bước ký."),
}


@blueprint.get("/tray")
@officers
def tray():
    """`?task=` and `?slip=`, repeated, come ticked (the queue sends here what is to be signed); `?open=` is shown beside the list,
    of several documents that of `?document=`.

    Asked by htmx, what is shown alone: the list with its ticks stays.
    """
    return _opened() if request.headers.get("HX-Request") else _page()


@blueprint.post("/tray/sign")
@officers
def sign():
    """Everything ticked, documents and slips, with one PIN; then the page that shows how far it is."""
    pin, secret = request.form.get("pin", ""), current_app.config["SETTINGS"].secret_key
    wanted = ticked_slips()
    answers: list[uuid.UUID | Rejected] = []
    if _ticked() or not wanted:
        answers.append(signing.ask(db.session, g.actor, _ticked(), pin, secret=secret, now=now()))
    if wanted:
        first = next((one for one in answers if not isinstance(one, Rejected)), None)
        answers.append(
            waiting_slips.ask(db.session, g.actor, wanted, pin, secret=secret, now=now(), after=first)
        )
    batches = [one for one in answers if not isinstance(one, Rejected)]
    refused = {one.code: one for one in answers if isinstance(one, Rejected)}
    problems = [Problem("", one.code, one.vi, one.en) for one in refused.values()]
    if not batches:
        return _page(problems, http_status(problems[0].code))
    for one in refused.values():
        flash(one.en if english() else one.vi, "danger")
    return redirect(url_for("desk.signed", batch=batches[0], also=batches[1:]))


@blueprint.post("/tray/send-back")
@officers
def tray_send_back():
    """Everything ticked goes back with one reason: each step by its own outcome that is not the signature."""
    told = bulk.send_back(db.session, g.actor, _chosen(), request.form.get("reason", ""), now=now())
    return _told(
        told,
        "reason",
        lambda done: ngettext("Đã trả lại %(num)s văn bản.", "Đã trả lại %(num)s văn bản.", done),
    )


@blueprint.post("/tray/pass-on")
@officers
def tray_pass_on():
    """Everything ticked goes to another leader, with one reason."""
    to, reason = request.form.get("to", ""), request.form.get("why", "")
    told = bulk.pass_on(db.session, g.actor, _chosen(), to, reason, now=now())
    return _told(
        told, "why", lambda done: ngettext("Đã chuyển %(num)s văn bản.", "Đã chuyển %(num)s văn bản.", done)
    )


def _told(told: list[bulk.Outcome], field: str, said: Callable[[int], str]):
    """What became of the ticked ones; a reason that is missing is told once, at its `field`."""
    refused = [(one.dossier, one.rejected) for one in told if one.rejected]
    if len(refused) < len(told):
        flash(said(len(told) - len(refused)))
    unsaid = next(
        (no for _, no in refused if no.code == "reason_required"), None if told else signing.NOTHING
    )
    if unsaid:
        return _page([Problem(field, unsaid.code, unsaid.vi, unsaid.en)], 422)
    problems = [Problem("", no.code, f"{dossier}: {no.vi}", f"{dossier}: {no.en}") for dossier, no in refused]
    return _page(problems, 409) if problems else redirect(url_for("desk.tray"))


@blueprint.get("/tray/batches/<uuid:batch>")
@officers
def signed(batch: uuid.UUID):
    """How far a batch, and what was asked for with it (`?also=`), is, item by item; asks for itself again while it runs. Then
    what failed stands first, to be tried again."""
    also = request.args.getlist("also", type=uuid.UUID)[:1]
    found = rows.batch(db.session, g.actor.id, [batch, *also])
    if found is None:
        abort(404)
    looks.record(db.session, g.actor, "desk/tray/batch", [row["dossier"] for row in found], now=now())
    template = "desk/_batch.html" if request.headers.get("HX-Request") else "desk/batch.html"
    over = [row for row in found if row["state"] in ("done", "failed")]
    failed = [row for row in found if row["state"] == "failed"]
    running = len(over) < len(found)
    return render_template(
        template,
        here=url_for("desk.signed", batch=batch, also=also),
        papers=PAPER_NAMES,
        items=found if running else sorted(found, key=lambda row: row["state"] != "failed"),
        running=running,
        failed=len(failed),
        again=url_for(
            "desk.tray",
            task=[row["task_id"] for row in failed if row["task_id"]],
            slip=[f"{row['dossier']}:{row['paper']}" for row in failed if row["paper"]],
        ),
        over=len(over),
        done=sum(row["state"] == "done" for row in found),
        problems=PROBLEMS,
        demo=current_app.config["SETTINGS"].demo,
    )


def _opened():
    """The document that `?open=` names; somebody else may have signed it meanwhile."""
    task_id = request.args.get("open", 0, type=int)
    chosen = next((one for one in reading.tray(db.session, g.actor, now=now()) if one["id"] == task_id), None)
    opened = _document(task_id) if chosen else None
    if chosen is None or opened is None or isinstance(opened, Rejected):
        return render_template("desk/_opened.html", opened=None, gone=True)
    looks.record(db.session, g.actor, "desk/tray", [chosen["dossier"]], now=now())
    return render_template("desk/_opened.html", chosen=chosen, opened=opened)


def _document(task_id: int):
    """The document of a step that `?document=` names, else its first."""
    return reading.document(db.session, g.actor, task_id, now=now(), code=request.args.get("document"))


def _page(problems=(), status: int = 200):
    items = reading.tray(db.session, g.actor, now=now())
    wanted = request.args.get("open", type=int)
    ticked = set(_ticked())
    chosen = next((one for one in items if one["id"] == wanted), None)
    opened = _document(chosen["id"]) if chosen else None
    slips = waiting_slips.tray(db.session, g.actor)
    looks.record(db.session, g.actor, "desk/tray", [one["dossier"] for one in [*items, *slips]], now=now())
    page = render_template(
        "desk/tray.html",
        items=items,
        problems=problems,
        others=_other_leaders(items),
        ticked=ticked,
        elsewhere=len(ticked - {one["id"] for one in items}) if request.method == "GET" else 0,
        chosen=chosen,
        opened=None if isinstance(opened, Rejected) else opened,
        slips=slips,
        ticked_slips=set(request.values.getlist("slip")),
        slip_problems=PROBLEMS,
        papers=PAPER_NAMES,
        demo=current_app.config["SETTINGS"].demo,
    )
    return page, status


def _other_leaders(items) -> list[dict]:
    """Who else may sign what waits here: the other leaders of the same queues."""
    leading = permits.leaders(db.session)
    queues = {(one["agency"], one["role"]) for one in items if one["role"] in leading}
    found = {
        one["username"]: one
        for agency, role in sorted(queues)
        for one in inbox.colleagues(db.session, agency, role, now=now())
    }
    return [one for name, one in found.items() if name != g.actor.id]


def _chosen() -> list[bulk.Chosen]:
    return [bulk.Chosen(one, None) for one in _ticked()]


def _ticked() -> list[int]:
    return [int(one) for one in request.values.getlist("task") if one.isascii() and one.isdigit()][:1000]
