"""Judges the signatures of PDFs, each in a process of its own. Run as a script, never imported.

Standard input is a socket on which whoever asks hands over one socket a file (`casework.documents.checking`). For each a
process is forked that judges this one file and ends: the libraries are loaded already, and nothing of a file outlives it.

The file may be a stranger's: bounded memory and processor time, nothing is fetched. What the file brings along of revocation
(PAdES B-LT: answers of OCSP and lists) is honoured where our lists say nothing: whom one of them names stays revoked, also
when it is out of date; and it proves nothing of a past that no time stamp proves. Request: {pdf, roots: [DER], crls: [DER]}
in base64, and `seconds`, the longest that it may take. Answer: {"readable": bool, "signatures": [{field, name, organisation,
title, serial, signed_at, stamp, intact, changed, trust, last}]}; `trust`: ok, revoked, expired, unknown, unchecked (nothing
says whether it was revoked), broken; `stamp` the same of the time stamp, or "" where there is none.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import resource
import signal
import socket
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

CPU_SECONDS = 15
MEMORY_BYTES = 1024**3
MOST_SIGNATURES = 20
MOST_BROUGHT = 100  # answers, lists and certificates that a file brings, each
HARMLESS = ("unspecified", "affiliation_changed", "superseded", "cessation_of_operation")


@dataclass
class Brought:
    """What a file brings along, not believed yet: whoever answers must be of an authority that we trust."""

    certificates: list[Any] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)  # of OCSP
    lists: list[Any] = field(default_factory=list)

    def cut(self) -> Brought:
        return Brought(*(one[:MOST_BROUGHT] for one in (self.certificates, self.answers, self.lists)))

    def __bool__(self) -> bool:
        return bool(self.answers or self.lists)


def main() -> int:
    """Serves until whoever asks is gone."""
    import pyhanko.pdf_utils.reader
    import pyhanko.sign.validation  # noqa: F401  loaded once, for every process that is forked

    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: the system clears them away
    asked = socket.socket(fileno=0)
    while True:
        _, handed, _, _ = socket.recv_fds(asked, 1, 1)
        if not handed:
            return 0
        if os.fork() == 0:
            try:
                asked.close()  # other files are not this process's
                _serve(socket.socket(fileno=handed[0]))
            finally:
                os._exit(0)
        os.close(handed[0])


def _serve(asker: socket.socket) -> None:
    """One request, read to its end; an answer for every input that could be judged, also for one that is no PDF."""
    with asker, asker.makefile("rwb") as stream:
        request = json.load(stream)
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        stream.write(json.dumps(_judge(request)).encode())


def _judge(request: dict[str, Any]) -> dict[str, Any]:
    from asn1crypto import x509
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        pdf = b64decode(request["pdf"])
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        found = [one for one in reader.embedded_signatures if one.sig_object_type == "/Sig"]
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        return {"readable": False, "signatures": []}
    if len(found) > MOST_SIGNATURES:
        return {"readable": False, "signatures": []}
    roots = [x509.Certificate.load(b64decode(one)) for one in request["roots"]]
    crls = [b64decode(one) for one in request["crls"]]
    stored = _stored(reader)
    told = [asyncio.run(_one(one, roots, crls, pdf, stored)) for one in found]
    for one in told[-1:]:
        one["changed"] |= one.get("added", True)
    return {"readable": True, "signatures": told}


async def _one(
    embedded: Any, roots: list[Any], crls: list[bytes], pdf: bytes, stored: Brought
) -> dict[str, Any]:
    """One signature, judged at its time stamp if that is worth something, else now."""
    answer: dict[str, Any] = {
        "field": embedded.field_name,
        "name": "",
        "organisation": "",
        "title": "",
        "signed_at": None,
        "stamp": "",
        "intact": False,
        "changed": True,
        "trust": "broken",
        "last": False,
    }
    try:
        subject = embedded.signer_cert.subject.native if embedded.signer_cert else {}
        answer |= {
            "name": subject.get("common_name", ""),
            "organisation": subject.get("organization_name", ""),
            "title": subject.get("title", ""),
            "serial": format(embedded.signer_cert.serial_number, "x") if embedded.signer_cert else "",
            "signed_at": _iso(embedded.self_reported_timestamp),
        }
        brought = _with_archived(stored, embedded)
        stamped_at = _stamped_at(embedded)
        moment = stamped_at or datetime.now(UTC)
        status = await _status(embedded, roots, crls, moment, moment)
        answer["stamp"] = _stamp_trust(status.timestamp_validity, crls, stamped_at)
        if answer["stamp"] == "unchecked" and brought and stamped_at is not None:
            answer["stamp"] = await _stamp_proved(embedded, roots, crls, stamped_at, brought)
        if stamped_at is not None and answer["stamp"] in ("ok", "unchecked"):
            answer["signed_at"] = _iso(stamped_at)
        elif stamped_at is not None:  # a stamp that is worth nothing: judged as of now
            moment = datetime.now(UTC)
            status = await _status(embedded, roots, crls, moment, stamped_at)
        answer["intact"] = bool(status.intact and status.valid)
        answer["changed"] = not status.docmdp_ok if status.docmdp_ok is not None else False
        coverage = status.coverage.name if status.coverage else "UNCLEAR"
        answer["last"] = coverage == "ENTIRE_FILE"
        answer["trust"] = await _trust(embedded, status, roots, crls, moment)
        if answer["trust"] == "unchecked" and brought:
            proved = moment if answer["stamp"] == "ok" else datetime.now(UTC)
            proof = await _status(embedded, roots, crls, proved, proved, brought)
            answer["trust"] = "revoked" if _revoked(proof) else "ok" if proof.trusted else "unchecked"
        if coverage in ("UNCLEAR", "CONTIGUOUS_BLOCK_FROM_START"):
            answer["changed"] = True
        answer["added"] = _added(embedded, status, pdf)
    except (
        Exception
    ) as problem:  # whatever a stranger's file brings: the signature counts for nothing, by name
        answer["problem"] = type(problem).__name__
    return answer


def _added(embedded: Any, status: Any, pdf: bytes) -> bool:
    """Is there anything behind the signed bytes but what proves the signature for longer? A certifying signature lets fields be
    filled in and others sign; what comes behind the last signature was signed by nobody."""
    _, _, start, length = embedded.byte_range
    level = status.modification_level.name if status.modification_level else "OTHER"
    return bool(pdf[start + length :].strip()) and level != "LTA_UPDATES"


def _stamped_at(embedded: Any) -> datetime | None:
    """What the time stamp beside the signature says; whether it may be believed is another question."""
    attributes = embedded.signer_info["unsigned_attrs"]
    for attribute in attributes or ():
        if attribute["type"].native == "signature_time_stamp_token":
            told = attribute["values"][0]["content"]["encap_content_info"]["content"].parsed
            at: datetime = told["gen_time"].native
            return at
    return None


def _stamp_trust(stamp: Any, crls: list[bytes], at: datetime | None) -> str:
    """The time stamp and the certificate of who gave it, as of the moment that it names."""
    if stamp is None or at is None:
        return ""
    if not (stamp.intact and stamp.valid):
        return "broken"
    certificate = stamp.signing_cert
    if any(not (row["harmless"] and at < row["at"]) for row in _listed(stamp, crls)):
        return "revoked"
    if not certificate.not_valid_before <= at <= certificate.not_valid_after:
        return "expired"
    if not stamp.trusted:
        return "unknown"
    return "ok" if _has_list(certificate, crls) else "unchecked"


def _listed(status: Any, crls: list[bytes]) -> Iterator[dict[str, Any]]:
    """What our lists, also those out of date, say of who signed and of the authorities between them and the root: since when
    one is revoked, and whether what was stamped before stays good: it does for the reasons that RFC 3161, section 4, allows
    (the key was not compromised), and only if one is given."""
    from asn1crypto import crl

    path = status.validation_path
    chain = list(path.iter_certs(include_root=False)) if path else [status.signing_cert]
    for listing in (crl.CertificateList.load(one)["tbs_cert_list"] for one in crls):
        serials = {one.serial_number for one in chain if one.issuer == listing["issuer"]}
        for row in (listing["revoked_certificates"] or ()) if serials else ():
            if row["user_certificate"].native in serials:
                reason = row.crl_reason_value.native if row.crl_reason_value is not None else None
                yield {"at": row["revocation_date"].native, "harmless": reason in HARMLESS}


def _has_list(certificate: Any, crls: list[bytes]) -> bool:
    from asn1crypto import crl

    issuers = (crl.CertificateList.load(one)["tbs_cert_list"]["issuer"] for one in crls)
    return any(one == certificate.issuer for one in issuers)


def _stored(reader: Any) -> Brought:
    """What the file's security store holds (ETSI EN 319 142-1, 5.4); a store that cannot be read holds nothing."""
    from asn1crypto import crl, ocsp
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    try:
        store = DocumentSecurityStore.read_dss(reader)
        return Brought(
            list(store.load_certs()),
            [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps],
            [crl.CertificateList.load(one.get_object().data) for one in store.crls],
        ).cut()
    except Exception:  # whatever a stranger's file brings, also no store at all
        return Brought()


def _with_archived(stored: Brought, embedded: Any) -> Brought:
    """The same with what the signer put among the signed attributes (ISO 32000-2, 12.8.3.3.2)."""
    for attribute in embedded.signer_info["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            kept = attribute["values"][0]
            answers, lists = list(kept["ocsp"] or ()), list(kept["crl"] or ())
            return Brought(stored.certificates, stored.answers + answers, stored.lists + lists).cut()
    return stored


async def _stamp_proved(
    embedded: Any, roots: list[Any], crls: list[bytes], at: datetime, brought: Brought
) -> str:
    """What the file's own proof makes of a time stamp that our lists say nothing of, as of now: an answer that held when the
    stamp says it was given is kept by whoever steals the key later, and stamps as of that day."""
    now = datetime.now(UTC)
    stamp = (await _status(embedded, roots, crls, now, now, brought)).timestamp_validity
    if stamp is not None and _revoked(stamp):
        told = stamp.revocation_details
        reason = told.revocation_reason.native if told and told.revocation_reason is not None else None
        return "ok" if reason in HARMLESS and at < told.revocation_date else "revoked"
    return "ok" if stamp is not None and stamp.trusted else "unchecked"


def _revoked(status: Any) -> bool:
    return status.revocation_details is not None or "REVOKED" in str(status.trust_problem_indic)


async def _status(
    embedded: Any,
    roots: list[Any],
    crls: list[bytes],
    moment: datetime,
    stamp: datetime,
    brought: Brought | None = None,
) -> Any:
    """Strictly: something must say of every certificate that it is not revoked; soft modes skip lists that it does not point at."""
    from pyhanko.sign.validation import async_validate_pdf_signature

    strict = _context(roots, crls, moment, "require", brought)
    of_stamp = _context(roots, crls, stamp, "require" if brought else "soft-fail", brought)
    return await async_validate_pdf_signature(embedded, strict, of_stamp)


async def _trust(embedded: Any, status: Any, roots: list[Any], crls: list[bytes], moment: datetime) -> str:
    from pyhanko.sign.validation import async_validate_pdf_signature

    if _revoked(status):
        return "revoked"
    if status.trusted:
        return "ok"
    certificate = embedded.signer_cert
    if certificate is not None and not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        return "expired"
    soft = _context(roots, crls, moment)
    status = await async_validate_pdf_signature(embedded, soft, soft)
    if not status.trusted:
        return "unknown"
    return "revoked" if any(row["at"] <= moment for row in _listed(status, crls)) else "unchecked"


def _context(
    roots: list[Any],
    crls: list[bytes],
    moment: datetime,
    mode: str = "soft-fail",
    brought: Brought | None = None,
) -> Any:
    from pyhanko_certvalidator import ValidationContext

    brought = brought or Brought()
    return ValidationContext(
        trust_roots=roots,
        other_certs=brought.certificates,
        ocsps=brought.answers,
        crls=[*crls, *brought.lists],
        moment=moment,
        allow_fetching=False,
        revocation_mode=mode,
        retroactive_revinfo=True,
    )


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


if __name__ == "__main__":
    sys.exit(main())
