"""A time-stamping authority by RFC 3161 over HTTP, with a key of the demo authority (docs/wire/time_stamp.md)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from werkzeug.wrappers import Request, Response

from national.demo_ca import PIN, Authority

POLICY = "1.3.6.1.4.1.99999.1"  # of a demo: an arc that nobody was given
HOLDER = "tsa"


class Stamps:
    def __init__(self, folder: Path) -> None:
        self._authority = Authority(folder)
        self.given = 0

    def answer(self, request: Request) -> Response:
        if request.mimetype != "application/timestamp-query":
            return Response("expected application/timestamp-query\n", 415)
        return Response(self.stamp(request.get_data()), content_type="application/timestamp-reply")

    def stamp(self, query: bytes) -> bytes:
        """TimeStampResp for a TimeStampReq; a request that is not one, or not SHA-256, is rejected (RFC 3161, 2.4.2)."""
        try:
            asked = tsp.TimeStampReq.load(query, strict=True)
            imprint = asked["message_imprint"]
            known = imprint["hash_algorithm"]["algorithm"].native == "sha256"
        except (ValueError, TypeError, KeyError):
            return _rejected("bad_data_format")
        if not known:
            return _rejected("bad_alg")
        self.given += 1
        token = self._token(asked)
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())

    def _token(self, asked: tsp.TimeStampReq) -> cms.ContentInfo:
        own = self._authority.certificate(HOLDER, "Dấu thời gian thử nghiệm", "Một Cửa", time_stamping=True)
        certificate = x509.Certificate.load(own.public_bytes(Encoding.DER))
        now = datetime.now(UTC)
        info = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": asked["message_imprint"],
            "serial_number": secrets.randbits(120),
            "gen_time": now,
        }
        if asked["nonce"].native is not None:
            info["nonce"] = asked["nonce"]
        content = tsp.TSTInfo(info)
        body = core.ParsableOctetString(content.dump())
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": now})]}),
                cms.CMSAttribute(
                    {"type": "message_digest", "values": [hashlib.sha256(content.dump()).digest()]}
                ),
                cms.CMSAttribute({"type": "signing_certificate_v2", "values": [_names(certificate)]}),
            ]
        )
        key = self._authority.key(HOLDER, PIN)
        sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    {
                        "issuer_and_serial_number": {
                            "issuer": certificate.issuer,
                            "serial_number": certificate.serial_number,
                        }
                    }
                ),
                "digest_algorithm": sha256,
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_rsa"},
                "signature": key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256()),
            }
        )
        signed = {
            "version": "v3",
            "digest_algorithms": [sha256],
            "encap_content_info": {"content_type": "tst_info", "content": body},
            "signer_infos": [signer],
        }
        if asked["cert_req"].native:
            root = x509.Certificate.load(self._authority.root.public_bytes(Encoding.DER))
            signed["certificates"] = [certificate, root]
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def _names(certificate: x509.Certificate) -> tsp.SigningCertificateV2:
    return tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(certificate.dump()).digest()}]})


class _Rejection(core.Sequence):
    """A response without token (RFC 3161, 2.4.2)."""

    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012 (asn1crypto's own way)


class Direct:
    """The same stamps within a process, without HTTP."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps

    def answer(self, query: bytes) -> bytes:
        return self._stamps.stamp(query)


def _rejected(why: str) -> bytes:
    return bytes(
        _Rejection({"status": {"status": "rejection", "fail_info": tsp.PKIFailureInfo({why})}}).dump()
    )
