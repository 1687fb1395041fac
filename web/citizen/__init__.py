"""The portal: find a procedure, file, track, supplement, withdraw. One module a place, one blueprint."""

from flask import Blueprint

blueprint = Blueprint("citizen", __name__)

from web.citizen import (  # noqa: E402, F401 (they hang their routes on it)
    answer,
    catalogue,
    checking,
    dossiers,
    guide,
    handed_in,
    mandates,
    payments,
    petitions,
    ratings,
    store,
    supplement,
    tracking,
    wizard,
)
