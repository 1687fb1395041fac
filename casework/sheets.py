"""How many pages a file has: a PDF's own count, one for a picture."""

from __future__ import annotations

import io


def pages(content: bytes, media_type: str) -> int | None:
    """Pages of an upload; None for a PDF that cannot be read (damaged, or locked with a password)."""
    if media_type != "application/pdf":
        return 1
    import pikepdf  # qpdf stands up to hostile files; loaded with the first PDF, not with every process

    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            return len(document.pages)
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return None
