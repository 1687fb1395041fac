"""What a one-stop counter keeps beside the dossiers: paper handed to units, results collected, post, other units' dossiers.

Personal data stands in `collection` and `shipment.recipient` only; `casework/erasure.py` empties both.
"""

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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from store.tables.metadata import Moment, metadata, text

# Which agencies take in a procedure's dossiers for other agencies, by whose decision (Nghị định 107/2021/NĐ-CP).
non_boundary = Table(
    "non_boundary",
    metadata,
    Column("procedure_code", Text, ForeignKey("procedure.code"), primary_key=True),
    Column("agency", Text, ForeignKey("agency.code"), primary_key=True),  # that takes in
    Column("effective_from", Date, primary_key=True),
    Column("effective_to", Date),  # last day
    text("decision"),
)

# A list of paper dossiers given to one queue: made by the counter, taken by an officer of that queue.
hand_over_list = Table(
    "hand_over_list",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("agency", Text, ForeignKey("agency.code"), nullable=False),
    Column("day", Date, nullable=False),  # local date
    Column("number", Integer, nullable=False),  # begins at 1 each day
    text("to_agency"),
    text("to_role"),
    Column("made_by", Text, ForeignKey("account.username"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("taken_by", Text, ForeignKey("account.username")),
    Column("taken_at", Moment),
    # Tasks whose paper did not come: lines no more, they wait at the counter again.
    Column("missing", ARRAY(BigInteger), nullable=False, server_default="{}"),
    Index("ix_hand_over_list_missing", "agency", "id", postgresql_where=sql("missing <> '{}'")),
    Index("uq_hand_over_list_number", "agency", "day", "number", unique=True),
    Index("ix_hand_over_list_waiting", "to_agency", "to_role", postgresql_where=sql("taken_at is null")),
)

hand_over_line = Table(
    "hand_over_line",
    metadata,
    Column("task_id", BigInteger, primary_key=True),  # the step whose officer gets the paper: given once
    Column("list_id", BigInteger, ForeignKey("hand_over_list.id"), nullable=False, index=True),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False, index=True),
)

# Who came for a result: checked, signed for, originals given back.
collection = Table(
    "collection",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("officer", Text, ForeignKey("account.username"), nullable=False),
    Column("at", Moment, nullable=False),
    text("relation"),  # applicant | beneficiary | authorised
    text("receiver"),
    text("id_number"),
    text("authority", ""),  # the paper that authorises somebody else
    Column("signature", JSONB),  # {"drawn": [[[x, y], …], …]} or {"typed": name}
    Column("returned", ARRAY(Text), nullable=False),  # codes of components whose originals went back
    CheckConstraint("relation in ('applicant', 'beneficiary', 'authorised')", name="relation"),
)

# Dossiers fetched and results brought by the public postal service (Quyết định 45/2016/QĐ-TTg, docs/wire/postal.md).
shipment = Table(
    "shipment",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False),
    text("direction"),  # pick_up: papers from the applicant · deliver: the result to the applicant
    text("state"),  # wanted | ordered | accepted | in_transit | delivered | failed | returned | cancelled
    text("waybill", ""),
    Column("recipient", JSONB),  # {name, phone, address}; null: erased
    Column("cod_vnd", BigInteger, nullable=False, server_default="0"),  # fees the postman collects for us
    Column("postage_vnd", BigInteger),  # what the post charges; null until it says
    Column("wanted_at", Moment, nullable=False),
    Column("ordered_by", Text, ForeignKey("account.username")),
    Column("updated_at", Moment, nullable=False),
    Column("trail", JSONB, nullable=False, server_default="[]"),  # [{at, state, place}], as the post reported
    Index(None, "dossier_id"),
    Index("ix_shipment_waybill", "waybill", unique=True, postgresql_where=sql("waybill <> ''")),
    CheckConstraint("direction in ('pick_up', 'deliver')", name="direction"),
)

# The register of certified copies (Nghị định 23/2015/NĐ-CP): numbers without gap for an agency and a year.
certified_copy = Table(
    "certified_copy",
    metadata,
    Column("agency", Text, ForeignKey("agency.code"), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("line", Integer, nullable=False),  # which of the dossier's originals, from 1
    Column("at", Moment, nullable=False),
    Column("signer", Text, ForeignKey("account.username")),
    text("title", ""),  # name of the original
    Column("pages", Integer, nullable=False),
    Column("copies", Integer, nullable=False),  # on paper; 0: electronic only
    Column("electronic", Boolean, nullable=False),
    Column("fee_vnd", BigInteger, nullable=False),
    Index("uq_certified_copy_line", "dossier_id", "line", unique=True),
)
