"""The picture of an officer's handwritten signature, shown where a document is signed by token.

NĐ 30/2020/NĐ-CP, phụ lục I, mục II.7: the signature as on paper, blue, PNG on a transparent ground, between title and name.
Only the ink of what was uploaded is kept: cut out, blue, without colours, comments or other chunks of the file.
"""

from __future__ import annotations

import io
import struct
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.rejection import Rejected
from store.tables import signature_picture

MAX_BYTES = 1_000_000
MAX_SIDE = 3000  # pixels, read from the header before anything is unpacked
MIN_WIDTH, MIN_HEIGHT = 120, 40  # of the ink: less is coarse in print
KEPT = (900, 378)  # the room of 5 × 2.1 cm at 457 dots an inch
BLUE = (27, 63, 156)
PAPER = 48  # what is at most this dark is paper, not ink (of 255)

NOT_PNG = Rejected(
    "picture_type",
    "Ảnh chữ ký phải là tệp PNG còn đọc được.",
    "Expected a signature as a PNG file that can be read.",
)
TOO_LARGE = Rejected(
    "picture_size",
    f"Ảnh chữ ký tối đa 1 MB và {MAX_SIDE} điểm ảnh mỗi chiều.",
    f"Expected at most 1 MB and {MAX_SIDE} pixels a side.",
)
NO_INK = Rejected(
    "picture_empty",
    f"Không thấy nét ký, hoặc nét ký nhỏ hơn {MIN_WIDTH} × {MIN_HEIGHT} điểm ảnh. "
    "Hãy ký bằng mực đậm trên giấy trắng rồi quét hoặc chụp gần hơn.",
    f"Expected ink of at least {MIN_WIDTH} × {MIN_HEIGHT} pixels on white or transparent ground.",
)


def keep(session: Session, actor: Actor, uploaded: bytes, *, now: datetime) -> Rejected | None:
    """The actor's own signature, in place of an earlier one; commits. Documents signed before keep theirs."""
    made = ink(uploaded)
    if isinstance(made, Rejected):
        return made
    row = upsert(signature_picture).values(account=actor.id, png=made, set_at=now)
    session.execute(row.on_conflict_do_update(index_elements=["account"], set_={"png": made, "set_at": now}))
    session.commit()
    return None


def remove(session: Session, actor: Actor) -> None:
    """Forget the actor's signature; commits."""
    session.execute(delete(signature_picture).where(signature_picture.c.account == actor.id))
    session.commit()


def of(session: Session, account: str) -> bytes | None:
    """The picture that this officer signs with (PNG)."""
    found = session.scalar(select(signature_picture.c.png).where(signature_picture.c.account == account))
    return bytes(found) if found is not None else None


def aspect(png: bytes) -> float:
    """Width by height of a kept picture."""
    width, height = struct.unpack(">II", png[16:24])
    return float(width / height)


def ink(uploaded: bytes) -> bytes | Rejected:
    """The strokes of a PNG, blue on nothing, cut to their edges. On an opaque ground, what is dark is ink."""
    if len(uploaded) > MAX_BYTES:
        return TOO_LARGE
    try:
        found = strokes(uploaded)
    except TooLarge:
        return TOO_LARGE
    except ValueError:
        return NOT_PNG
    if found is None or found.width < MIN_WIDTH or found.height < MIN_HEIGHT:
        return NO_INK
    return coloured(found, BLUE, KEPT)


class TooLarge(ValueError):
    """More than MAX_SIDE pixels a side."""


def strokes(uploaded: bytes):  # type: ignore[no-untyped-def]
    """How much ink a PNG has at each point (a Pillow picture, mode L), cut to its edges; None without any.

    Raises TooLarge, ValueError for what is no PNG.
    """
    if len(uploaded) < 33 or not uploaded.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"):
        raise ValueError("no PNG")
    if max(struct.unpack(">II", uploaded[16:24])) > MAX_SIDE:
        raise TooLarge
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(uploaded), formats=["PNG"]) as opened:
            opened.load()
            picture = opened if opened.mode == "RGBA" else opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, struct.error) as problem:
        raise ValueError("no PNG") from problem
    found = picture.getchannel("A")
    if not any(found.histogram()[: 256 - PAPER]):  # opaque
        found = ImageOps.invert(picture.convert("L"))
    found = found.point([max(0, value - PAPER) * 255 // (255 - PAPER) for value in range(256)])
    edges = found.getbbox()
    return None if edges is None else found.crop(edges)


def coloured(ink, colour: tuple[int, int, int], kept: tuple[int, int]) -> bytes:  # type: ignore[no-untyped-def]
    """Ink as a PNG of one colour on nothing, at most `kept` large."""
    from PIL import Image

    ink.thumbnail(kept)
    made = Image.new("RGBA", ink.size, colour)
    made.putalpha(ink)
    out = io.BytesIO()
    made.save(out, "PNG", optimize=True)
    return out.getvalue()
