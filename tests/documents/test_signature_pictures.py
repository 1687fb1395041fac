"""An officer's handwritten signature: only its ink is kept, and it stands on what the officer signs."""

from __future__ import annotations

import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from casework.documents import files, signature_pictures
from casework.documents.signature_pictures import BLUE, KEPT, NO_INK, NOT_PNG, TOO_LARGE, ink
from engine.rejection import Rejected
from national.ports import Signing
from store.queries import dossiers
from tests.casework.town import WARD, Town
from tests.documents.archival import problems
from tests.documents.conftest import PUBLIC, SECRET, Desk
from tests.documents.work import asked, carry_out, confirmation_before, public_id, result_of, states

PAPER = "giay_xac_nhan"


def drawn(mode: str = "RGBA", ground: object = (0, 0, 0, 0), pen: object = (10, 10, 10, 255)) -> Image.Image:
    picture = Image.new(mode, (640, 300), ground)  # type: ignore[arg-type]
    points = [(120, 200), (220, 60), (300, 230), (420, 90), (520, 180)]
    ImageDraw.Draw(picture).line(points, fill=pen, width=9)  # type: ignore[arg-type]
    return picture


def png(picture: Image.Image, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", **more)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize(
    "uploaded",
    [
        drawn(),
        drawn("RGB", (255, 255, 255), (20, 20, 20)),
        drawn("L", 250, 0),
        drawn("RGB", (235, 233, 228), (30, 40, 120)),
    ],
    ids=["transparent", "black on white", "grey", "blue on yellowed paper"],
)
def test_ink_is_blue_on_nothing_and_cut_to_its_edges(uploaded: Image.Image) -> None:
    """Whatever ground it was drawn on (NĐ 30/2020, phụ lục I, mục II.7)."""
    made = ink(png(uploaded))
    assert isinstance(made, bytes)
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.mode == "RGBA"
        assert picture.size[0] <= KEPT[0]
        assert picture.size[1] <= KEPT[1]
        assert picture.size[0] < 640 - 100, "the empty margin is gone"
        colours = {colour[:3] for _, colour in picture.getcolors(1 << 20) if colour[3]}  # type: ignore[union-attr, index]
        alphas = picture.getchannel("A").histogram()
    assert colours == {BLUE}
    assert alphas[0] > sum(alphas) / 2, "most of it is transparent"
    assert alphas[255] > 0 or max(i for i, n in enumerate(alphas) if n) > 150


def test_nothing_of_the_file_but_its_ink_is_kept() -> None:
    """Comments, profiles and what hides under full transparency are gone."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "bí mật của tôi")
    hidden = drawn()
    hidden.putpixel((0, 0), (200, 1, 2, 0))
    made = ink(png(hidden, pnginfo=told, icc_profile=b"profile" * 20))
    assert isinstance(made, bytes)
    kinds, at = [], 8
    while at < len(made):
        (length,) = struct.unpack(">I", made[at : at + 4])
        kinds.append(made[at + 4 : at + 8])
        at += 12 + length
    assert set(kinds) <= {b"IHDR", b"IDAT", b"IEND"}


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


BOMB = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 6, 0, 0, 0))


@pytest.mark.parametrize(
    ("uploaded", "said"),
    [
        (b"", NOT_PNG),
        (b"GIF89a" + bytes(50), NOT_PNG),
        (png(drawn())[:400], NOT_PNG),
        (BOMB + _chunk(b"IDAT", zlib.compress(bytes(1000))) + _chunk(b"IEND", b""), TOO_LARGE),
        (png(drawn()) + bytes(1_000_000), TOO_LARGE),
        (png(Image.new("RGB", (400, 200), (255, 255, 255))), NO_INK),
        (png(drawn().resize((80, 40))), NO_INK),
    ],
    ids=["empty", "gif", "cut off", "bomb", "long", "white", "small"],
)
def test_what_is_no_signature_is_refused_by_name(uploaded: bytes, said: Rejected) -> None:
    """Before it is unpacked, where its size is the matter."""
    assert ink(uploaded) == said


@pytest.mark.parametrize("size", [(640, 300), (200, 300)], ids=["wide", "high"])
def test_it_stands_on_what_the_officer_signs(town: Town, desk: Desk, size: tuple[int, int]) -> None:
    """In the room of the signature, a third of it under the seal; the file stays PDF/A (NĐ 30/2020, phụ lục I, II.8)."""
    leader = town.officer(WARD, "leader")
    picture = png(drawn().crop((115, 50, 525, 240)).resize(size))
    assert signature_pictures.keep(town.session, leader, picture, now=town.now) is None
    kept = signature_pictures.of(town.session, leader.id)
    assert kept is not None
    with Image.open(io.BytesIO(kept)) as opened:
        size = opened.size
    code = confirmation_before(town, "vao_so", desk.signing)
    pdf = files.content(
        town.session, dossiers.ids(town.session, code), PAPER, result_of(town, code, result=PAPER)["file"]
    )
    assert pdf is not None
    assert problems(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pictures = [one for one in document.objects if _is_picture(one)]
        boxes = {str(one.T): [float(v) for v in one.Rect] for one in document.pages[0].obj.Annots}  # type: ignore[union-attr]
    assert len(pictures) == 1
    left, bottom, right, top = boxes["NguoiKy"]
    drawn_width = min(right - left, (top - bottom) * size[0] / size[1])
    inked = (left + right - drawn_width) / 2
    seal = boxes["CoQuan"]
    assert seal[0] < inked < seal[2], "from the left"
    assert (seal[2] - inked) / drawn_width == pytest.approx(1 / 3, abs=0.03)


def test_nobody_signs_with_drawn_strokes_outside_a_demo(town: Town, desk: Desk) -> None:
    """The law wants the true signature: the item says what to do; with the picture it is signed."""
    code, leader = confirmation_before(town, "ky"), town.officer(WARD, "leader")
    real = Signing(desk.signing.service, desk.signing.stamps, PUBLIC, SECRET)
    batch = asked(town, leader, public_id(town, code, "ky"))
    carry_out(town, real)
    assert states(town, batch) == [("failed", "no_signature_picture")]
    signature_pictures.keep(town.session, leader, png(drawn()), now=town.now)
    batch = asked(town, leader, public_id(town, code, "ky"))
    carry_out(town, real)
    assert states(town, batch) == [("done", "")]
    signature_pictures.remove(town.session, leader)
    assert signature_pictures.of(town.session, leader.id) is None


def _is_picture(one: pikepdf.Object) -> bool:
    """A picture that is no mask of another."""
    if not isinstance(one, pikepdf.Stream) or one.get("/Subtype") != pikepdf.Name.Image:
        return False
    return "/SMask" in one
