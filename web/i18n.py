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

LANGUAGES = ("vi", "en")
FOLDER = Path(__file__).parent / "translations"


class PoDomain(Domain):
    """Flask-Babel's domain, fed from the .po source instead of a compiled file."""

    def get_translations(self) -> NullTranslations:
        if not has_request_context():
            return _catalogue(str(get_locale() or "vi"))
        if "catalogue" not in g:  # a page asks some hundreds of times
            g.catalogue = _catalogue(str(get_locale() or "vi"))
        return g.catalogue


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


def init_app(app: Flask) -> None:
    babel = Babel()
    babel.init_app(
        app,
        default_locale="vi",
        default_timezone="Asia/Ho_Chi_Minh",
        locale_selector=language,
    )
    babel.domain_instance = PoDomain()
    app.jinja_env.globals["get_locale"] = get_locale
    app.before_request(_english_for_one_look)


def _english_for_one_look() -> None:
    """`?lang=en` switches for good: links in e-mails can carry it."""
    wish = request.args.get("lang")
    if wish in LANGUAGES:
        session["language"] = wish
