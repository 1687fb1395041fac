"""Vietnamese first, English second: texts are written in Vietnamese, `translations/en/` holds the English.

The catalogue is read from the .po file as it stands, so that no build step can be forgotten.
"""

from __future__ import annotations

import functools
import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

LANGUAGES = ("vi", "en")
FOLDER = Path(__file__).parent / "translations"


class PoDomain(Domain):
    """Flask-Babel's domain, fed from the .po source instead of a compiled file."""

    def get_translations(self) -> NullTranslations:
        return _catalogue(reads())


@functools.cache
def _catalogue(language: str) -> NullTranslations:
    source = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def language() -> str:
    """The reader's choice: cookie session, else the browser's wish, else Vietnamese."""
    if not has_request_context():
        return "vi"
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else "vi"


def reads() -> str:
    """The language of this page, `vi` or `en`: a page asks some hundreds of times."""
    try:
        return str(g.reads)
    except (AttributeError, RuntimeError):  # not asked yet, or no application is at work
        language = str(get_locale() or "vi")
        if has_request_context():
            g.reads = language
        return language


def gettext(text: str, **blanks: object) -> str:
    """As Flask-Babel's, for what stands in every row of a table."""
    said: str = _catalogue(reads()).gettext(text)
    return said % blanks if blanks else said


def ngettext(one: str, many: str, num: int, **blanks: object) -> str:
    """As Flask-Babel's, for what stands in every row of a table."""
    said: str = _catalogue(reads()).ngettext(one, many, num)
    return said % {"num": num, **blanks}


def in_html(text: str, /, **blanks: object) -> Markup:
    """`_()` of templates, all of them HTML: the text is ours and safe, what is filled in is escaped (or marked: `vn`)."""
    return _safe(reads(), text) % blanks if blanks else _whole(reads(), text)


@functools.lru_cache(maxsize=8192)
def _safe(language: str, text: str) -> Markup:
    return Markup(_catalogue(language).gettext(text))  # noqa: S704 (of the catalogue, never of a person)


@functools.lru_cache(maxsize=8192)
def _whole(language: str, text: str) -> Markup:
    return _safe(language, text) % {}


def init_app(app: Flask) -> None:
    babel = Babel()
    babel.init_app(
        app,
        default_locale="vi",
        default_timezone="Asia/Ho_Chi_Minh",
        locale_selector=language,
    )
    babel.domain_instance = PoDomain()
    # Jinja's own `_` asks the page's context, Flask-Babel's five proxies, and marks the text anew: half of a long list.
    app.jinja_env.globals.update(get_locale=reads, _=in_html)
    app.before_request(_english_for_one_look)


def _english_for_one_look() -> None:
    """`?lang=en` switches for good: links in e-mails can carry it."""
    wish = request.args.get("lang")
    if wish in LANGUAGES:
        session["language"] = wish
