"""The officer's desk: queues, tasks, dossiers and their papers, the agency at a glance, substitutes. One module a place."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

# They hang their routes on it.
from web.desk import (  # noqa: E402
    agency,  # noqa: F401
    bulk,  # noqa: F401
    documents,  # noqa: F401
    dossiers,  # noqa: F401
    exports,  # noqa: F401
    fees,  # noqa: F401
    orders,  # noqa: F401
    performance,  # noqa: F401
    petitions,  # noqa: F401
    queues,  # noqa: F401
    results,  # noqa: F401
    signature_picture,  # noqa: F401
    slips,  # noqa: F401
    substitutes,  # noqa: F401
    tasks,  # noqa: F401
    tray,  # noqa: F401
    writing,  # noqa: F401
)
