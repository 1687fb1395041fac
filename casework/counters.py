"""The one-stop counter: whose counter it is, who stands before it, filing and receiving in one go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from casework import deskwork, gate, looks, reference
from casework.accepted import Accepted
from engine import commands
from engine.actor import Actor
from engine.rejection import Problem, Rejected
from engine.worktime import Calendar
from store.queries import counter, dossiers
from store.tables import account, walk_in
from store.tables.work import task_key

CONTACT = ("name", "id_number", "phone", "email", "address")
KINDS = ("citizen", "business", "organisation")


def desks(session: Session, actor: Actor, *, now: datetime) -> list[str]:
    """Agencies at whose one-stop counter the actor works, in the order of the posts."""
    role = dispatcher(session, now=now)
    return list(dict.fromkeys(post.agency for post in actor.posts if post.role == role))


def dispatcher(session: Session, *, now: datetime) -> str:
    """The role of who works at a counter, by the law in force."""
    return reference.load(session, now).facts.law.dispatcher_role


def minutes_left(calendar: Calendar, due_at: datetime | None, *, now: datetime) -> int | None:
    """Working minutes until a limit; negative once it has passed, None without a limit.

    Reception of what came online is counted in working hours (NĐ 45/2020, the law profile's `reception_limit`).
    """
    if due_at is None:
        return None
    if due_at < now:
        return min(-1, -calendar.working_minutes(due_at, now))
    return calendar.working_minutes(now, due_at)


def find_person(
    session: Session, actor: Actor, agencies: list[str], id_number: str, *, named: str = "", now: datetime
) -> dict[str, str] | None:
    """Who is known under this identifier: from the newest dossier of these counters, else from an account that is theirs
    (as `store_owner`; `named`: the user name they tell).

    Adds `source`: the dossier's code, or "" for an account. Every find leaves a row in the look log.
    """
    wanted = re.sub(r"[ .]", "", id_number)
    if not wanted:
        return None
    before = counter.met(session, agencies, wanted)
    if before is not None:
        looks.record(session, actor, "counter/person", [before["code"]], now=now)
        person = before["applicant"]
        return {name: str(person.get(name) or "") for name in (*CONTACT, "kind")} | {"source": before["code"]}
    known = counter.account(session, wanted, named)
    if known is None:
        return None
    looks.record(session, actor, "counter/account", [known["username"]], now=now)
    kind = "business" if known["kind"] == "business" else "citizen"
    return {name: known[name] or "" for name in CONTACT} | {"kind": kind, "source": ""}


def store_owner(session: Session, person: Mapping[str, str]) -> Actor | None:
    """The account of somebody who stands at the counter, found by identifier (and by the user name they tell, where no
    identity provider vouches for it): it follows the dossier, and papers of its e-store may be reused."""
    known = counter.account(session, person.get("id_number", ""), person.get("account") or "")
    return Actor(known["username"], "applicant", known["name"]) if known else None


def check_person(
    given: Mapping[str, str], prefix: str = "", who: tuple[str, str] = ("người nộp hồ sơ", "applicant")
) -> list[Problem]:
    """What is missing or wrong with a person written down at the counter; `prefix` goes before the names of fields.

    Identifier: 12 digits, or 9 of an old identity card; a business has a tax code of 10 or 13 digits.
    """
    found = []

    def wrong(field: str, code: str, vi: str, en: str) -> None:
        found.append(Problem(prefix + field, code, vi, en))

    if not given.get("name"):
        wrong("name", "required", f"Chưa ghi họ tên {who[0]}.", f"The name of the {who[1]} is missing.")
    digits = re.sub(r"[ .-]", "", given.get("id_number", ""))
    if given.get("kind", "citizen") == "citizen":
        if not re.fullmatch(r"\d{9}|\d{12}", digits):
            vi = "Số định danh gồm 12 chữ số (hoặc 9 chữ số của chứng minh nhân dân cũ)."
            wrong("id_number", "pattern", vi, "An identity number has 12 digits (or 9, old cards).")
    elif not re.fullmatch(r"\d{10}|\d{13}", digits):
        wrong("id_number", "pattern", "Mã số thuế gồm 10 hoặc 13 chữ số.", "A tax code has 10 or 13 digits.")
    phone = re.sub(r"[ .]", "", given.get("phone", ""))
    if phone and not re.fullmatch(r"\+?\d{9,14}", phone):
        wrong("phone", "pattern", "Số điện thoại không đúng.", "This is not a phone number.")
    email = given.get("email", "")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        wrong("email", "pattern", "Địa chỉ thư điện tử không đúng.", "This is not an e-mail address.")
    return found


def told_by_name(session: Session, person: Mapping[str, str]) -> bool:
    """Is there an account under this number that is theirs only if they tell its user name?"""
    number = person.get("id_number", "")
    return counter.account(session, number) is None and counter.registered(session, number)


def check_account(session: Session, given: Mapping[str, str]) -> list[Problem]:
    """A user name that is told must be of an account under the same number."""
    if not given.get("account") or store_owner(session, given):
        return []
    vi = "Không có tài khoản tên này với số định danh đã ghi. Hỏi lại người nộp, hoặc để trống."
    en = "Expected the user name of an account under this number: ask again, or leave it empty."
    return [Problem("account", "mismatch", vi, en)]


def walk_in_of(session: Session, dossier_id: int) -> dict[str, object] | None:
    """Who filed a dossier at the counter for somebody: {officer, officer_name, assisted, at}."""
    row = session.execute(
        select(walk_in.c.officer, account.c.name.label("officer_name"), walk_in.c.assisted, walk_in.c.at)
        .join(account, account.c.username == walk_in.c.officer)
        .where(walk_in.c.dossier_id == dossier_id)
    ).mappings()
    found = row.first()
    return dict(found) if found else None


def note_walk_in(session: Session, actor: Actor, dossier_id: int, assisted: bool, *, now: datetime) -> None:
    """Keep that this dossier was filed for somebody at the counter, and whether the officer typed it in; the caller commits."""
    session.execute(
        insert(walk_in).values(dossier_id=dossier_id, officer=actor.id, assisted=assisted, at=now)
    )


def receive(
    session: Session, actor: Actor, dossier_code: str, answers: Mapping[str, object], *, now: datetime
) -> Accepted | Rejected:
    """Take the open reception step of a dossier and complete it with its accepting outcome.

    Rejected with `unknown_task` if the dossier has no reception open at the actor's counter.
    """
    dossier_id = dossiers.ids(session, dossier_code)
    waiting = dossiers.tasks(session, dossier_id) if dossier_id is not None else []
    mine = [
        task
        for task in waiting
        if task["step"]["kind"] == "receive" and actor.holds(task["agency"], task["role"])
    ]
    if not mine:
        return deskwork.UNKNOWN
    task = deskwork.task(session, actor, mine[0]["id"], now=now, brief=True)
    if isinstance(task, Rejected):
        return task
    outcome = accepting([one["code"] for one in task["outcomes"]])
    order = commands.CompleteTask(actor, task_key(task["id"])[1], outcome, answers)
    return complete(session, task, order, now=now)


def complete(
    session: Session,
    task: Mapping[str, Any],
    order: commands.CompleteTask,
    *first: commands.Command,
    seen_version: int | None = None,
    now: datetime,
) -> Accepted | Rejected:
    """Claim a task (of casework.deskwork), unless it is in the actor's hands already, and complete it, after the orders that
    go `first`: in one commit. `seen_version` is held against the claim, else the completion."""
    if task["assignee"] != order.by.id:
        first = (*first, commands.ClaimTask(order.by, order.task_no, seen_version))
    else:
        order = replace(order, seen_version=seen_version)
    return gate.handle(session, task["dossier"], *first, order, now=now)


def accepting(outcomes: list[str]) -> str:
    """The outcome that receives a dossier: `accept`, else the first (docs/dialect.md §4)."""
    return "accept" if "accept" in outcomes else outcomes[0]
