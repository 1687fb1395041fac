"""How long a request waits for work that outlasts a page (casework.underway): a page hardly, its browser's asking again longer.

The page says that the work is under way (`parts/underway.html`); the browser asks the same address with `again`, by itself.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request, url_for

PAGE_SECONDS = 0.02  # a page is out within fifty milliseconds
AGAIN_SECONDS = 2.0


def patience() -> float:
    return AGAIN_SECONDS if "again" in request.args else PAGE_SECONDS


def again() -> str:
    """The address to ask again."""
    asked = {**request.args.to_dict(), "again": "1"}  # a stranger's names: never url_for's own
    return url_for(str(request.endpoint), **(request.view_args or {})) + "?" + urlencode(asked)
