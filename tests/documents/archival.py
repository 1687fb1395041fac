"""What keeps a PDF from being PDF/A-2b (ISO 19005-2), as far as signing, stamping and filling could break it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
FORBIDDEN_ACTIONS = {
    *("/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState"),
    *("/Rendition", "/Trans", "/GoTo3DView", "/JavaScript"),
}
ANNOTATIONS = {"/Link", "/Widget"}  # of those that are allowed, the ones that our papers have
INVISIBLE, HIDDEN, PRINT, NO_VIEW, TOGGLE_NO_VIEW = 1, 2, 4, 32, 256


def problems(pdf: bytes) -> list[str]:
    """Every breach, in words with the clause; none for a file that may be archived."""
    return [*_bytes(pdf), *_document(pdf)]


def _bytes(pdf: bytes) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", pdf):
        yield "6.1.2: header without a line of four bytes above 127"
    if re.search(rb"%%EOF[^\r\n]", pdf):
        yield "6.1.9: an addition does not begin on a line of its own"


def _document(pdf: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        if "/Encrypt" in opened.trailer:
            yield "6.1.3: encrypted"
        if "/ID" not in opened.trailer:
            yield "6.1.3: no file identifier"
        with opened.open_metadata() as said:
            told = said.get(PDFAID + "part"), said.get(PDFAID + "conformance")
        if told != ("2", "B"):
            yield f"6.6.4: XMP says {told}"
        intents = opened.Root.get("/OutputIntents", Array())
        if not any(one.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in one for one in intents):  # type: ignore[union-attr]
            yield "6.2.3: no output intent with a colour profile"
        if opened.Root.get("/AcroForm", Dictionary()).get("/NeedAppearances", False):
            yield "6.4.1: NeedAppearances"
        for page in opened.pages:
            for one in page.obj.get("/Annots", Array()):  # type: ignore[union-attr]
                yield from _annotation(one)
        for one in opened.objects:
            yield from _object(one)


def _annotation(one: Object) -> Iterator[str]:
    kind, flags = str(one.get("/Subtype")), int(one.get("/F", 0))
    if kind not in ANNOTATIONS:
        yield f"6.3.1: annotation {kind}"
    if not flags & PRINT or flags & (INVISIBLE | HIDDEN | NO_VIEW | TOGGLE_NO_VIEW):
        yield f"6.3.2: flags {flags} of {kind}"
    looks = one.get("/AP", Dictionary())
    if kind == "/Widget" and list(looks.keys()) != ["/N"]:  # type: ignore[union-attr]
        yield f"6.3.3: looks {list(looks.keys())} of {one.get('/T')}"  # type: ignore[union-attr]


def _object(one: Object) -> Iterator[str]:
    if not isinstance(one, Dictionary | Stream):
        return
    if "/AA" in one:
        yield "6.5.2: additional actions"
    if str(one.get("/S")) in FORBIDDEN_ACTIONS and one.get("/Type", Name.Action) == Name.Action:
        yield f"6.5.1: action {one.get('/S')}"
    if one.get("/Type") == Name.Font:
        yield from _font(one)
    if one.get("/Type") == Name.ExtGState and ("/TR" in one or "/HTP" in one):
        yield "6.2.5: transfer function"
    if isinstance(one, Stream):
        if "/LZWDecode" in str(one.get("/Filter", "")) or "/F" in one:
            yield "6.1.7: LZW or a stream outside the file"
        if one.get("/Subtype") == Name.Image and (one.get("/Interpolate", False) or "/Alternates" in one):
            yield "6.2.8: interpolated picture, or one with alternates"
        if one.get("/Subtype") == Name.Form and ("/OPI" in one or "/PS" in one or "/Ref" in one):
            yield "6.2.9: form XObject with OPI, PS or Ref"


def _font(one: Object) -> Iterator[str]:
    if one.get("/Subtype") in (Name.Type0, Name.Type3):
        return  # its descendants, or its own drawings
    descriptor = one.get("/FontDescriptor", Dictionary())
    if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):  # type: ignore[union-attr]
        yield f"6.2.11.4: {one.get('/BaseFont')} is not embedded"
