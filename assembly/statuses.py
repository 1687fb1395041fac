"""The single list of stable codes and the HTTP status of each (docs/dialect.md §5; a house test compares)."""

from __future__ import annotations

STATUS_OF_CODE: dict[str, int] = {
    "unauthenticated": 401,
    "forbidden": 403,
    "unknown_procedure": 404,
    "unknown_dossier": 404,
    "unknown_task": 404,
    "unknown_attachment": 404,
    "paper_not_issued": 404,
    "paper_template": 422,
    "paper_time": 503,
    "paper_fonts": 503,
    "idempotency_key_required": 400,
    "malformed": 400,
    "retired_version": 409,
    "task_done": 409,
    "task_taken": 409,
    "task_not_claimed": 409,
    "stale_version": 409,
    "dossier_closed": 409,
    "dossier_stopped": 409,
    "not_stopped": 409,
    "supplement_once": 409,
    "apology_once": 409,
    "move_illegal": 409,
    "not_recallable": 409,
    "not_handed_over": 409,
    "incident": 409,
    "hand_over_refused": 409,
    "no_incident": 409,
    "no_timer": 409,
    "no_job": 409,
    "no_message": 409,
    "version_exists": 409,
    "too_large": 413,
    "rate_limited": 429,
    "not_receiving": 422,
    "answers_invalid": 422,
    "unknown_key": 422,
    "component_missing": 422,
    "attachment_type": 422,
    "outcome_unknown": 422,
    "outcome_required": 422,
    "extension_not_allowed": 422,
    "reason_required": 422,
    "unknown_agency": 422,
    "bundle_refused": 422,
    "bundle_unreadable": 422,
    "idempotency_mismatch": 422,
}


def http_status(code: str) -> int:
    """422 for a code that is not listed: an input that could not be carried out."""
    return STATUS_OF_CODE.get(code, 422)
