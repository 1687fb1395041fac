"""Documents on the way to a signature, and the signed files. What became of a result stands in `result` (from the log)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, LargeBinary, Table, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from store.tables.metadata import Moment, metadata, text

# The document of one result: the code by which anybody checks it, printed on it with a QR code.
document = Table(
    "document",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("code", Text, primary_key=True),  # of the result
    text("check_code", unique=True),
    Column("made_at", Moment, nullable=False),
)

# The text as it was saved, version by version; `body` null: erased.
document_version = Table(
    "document_version",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    text("digest"),
    Column("body", JSONB),
    Column("by", Text, ForeignKey("account.username"), nullable=False),
    Column("at", Moment, nullable=False),
)

# What a reviewer says of a version; `body` null: erased.
document_remark = Table(
    "document_remark",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False),
    text("code"),
    Column("version", Integer, nullable=False),
    Column("body", Text),
    Column("by", Text, ForeignKey("account.username"), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "dossier_id", "code"),
)

# Signed PDFs by content. In effect is the one that `result.file` names; `content` null: erased.
document_file = Table(
    "document_file",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("content", LargeBinary),
    Column("rooms", JSONB, nullable=False),  # where number, date and seal go
    Column("made_at", Moment, nullable=False),
)

# What an officer's signature looks like (PNG, blue on nothing); taken away with the account's wish, kept in no log.
signature_picture = Table(
    "signature_picture",
    metadata,
    Column("account", Text, ForeignKey("account.username"), primary_key=True),
    Column("png", LargeBinary, nullable=False),
    Column("set_at", Moment, nullable=False),
)

# What an agency's seal looks like (PNG, red on nothing); without a row it is drawn with the agency's name.
agency_seal = Table(
    "agency_seal",
    metadata,
    Column("agency", Text, ForeignKey("agency.code"), primary_key=True),
    Column("png", LargeBinary, nullable=False),
    Column("set_by", Text, ForeignKey("account.username"), nullable=False),
    Column("set_at", Moment, nullable=False),
)

# Which provider keeps the key of a person or a seal, and by what name it knows them; without a row the first provider
# does, by our own name.
signing_credential = Table(
    "signing_credential",
    metadata,
    Column("holder", Text, primary_key=True),  # person:<account> | seal:<agency>
    text("provider"),  # its name among the settings
    text("user_id", ""),  # at the provider; "": the holder's
    Column("set_at", Moment, nullable=False),
)

# Documents that somebody asked to sign in one go. `pin` is sealed, and emptied as soon as the batch is done.
signing_batch = Table(
    "signing_batch",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("account", Text, ForeignKey("account.username"), nullable=False),
    Column("pin", LargeBinary),
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index(None, "account", "asked_at"),
)

signing = Table(
    "signing",
    metadata,
    Column("batch", UUID(as_uuid=True), ForeignKey("signing_batch.id"), primary_key=True),
    Column("task_id", BigInteger, primary_key=True),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False),
    text("state"),  # waiting | signed (its effect is on the way) | done | failed
    text("problem", ""),  # code, when it failed
    Column("results", JSONB, nullable=False),  # [{code, digest, file, number}] once signed
    Column("ended_at", Moment),
    Column("tries", Integer, nullable=False, server_default="0"),  # how often a worker began to make it ready
    Index(None, "dossier_id"),
    Index("ix_signing_killer", "ended_at", postgresql_where=sql("problem = 'worker_killed'")),
)

# Scans that the officer who made them signs in one go (a batch of signing_batch).
scan_signing = Table(
    "scan_signing",
    metadata,
    Column("batch", UUID(as_uuid=True), ForeignKey("signing_batch.id"), primary_key=True),
    Column("scan", UUID(as_uuid=True), primary_key=True, index=True),  # the attachment before it was signed
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False, index=True),
    text("component"),
    text("state"),  # waiting | signed (its effect is on the way) | done | failed
    text("problem", ""),  # code, when it failed
    Column("signed", UUID(as_uuid=True)),  # the attachment that takes its place
    Column("ended_at", Moment),
    Column("tries", Integer, nullable=False, server_default="0"),  # how often a worker began to make it ready
    Index("ix_scan_signing_killer", "ended_at", postgresql_where=sql("problem = 'worker_killed'")),
)

# One holder's key in a batch: asked once for all of it. `memory`: what the signing service wants to see again while the
# signer confirms elsewhere. Gone with the batch's last item.
signing_call = Table(
    "signing_call",
    metadata,
    Column("batch", UUID(as_uuid=True), ForeignKey("signing_batch.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("holder", JSONB, nullable=False),
    Column("certificates", ARRAY(LargeBinary), nullable=False),
    Column("memory", JSONB),
)

# A document of a batch that waits for its signature (casework.documents.pades.Prepared); gone with its item.
signing_piece = Table(
    "signing_piece",
    metadata,
    Column("batch", UUID(as_uuid=True), ForeignKey("signing_batch.id"), primary_key=True),
    Column("item", Text, primary_key=True),  # the task's number, the scan, or the paper
    Column("code", Text, primary_key=True),  # of the result; "" for a scan
    Column("call", Integer, nullable=False),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("digest", Text),  # of the draft
    text("number", ""),
    Column("rooms", JSONB, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("document_digest", LargeBinary, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("attributes", LargeBinary, nullable=False),
    Column("signature", LargeBinary),
)

# Statutory slips to the applicant (Mẫu 02-04 numbered when they are issued; 01 once it is signed) and their signed file.
slip = Table(
    "slip",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # of the log row that issued it
    Column("paper", Text, primary_key=True),
    text("number", ""),  # of the agency's book, with its symbol; "" on 01, whose number is the dossier's
    text("state", "unsigned"),  # unsigned | waiting | done (signed) | failed
    text("problem", ""),  # code, when it failed
    text("file", ""),  # sha256 of the signed PDF (document_file)
    text("agency", ""),  # that issues it
    text(
        "waits_for", ""
    ),  # in the agency's tray: signature (nobody gave it: a leader signs) | seal (of the agency)
    Column("batch", UUID(as_uuid=True), ForeignKey("signing_batch.id"), index=True),
    Column("ended_at", Moment),
    Column("tries", Integer, nullable=False, server_default="0"),  # how often a worker began to make it ready
    Index("ix_slip_killer", "ended_at", postgresql_where=sql("problem = 'worker_killed'")),
    Index("ix_slip_waiting", "agency", "waits_for", postgresql_where=sql("waits_for <> ''")),
)

# Books of numbers: gap-free within an agency, a book and a year (NĐ 30/2020/NĐ-CP, Điều 15).
result_book = Table(
    "result_book",
    metadata,
    Column("agency", Text, primary_key=True),
    Column("book", Text, primary_key=True),  # the symbol after the number, else the result's code
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column(
        "returned", ARRAY(Integer), nullable=False, server_default="{}"
    ),  # an earlier release gave them back: given next
)

# A number that a document has and that does not count yet. It stays with the document, whatever becomes of its signature;
# when the dossier has ended without it, the next document gets it.
reserved_number = Table(
    "reserved_number",
    metadata,
    Column("agency", Text, primary_key=True),
    Column("book", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False, index=True),
    text("code"),
    Column("taken_at", Moment, nullable=False),
)
