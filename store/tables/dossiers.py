"""The dossier: its projection, its snapshot, and the data people gave.

`answers`, `attachment` and `draft` hold what a person declared and what officers wrote about it. For lists and pages
`dossier.applicant_*`, `dossier_sight.search_key`, `task.item`, `task.note`, `hand_over.reason` and
`message_wait.correlation` repeat some of it, and the snapshot holds loop items: all emptied by casework/erasure.py.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from store.tables.metadata import Moment, metadata, text

dossier = Table(
    "dossier",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    text("code", unique=True),
    text("procedure_code"),
    Column("procedure_version", Integer, nullable=False),
    Column("agency", Text, ForeignKey("agency.code"), nullable=False),  # that received it
    Column("via", Text, ForeignKey("agency.code")),  # whose counter took it in for `agency`, if another's
    text("channel"),
    Column("return_by", Text),  # how the applicant wishes to receive the result: counter, electronic, post
    text("status"),
    text("sub_status", ""),
    Column("seq", Integer, nullable=False),  # commands accepted so far: the dossier's version
    Column("submitted_at", Moment, nullable=False),
    Column("reception_due_at", Moment),
    Column("received_at", Moment),
    Column("due_at", Moment),
    Column("original_due_at", Moment),  # before extensions; an apology changes neither
    Column("promised_on", Date),  # the apology's new date
    Column("paused_since", Moment),
    Column("overdue_at", Moment),  # when the clock found it late
    Column("ended_at", Moment),
    Column("on_time", Boolean),
    Column("end_kind", Text),
    Column("closed", Boolean, nullable=False, server_default="false"),
    Column("incident", Text),  # code, while an incident stands
    Column("applicant_account", Text, ForeignKey("account.username")),
    text("applicant_name", ""),
    Column(
        "mandate", UUID(as_uuid=True), ForeignKey("mandate.id"), index=True
    ),  # who else acts for the applicant
    # Four digits printed on the receipt: with the code they open the public tracking page. No hash protects ten
    # thousand possibilities; the rate limit does.
    text("secret"),
    # The key of the digests that events hold: erased with the data, or short texts could be found by trying.
    Column("salt", UUID(as_uuid=True), server_default=sql("gen_random_uuid()")),  # null: the data was erased
    Column("parent", Text),  # code of the dossier that opened this one
    Column("parent_token", Text),  # its call activity, which waits for the result
    ForeignKeyConstraint(
        ["procedure_code", "procedure_version"],
        ["procedure_version.procedure_code", "procedure_version.version"],
    ),
    Index(None, "agency", "id"),
    Index(  # the register, Mẫu 06, and what is counted of a month
        "ix_dossier_received_on",
        "agency",
        "received_at",
        postgresql_include=["id", "procedure_code", "procedure_version"],
    ),
    Index("ix_dossier_open", "agency", "received_at", postgresql_where=sql("not closed")),
    # What still runs on a version.
    Index("ix_dossier_running", "procedure_code", "procedure_version", postgresql_where=sql("not closed")),
    Index("ix_dossier_via", "via", "received_at", postgresql_where=sql("via is not null")),
    Index(None, "applicant_account", "id"),
    Index("ix_dossier_incident", "id", postgresql_where=sql("incident is not null")),
    Index("ix_dossier_parent", "parent", postgresql_where=sql("parent is not null")),
    Index(
        "ix_dossier_running_due",
        "due_at",
        postgresql_where=sql("ended_at is null and overdue_at is null and paused_since is null"),
    ),
    postgresql_with={"fillfactor": "80"},  # each step updates the row in place
)

# The engine's own memory. Primary: tables can be rebuilt from the log, the diagram's position stands only here.
dossier_snapshot = Table(
    "dossier_snapshot",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("digests", ARRAY(Text), nullable=False),  # answers rows the next command reads
    Column("head", LargeBinary, nullable=False),  # hash of the last event_log row
    Column("sealed", Boolean, nullable=False, server_default="false"),  # the head stands in a sealed_root
    Index("ix_dossier_snapshot_unsealed", "dossier_id", postgresql_where=sql("not sealed")),
    postgresql_with={"fillfactor": "70"},
)

# Which agencies have, or had, to do with a dossier: who may see it, and what they search.
dossier_sight = Table(
    "dossier_sight",
    metadata,
    Column("agency", Text, primary_key=True),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    text("search_key"),  # folded name and code; emptied when the person's data is erased
    Column("open", Boolean, server_default="true"),  # null: the dossier is closed
    Index(None, "dossier_id"),
    Index(
        "ix_dossier_sight_search", "agency", sql("to_tsvector('simple', search_key)"), postgresql_using="gin"
    ),
    Index(  # who searches a queue searches what is open
        "ix_dossier_sight_search_open",
        "agency",
        sql("to_tsvector('simple', search_key)"),
        postgresql_using="gin",
        postgresql_where=sql("open"),
    ),
)

# Content-addressed: a form's answers, `$persons`, `$variables`, and (form "") what events point at besides: reasons,
# notes, loop items, what partners and messages said. The digest is keyed with the dossier's salt (engine/digest.py).
answers = Table(
    "answers",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("digest", Text, primary_key=True),
    text("form"),
    Column("body", JSONB),  # null: erased on the person's request
    Column("recorded_at", Moment, nullable=False),
    # The counter finds an earlier applicant by identifier.
    Index(
        "ix_answers_id_number",
        sql("((body -> 'applicant') ->> 'id_number')"),
        postgresql_where=sql("form = '$persons'"),
    ),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("sha256", Text, ForeignKey("attachment_body.sha256"), nullable=False, index=True),
    text("name"),
    text("media_type"),
    Column("size", Integer, nullable=False),
    Column("pages", Integer),
    text("owner"),  # an account, or a receipt's holder (engine.actor.holder)
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), index=True),  # null until it is handed in
    Column("uploaded_at", Moment, nullable=False),
    Column("signed_by", Text, ForeignKey("account.username")),  # the officer whose signature a scan carries
    Column("signed_at", Moment),
    Column(
        "signatures", JSONB
    ),  # of a PDF, as judged when it came in (casework.documents.uploaded); null: unsigned
)

# Put into the e-store by its owner (casework/own_papers.py): personal, the owner's to take out.
own_paper = Table(
    "own_paper",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),  # of the attachment
    Column("owner", Text, ForeignKey("account.username", ondelete="CASCADE"), nullable=False, index=True),
    text("code"),  # of the component that it is; "" = another paper
    text("name"),
    Column("valid_to", Date),  # last day; null: not known, or for good
    Column("added_at", Moment, nullable=False),
)

# Contents, once each however often uploaded.
attachment_body = Table(
    "attachment_body",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

component_given = Table(
    "component_given",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("attachments", ARRAY(Text), nullable=False),
    Column("originals", Integer, nullable=False),
    Column("certified", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("pages", Integer, nullable=False, server_default="0"),  # sheets on paper
    Column(
        "kept", Boolean, nullable=False, server_default="false"
    ),  # originals stay until the result is returned
    Column("digitised", SmallInteger, nullable=False, server_default="0"),  # 0-3, docs/glossary.md
    text("source", ""),  # what was reused
    Column(
        "matched", ARRAY(SmallInteger), nullable=False, server_default="{}"
    ),  # originals of the attachments
    Column("received_at", Moment, nullable=False),
)

fee_due = Table(
    "fee_due",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("amount_vnd", BigInteger, nullable=False),
    Column("collect", Integer, nullable=False),  # 1 at reception, 2 at supplement, 4 with the result
    Column("set_at", Moment, nullable=False),
)

supplement_request = Table(
    "supplement_request",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("task_id", BigInteger, nullable=False),  # the applicant's task that answers it
    Column("requested_at", Moment, nullable=False),
    Column("answer_by", Moment),
    Column("request_digest", Text),  # answers row that says what is missing
    Column("answered_at", Moment),
    Column("ticked", ARRAY(Integer)),  # items that the applicant marked as answered, from 1
)

# Statutory papers fallen due (Mẫu 01-06 of TT 01/2018): rendered on demand from the log.
paper = Table(
    "paper",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("paper", Text, primary_key=True),
    Column("task_id", BigInteger),
    Column("issued_at", Moment, nullable=False),
)

result = Table(
    "result",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    text("stage"),  # the last reached: drafted | signed | numbered | digitised | handed
    text("number", ""),
    text("signer", ""),
    Column("digest", Text),  # the version of its text (document_version)
    text("agency", ""),  # that signed it
    text("file", ""),  # the signed PDF (document_file); "" = signed on paper
    Column("issued_on", Date),
    Column("valid_to", Date),  # its last day; null = for good
    Column("revoked_at", Moment),
    Column("revoke_digest", Text),  # answers row that says why
    text("replaced_by", ""),  # check code of the result that stands in its place
    text("title", ""),  # which of several it is (engine.papers)
    Column("drafted_at", Moment),
    Column("signed_at", Moment),
    Column("numbered_at", Moment),
    Column("digitised_at", Moment),
    Column("handed_at", Moment),
    Index(  # the register, page by page
        "ix_result_issued",
        "agency",
        "issued_on",
        sql("length(number)"),
        "number",
        "dossier_id",
        "code",
        postgresql_where=sql("issued_on is not null"),
    ),
)

# Who let a draft pass (ký nháy): one row a review.
result_initial = Table(
    "result_initial",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("task_id", BigInteger, primary_key=True),
    text("by"),
    Column("at", Moment, nullable=False),
)

# Gap-free serials: the row is locked until the submission commits, per agency and day only.
dossier_counter = Table(
    "dossier_counter",
    metadata,
    Column("agency", Text, primary_key=True),
    Column("day", Date, primary_key=True),  # local date
    Column("last", Integer, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("account", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_digest", LargeBinary, nullable=False),
    text("dossier_code"),
    Column("at", Moment, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("account", Text, ForeignKey("account.username"), nullable=False),
    text("procedure_code"),
    Column("agency", Text),
    Column("task_id", BigInteger),  # an officer's unfinished step; null: an application not yet filed
    Column("body", JSONB, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(None, "account", "updated_at"),
    Index("uq_draft_task", "account", "task_id", unique=True, postgresql_where=sql("task_id is not null")),
)

# Filed for somebody at the counter (`casework.counters`): who typed, and whether the applicant needed that help.
walk_in = Table(
    "walk_in",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("officer", Text, ForeignKey("account.username"), nullable=False),
    Column("assisted", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

# Files on their way (casework/partial.py): what has arrived so far, in the order it came.
upload = Table(
    "upload",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("owner", Text, nullable=False, index=True),  # as attachment.owner
    text("name"),
    Column("size", Integer, nullable=False),  # bytes announced
    Column("received", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

upload_part = Table(
    "upload_part",
    metadata,
    Column("upload", UUID(as_uuid=True), ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
