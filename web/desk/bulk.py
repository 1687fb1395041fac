"""Many tasks of a queue at once: claim, give out, complete, print, sign. Each one says what became of it."""

from __future__ import annotations

import io

from flask import abort, current_app, g, redirect, render_template, request, send_file, url_for

from assembly.clock import now
from casework import bulk, deskwork, looks, printing
from casework.bulk import Chosen, Outcome
from casework.papers import PAPERS
from engine.rejection import Rejected
from store.db import db
from store.queries import dossiers
from web.desk import blueprint
from web.gated import officers
from web.names import english

PRINTED_AT_ONCE = 50


@blueprint.post("/queues/<queue>/bulk")
@officers
def in_bulk(queue: str):
    """`tasks` are `<id>:<version>`. With `X-Part: 1` only the lines are answered: the page counts them up.

    What ends a step is asked about first: by the page's script, or, as a whole form, by a page of its own (`sure`).
    What is to be signed goes to the tray, ticked there: a signature asks for the PIN.
    """
    chosen = [one for text in request.form.getlist("tasks") if (one := Chosen.parse(text))]
    action = request.form.get("action", "")
    at, by, session = now(), g.actor, db.session
    part = request.headers.get("X-Part") == "1"
    if action == "complete" and chosen and not part and "sure" not in request.form:
        return _sure(queue, chosen)
    if action == "claim":
        told = bulk.claim(session, by, chosen, now=at)
    elif action == "assign":
        told = bulk.assign(session, by, chosen, request.form.get("to", ""), now=at)
    elif action == "complete":
        told = bulk.complete(session, by, chosen, request.form.get("outcome", ""), now=at)
    elif action == "print":
        told = _printable(chosen)
    elif action == "sign":
        return redirect(url_for("desk.tray", task=[one.task_id for one in chosen]))
    else:
        abort(400)
    paper = request.form.get("paper", "05")
    return render_template(
        "desk/_bulk.html" if part else "desk/bulk.html",
        told=told,
        queue=queue,
        action=action,
        paper=paper,
        done=[one for one in told if one.rejected is None],
        printing=url_for(
            "desk.print_papers", paper=paper, code=[one.dossier for one in told if one.rejected is None]
        )
        if action == "print"
        else None,
    )


@blueprint.get("/print/<paper>")
@officers
def print_papers(paper: str):
    """One PDF of a statutory paper of several dossiers (`?code=`, repeated); those without it are left out."""
    printed = []
    import pikepdf  # 15 MB that most web processes never need

    together = pikepdf.new()
    for code in request.args.getlist("code")[:PRINTED_AT_ONCE]:
        row = dossiers.one(db.session, g.actor, code, now=now())
        if isinstance(row, Rejected):
            continue
        content = printing.of_dossier(
            db.session, row, paper, public_url=current_app.config["SETTINGS"].public_url, now=now()
        )
        if isinstance(content, bytes):
            with pikepdf.open(io.BytesIO(content)) as one:
                together.pages.extend(one.pages)
            printed.append(code)
    looks.record(db.session, g.actor, f"print/{paper}", printed, now=now())
    if not together.pages:
        abort(404)
    written = io.BytesIO()
    together.save(written)
    written.seek(0)
    return send_file(written, mimetype="application/pdf", download_name=f"mau-{paper}.pdf")


def _sure(queue: str, chosen: list[Chosen]) -> str:
    """Which tasks would end with which outcome; nothing is done yet."""
    found = (deskwork.task(db.session, g.actor, one.task_id, now=now()) for one in chosen[: bulk.MOST])
    rows = [row for row in found if not isinstance(row, Rejected)]
    looks.record(db.session, g.actor, "desk/bulk", [row["dossier"] for row in rows], now=now())
    wanted = request.form.get("outcome", "")
    labels = {one["code"]: one["en"] if english() else one["vi"] for row in rows for one in row["outcomes"]}
    return render_template(
        "desk/bulk_sure.html",
        queue=queue,
        chosen=request.form.getlist("tasks"),
        rows=rows,
        outcome=labels.get(wanted, wanted),
    )


def _printable(chosen: list[Chosen]) -> list[Outcome]:
    """Which of the dossiers have the paper: nothing is left out unsaid."""
    paper, told = request.form.get("paper", "05"), []
    for one in chosen[:PRINTED_AT_ONCE]:
        row = deskwork.task(db.session, g.actor, one.task_id, now=now())
        if isinstance(row, Rejected):
            told.append(Outcome(one.task_id, "", "", row))
            continue
        issued = {found["code"] for found in (row["dossier_detail"] or {}).get("papers", ())} | {"05"}
        refused = None if paper in issued and paper in PAPERS else printing.NOT_ISSUED
        told.append(
            Outcome(one.task_id, row["dossier"], row["step"]["name"], refused, row["procedure"]["code"])
        )
    return told
