"""What stands around every page: who is signed in, where they can go, which law and clock are in force."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, request, session, url_for
from flask_babel import gettext

from assembly.clock import local_today, now, offset
from casework import accounts, counters, permits
from engine.actor import Actor
from engine.local import LOCAL
from store.db import db
from store.queries import agency, law, notices
from web.gated import held_receipt


@dataclass(frozen=True)
class Item:
    label: str
    href: str
    current: bool


def init_app(app: Flask) -> None:
    app.before_request(recognise)
    app.context_processor(
        lambda: {
            "actor": actor(),
            "held_receipt": held_receipt,
            "navigation": navigation,
            "law_name": law_name,
            "clock_note": clock_note,
            "unread": unread,
            "province_name": current_app.config["PROVINCE_NAME"],
        }
    )


def recognise() -> None:
    """Who is at the other end: by the cookie session's token (pages). The API reads bearer tokens itself."""
    if request.path.startswith("/api/"):
        return
    g.actor = None
    if request.path.startswith(("/static/", "/healthz")):
        return
    token = session.get("token")
    if token:
        g.actor = accounts.actor_of(db.session, token, now=now())
        if g.actor is None:
            session.pop("token", None)
            g.session_lost = True


def actor() -> Actor | None:
    return g.get("actor")


def navigation() -> list[Item]:
    """The few places this reader goes to."""
    who = None if g.get("broken") else actor()
    places = [
        (gettext("Thủ tục"), "citizen.catalogue"),
        (gettext("Tra cứu hồ sơ"), "citizen.track"),
        (gettext("Kiểm tra văn bản"), "citizen.check"),
        (gettext("Phản ánh, kiến nghị"), "citizen.petitions_page"),
    ]
    if who and who.kind == "applicant":
        places.insert(0, (gettext("Hồ sơ của tôi"), "citizen.my_dossiers"))
    if who and who.posts:
        quay = (
            [(gettext("Quầy một cửa"), "counter.home")] if counters.desks(db.session, who, now=now()) else []
        )
        heads = (
            [(gettext("Cơ quan"), "desk.agency"), (gettext("Phản ánh"), "desk.petitions_list")]
            if agency.led(db.session, who)
            else []
        )
        places = [
            (gettext("Việc cần làm"), "desk.home"),
            *([(gettext("Trình ký"), "desk.tray")] if signs(who) else []),
            *quay,
            *heads,
            (gettext("Hồ sơ"), "desk.dossiers"),
            *places[:1],
        ]
    if who and who.kind == "admin":
        places = [
            (gettext("Thủ tục và phiên bản"), "admin.procedures"),
            (gettext("Sự cố"), "admin.incidents"),
            (gettext("Dấu và chữ ký"), "admin.seals"),
            (gettext("Đối soát"), "money.reconciliation"),
            (gettext("Gửi tin"), "deliveries.log"),
            *places[:1],
        ]
    return [Item(label, url_for(endpoint), _current(endpoint)) for label, endpoint in places]


def signs(who: Actor) -> bool:
    """Does a post of this reader sign or seal steps of any procedure, or slips? (the tray's place in the navigation)"""
    return not permits.signers(db.session).isdisjoint(post.role for post in who.posts)


def unread() -> int:
    """Notices that this reader has not read yet."""
    who = None if g.get("broken") else actor()
    return notices.unread(db.session, who.id) if who else 0


def law_name() -> str:
    if g.get("broken"):
        return ""
    return law.profile_name(db.session, on=local_today())


def clock_note() -> str:
    """In a demo whose clock was moved, every page says what time the system believes it is."""
    moved = not g.get("broken") and offset()
    return (
        gettext("đồng hồ chạy thử: %(at)s", at=now().astimezone(LOCAL).strftime("%H:%M %d/%m/%Y"))
        if moved
        else ""
    )


def _current(endpoint: str) -> bool:
    """A task page belongs to the queues, a dossier's to the dossiers."""
    near = {
        "desk.queue": "desk.home",
        "desk.task": "desk.home",
        "desk.substitutes": "desk.home",
        "desk.me": "desk.home",
        "desk.dossier": "desk.dossiers",
        "desk.share": "desk.agency",
        "desk.below": "desk.agency",
    }
    if request.endpoint and request.endpoint.startswith("counter."):
        return endpoint == "counter.home"
    near |= {
        "citizen.dossier": "citizen.my_dossiers",
        "admin.version": "admin.procedures",
        "admin.seal": "admin.seals",
    }
    near |= {"desk.petition": "desk.petitions_list", "desk.satisfaction": "desk.petitions_list"}
    near |= dict.fromkeys(
        ("citizen.petition", "citizen.petition_track", "citizen.petition_tracked", "citizen.petition_send"),
        "citizen.petitions_page",
    )
    return request.endpoint is not None and near.get(request.endpoint, request.endpoint) == endpoint
