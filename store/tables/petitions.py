"""Complaints and proposals (phản ánh, kiến nghị: PAKN) with their own register, and ratings that nobody can be traced by."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy import text as sql

from store.tables.metadata import Moment, metadata, text

# What a person wrote and how to reach them: emptied by `./motcua erase`.
petition = Table(
    "petition",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    text("code", unique=True),  # PA-{yyMMdd}-{nnnn}
    text("secret"),  # with the code it opens the tracking page
    text("kind"),  # regulation: about a rule · conduct: about behaviour, attitude, delay
    text("title"),
    text("body"),
    text("name", ""),
    text("phone", ""),
    text("email", ""),
    text("address", ""),
    Column("account", Text, ForeignKey("account.username")),  # null: without signing in
    Column("about", Text, ForeignKey("agency.code")),  # the agency complained of; it handles nothing by this
    text("dossier", ""),  # code of the dossier it is about, as written
    Column("may_publish", Boolean, nullable=False, server_default="false"),  # the sender agrees
    text("state", "received"),  # received | supplement | refused | assigned | answered
    Column("received_at", Moment, nullable=False),
    Column("clock_from", Moment, nullable=False),  # a supplement starts it anew
    Column("refuse_due_at", Moment, nullable=False),
    Column("supplement_due_at", Moment, nullable=False),
    Column("answer_due_at", Moment, nullable=False),
    Column("publish_due_at", Moment),
    Column("agency", Text, ForeignKey("agency.code")),  # that is to answer
    Column("answered_at", Moment),
    text("answer", ""),
    Column("published", Boolean),  # null: not decided
    Column("published_at", Moment),
    Column("liked", Boolean),  # the sender's word on the answer
    Column("escalated_at", Moment),  # late: told upwards, once
    CheckConstraint("state in ('received', 'supplement', 'refused', 'assigned', 'answered')", name="state"),
    Index(None, "account", "id"),
    Index(None, "agency", "id"),
    Index(
        "ix_petition_open_due",
        "answer_due_at",
        postgresql_where=sql("state in ('received', 'assigned') and escalated_at is null"),
    ),
    Index("ix_petition_published", "published_at", postgresql_where=sql("published")),
)

petition_step = Table(
    "petition_step",
    metadata,
    Column("petition_id", BigInteger, ForeignKey("petition.id"), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    text("by", ""),  # account; "" the sender without one, or the clock
    text(
        "what"
    ),  # received | asked | supplemented | refused | assigned | answered | published | kept | judged | escalated
    text("note", ""),
    text("agency", ""),
)

petition_counter = Table(
    "petition_counter",
    metadata,
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)

# That a dossier was rated, and by nothing else: the rating itself knows no dossier, so that no officer learns whose it is.
rated = Table(
    "rated",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
)

rating = Table(
    "rating",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    text("agency"),
    text("procedure_code"),
    Column("month", Date, nullable=False),  # its first day: no finer
    text("level"),  # RHL | HL | BT | KHL | RKHL
    text("comment", ""),
    CheckConstraint("level in ('RHL', 'HL', 'BT', 'KHL', 'RKHL')", name="level"),
    Index(None, "agency", "month"),
)
