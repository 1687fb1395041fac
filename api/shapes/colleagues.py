"""Shapes of answers: what officers ask each other, delegate, note, and who stands in for whom."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import maybe, maybe_moment, moment, some, text, whole


class Opinion(Schema):
    """One question while a step goes on."""

    id = whole(description="the question's own task")
    agency = text()
    agency_name = maybe(fields.String)
    role = text()
    state = text(description="waiting, answered, silent or taken_back")
    asked_at = moment()
    due_at = maybe_moment()
    ended_at = maybe_moment()
    answered_by_name = maybe(fields.String)
    question = maybe(fields.String, description="null: erased")
    answer = maybe(fields.String)


class Opinions(Schema):
    items = some(Opinion)


class Note(Schema):
    agency = text()
    agency_name = maybe(fields.String)
    written_at = moment()
    written_by = text()
    by_name = maybe(fields.String)
    text = maybe(fields.String, description="null: erased")


class Notes(Schema):
    items = some(Note)


class Substitution(Schema):
    id = whole()
    absent = text()
    absent_name = text()
    substitute = text()
    substitute_name = text()
    agency = text()
    role = text()
    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True)
    ended_at = maybe_moment()
    made_by = text()


class Substitutions(Schema):
    items = some(Substitution)


class Figures(Schema):
    kind = text(description="kind of step; empty: all of them")
    done = whole()
    on_time = whole()
    late = whole()
    unlimited = whole(description="had no limit: neither on time nor late")
    minutes = whole(description="average working minutes from the queue to the end")


class Performance(Schema):
    """`cut`: only the newest 2,000 are counted."""

    total = fields.Nested(Figures, required=True)
    kinds = some(Figures)
    cut = fields.Boolean(required=True)
