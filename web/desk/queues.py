"""What waits: the officer's queues with their counters, and one queue page by page."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext

from assembly.clock import now
from casework import deskwork, looks, permits
from engine.local import local_day
from store.db import db
from store.queries import inbox, people, views
from web.desk import blueprint
from web.gated import officers
from web.names import english
from web.show import PAPER_NAMES


@blueprint.get("/")
@officers
def home():
    mine = inbox.mine(db.session, g.actor, now=now())
    looks.record(db.session, g.actor, "desk/home", [row["dossier"] for row in mine], now=now())
    return render_template("desk/home.html", queues=_queues(), mine=mine)


def _queues() -> list[dict]:
    """The actor's queues, each with the names of those whose post there the actor fills meanwhile."""
    names = people.account_names(db.session, {post.instead_of for post in g.actor.posts if post.instead_of})
    return [
        queue
        | {
            "instead_of": [
                names[post.instead_of]
                for post in g.actor.posts
                if post.instead_of and queue["queue"] == f"{post.agency}:{post.role}"
            ]
        }
        for queue in inbox.queues(db.session, g.actor, now=now())
    ]


@blueprint.get("/queues/<queue>")
@officers
def queue(queue: str):
    agency, role = _held(queue)
    view, at = _view(), now()
    cursor = request.args.get("cursor")
    found = inbox.page(
        db.session,
        g.actor,
        agency,
        role,
        now=at,
        chosen=view["filter"],
        q=view["q"],
        procedure=view["procedure"],
        cursor=cursor,
    )
    looks.record(db.session, g.actor, "desk/queue", [row["dossier"] for row in found["items"]], now=at)
    heads = any(
        post.agency == agency and post.role in permits.assigners(db.session) for post in g.actor.posts
    )
    return render_template(
        "desk/queue.html",
        queue=inbox.queue(db.session, g.actor, agency, role, now=at),
        chosen=view["filter"],
        q=view["q"],
        view=view,
        kept=_kept(view),
        views=views.of(db.session, g.actor.id, queue, local_day(at)),
        procedures=inbox.procedures(db.session, agency, role),
        columns=COLUMNS,
        papers=PAPER_NAMES,
        outcomes=[
            {"code": one["code"], "label": one["en"] if english() else one["vi"]}
            for one in deskwork.common_outcomes(db.session, found["items"])
        ],
        assignable=inbox.colleagues(db.session, agency, role, now=at) if heads else [],
        items=found["items"],
        next=found["next"],
        first_page=cursor is None,
    )


# Columns that a reader may choose beside the dossier and the work: key -> heading.
COLUMNS: dict[str, LazyString] = {
    "applicant": lazy_gettext("Người nộp"),
    "due": lazy_gettext("Hạn của bước"),
    "promised": lazy_gettext("Hẹn trả"),
    "opened": lazy_gettext("Đến lúc"),
    "sender": lazy_gettext("Nơi chuyển"),
    "holder": lazy_gettext("Người giữ"),
}
USUAL = ("applicant", "due", "promised", "holder")


def _view() -> dict:
    """What the address says of filters and columns; of columns it may say nothing."""
    wanted = [name for name in request.args.getlist("columns") if name in COLUMNS]
    return {
        "filter": _filter(),
        "q": request.args.get("q", "")[:200],
        "procedure": request.args.get("procedure", "")[:20],
        "columns": wanted or list(USUAL),
    }


def _kept(view: dict) -> dict:
    """The view as arguments of an address, without what is usual anyway."""
    usual = {"filter": "all", "q": "", "procedure": "", "columns": list(USUAL)}
    return {name: value for name, value in view.items() if value != usual[name]}


@blueprint.post("/queues/<queue>/views")
@officers
def save_view(queue: str):
    """Keep the present filters and columns under a name."""
    _held(queue)
    name = _view_name()
    query = request.form.get("query", "")[:500]
    if not name:
        flash(gettext("Phải đặt tên cho bộ lọc."), "danger")
    elif views.save(db.session, g.actor.id, queue, name, query):
        flash(gettext("Đã lưu bộ lọc “%(name)s”.", name=name))
    else:
        flash(gettext("Đã có %(n)s bộ lọc: xóa bớt rồi lưu tiếp.", n=views.MOST), "danger")
    return redirect(f"{url_for('desk.queue', queue=queue)}?{query}")


@blueprint.post("/queues/<queue>/views/<int:number>")
@officers
def change_view(queue: str, number: int):
    """One's own view: `do=forget` removes it, else it takes the name given, shared with the queue or not."""
    _held(queue)
    name = _view_name()
    if request.form.get("do") == "forget":
        views.forget(db.session, g.actor.id, number)
        flash(gettext("Đã xóa bộ lọc."))
    elif not name:
        flash(gettext("Phải đặt tên cho bộ lọc."), "danger")
    else:
        said = {
            "saved": gettext("Đã lưu bộ lọc “%(name)s”.", name=name),
            "name_taken": gettext("Bạn đã có bộ lọc khác tên “%(name)s”.", name=name),
            "searches": gettext(
                "Bộ lọc có từ tìm kiếm (có thể là tên người) nên không chia sẻ được. Hãy bỏ từ tìm rồi lưu lại."
            ),
        }
        done = views.change(db.session, g.actor.id, number, name, "shared" in request.form)
        flash(said[done], "message" if done == "saved" else "danger")
    return redirect(url_for("desk.queue", queue=queue))


def _view_name() -> str:
    return " ".join(request.form.get("name", "").split())[:60]


@blueprint.get("/queues/<queue>/counters")
@officers
def counters(queue: str):
    """The counters alone (htmx asks every half minute while the page is seen); 204 if they are those `shown`.

    `was` is what stood on the page when it came, to say when it is old.
    """
    agency, role = _held(queue)
    found = inbox.queue(db.session, g.actor, agency, role, now=now())
    if request.args.get("shown") == counted(found):
        return "", 204
    was = request.args.get("was", "")
    return render_template(
        "desk/_counters.html",
        queue=found,
        chosen=_filter(),
        live=True,
        was=was or tally(found),
        home="home" in request.args,
    )


def tally(queue: dict) -> str:
    """The counters as one short text: differs when there is something new to see."""
    return ".".join(str(queue["counts"][key]) for key in ("open", "new", "offered", "overdue"))


@blueprint.app_template_filter("counted")
def counted(queue: dict) -> str:
    """Every counter, as one short text."""
    return ".".join(str(number) for number in queue["counts"].values())


@blueprint.app_template_filter("tally")
def _tally(queue: dict) -> str:
    return tally(queue)


@blueprint.app_template_filter("querystring")
def _querystring(arguments: dict) -> str:
    return urlencode(arguments, doseq=True)


def _filter() -> str:
    chosen = request.args.get("filter", "all")
    return chosen if chosen in inbox.FILTERS else "all"


def _held(queue: str) -> tuple[str, str]:
    agency, _, role = queue.partition(":")
    if not g.actor.holds(agency, role):
        abort(403)
    return agency, role
