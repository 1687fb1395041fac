"""A dossier for a page or the API, and lists of dossiers, trimmed to what the reader may see."""

from store.queries.dossiers.detail import UNKNOWN, ids, of_receipt, one, secret_of, supplement, tasks, track
from store.queries.dossiers.lists import incidents, page, waiting_for_applicant
from store.queries.dossiers.log import events, hand_overs, signed_scans

__all__ = [
    "UNKNOWN",
    "events",
    "hand_overs",
    "ids",
    "incidents",
    "of_receipt",
    "one",
    "page",
    "secret_of",
    "signed_scans",
    "supplement",
    "tasks",
    "track",
    "waiting_for_applicant",
]
