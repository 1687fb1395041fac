"""Names that stand in the database, in the reader's language: procedures, roles, kinds of step.

Data is Vietnamese; what a bundle says has its English in the bundle. On an English page what has no translation is marked as
Vietnamese, so that a screen reader pronounces it right.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g
from flask_babel import gettext
from jinja2 import pass_context
from jinja2.runtime import Context
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
        said=_said,
        procedure_name=procedure_name,
        role_name=role_name,
        kind_name=kind_name,
        agency_name=agency_name,
        notice=notice,
        field_name=field_name,
    )
    app.jinja_env.globals["vi"] = _vi


def english() -> bool:
    return reads() == "en"


def vn(value: object) -> str | Markup:
    """Vietnamese data as it is; marked so on an English page."""
    if not value or not english():
        return str(value or "")
    return Markup('<span lang="vi">{}</span>').format(value)


def said(text: object, procedure: str) -> str | Markup:
    """A text of the procedure's bundle: the name of a step, paper, fee or result."""
    if not english() or not procedure:
        return vn(text)
    words = definitions.english(db.session, procedure)
    if found := words.get(str(text or "")):
        return found
    name, colon, title = str(text or "").partition(": ")  # one of several documents (engine.papers.called)
    return Markup("{}: {}").format(words[name], vn(title)) if colon and name in words else vn(text)


@pass_context
def _said(context: Context, text: object, procedure: str = "") -> str | Markup:
    """`{{ row.step.name | said(row.procedure.code) }}`; on a page about one dossier, filing or procedure `| said` alone."""
    return said(text, procedure or _about(context)) if english() else vn(text)


def _about(context: Context) -> str:
    """The code of the procedure that the page is about."""
    read = context.environment.getattr
    for name in ("dossier", "task", "filing", "procedure", "definition"):
        if one := context.get(name):
            return str(read(read(one, "procedure") or one, "code") or "")
    return ""


def plain(name: str | Markup) -> str:
    """A name where no mark can stand: a title, an option."""
    return name.striptags() if isinstance(name, Markup) else name


def procedure_name(code: str, vietnamese: str) -> str | Markup:
    """`{{ row.procedure.code | procedure_name(row.procedure.name) }}`."""
    return (_of("procedure", code) if english() else "") or vn(vietnamese)


def field_name(vietnamese: str) -> str | Markup:
    """A field of law (lĩnh vực), as one of its procedures says it in English."""
    if not english():
        return vietnamese
    if "fields" not in g:
        rows = db.session.execute(text("select field, min(code) as code from procedure group by field"))
        g.fields = {row.field: row.code for row in rows}
    return said(vietnamese, g.fields.get(vietnamese, ""))


def _vi() -> Markup:
    """The attribute of what has no room for a mark inside, such as an option, where it shows Vietnamese."""
    return Markup(' lang="vi"') if english() else Markup("")


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
