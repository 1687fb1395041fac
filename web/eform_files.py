"""Files of an e-form's own fields: kept as soon as they are posted; the answer names them by id.

A file chosen in the picker of field `p` is posted under `_file:p`; ids kept before stand in hidden inputs named `p`;
the button `_row` with the value `drop:<id>` lets one go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from flask import g, request
from werkzeug.datastructures import FileStorage

import feel
import forms
from assembly.clock import now
from casework import attachments
from engine.actor import Actor
from engine.rejection import Problem, Rejected
from forms.state import FieldState
from forms.values import TooLarge
from store.db import db
from web import eform, eform_posted, uploads

"""Files of one field."""

Known = Mapping[str, Mapping[str, object]]
"""Files by id: {id, name, size, media_type}."""


@dataclass(frozen=True)
class Read:
    """A posted e-form: its answers, what is wrong with files that were not kept, the files that the answers name."""

    answers: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    files: Known = field(default_factory=dict)


def read(
    e_form: forms.EForm,
    context: Mapping[str, Any] | None = None,
    dossier_id: int | None = None,
    *,
    actor: Actor | None = None,
) -> Read:
    """What the request posted of the e-form; keeps its files (commits), as `actor`'s, else of who is signed in.

    `context` as for `eform.html`.
    """
    actor = actor or g.actor
    answers = eform_posted.parse(e_form, request.form)
    if not forms.pickers(e_form):
        return Read(answers)
    problems: list[Problem] = []
    posted = {
        name.removeprefix("_file:"): _chosen(name) for name in request.files if name.startswith("_file:")
    }
    posted = {path: chosen for path, chosen in posted.items() if chosen}
    if posted:
        kept: dict[str, list[str]] = {}
        for one in _open_pickers(e_form, answers, context):
            if one.path in posted:
                kept[one.path], found = _keep(one, posted[one.path], actor)
                problems += found
        answers = eform_posted.parse(e_form, request.form, kept)
    return Read(answers, problems, known(e_form, answers, dossier_id, actor=actor))


def known(
    e_form: forms.EForm,
    answers: Mapping[str, Any],
    dossier_id: int | None = None,
    *,
    actor: Actor | None = None,
) -> Known:
    """The files that the answers name, of those that are the actor's own or the dossier's."""
    return attachments.known(db.session, actor or g.actor, forms.files_named(e_form, answers), dossier_id)


# -- keeping --------------------------------------------------------------------------------------------------------


def _chosen(name: str) -> list[FileStorage]:
    return [file for file in request.files.getlist(name) if file.filename]


def _open_pickers(e_form: forms.EForm, answers, context) -> Iterator[FieldState]:
    """The pickers that take files as the form stands: neither hidden nor locked."""
    try:
        state = forms.state(e_form, answers, context=context, now=now(), files=eform.ANY_FILE)
    except (TooLarge, feel.BudgetExceeded):
        return iter(())
    found = state.fields()
    return (one for one in found if one.type == "filepicker" and not (one.disabled or one.readonly))


def _keep(one: FieldState, chosen: Sequence[FileStorage], actor: Actor) -> tuple[list[str], list[Problem]]:
    ids: list[str] = []
    problems = []
    for file in chosen:
        kept = _kept(one, file, len(ids), actor)
        if isinstance(kept, Rejected):
            problems.append(_problem(one, str(file.filename), kept))
        else:
            ids.append(kept)
    return ids, problems


def _kept(one: FieldState, file: FileStorage, before: int, actor: Actor) -> str | Rejected:
    if before >= (attachments.MAX_FILES if one.multiple else 1):
        return attachments.TOO_MANY if one.multiple else ONLY_ONE
    content = file.read(attachments.MAX_BYTES + 1)
    media_type = attachments.media_type(content)
    if media_type and not eform.accepts(one.texts.get("accept", ""), media_type):
        return Rejected(
            "attachment_type",
            f"trường này chỉ nhận {one.texts['accept']}",
            f"the field takes {one.texts['accept']} only",
        )
    found = attachments.keep(db.session, actor, str(file.filename), content, trust=uploads.trust(), now=now())
    return found if isinstance(found, Rejected) else str(found["id"])


ONLY_ONE = Rejected("too_large", "trường này chỉ nhận một tệp", "the field takes one file only")


def _problem(one: FieldState, filename: str, refused: Rejected) -> Problem:
    name = PurePosixPath(filename).name[-80:]
    return Problem(
        one.path,
        refused.code,
        f"{one.label}: tệp “{name}” không nhận được: {refused.vi.rstrip('.')}.",
        f"{one.label}: the file “{name}” was not taken: {refused.en.rstrip('.')}.",
    )
