"""What waits: the officer's queues with their counters, and one queue page by page."""

from __future__ import annotations

from flask import abort, g, render_template, request

from assembly.clock import now
from casework import looks
from store.db import db
from store.queries import inbox, people
from web.desk import blueprint
from web.gated import officers


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
    chosen = _filter()
    q = request.args.get("q", "")[:200]
    cursor = request.args.get("cursor")
    found = inbox.page(db.session, g.actor, agency, role, now=now(), chosen=chosen, q=q, cursor=cursor)
    looks.record(db.session, g.actor, "desk/queue", [row["dossier"] for row in found["items"]], now=now())
    return render_template(
        "desk/queue.html",
        queue=inbox.queue(db.session, g.actor, agency, role, now=now()),
        chosen=chosen,
        q=q,
        items=found["items"],
        next=found["next"],
        first_page=cursor is None,
    )


@blueprint.get("/queues/<queue>/counters")
@officers
def counters(queue: str):
    """The counters alone (htmx asks every half minute); `was` is what stood on the page, to say when it is old."""
    agency, role = _held(queue)
    found = inbox.queue(db.session, g.actor, agency, role, now=now())
    was = request.args.get("was", "")
    return render_template(
        "desk/_counters.html", queue=found, chosen=_filter(), live=True, was=was or tally(found)
    )


def tally(queue: dict) -> str:
    """The counters as one short text: differs when there is something new to see."""
    return ".".join(str(queue["counts"][key]) for key in ("open", "new", "offered", "overdue"))


@blueprint.app_template_filter("tally")
def _tally(queue: dict) -> str:
    return tally(queue)


def _filter() -> str:
    chosen = request.args.get("filter", "all")
    return chosen if chosen in inbox.FILTERS else "all"


def _held(queue: str) -> tuple[str, str]:
    agency, _, role = queue.partition(":")
    if not g.actor.holds(agency, role):
        abort(403)
    return agency, role
