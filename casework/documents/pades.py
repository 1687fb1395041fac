"""Signatures in a PDF: PAdES B-T (ETSI EN 319 142-1), each as an addition to the file, so that earlier ones stay whole.

Only workers import this (it loads pyHanko). Keys are never here: `prepare` gives the digest that a signing service signs,
`finish` puts the signature in. Between the two an hour may pass, or the process may die.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asn1crypto import cms, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.stamp import StaticContentStamp, StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from national.ports import Holder, SigningRefused, TimeStamps, Unreachable

RESERVED = 16384  # bytes for one signature with its chain and time stamp
SIGNATURE_BYTES = 512  # the longest RSA signature expected (4,096 bits)


@dataclass(frozen=True)
class Box:
    """A place on a page (from 1), in points from its top left corner."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Fill:
    """A text written into the field that was kept for it: `mark` is how it looks (a PDF page)."""

    text: str
    mark: bytes


@dataclass(frozen=True)
class ToSign:
    """One file and the signature it gets, in a field kept for it or else made at `box`.

    The first signature certifies (ISO 32000-1, 12.8.2.2): what comes later needs its place beforehand, `keep` for texts and
    `keep_signatures` for further signatures.
    """

    pdf: bytes
    holder: Holder
    field: str
    box: Box
    mark: bytes
    keep: Mapping[str, Box] = dataclasses.field(default_factory=dict)
    keep_signatures: Mapping[str, Box] = dataclasses.field(default_factory=dict)
    fill: Mapping[str, Fill] = dataclasses.field(default_factory=dict)
    reason: str = ""
    place: str = ""


@dataclass(frozen=True)
class Prepared:
    """A file that waits for a signature: all but the signature itself is in it. `start` and `end` bound its place."""

    pdf: bytes
    document_digest: bytes
    start: int
    end: int
    attributes: bytes  # what is signed (CMS signed attributes, DER)

    @property
    def digest(self) -> bytes:
        """What the signing service signs: SHA-256."""
        return hashlib.sha256(self.attributes).digest()


def prepare(item: ToSign, chain: Sequence[bytes]) -> Prepared:
    """The file with room for the signature of the chain's first certificate (DER)."""
    return asyncio.run(_prepare(item, chain))


def finish(prepared: Prepared, signature: bytes, chain: Sequence[bytes], stamps: TimeStamps) -> bytes:
    """The signed file with its time stamp. Raises Unreachable (no time stamp), SigningRefused for what is no signature."""
    if not _fits(prepared, signature, chain[0]):
        raise SigningRefused("signing_declined", "the answer is no signature of the digest")
    return asyncio.run(_finish(prepared, signature, chain, stamps))


async def _prepare(item: ToSign, chain: Sequence[bytes]) -> Prepared:
    # An addition begins on a line of its own (ISO 19005-2, 6.1.9); Typst ends its files without a line break.
    pdf = item.pdf if item.pdf.endswith(b"\n") else item.pdf + b"\n"
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    first = not PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if first:
        for name, box in item.keep.items():
            _text_field(writer, name, box)
        for name, box in item.keep_signatures.items():
            fields.append_signature_field(writer, _spec(writer, name, box, closes=True))
    for name, fill in item.fill.items():
        _fill(writer, name, fill)
    goes_on = first and bool(item.keep or item.keep_signatures)
    metadata = signers.PdfSignatureMetadata(
        field_name=item.field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=item.reason or None,
        location=item.place or None,
        certify=first,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS if goes_on else fields.MDPPerm.NO_CHANGES,
    )
    kept = any(name == item.field for name, *_ in fields.enumerate_sig_fields(writer, filled_status=False))
    signer = _signer(chain)
    made = io.BytesIO()
    place, *_ = await signers.PdfSigner(
        metadata,
        signer,
        stamp_style=_look(item.mark),
        new_field_spec=None if kept else _spec(writer, item.field, item.box),
    ).async_digest_doc_for_signing(writer, bytes_reserved=RESERVED, output=made)
    attributes = await signer.signed_attrs(place.document_digest, "sha256", use_pades=True)
    return Prepared(
        made.getvalue(),
        place.document_digest,
        place.reserved_region_start,
        place.reserved_region_end,
        attributes.dump(),
    )


async def _finish(prepared: Prepared, signature: bytes, chain: Sequence[bytes], stamps: TimeStamps) -> bytes:
    attributes = cms.CMSAttributes.load(prepared.attributes)
    made = await _signer(chain, signature).async_sign_prescribed_attributes(
        "sha256", attributes, timestamper=_Stamper(stamps)
    )
    place = PreparedByteRangeDigest(prepared.document_digest, prepared.start, prepared.end)
    place.fill_with_cms(whole := io.BytesIO(prepared.pdf), made)
    return whole.getvalue()


def _signer(chain: Sequence[bytes], signature: bytes | None = None) -> signers.ExternalSigner:
    """pyHanko's signer whose key is elsewhere."""
    certificates = [x509.Certificate.load(der) for der in chain]
    store = SimpleCertificateStore()
    store.register_multiple(certificates)
    return signers.ExternalSigner(
        certificates[0], store, signature_value=SIGNATURE_BYTES if signature is None else signature
    )


def _fits(prepared: Prepared, signature: bytes, certificate: bytes) -> bool:
    """What a service gave is the certificate's signature of what was asked: a document is never spoilt by a wrong one."""
    key = load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, prepared.attributes, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


class _Stamper(timestamps.TimeStamper):
    def __init__(self, stamps: TimeStamps) -> None:
        super().__init__()
        self._stamps = stamps

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            answer = tsp.TimeStampResp.load(self._stamps.answer(req.dump()))
            granted = answer["status"]["status"].native in ("granted", "granted_with_mods")
        except ValueError:
            granted = False
        if not granted:
            raise Unreachable("time stamps: no token was granted")
        return answer


class _Page(PdfContent):
    """The first page of another PDF, as a picture."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        picture = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Mark"] = picture
        left, bottom, right, top = picture.get_object()["/BBox"]
        self.box = BoxConstraints(width=right - left, height=top - bottom)
        return b"/Mark Do"


def _look(mark: bytes) -> StaticStampStyle:
    fit = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins(0, 0, 0, 0))
    return StaticStampStyle(
        background=_Page(mark), background_layout=fit, border_width=0, background_opacity=1.0
    )


def _spec(
    writer: IncrementalPdfFileWriter, name: str, box: Box, *, closes: bool = False
) -> fields.SigFieldSpec:
    """`closes`: whoever signs here is the last: no field is filled in and nobody signs any more (ISO 32000-2, 12.7.5.5)."""
    return fields.SigFieldSpec(
        name,
        on_page=box.page - 1,
        box=_corners(writer, box),
        field_mdp_spec=fields.FieldMDPSpec(fields.FieldMDPAction.ALL) if closes else None,
        doc_mdp_update_value=fields.MDPPerm.NO_CHANGES if closes else None,
    )


def _corners(writer: IncrementalPdfFileWriter, box: Box) -> tuple[int, int, int, int]:
    """A box as PDF counts: from the bottom left corner."""
    page = writer.root["/Pages"]["/Kids"][box.page - 1]
    top = float(page["/MediaBox"][3])
    return (
        round(box.x),
        round(top - box.y - box.height),
        round(box.x + box.width),
        round(top - box.y),
    )


def _text_field(writer: IncrementalPdfFileWriter, name: str, box: Box) -> None:
    """An empty read-only text field at its place: filling it in later is what the first signature allows."""
    page_ref = writer.find_page_for_modification(box.page - 1)[0]
    widget = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.pdf_string(name),
            pdf_name("/Ff"): generic.NumberObject(1),
            pdf_name("/F"): generic.NumberObject(4),  # printed
            pdf_name("/DA"): generic.pdf_string("/Helv 0 Tf 0 g"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, _corners(writer, box))),
            pdf_name("/P"): page_ref,
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(_blank(box))}),
        }
    )
    reference = writer.add_object(widget)
    form = _form(writer)
    form["/Fields"].append(reference)
    writer.register_annotation(page_ref, reference)
    writer.update_container(form)
    writer.update_container(form["/Fields"])


def _form(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    root = writer.root
    if "/AcroForm" not in root:
        form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        root[pdf_name("/AcroForm")] = writer.add_object(form)
        writer.update_root()
    found = root["/AcroForm"]
    assert isinstance(found, generic.DictionaryObject)
    return found


def _blank(box: Box) -> generic.StreamObject:
    size = generic.ArrayObject([generic.FloatObject(v) for v in (0, 0, box.width, box.height)])
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): size,
            pdf_name("/Resources"): generic.DictionaryObject(),
        },
        stream_data=b"",
    )


def _fill(writer: IncrementalPdfFileWriter, name: str, fill: Fill) -> None:
    """Write into a field that was kept for it; a file without it (scanned, or of an older template) is left as it is."""
    form = writer.root["/AcroForm"] if "/AcroForm" in writer.root else {"/Fields": ()}  # noqa: SIM401 (get does not resolve)
    for field_ref in form["/Fields"]:
        reference = field_ref.get_object()
        if reference.get("/T") != name:
            continue
        left, bottom, right, top = (float(v) for v in reference["/Rect"])
        size = BoxConstraints(width=right - left, height=top - bottom)
        look = StaticContentStamp(writer, _look(fill.mark), box=size).as_form_xobject()
        reference[pdf_name("/V")] = generic.pdf_string(fill.text)
        reference[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
        writer.update_container(reference)
