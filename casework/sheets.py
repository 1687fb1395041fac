"""How many pages a file has: a PDF's own count, one for a picture."""

from __future__ import annotations

import io

from engine.rejection import Rejected


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


LOCKED = Rejected(
    "attachment_locked",
    "Tệp PDF đặt mật khẩu. Hãy mở tệp, bỏ mật khẩu (hoặc in ra một tệp PDF mới) rồi tải lên lại",
    "The PDF is locked with a password. Open it, remove the password (or print it to a new PDF) and upload it again",
)
DAMAGED = Rejected(
    "attachment_damaged",
    "Tệp PDF bị hỏng hoặc tải về chưa đủ. Hãy mở thử tệp trên máy; nếu không mở được, hãy quét hoặc tải về lại",
    "The PDF is damaged or incomplete. Try to open it; if it does not open, scan or download it again",
)


def unreadable(content: bytes, media_type: str) -> Rejected | None:
    """What is wrong with a PDF that nobody could read later, and how to mend it; None if it opens."""
    if media_type != "application/pdf":
        return None
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            return None if len(document.pages) else DAMAGED
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return DAMAGED
