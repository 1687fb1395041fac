"""Names that stand in the database, in the reader's language: procedures, roles, kinds of step.

Data is Vietnamese; what a bundle says has its English in the bundle. On an English page what has no translation is marked as
Vietnamese, so that a screen reader pronounces it right.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import text

from casework import definitions, notices
from engine.state import OPINION
from engine.step_kinds import KINDS
from store.db import db
from web.i18n import reads


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        vn=vn,
        said=said,
        procedure_name=procedure_name,
        role_name=role_name,
        kind_name=kind_name,
        agency_name=agency_name,
        notice=notice,
    )


def english() -> bool:
    return reads() == "en"


def vn(value: object) -> str | Markup:
    """Vietnamese data as it is; marked so on an English page."""
    if not value or not english():
        return str(value or "")
    return Markup('<span lang="vi">{}</span>').format(value)


def said(text: object, procedure: str) -> str | Markup:
    """A text of the procedure's bundle, a step, paper, fee or result: `{{ task.step.name | said(task.procedure.code) }}`."""
    return (definitions.english(db.session, procedure).get(str(text or "")) if english() else "") or vn(text)


def procedure_name(code: str, vietnamese: str) -> str | Markup:
    """`{{ row.procedure.code | procedure_name(row.procedure.name) }}`."""
    return (_of("procedure", code) if english() else "") or vn(vietnamese)


def role_name(code: str, vietnamese: str | None = None) -> str | Markup:
    if english():
        return _of("role", code) or vn(vietnamese or code)
    return vietnamese or _of("role", code) or code


def kind_name(code: str) -> str:
    """What a step legally is, in words."""
    if code == OPINION:
        return gettext("Hỏi ý kiến")
    kind = KINDS.get(code)
    return (kind.en if english() else kind.vi) if kind else code


def agency_name(code: str) -> str | Markup:
    return vn(_of("agency", code) or code)


def notice(topic: str) -> str:
    return notices.sentence(topic, english=english())


def _of(table: str, code: str) -> str:
    """The name in the reader's language, or "": one read of a small table for a page that asks."""
    names: dict[str, Mapping[str, str]] = g.setdefault("names", {})
    if table not in names:
        column = "name_en" if english() and table != "agency" else "name"
        rows = db.session.execute(text(f"select code, {column} as name from {table}"))  # noqa: S608 (constants)
        names[table] = {row.code: row.name for row in rows}
    return names[table].get(code, "")
