"""How many pages a file has: a PDF's own count, one for a picture."""

from __future__ import annotations

import io
from collections.abc import Sequence

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


CUT_OFF = Rejected(
    "attachment_damaged",
    "Ảnh bị hỏng hoặc thiếu phần cuối. Hãy mở thử ảnh trên máy; nếu không xem được trọn ảnh, hãy chụp hoặc tải về lại",
    "The picture is damaged or its end is missing. Try to open it; if it is not whole, take or download it again",
)


def unreadable(content: bytes, media_type: str) -> Rejected | None:
    """What is wrong with a file that nobody could read later, and how to mend it; None if it opens, or the picture is whole."""
    if media_type != "application/pdf":
        return None if _whole(content, media_type) else CUT_OFF
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            return None if len(document.pages) else DAMAGED
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return DAMAGED


def together(files: Sequence[bytes]) -> bytes:
    """Unsigned PDFs one after the other in one."""
    if len(files) == 1:
        return files[0]
    import pikepdf

    with pikepdf.new() as whole:
        for one in files:
            with pikepdf.open(io.BytesIO(one)) as opened:
                whole.pages.extend(opened.pages)
        whole.save(done := io.BytesIO(), deterministic_id=True)
    return done.getvalue()


def _whole(content: bytes, media_type: str) -> bool:
    """Does a picture come to its end? What a phone adds behind it does no harm; a preview inside ends before the picture."""
    if media_type == "image/png":
        return b"IEND" in content
    if media_type != "image/jpeg":
        return True
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        if content[at + 1] == 0xFF:  # any number of them may fill the place before a marker
            at += 1
            continue
        if content[at + 1] == 0xDA:  # the picture itself begins
            return content.find(b"\xff\xd9", at) > 0
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return False


class Signed(Exception):
    """The PDF carries a signature, which any change would break."""


def plain(content: bytes) -> tuple[bytes, float]:
    """A PDF with its pages alone, upright, and the width of the first in points: no scripts, no attached files, no lock.

    What makes it PDF/A is kept. Raises Signed; ValueError if it cannot be read.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as found, pikepdf.new() as made:
            if "/AcroForm" in found.Root and int(found.Root.AcroForm.get("/SigFlags", 0)) & 1:
                raise Signed
            for page in found.pages:
                _upright(made, page)
            for name in ("/Metadata", "/OutputIntents"):
                if name in found.Root:
                    made.Root[name] = made.copy_foreign(found.Root[name])
            made.save(whole := io.BytesIO())
            box = made.pages[0].mediabox
            return whole.getvalue(), float(box[2]) - float(box[0])
    except (pikepdf.PdfError, RuntimeError, IndexError) as problem:
        raise ValueError("unreadable PDF") from problem


def _upright(made, page) -> None:  # type: ignore[no-untyped-def]
    """Add a page; one that is turned for showing becomes one that is not, so that a mark on it stands as the reader sees it."""
    turned = int(page.obj.get("/Rotate", 0)) % 360
    if not turned:
        made.pages.append(page)
        return
    left, bottom, right, top = (float(value) for value in page.mediabox)
    size = (top - bottom, right - left) if turned % 180 else (right - left, top - bottom)
    made.add_blank_page(page_size=size).add_overlay(page)
