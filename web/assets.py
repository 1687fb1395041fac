"""Names of the built page assets: `asset("main.js")` -> the URL whose name changes with the content.

Vite writes web/static/dist/manifest.json (see vite.config.js); templates call `asset` and `styles`.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

from flask import Flask

DIST = Path(__file__).resolve().parent / "static" / "dist"
URL = "/static/dist/"


def asset(entry: str) -> str:
    """URL of a built script, such as `main.js` or `modeler.js` (sources: web/front/)."""
    return URL + _chunk(entry)["file"]


def styles(entry: str) -> list[str]:
    """URLs of the style sheets that come with a script, imported ones first."""
    chunk, manifest = _chunk(entry), _manifest()
    imported = [css for name in chunk.get("imports", []) for css in manifest[name].get("css", [])]
    return [URL + css for css in dict.fromkeys([*imported, *chunk.get("css", [])])]


def document_fonts() -> Path:
    """Folder of the TTF faces that documents (PDF) are set in."""
    return DIST / "fonts"


def init_app(app: Flask) -> None:
    """Let templates use `asset` and `styles`."""
    app.jinja_env.globals.update(asset=asset, styles=styles)


def _chunk(entry: str) -> dict[str, list[str]] | dict[str, str]:
    try:
        return _manifest()[f"web/front/{entry}"]
    except KeyError:
        raise LookupError(
            f"No page asset {entry!r}: expected web/front/{entry}, built by ./motcua up."
        ) from None


@functools.cache
def _manifest() -> dict[str, dict]:
    try:
        return json.loads((DIST / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise LookupError("The page assets are not built: run ./motcua up, or ./motcua assets.") from None
