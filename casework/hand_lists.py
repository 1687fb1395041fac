"""Paper handed from a counter to the units that work on it: one list a queue, made by one press, taken by one press.

The electronic dossier moved with its task; the paper follows within a working day (TT 03/2018, quy chế một cửa) and is
signed for by both sides. What is on the list but not in the folder is named by who receives it and waits at the counter
again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Session

from casework import notices, reference
from casework.documents.content import PLACE
from casework.papers import PaperFailed, render
from engine.actor import Actor
from engine.local import LOCAL, local_day
from engine.rejection import Problem, Rejected
from store.queries import people
from store.tables import hand_over_line, hand_over_list
from store.tables.work import task_key

LOOK_BACK = timedelta(days=30)
NOTHING = Rejected(
    "nothing_to_hand_over", "Không còn hồ sơ nào chờ bàn giao.", "No dossier waits to be handed over."
)
UNKNOWN_LIST = Rejected(
    "unknown_list", "Không có danh sách bàn giao này cho bạn.", "There is no such list for you."
)


def waiting(session: Session, agencies: Collection[str], *, now: datetime) -> list[dict[str, Any]]:
    """What counters have passed on and not yet handed over on paper, by receiving queue: {agency, to_agency, to_name,
    to_role, role_name, lines[{task_id, dossier_id, code, procedure, applicant, papers, pages, due_at, missed}]}.

    What lately did not come with a list waits whatever became of its step: a unit that worked from the files still gets
    its paper. `missed`: {number, day} of that list.
    """
    role = reference.load(session, now).facts.law.dispatcher_role
    rows = session.execute(
        text("""
        with missed as (
            select distinct on (l.agency, m) l.agency, m as task_id, l.number, l.day
            from hand_over_list l cross join unnest(l.missing) m
            where l.agency = any(:agencies) and l.missing <> '{}' and l.taken_at >= :since
            order by l.agency, m, l.id desc
        ), lately as (
            select id from dossier where agency = any(:agencies) and not closed and received_at >= :since
            union all
            select id from dossier
            where via = any(:agencies) and agency <> all(:agencies) and not closed and received_at >= :since
        ), passed_on as (
            select f.agency, t.id as task_id from lately d
            join task t on t.dossier_id = d.id and t.state < 2 and t.role not in ('applicant', :role)
            join task f on f.id = t.from_task and f.role = :role and f.agency = any(:agencies)
            union
            select agency, task_id from missed
        )
        select w.agency, t.agency as to_agency, a.name as to_name, t.role as to_role, r.name as role_name,
               t.id as task_id, d.id as dossier_id, d.code, d.procedure_code, p.name as procedure,
               d.applicant_name as applicant, d.due_at, g.papers, g.pages,
               case when m.task_id is not null
                    then jsonb_build_object('number', m.number, 'day', to_char(m.day, 'YYMMDD')) end as missed
        from passed_on w
        join task t on t.id = w.task_id join dossier d on d.id = t.dossier_id
        join procedure p on p.code = d.procedure_code join agency a on a.code = t.agency join role r on r.code = t.role
        left join missed m on m.agency = w.agency and m.task_id = w.task_id
        cross join lateral (
            select coalesce(sum(originals + certified + copies), 0) as papers, coalesce(sum(pages), 0) as pages
            from component_given where dossier_id = d.id) g
        where g.papers > 0 and not exists (select 1 from hand_over_line l where l.task_id = w.task_id)
        order by w.agency, t.agency, t.role, d.received_at, t.id
        """),
        {"agencies": sorted(agencies), "role": role, "since": now - LOOK_BACK},
    ).mappings()
    keys = ("agency", "to_agency", "to_name", "to_role", "role_name")
    groups = groupby((dict(row) for row in rows), key=lambda row: tuple(row[key] for key in keys))
    return [dict(zip(keys, key, strict=True)) | {"lines": list(lines)} for key, lines in groups]


def hand_over(
    session: Session, actor: Actor, agencies: Collection[str], *, now: datetime
) -> list[int] | Rejected:
    """Make a list for every queue that something waits for; commits. Two officers who press at once: the second finds
    nothing left. Answers the ids of the lists."""
    for agency in sorted(agencies):
        session.execute(text("select pg_advisory_xact_lock(hashtext(:key))"), {"key": f"hand_list:{agency}"})
    made = []
    for group in waiting(session, agencies, now=now):
        list_id = _list(session, actor, group, now)
        session.execute(
            insert(hand_over_line),
            [
                {"task_id": line["task_id"], "list_id": list_id, "dossier_id": line["dossier_id"]}
                for line in group["lines"]
            ],
        )
        made.append(list_id)
    session.commit()
    return made or NOTHING


def take(
    session: Session, actor: Actor, list_id: int, missing: Collection[str] = (), *, now: datetime
) -> Rejected | None:
    """An officer of the receiving queue has got the paper on the list, but for the dossiers (codes) named as `missing`; commits.

    What is missing waits at its counter to be handed over anew, and the counter is told of each dossier. A repeat changes
    nothing.
    """
    session.execute(text("select from hand_over_list where id = :id for update"), {"id": list_id})
    row = one(session, list_id)
    if row is None or not actor.holds(row["to_agency"], row["to_role"]):
        session.rollback()
        return UNKNOWN_LIST
    if row["taken_at"]:
        session.rollback()
        return None
    if strange := sorted(set(missing) - {line["code"] for line in row["lines"]}):
        session.rollback()
        return _not_on_the_list(strange)
    gone = [line["task_id"] for line in row["lines"] if line["code"] in missing]
    session.execute(
        text("update hand_over_list set taken_by = :by, taken_at = :now, missing = :gone where id = :id"),
        {"by": actor.id, "now": now, "gone": gone, "id": list_id},
    )
    if gone:
        session.execute(delete(hand_over_line).where(hand_over_line.c.task_id.in_(gone)))
        role = reference.load(session, now).facts.law.dispatcher_role
        for dossier_id in sorted({task_key(task_id)[0] for task_id in gone}):
            notices.tell_officers(
                session, row["agency"], role, "paper_missing", "/quay/ban-giao", now, dossier_id=dossier_id
            )
    session.commit()
    return None


def made(session: Session, agencies: Collection[str], *, limit: int = 50) -> list[dict[str, Any]]:
    """The lists of these counters, newest first."""
    return _lists(session, "l.agency = any(:agencies)", {"agencies": sorted(agencies)}, limit)


def coming(session: Session, actor: Actor, *, limit: int = 50) -> list[dict[str, Any]]:
    """The lists for the actor's queues: what is still to be taken first."""
    queues = sorted({f"{post.agency}:{post.role}" for post in actor.posts})
    return _lists(session, "l.to_agency || ':' || l.to_role = any(:queues)", {"queues": queues}, limit)


def one(session: Session, list_id: int) -> dict[str, Any] | None:
    """One list with its lines as it was made, `missed` where the paper did not come; None if there is none."""
    found = _lists(session, "l.id = :id", {"id": list_id}, 1)
    if not found:
        return None
    rows = session.execute(
        text("""
        select l.task_id, l.missed, d.code, d.procedure_code, p.name as procedure, d.applicant_name as applicant, d.due_at,
               g.papers, g.pages
        from (
            select task_id, false as missed from hand_over_line where list_id = :id
            union all
            select unnest(missing), true from hand_over_list where id = :id
        ) l join dossier d on d.id = l.task_id >> 20 join procedure p on p.code = d.procedure_code
        cross join lateral (
            select coalesce(sum(originals + certified + copies), 0) as papers, coalesce(sum(pages), 0) as pages
            from component_given where dossier_id = d.id) g
        order by d.received_at, l.task_id
        """),
        {"id": list_id},
    ).mappings()
    return found[0] | {"lines": [dict(row) for row in rows]}


def pdf(session: Session, row: Mapping[str, Any]) -> bytes | Rejected:
    """The list on paper, with room for both signatures and the names of those who pressed."""
    names = people.agency_names(session)
    here = names.get(row["agency"], row["agency"])
    place = PLACE.fullmatch(here)
    data = {
        "agency": {"name": here},
        "number": f"{row['number']:02d}/{row['day']:%y%m%d}",
        "place": place[1] if place else "",
        "date": row["day"].isoformat(),
        "to": f"{row['role_name']}, {row['to_name']}",
        "giver": row["made_by_name"],
        "given_at": _local(row["made_at"]),
        "taker": row["taken_by_name"] or "",
        "taken_at": _local(row["taken_at"]),
        "dossiers": [_line(line) for line in row["lines"]],
        "missing": row["missing"],
    }
    try:
        return render("ban_giao", data)
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được danh sách: {failed.sentence}", failed.sentence)


def _not_on_the_list(codes: Sequence[str]) -> Rejected:
    listed = ", ".join(codes)
    problem = Problem(
        "missing",
        "unknown",
        f"Không có hồ sơ {listed} trong danh sách.",
        f"Expected dossiers of the list, not {listed}.",
    )
    return Rejected("answers_invalid", problem.vi, problem.en, problems=(problem,))


def _list(session: Session, actor: Actor, group: Mapping[str, Any], now: datetime) -> int:
    day: date = local_day(now)
    number = session.scalar(
        text("select coalesce(max(number), 0) + 1 from hand_over_list where agency = :agency and day = :day"),
        {"agency": group["agency"], "day": day},
    )
    row = {key: group[key] for key in ("agency", "to_agency", "to_role")}
    new = insert(hand_over_list).values(**row, day=day, number=number, made_by=actor.id, made_at=now)
    return int(session.execute(new.returning(hand_over_list.c.id)).scalar_one())


def _lists(session: Session, where: str, values: Mapping[str, object], limit: int) -> list[dict[str, Any]]:
    rows = session.execute(
        text(f"""
        select l.*, a.name as to_name, r.name as role_name, m.name as made_by_name, k.name as taken_by_name,
               (select count(*) from hand_over_line n where n.list_id = l.id) + cardinality(l.missing) as dossiers,
               array(select distinct d.code from unnest(l.missing) m join dossier d on d.id = m >> 20 order by 1) as missing
        from hand_over_list l join agency a on a.code = l.to_agency join role r on r.code = l.to_role
        join account m on m.username = l.made_by left join account k on k.username = l.taken_by
        where {where} order by l.taken_at is not null, l.id desc limit :limit
        """),  # noqa: S608 (the condition is a constant of this module)
        {**values, "limit": limit},
    ).mappings()
    return [dict(row) for row in rows]


def _line(line: Mapping[str, Any]) -> dict[str, object]:
    return {
        "code": line["code"],
        "procedure": line["procedure"],
        "applicant": line["applicant"],
        "papers": int(line["papers"]),
        "pages": int(line["pages"]),
        "due_at": _local(line["due_at"]),
    }


def _local(at: datetime | None) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M") if at else ""


def codes(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The dossiers on lists or groups, for the look log."""
    return [line["code"] for row in rows for line in row.get("lines", ())]
