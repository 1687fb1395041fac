"""What law and yearly notices date: calendars, legal profiles; and the demo's movable clock.

Every change to these tables, to `agency`, `role`, `post` or `procedure_step` raises `reference_version.version` by trigger, so that
a process knows from one number whether its cached facts are still true.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Integer, Interval, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.metadata import metadata, text

calendar = Table(
    "calendar",
    metadata,
    Column("code", Text, primary_key=True),  # "" = the province's default
    text("name"),
    # {"0": [["07:00", "11:30"], ["13:30", "17:00"]], …}: weekday (0 = Monday) -> working hours
    Column("hours", JSONB, nullable=False),
    text("timezone", "Asia/Ho_Chi_Minh"),
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("calendar", Text, ForeignKey("calendar.code", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    text("kind"),  # holiday | make_up
    Column(
        "works_like", Integer, nullable=False, server_default="0"
    ),  # weekday whose hours a make-up day keeps
    text("name", ""),
    text("source", ""),  # the notice that sets it
    CheckConstraint("kind in ('holiday', 'make_up')", name="kind"),
)

law_profile = Table(
    "law_profile",
    metadata,
    Column("code", Text, primary_key=True),
    text("name"),
    Column("effective_from", Date, nullable=False, unique=True),  # in force until the next one begins
    Column("body", JSONB, nullable=False),  # fields of engine.facts.LegalProfile
)

reference_version = Table(
    "reference_version",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("version", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="single"),
)

# The running system's clock is the wall clock plus this; only `./motcua demo advance` moves it.
system_clock = Table(
    "system_clock",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("offset", Interval, nullable=False),
    CheckConstraint("id = 1", name="single"),
)
