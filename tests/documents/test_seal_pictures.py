"""An agency's seal: its own picture, red on nothing, where there is one; an admin keeps it."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image, ImageDraw

from casework.documents import files, seal_pictures
from casework.documents.seal_pictures import NO_SEAL, NOT_PNG, RED
from casework.permits import FORBIDDEN
from engine.rejection import Rejected
from store.queries import dossiers
from tests.casework.town import WARD, Town
from tests.documents.archival import problems
from tests.documents.conftest import Desk
from tests.documents.test_signature_pictures import png
from tests.documents.work import asked, carry_out, confirmation_before, public_id, result_of

PAPER = "giay_xac_nhan"


def stamped(width: int = 700, height: int = 700, ink: object = (200, 30, 40)) -> bytes:
    """A scan of a ring on white paper."""
    picture = Image.new("RGB", (width + 200, height + 200), (255, 255, 255))
    ImageDraw.Draw(picture).ellipse((100, 100, 100 + width, 100 + height), outline=ink, width=14)  # type: ignore[arg-type]
    return png(picture)


def test_a_seal_is_red_on_nothing_and_cut_to_its_edges() -> None:
    """Whatever the scanner made of its red."""
    made = seal_pictures.red(stamped(ink=(120, 40, 60)))
    assert isinstance(made, bytes)
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.size == (701, 701)
        colours = {colour[:3] for _, colour in picture.getcolors(1 << 20) if colour[3]}  # type: ignore[union-attr, index]
    assert colours == {RED}


@pytest.mark.parametrize(
    ("uploaded", "said"),
    [(stamped(height=300), NO_SEAL), (stamped(200, 200), NO_SEAL), (b"GIF89a", NOT_PNG)],
    ids=["not round", "too small", "no PNG"],
)
def test_what_is_no_seal_is_refused(uploaded: bytes, said: Rejected) -> None:
    """With what to do about it."""
    assert seal_pictures.red(uploaded) == said


def test_an_agency_s_own_seal_stands_on_what_its_clerk_seals(town: Town, desk: Desk) -> None:
    """Put in by an admin, nobody else; the sample page shows it; PDF/A stays."""
    admin, clerk = town.person("admin"), town.officer(WARD, "clerk")
    assert seal_pictures.keep(town.session, clerk, WARD, stamped(), now=town.now) == FORBIDDEN
    before = seal_pictures.sample(town.session, WARD, "UBND", "")
    assert seal_pictures.keep(town.session, admin, WARD, stamped(), now=town.now) is None
    assert seal_pictures.sample(town.session, WARD, "UBND", "") != before
    code = confirmation_before(town, "vao_so", desk.signing)
    asked(town, clerk, public_id(town, code, "vao_so"))
    carry_out(town, desk.signing)
    result = result_of(town, code, result=PAPER)
    pdf = files.content(town.session, dossiers.ids(town.session, code) or 0, PAPER, result["file"])
    assert pdf is not None
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        sizes = {(int(one.Width), int(one.Height)) for one in opened.objects if _is_picture(one)}
    assert (701, 701) in sizes
    assert problems(pdf) == []
    assert seal_pictures.remove(town.session, admin, WARD, now=town.now) is None
    assert seal_pictures.of(town.session, WARD) is None


def _is_picture(one: object) -> bool:
    return isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
