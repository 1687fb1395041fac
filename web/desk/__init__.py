"""The officer's desk: queues, tasks, dossiers and their papers, the agency at a glance, substitutes. One module a place."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

from web.desk import agency, documents, dossiers, fees, orders, petitions, queues, substitutes, tasks  # noqa: E402, F401 (they hang their routes on it)
