"""All simulators of a demo: SMTP on one port; civil status, webhook and a page that shows everything on another."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup, escape
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from national.simulators import (
    APP_ID,
    MERCHANT,
    OIDC_PATH,
    SECRET,
    TOKEN,
    civil_status,
    mail,
    oidc,
    payment,
    phone,
    postal,
    time_stamp,
    webhook,
)


def main() -> None:
    folder = Path(os.environ["MOTCUA_VAR"]) / "mail"
    catcher = mail.serve(folder, int(os.environ["MOTCUA_SIMULATOR_SMTP_PORT"]))
    port = os.environ["MOTCUA_SIMULATOR_HTTP_PORT"]
    gateway = payment.Gateway(
        SECRET, MERCHANT, f"http://127.0.0.1:{port}/payment", folder.parent / "partners"
    )
    us, issuer = os.environ["MOTCUA_PUBLIC_URL"], os.environ["MOTCUA_OIDC_ISSUER"]
    identities = oidc.Provider(issuer, oidc.client_of(us, os.environ["MOTCUA_OIDC_CLIENT_ID"], SECRET))
    telephone = phone.Telephone(SECRET, TOKEN, APP_ID, us)
    register, subscriber = civil_status.Register(SECRET), webhook.Subscriber(SECRET)
    app = application(
        folder,
        register,
        subscriber,
        gateway,
        identities,
        postal.PostOffice(SECRET),
        time_stamp.Stamps(folder.parent / "signing"),
        telephone,
    )
    try:
        make_server("127.0.0.1", int(port), app, threaded=True, request_handler=phone.Handler).serve_forever()
    finally:
        catcher.stop()


def application(
    folder: Path,
    register: civil_status.Register,
    subscriber: webhook.Subscriber,
    gateway: payment.Gateway,
    identities: oidc.Provider,
    post: postal.PostOffice,
    stamps: time_stamp.Stamps,
    telephone: phone.Telephone,
) -> Callable[..., object]:
    """The HTTP half as a WSGI application."""
    pages: dict[tuple[str, str], Callable[[Request], Response | None]] = {
        ("POST", "/civil-status/v1/registrations"): register.answer,
        ("POST", "/postal/v1/parcels"): post.answer,
        ("GET", "/postal.json"): lambda _: _json(post.parcels),
        ("POST", "/webhook"): subscriber.answer,
        ("POST", "/time-stamps"): stamps.answer,
        ("GET", "/mail.json"): lambda _: _json(mail.caught(folder)),
        ("GET", "/webhook.json"): lambda _: _json(
            {"notices": list(subscriber.notices.values()), "repeats": subscriber.repeats}
        ),
        ("POST", "/sms/v1/messages"): telephone.sms,
        ("POST", "/zalo/message/template"): telephone.zalo,
        ("POST", "/phone/reply"): telephone.reply,
        ("GET", "/phone.json"): lambda _: _json(list(telephone.messages.values())),
        ("GET", "/payment.json"): lambda _: _json(
            {"payments": list(gateway.payments.values()), "notices": gateway.notices}
        ),
        ("GET", "/civil-status.json"): lambda _: _json(register.registrations),
        ("GET", "/"): lambda _: _page(folder, register, subscriber, telephone),
        **identities.pages(OIDC_PATH),
    }

    @Request.application
    def answer(request: Request) -> Response:
        page = pages.get((request.method, request.path))
        if request.path.startswith("/payment/"):
            page = gateway.answer
        return (page and page(request)) or Response("not found\n", 404)

    return answer


def _json(value: object) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), content_type="application/json")


def _page(
    folder: Path,
    register: civil_status.Register,
    subscriber: webhook.Subscriber,
    telephone: phone.Telephone,
) -> Response:
    letters = Markup("").join(
        Markup("<article><h3>{}</h3><p>{} · {}</p><pre>{}</pre></article>").format(
            letter["subject"], letter["to"], letter["date"], letter["text"]
        )
        for letter in mail.caught(folder)
    )
    rows = Markup("").join(
        Markup("<li>{} — {}</li>").format(entry["registration_number"], entry["personal_id"])
        for entry in register.registrations.values()
    )
    notices = Markup("").join(
        Markup("<li>{} {}</li>").format(notice.get("topic"), notice.get("dossier"))
        for notice in subscriber.notices.values()
    )
    return Response(
        Markup(
            '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Đối tác mô phỏng</title>'
            "<h1>Đối tác mô phỏng (chỉ trong bản thử)</h1><h2>Thư đã gửi</h2>{}"
            "{}<h2>Hệ thống hộ tịch</h2><ul>{}</ul><h2>Webhook</h2><ul>{}</ul></html>"
        ).format(letters or escape("Chưa có thư nào."), telephone.page(), rows, notices),
        content_type="text/html; charset=utf-8",
    )


if __name__ == "__main__":
    main()
