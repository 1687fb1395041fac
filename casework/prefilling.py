"""What is known before anybody types, and where from: account, identity provider, mandate, an earlier dossier.

Every prefilled field shows its source. What the identity provider vouches for (name and number) is not the person's to
change; everything else is. The wizard holds it there (`held`), intake refuses anything else (`changed`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import any_, select
from sqlalchemy.orm import Session

import forms
from casework import mandates
from engine.actor import Actor
from engine.declared import Person
from engine.definition import Definition
from engine.rejection import Problem, Rejected
from forms import EForm, Field
from forms.prefill import asking, places
from forms.values import get, put
from store import visible
from store.folding import fold
from store.queries import people
from store.tables import answers as answers_table
from store.tables import dossier, dossier_snapshot

SURE = {
    "name": "Họ tên người nộp",
    "id_number": "Số định danh người nộp",
}  # what the identity provider vouches for
NOT_AGAIN = ("filepicker", "expression")  # files belong to their dossier, the rest is computed
EARLIER = 5
COMMITTEE = "uy ban nhan dan "
"""Folded: an agency's name without it is its place."""


@dataclass(frozen=True)
class Known:
    """Values by data element, the source of each, the elements that are not to be changed, and whether somebody acts for
    the applicant."""

    values: Mapping[str, str]
    sources: Mapping[str, str]
    locked: frozenset[str]
    represented: bool = False

    @property
    def context(self) -> dict[str, object]:
        """What conditions of a form (`elementWhen`) may ask beside its answers."""
        return {"dossier": {"represented": self.represented}}


@dataclass(frozen=True)
class Filled:
    """Answers of a new draft, and by key path the source of those filled in beforehand."""

    answers: Mapping[str, object] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


def known(session: Session, actor: Actor, mandate_id: str, procedure: str, *, now: datetime) -> Known:
    """What is known of the applicant and of who acts. Sources: `identity`, `account`, `mandate`."""
    contact = people.contact(session, actor.id)
    sure = actor.level >= 1
    values = {f"requester.{name}": value for name, value in contact.items()}
    source = {name: "identity" if sure and name in SURE else "account" for name in contact}
    sources = {f"requester.{name}": source[name] for name in contact}
    locked = {f"requester.{name}" for name in SURE} if sure else set()
    acting = mandates.usable(session, actor, mandate_id, procedure, now=now) if mandate_id else None
    if acting is None:
        values |= {f"applicant.{name}": value for name, value in contact.items()}
        sources |= {f"applicant.{name}": source[name] for name in contact}
        locked |= {f"applicant.{name}" for name in SURE} if sure else set()
    elif not isinstance(
        acting, Rejected
    ):  # a mandate that is over says nothing of anybody: the draft stays as it is
        represented: Person = acting[0]
        values |= {f"applicant.{name}": str(getattr(represented, name)) for name in contact}
        sources |= {f"applicant.{name}": "mandate" for name in contact}
        values["applicant.for"], sources["applicant.for"] = "nguoi_khac", "mandate"
    return Known(
        {name: value for name, value in values.items() if value},
        sources,
        frozenset(name for name in locked if values.get(name)),
        acting is not None,
    )


def fill(
    session: Session, actor: Actor, e_form: EForm | None, facts: Known, earlier: str, *, now: datetime
) -> Filled:
    """The answers of a new draft: what is known, then what an earlier dossier of the actor's says in the same form."""
    if e_form is None:
        return Filled()
    answers: dict[str, Any] = forms.prefill(e_form, facts.values, context=facts.context, now=now)
    sources = sources_of(e_form, facts, answers, now=now)
    declared = _declared(session, actor, e_form.key, earlier) if earlier else {}
    for one in e_form.keyed():
        value = get(declared, one.path)
        if (
            _consent(one)  # given anew each time
            or one.type in NOT_AGAIN
            or value in (None, "", [])
            or get(answers, one.path) not in (None, "")
        ):
            continue
        if any(e_form.by_id[id_].repeats for id_ in _above(e_form, one.path)):
            continue
        put(answers, one.path, value)
        sources[".".join(one.path)] = f"dossier:{earlier}"
    return Filled(held(e_form, facts, answers, {}, now=now), sources)


def declared_before(
    session: Session, actor: Actor, definition: Definition, e_form: EForm, code: str
) -> Filled:
    """The answers of a later step's form: what the actor's own dossier says under the same key in what it was filed with."""
    filed = definition.forms.get(definition.start_form or "")
    if filed is None:
        return Filled()
    kinds = {one.path: one.type for one in filed.keyed()}
    declared = _declared(session, actor, filed.key, code)
    answers: dict[str, Any] = {}
    for one in e_form.keyed():
        value = get(declared, one.path)
        again = kinds.get(one.path) == one.type and one.type not in NOT_AGAIN and not _consent(one)
        if again and value not in (None, "", []) and not _above(e_form, one.path):
            put(answers, one.path, value)
    return Filled(answers, {".".join(path): f"dossier:{code}" for path in kinds if get(answers, path)})


def earlier(session: Session, actor: Actor, procedure: str) -> list[dict[str, object]]:
    """The actor's latest dossiers of a procedure, to take their answers over: {code, submitted_at}."""
    rows = session.execute(
        select(dossier.c.code, dossier.c.submitted_at)
        .where(visible.own(actor), dossier.c.procedure_code == procedure)
        .order_by(dossier.c.id.desc())
        .limit(EARLIER)
    ).mappings()
    return [dict(row) for row in rows]


def sources_of(e_form: EForm, facts: Known, answers: Mapping[str, Any], *, now: datetime) -> dict[str, str]:
    """By key path where the answers come from that are as they are known."""
    return {
        path: facts.sources[element]
        for path, (element, *keys) in asking(e_form, answers, facts.context, now).items()
        if element in facts.sources and _same(get(answers, tuple(keys)), facts.values.get(element, ""))
    }


def likely_agency(
    session: Session, actor: Actor, procedure: str, receiving: Mapping[str, str]
) -> tuple[str, str]:
    """Where the actor most likely files a procedure, of the agencies (code -> name) that receive it, and why: where they
    filed it last (`earlier`), or whose place their account's address names (`address`); ("", "") where nothing says."""
    last = session.scalar(
        select(dossier.c.agency)
        .where(visible.own(actor), dossier.c.procedure_code == procedure)
        .order_by(dossier.c.id.desc())
        .limit(1)
    )
    if last in receiving:
        return str(last), "earlier"
    address = f" {fold(people.contact(session, actor.id).get('address', ''))} "
    named = {code: fold(name).removeprefix(COMMITTEE) for code, name in receiving.items()}
    found = {code: len(place) for code, place in named.items() if place and f" {place} " in address}
    nearest = [code for code, length in found.items() if length == max(found.values())]
    return (nearest[0], "address") if len(nearest) == 1 else ("", "")


def consents(e_form: EForm | None) -> bool:
    """Does the form itself have the applicant vouch for what is declared: a box that must be ticked?"""
    return e_form is not None and any(_consent(one) for one in e_form.keyed())


def held(
    e_form: EForm | None,
    facts: Known,
    answers: Mapping[str, Any],
    before: Mapping[str, Any],
    *,
    now: datetime,
) -> dict[str, Any]:
    """The answers with the locked fields as they are known, whatever was posted.

    A field that did not ask for its element in the answers `before` and asks now is filled in; one that asks no more
    (the paper is for somebody else after all) lets go of what it was filled in with.
    """
    kept = dict(answers)
    if e_form is None:
        return kept
    asks, asked = (asking(e_form, said, facts.context, now) for said in (kept, before))
    for path, (element, *keys) in places(e_form).items():
        value, said = facts.values.get(element), get(kept, tuple(keys))
        if value is None:
            continue
        if path in asks:
            if element in facts.locked or (path not in asked and said in (None, "")):
                put(kept, tuple(keys), value)
        elif path in asked and _same(said, value):
            put(kept, tuple(keys), "")
    return kept


def changed(
    e_form: EForm | None,
    facts: Known,
    given: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    *,
    now: datetime,
) -> tuple[Problem, ...]:
    """Where answers say something else than what is locked, by key path; what they leave out says nothing.

    With the answers `before`, only of fields that were locked in them: what was typed for somebody else is no fault when
    the form turns out to be for oneself.
    """
    if e_form is None:
        return ()
    labels = {".".join(one.path): str(one.raw.get("label") or one.name) for one in e_form.keyed()}
    closed = locked_paths(e_form, facts, given, now=now)
    if before is not None:
        closed &= locked_paths(e_form, facts, before, now=now)
    found = []
    for path, (element, *keys) in places(e_form).items():
        said = get(given, tuple(keys))
        if path in closed and said not in (None, "") and not _same(said, facts.values[element]):
            found.append(_locked(path, labels.get(path, path)))
    return tuple(found)


def changed_person(facts: Known, person: Person) -> tuple[Problem, ...]:
    """Where the applicant is said to be somebody else than who signed in (`applicant.name`, `applicant.id_number`)."""
    told = {f"applicant.{name}": (label, getattr(person, name)) for name, label in SURE.items()}
    return tuple(
        _locked(element, label)
        for element, (label, said) in told.items()
        if element in facts.locked and said and not _same(said, facts.values[element])
    )


def locked_paths(
    e_form: EForm | None, facts: Known, answers: Mapping[str, Any], *, now: datetime
) -> frozenset[str]:
    """Key paths of the fields that are not to be changed, as the answers stand."""
    found = asking(e_form, answers, facts.context, now).items() if e_form else ()
    return frozenset(path for path, (element, *_) in found if element in facts.locked)


def _consent(one: Field) -> bool:
    return one.type == "checkbox" and one.rules is not None and one.rules.required


def _locked(where: str, label: str) -> Problem:
    return Problem(
        where,
        "identity_locked",
        f"{label}: lấy từ định danh điện tử, không sửa được khi nộp.",
        f"{label}: expected what the identity provider says of who signed in.",
    )


def _same(one: object, other: str) -> bool:
    """The same words, however spaced and capitalised."""
    return isinstance(one, str) and _folded(one) == _folded(other)


def _folded(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())


def _above(e_form: EForm, path: tuple[str, ...]) -> list[str]:
    """Ids of the lists and groups around a field."""
    return [
        id_
        for id_, one in e_form.by_id.items()
        if one.children and one.path and one.path == path[: len(one.path)]
    ]


def _declared(session: Session, actor: Actor, form: str, code: str) -> Mapping[str, Any]:
    """The answers of one form in the actor's own dossier; nothing of others'."""
    body = session.scalar(
        select(answers_table.c.body)
        .join(dossier_snapshot, dossier_snapshot.c.dossier_id == answers_table.c.dossier_id)
        .join(dossier, dossier.c.id == answers_table.c.dossier_id)
        .where(
            dossier.c.code == code,
            visible.own(actor),
            answers_table.c.form == form,
            answers_table.c.digest == any_(dossier_snapshot.c.digests),
        )
    )
    return body if isinstance(body, Mapping) else {}
