"""Open and done work: tasks in queues, hand-overs between agencies, timers and awaited messages."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.metadata import Moment, metadata, text

# `task.state`. Everything below 2 is live; queries write the number literally, or the partial index is lost.
OFFERED, REFUSED, OPEN, CLAIMED, DONE, CANCELLED = -2, -1, 0, 1, 2, 3
STATES = {
    "offered": OFFERED,
    "refused": REFUSED,
    "open": OPEN,
    "claimed": CLAIMED,
    "done": DONE,
    "cancelled": CANCELLED,
}
STATE_NAMES = {number: name for name, number in STATES.items()}

TASK_NUMBERS = 2**20  # task.id = dossier.id * 2**20 + task number in the dossier


def task_id(dossier_id: int, task_no: int) -> int:
    """The public id of a dossier's task."""
    return dossier_id * TASK_NUMBERS + task_no


def task_key(id: int) -> tuple[int, int]:
    """(dossier id, task number) of a public task id."""
    return divmod(id, TASK_NUMBERS)


task = Table(
    "task",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False),
    Column("procedure_code", Text),  # null: opened by a release before 0028, or done before it
    text("token_id"),
    text("element_id"),
    text("kind"),
    text("agency"),  # "" for the applicant's own tasks
    text("role"),
    Column("state", SmallInteger, nullable=False),
    Column("assignee", Text),
    text("assignee_name", ""),
    Column("opened_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("sort_at", Moment, nullable=False),  # due_at, or the year 9999: a keyset has no nulls
    Column("offered_by", Text),  # agency that handed it over
    Column("from_task", BigInteger),
    Column("item", JSONB),
    Column("loop_index", Integer),
    Column("version", Integer, nullable=False),
    Column("ended_at", Moment),
    Column("ended_by", Text),
    Column("outcome", Text),
    Column("silent", Boolean, nullable=False, server_default="false"),
    Column("digest", Text),  # answers row of its e-form
    text("note", ""),
    Column("asked", Text),  # answers row of an opinion's question
    Column("asked_by", Text),  # account
    Column("owner", Text),  # account that delegated it and gets it back
    Column("delegated", Text),  # answers row of what was said with the delegation or the handing back
    # The inbox: 0.06 ms at 10 million rows. Ordered by due date over all live states, so that one scan of a queue
    # serves every filter; counts are answered from the index alone.
    Index(
        "ix_task_queue",
        "agency",
        "role",
        "sort_at",
        "id",
        postgresql_where=sql("state < 2"),
        postgresql_include=["state", "assignee", "opened_at"],
    ),
    # A queue's procedures and an agency's work by step, from the index alone.
    Index(
        "ix_task_procedure",
        "agency",
        "procedure_code",
        "role",
        "element_id",
        postgresql_where=sql("state < 2"),
        postgresql_include=["sort_at", "assignee"],
    ),
    # What waits at a counter, and for a signature or a seal.
    Index(
        "ix_task_waiting",
        "agency",
        "kind",
        "opened_at",
        "id",
        postgresql_where=sql("state < 2 and kind in ('receive', 'return_result')"),
    ),
    Index(
        "ix_task_to_sign",
        "agency",
        "role",
        "sort_at",
        "id",
        postgresql_where=sql("state < 2 and kind in ('sign', 'stamp')"),
    ),
    Index("ix_task_mine", "assignee", "sort_at", "id", postgresql_where=sql("state < 2")),
    Index(None, "dossier_id"),
    Index("ix_task_done", "ended_by", "ended_at", postgresql_where=sql("state = 2")),  # one's own figures
    postgresql_with={"fillfactor": "80"},
)

# One row a crossing between agencies: the ledger behind Mẫu 05.
hand_over = Table(
    "hand_over",
    metadata,
    Column("task_id", BigInteger, primary_key=True),
    Column("seq", Integer, primary_key=True),  # the dossier's command that handed it over
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False),
    text("element_id"),
    text("from_agency"),
    text("to_agency"),
    text("handed_by", ""),  # account that completed the step before
    Column("handed_at", Moment, nullable=False),
    Column("accepted_at", Moment),
    Column("accepted_by", Text),
    Column("refused_at", Moment),
    Column("refused_by", Text),
    text("reason", ""),
    Column("ended_at", Moment),  # step done, refused or taken back; a task has one hand-over without it
    Column("due_at", Moment),  # of the step handed over
    Index(None, "dossier_id", "seq"),
    Index("ix_hand_over_to", "to_agency", "handed_at"),
)

# Notes of an agency's officers to each other: the words stand in `answers`, erasable.
note = Table(
    "note",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    text("agency"),
    text("written_by"),
    Column("written_at", Moment, nullable=False),
    text("digest"),
)

timer = Table(
    "timer",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("timer_id", Text, primary_key=True),
    text("element_id"),
    Column("due_at", Moment, nullable=False, index=True),
    Column("tried_at", Moment),  # a firing that was rejected waits before it is tried again
)

message_wait = Table(
    "message_wait",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("subscription_id", Text, primary_key=True),
    text("name"),
    Column("correlation", JSONB),
    Column("since", Moment, nullable=False),
    Index(None, "name"),
)

# Who waits before a counter: numbers begin at 1 each day. No person's data.
ticket = Table(
    "ticket",
    metadata,
    Column("agency", Text, ForeignKey("agency.code"), primary_key=True),
    Column("day", Date, primary_key=True),  # local date
    Column("number", Integer, primary_key=True),
    text("field", ""),  # lĩnh vực the person came for
    text(
        "source", ""
    ),  # by phone, until called: a keyed digest of day and network (casework.tickets.source_of)
    Column("taken_at", Moment, nullable=False),
    Column("called_at", Moment),
    Column("called_by", Text, ForeignKey("account.username")),
    Column("ended_at", Moment),  # served, or gone
    Column("absent", Boolean, nullable=False, server_default="false"),  # did not come when called
)
