"""The admin's pages of seals and signatures."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask.testing import FlaskClient

from casework.documents import signature_pictures
from tests.casework.town import WARD, Town
from tests.documents.test_seal_pictures import stamped
from tests.documents.test_signature_pictures import drawn, png
from tests.web.test_dossier_pages import page, town

__all__ = ["town"]


def test_an_admin_keeps_seals_and_takes_signatures_away(
    town: Town, visitor: Callable[[str], FlaskClient]
) -> None:
    """Officers are kept out; a bad picture says what is wrong; somebody of another agency is not touched."""
    leader, clerk = town.officer(WARD, "leader"), town.officer(WARD, "clerk")
    signature_pictures.keep(town.session, leader, png(drawn()), now=town.now)
    admin, address = visitor("admin"), f"/admin/seals/{WARD}"
    assert visitor(clerk.id).get(address).status_code == 403
    assert visitor(clerk.id).post(address, data={"remove": "1"}).status_code == 403
    assert f'value="{leader.id}"' in page(admin, address)
    bad = admin.post(address, data={"picture": (io.BytesIO(b"GIF89a"), "dau.png")})
    assert (bad.status_code, "tệp PNG còn đọc được" in bad.get_data(as_text=True)) == (422, True)
    admin.post(address, data={"picture": (io.BytesIO(stamped()), "dau.png")})
    assert "có từ" in page(admin, "/admin/seals")
    assert admin.get(f"{address}/sample.png").mimetype == "image/png"
    assert admin.post("/admin/seals/H23.30.06", data={"signature": leader.id}).status_code == 404
    admin.post(address, data={"signature": leader.id})
    town.session.rollback()
    assert signature_pictures.of(town.session, leader.id) is None
    admin.post(address, data={"remove": "1"})
    assert "có từ" not in page(admin, "/admin/seals")
    assert admin.get("/admin/seals/X").status_code == 404
