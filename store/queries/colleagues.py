"""What officers of a step said to each other: opinions, delegation, notes; and who stands in for whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.queries import people


def opinions(session: Session, task_id: int) -> list[dict[str, Any]]:
    """What was asked while a step went on, oldest first; `state` < 2 still waits, 3 was taken back."""
    return _rows(
        session,
        """
        select t.id, t.agency, a.name as agency_name, t.role, r.name as role_name, t.state, t.opened_at as asked_at,
               t.due_at, t.ended_at, t.silent, t.assignee_name, e.name as answered_by_name,
               q.body ->> 'text' as question, w.body ->> 'text' as answer
        from task t
        left join agency a on a.code = t.agency left join role r on r.code = t.role
        left join account e on e.username = t.ended_by
        left join answers q on q.dossier_id = t.dossier_id and q.digest = t.asked
        left join answers w on w.dossier_id = t.dossier_id and w.digest = t.digest
        where t.dossier_id = :dossier and t.from_task = :task and t.kind = 'opinion' order by t.id
        """,
        task=task_id,
        dossier=task_id >> 20,
    )


def asking(session: Session, task_id: int) -> bool:
    """Does a question of this step still wait for its answer?"""
    return any(one["state"] < 2 for one in opinions(session, task_id))


def opinion(session: Session, task_id: int) -> dict[str, Any] | None:
    """One question as the unit that was asked sees it."""
    found = _rows(
        session,
        """
        select q.body ->> 'text' as question, w.body ->> 'text' as answer, b.name as asked_by_name,
               f.agency as asking_agency, a.name as asking_agency_name, t.from_task, t.silent
        from task t join task f on f.id = t.from_task
        left join agency a on a.code = f.agency left join account b on b.username = t.asked_by
        left join answers q on q.dossier_id = t.dossier_id and q.digest = t.asked
        left join answers w on w.dossier_id = t.dossier_id and w.digest = t.digest
        where t.id = :task and t.kind = 'opinion'
        """,
        task=task_id,
    )
    return found[0] if found else None


def delegation(session: Session, task_id: int) -> dict[str, Any] | None:
    """Who owns a delegated task, and what was said when it last changed hands; None: never delegated."""
    found = _rows(
        session,
        """
        select t.owner, o.name as owner_name, t.assignee, w.body ->> 'text' as words
        from task t left join account o on o.username = t.owner
        left join answers w on w.dossier_id = t.dossier_id and w.digest = t.delegated
        where t.id = :task and (t.owner is not null or t.delegated is not null)
        """,
        task=task_id,
    )
    return found[0] if found else None


def notes(session: Session, dossier_id: int, agencies: Collection[str]) -> list[dict[str, Any]]:
    """The internal notes of these agencies on a dossier, newest first; the words of an erased one are None."""
    return _rows(
        session,
        """
        select n.seq, n.agency, g.name as agency_name, n.written_at, n.written_by, a.name as by_name,
               w.body ->> 'text' as words
        from note n left join account a on a.username = n.written_by left join agency g on g.code = n.agency
        left join answers w on w.dossier_id = n.dossier_id and w.digest = n.digest
        where n.dossier_id = :dossier and n.agency = any(:agencies) order by n.seq desc
        """,
        dossier=dossier_id,
        agencies=sorted(agencies),
    )


def queues_to_ask(session: Session, near: str, on: date, *, everywhere: bool = False) -> list[dict[str, Any]]:
    """Queues where somebody works, by agency: of the same family (parent, sisters, daughters) unless `everywhere`."""
    return _rows(
        session,
        f"""
        select a.code as agency, a.name as agency_name, r.code as role, r.name as role_name
        from {people.HELD} p join agency a on a.code = p.agency join role r on r.code = p.role
        cross join (select code, parent from agency where code = :near) here
        where a.active and (:everywhere or a.code in (here.code, here.parent) or a.parent in (here.code, here.parent))
        group by a.code, a.name, a.sort_key, r.code, r.name
        order by (a.code = :near), a.sort_key, r.name
        """,  # noqa: S608 (constants)
        near=near,
        today=on,
        everywhere=everywhere,
    )


def substitutions(session: Session, account: str, agencies: Collection[str]) -> list[dict[str, Any]]:
    """Substitutions that concern the account, or lie in these agencies: present, to come and of the last month."""
    return _rows(
        session,
        """
        select s.id, s.absent, x.name as absent_name, s.substitute, y.name as substitute_name, s.agency,
               g.name as agency_name, s.role, r.name as role_name, s.from_on, s.to_on, s.ended_at, s.made_by
        from substitution s join account x on x.username = s.absent join account y on y.username = s.substitute
        join agency g on g.code = s.agency join role r on r.code = s.role
        where (s.absent = :account or s.substitute = :account or s.agency = any(:agencies))
        order by s.to_on desc, s.id desc limit 50
        """,
        account=account,
        agencies=sorted(agencies),
    )


def posts_of(session: Session, agencies: Collection[str], on: date) -> list[dict[str, Any]]:
    """Posts held today at these agencies, by name: whose work may be given to a substitute."""
    return _rows(
        session,
        """
        select p.account, a.name, p.agency, g.name as agency_name, p.role, r.name as role_name
        from post p join account a on a.username = p.account and a.active
        join agency g on g.code = p.agency join role r on r.code = p.role
        where p.agency = any(:agencies) and p.held_from <= :today and (p.held_to is null or p.held_to >= :today)
        order by a.sort_key, r.name
        """,
        agencies=sorted(agencies),
        today=on,
    )


def _rows(session: Session, statement: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(text(statement), values).mappings()]
