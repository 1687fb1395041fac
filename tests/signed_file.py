"""A PDF signed by a demo authority, for papers that must be signed files: made once a process."""

from __future__ import annotations

import functools
import io
import tempfile
from pathlib import Path

from bpmn import manifest
from casework.demo import PROCEDURES

SIGNED = frozenset(
    part.code
    for found in sorted(PROCEDURES.glob("*/v*/procedure.toml"))
    for part in manifest.parse(found.read_bytes()).components
    if part.signed
)
"""Components of the shipped procedures that must be signed files."""


def trusted(keys: Path) -> None:
    """A system whose authority's folder is `keys` trusts the signer of `drawing`."""
    keys.mkdir(parents=True, exist_ok=True)
    for name, content in _made()[1].items():
        (keys / name).write_bytes(content)


def drawing() -> bytes:
    return _made()[0]


@functools.cache
def _made() -> tuple[bytes, dict[str, bytes]]:
    with tempfile.TemporaryDirectory(prefix="motcua-signed-") as folder:
        trust = ("root.pem", "root.crl")
        return _signed(Path(folder)), {name: (Path(folder) / name).read_bytes() for name in trust}


def _signed(folder: Path) -> bytes:
    import pikepdf

    from casework.documents import pades
    from national.adapters.soft_token import SoftToken
    from national.demo_ca import PIN
    from national.ports import Holder
    from national.simulators.time_stamp import Direct, Stamps

    token, stamps = SoftToken(folder), Direct(Stamps(folder))
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.save(blank := io.BytesIO())
    who = Holder("designer", "person", "Kiến trúc sư Đỗ Hải Yến", "Công ty thiết kế Thành Đông")
    item = pades.ToSign(
        blank.getvalue(), who, "NguoiThietKe", pades.Box(1, 40, 60, 100, 40), blank.getvalue()
    )
    chain = token.certificates(who)
    waits = pades.prepare(item, chain)
    (signature,) = token.sign(who, PIN, [waits.digest]).signatures or ()

    return pades.finish(waits, signature, chain, stamps)
