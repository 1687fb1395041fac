"""A signing service in a folder, for demo and tests: keys of the demo authority, unlocked by their PIN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from national.ports import Asked, Holder, SigningRefused

WRONG_PINS = 5  # in a row, then the key is locked


class SoftToken:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def certificates(self, holder: Holder) -> Sequence[bytes]:
        from cryptography.hazmat.primitives.serialization import Encoding

        from national.demo_ca import Authority

        authority = Authority(self._folder)
        own = authority.certificate(_key_name(holder), holder.name, holder.organisation, holder.title)
        return (own.public_bytes(Encoding.DER), authority.root.public_bytes(Encoding.DER))

    def sign(
        self, holder: Holder, pin: str, digests: Sequence[bytes], memory: Mapping[str, Any] | None = None
    ) -> Asked:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding, utils

        from national.demo_ca import Authority

        wrong = self._folder / f"{_key_name(holder).encode().hex()}.wrong"
        failures = int(wrong.read_text() or 0) if wrong.exists() else 0
        if failures >= WRONG_PINS:
            raise SigningRefused("pin_locked")
        try:
            key = Authority(self._folder).key(_key_name(holder), pin)
        except FileNotFoundError:
            raise SigningRefused("no_certificate") from None
        except ValueError:
            wrong.write_text(str(failures + 1))
            raise SigningRefused("pin_wrong") from None
        wrong.unlink(missing_ok=True)
        how = utils.Prehashed(hashes.SHA256())
        return Asked(tuple(key.sign(digest, padding.PKCS1v15(), how) for digest in digests))


def _key_name(holder: Holder) -> str:
    return f"{holder.kind}:{holder.id}"
