"""Judges the signatures of one PDF: a request on standard input, an answer on standard output. Run as a script, never imported.

The file may be a stranger's: bounded memory and processor time, nothing is fetched. Request: {pdf, roots: [DER],
crls: [DER]} in base64. Answer: {"readable": bool, "signatures": [{field, name, organisation, kind, signed_at,
stamped, intact, changed, trust, last}]}; `trust`: ok, revoked, expired, unknown, unchecked (no revocation list), broken.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import resource
import sys
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

CPU_SECONDS = 15
MEMORY_BYTES = 1024**3
MOST_SIGNATURES = 20


def main() -> int:
    """Exit 0 with an answer for every input that could be judged, also for one that is no PDF."""
    request = json.load(sys.stdin.buffer)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    json.dump(_judge(request), sys.stdout)
    return 0


def _judge(request: dict[str, Any]) -> dict[str, Any]:
    from asn1crypto import x509
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(b64decode(request["pdf"])), strict=False)
        found = [one for one in reader.embedded_signatures if one.sig_object_type == "/Sig"]
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        return {"readable": False, "signatures": []}
    roots = [x509.Certificate.load(b64decode(one)) for one in request["roots"]]
    crls = [b64decode(one) for one in request["crls"]]
    return {
        "readable": True,
        "signatures": [asyncio.run(_one(one, roots, crls)) for one in found[:MOST_SIGNATURES]],
    }


async def _one(embedded: Any, roots: list[Any], crls: list[bytes]) -> dict[str, Any]:
    """One signature, judged at its trusted time stamp, else now."""
    from pyhanko.sign.validation import async_validate_pdf_signature

    answer: dict[str, Any] = {
        "field": embedded.field_name,
        "name": "",
        "organisation": "",
        "title": "",
        "signed_at": None,
        "stamped": False,
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
        now = datetime.now(UTC)
        status = await async_validate_pdf_signature(
            embedded, _context(roots, crls, now), _context(roots, crls, now)
        )
        stamp = status.timestamp_validity
        moment = now
        if stamp is not None and stamp.intact and stamp.valid and stamp.trusted:
            answer |= {"stamped": True, "signed_at": _iso(stamp.timestamp)}
            moment = stamp.timestamp
            status = await async_validate_pdf_signature(
                embedded, _context(roots, crls, moment), _context(roots, crls, now)
            )
        answer["intact"] = bool(status.intact and status.valid)
        answer["changed"] = not status.docmdp_ok if status.docmdp_ok is not None else False
        coverage = status.coverage.name if status.coverage else "UNCLEAR"
        answer["last"] = coverage == "ENTIRE_FILE"
        answer["trust"] = await _trust(embedded, status, roots, crls, moment)
        if coverage in ("UNCLEAR", "CONTIGUOUS_BLOCK_FROM_START"):
            answer["changed"] = True
    except (
        Exception
    ) as problem:  # whatever a stranger's file brings: the signature counts for nothing, by name
        answer["problem"] = type(problem).__name__
    return answer


async def _trust(embedded: Any, status: Any, roots: list[Any], crls: list[bytes], moment: datetime) -> str:
    from pyhanko.sign.validation import async_validate_pdf_signature

    strict = _context(
        roots, crls, moment, "require"
    )  # soft modes skip lists that a certificate does not point at
    checked = await async_validate_pdf_signature(embedded, strict, strict)
    said = str(checked.trust_problem_indic)
    if checked.revocation_details is not None or "REVOKED" in said:
        return "revoked"
    if checked.trusted:
        return "ok"
    certificate = embedded.signer_cert
    if certificate is not None and not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        return "expired"
    return "unchecked" if status.trusted else "unknown"


def _context(roots: list[Any], crls: list[bytes], moment: datetime, mode: str = "soft-fail") -> Any:
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=roots,
        crls=crls,
        moment=moment,
        allow_fetching=False,
        revocation_mode=mode,
        retroactive_revinfo=True,
    )


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


if __name__ == "__main__":
    sys.exit(main())
