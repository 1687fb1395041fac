"""Papers that come in and go out: components, fees, supplement requests, statutory papers, results."""

from __future__ import annotations

from datetime import date

from engine import events
from store import tables
from store.appliers.applied import Applied, moment
from store.changes import Changes


def component_received(event: events.ComponentReceived, applied: Applied, changes: Changes) -> None:
    row = {
        "dossier_id": applied.dossier_id,
        "code": event.code,
        "attachments": list(event.attachments),
        "originals": event.originals,
        "certified": event.certified,
        "copies": event.copies,
        "pages": event.pages,
        "kept": event.kept,
        "digitised": event.digitised,
        "source": applied.words(event.source_digest),
        "matched": list(event.matched),
        "received_at": applied.at,
    }
    changes.add(tables.component_given, row, "replace")
    for attachment in event.attachments:
        changes.alter(tables.attachment, {"id": attachment}, dossier_id=applied.dossier_id)


def fee_set(event: events.FeeSet, applied: Applied, changes: Changes) -> None:
    row = {
        "dossier_id": applied.dossier_id,
        "code": event.code,
        "amount_vnd": event.amount_vnd,
        "collect": event.when,
        "set_at": applied.at,
    }
    changes.add(tables.fee_due, row, "replace")


def paper_issued(event: events.PaperIssued, applied: Applied, changes: Changes) -> None:
    row = {
        "dossier_id": applied.dossier_id,
        "seq": applied.seq,
        "paper": event.paper,
        "task_id": None if event.task_no is None else applied.task(event.task_no),
        "issued_at": applied.at,
    }
    changes.add(tables.paper, row, "keep")


def result_issued(event: events.ResultIssued, applied: Applied, changes: Changes) -> None:
    row: dict[str, object] = {
        "dossier_id": applied.dossier_id,
        "code": event.code,
        "stage": event.stage,
        f"{event.stage}_at": applied.at,
    }
    given: dict[str, object] = {
        "number": event.number,
        "signer": event.signer,
        "digest": event.digest,
        "agency": event.agency,
        "file": event.file,
        "issued_on": event.issued_on and date.fromisoformat(event.issued_on),
        "valid_to": event.valid_to and date.fromisoformat(event.valid_to),
        "title": applied.words(event.about_digest),
    }
    row |= {name: value for name, value in given.items() if value}
    changes.add(tables.result, row, "replace")


def result_initialled(event: events.ResultInitialled, applied: Applied, changes: Changes) -> None:
    row = {
        "dossier_id": applied.dossier_id,
        "code": event.code,
        "task_id": applied.task(event.task_no),
        "by": event.by,
        "at": moment(event.at),
    }
    changes.add(tables.result_initial, row, "replace")


def result_revoked(event: events.ResultRevoked, applied: Applied, changes: Changes) -> None:
    where = {"dossier_id": applied.dossier_id, "code": event.code}
    said = {
        "revoked_at": moment(event.at),
        "revoke_digest": event.reason_digest,
        "replaced_by": event.replaced_by,
    }
    changes.alter(tables.result, where, **said)


def supplement_requested(event: events.SupplementRequested, applied: Applied, changes: Changes) -> None:
    row: dict[str, object] = {
        "dossier_id": applied.dossier_id,
        "number": event.number,
        "task_id": applied.task(event.task_no),
        "requested_at": moment(event.at),
        "answer_by": moment(event.answer_by),
        "request_digest": event.request_digest,
        "answered_at": None,
    }
    changes.add(tables.supplement_request, row, "replace")


def supplement_answered(event: events.SupplementAnswered, applied: Applied, changes: Changes) -> None:
    where = {"dossier_id": applied.dossier_id, "number": event.number}
    changes.alter(
        tables.supplement_request, where, answered_at=moment(event.at), ticked=list(event.ticked) or None
    )
