"""Every table of the house. One module a topic; a row's meaning stands at its table.

Codes of agencies, roles and procedures are text keys: they come from national catalogues and stand in the event log.
Moments are `timestamptz` in UTC. Text that people sort by has a `sort_key` of its own (store/folding.py).
"""

from store.tables.catalogue import (
    procedure,
    procedure_duration,
    procedure_step,
    procedure_version,
    publication_refusal,
)
from store.tables.conversation import conversation, conversation_read
from store.tables.counter import (
    certified_copy,
    collection,
    hand_over_line,
    hand_over_list,
    non_boundary,
    shipment,
)
from store.tables.dossiers import (
    answers,
    attachment,
    attachment_body,
    component_given,
    dossier,
    dossier_counter,
    dossier_sight,
    dossier_snapshot,
    draft,
    fee_due,
    idempotency,
    paper,
    result,
    supplement_request,
    walk_in,
)
from store.tables.law import calendar, calendar_day, law_profile, reference_version, system_clock
from store.tables.log import event_log, look_log, sealed_head, sealed_root
from store.tables.metadata import metadata
from store.tables.outbox import notification, outbox, webhook
from store.tables.payments import fee_payment, payment_session, receipt_counter, reconciliation
from store.tables.people import (
    access_token,
    account,
    agency,
    identity,
    mandate,
    post,
    role,
    saved_view,
    sign_in_failure,
    substitution,
    unit,
)
from store.tables.petitions import petition, petition_counter, petition_step, rated, rating
from store.tables.work import hand_over, message_wait, note, task, ticket, timer

__all__ = [
    "access_token",
    "account",
    "agency",
    "answers",
    "attachment",
    "attachment_body",
    "calendar",
    "calendar_day",
    "certified_copy",
    "collection",
    "component_given",
    "conversation",
    "conversation_read",
    "dossier",
    "dossier_counter",
    "dossier_sight",
    "dossier_snapshot",
    "draft",
    "event_log",
    "fee_due",
    "fee_payment",
    "hand_over",
    "hand_over_line",
    "hand_over_list",
    "idempotency",
    "identity",
    "law_profile",
    "look_log",
    "mandate",
    "message_wait",
    "metadata",
    "non_boundary",
    "note",
    "notification",
    "outbox",
    "paper",
    "payment_session",
    "petition",
    "petition_counter",
    "petition_step",
    "post",
    "procedure",
    "procedure_duration",
    "procedure_step",
    "procedure_version",
    "publication_refusal",
    "rated",
    "rating",
    "receipt_counter",
    "reconciliation",
    "reference_version",
    "result",
    "role",
    "saved_view",
    "sealed_head",
    "sealed_root",
    "shipment",
    "sign_in_failure",
    "substitution",
    "supplement_request",
    "system_clock",
    "task",
    "ticket",
    "timer",
    "unit",
    "walk_in",
    "webhook",
]
