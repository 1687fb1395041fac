"""An admin checks a bundle, reads the findings, publishes a version."""

from __future__ import annotations

from collections.abc import Callable

from bpmn import bundle
from casework.demo import PROCEDURES
from tests.browser.conftest import Visitor

BUNDLE = PROCEDURES / "1.004873" / "v1"


def second_version(change: Callable[[str], str] = str) -> bytes:
    """The shipped bundle as version 2, its diagram changed."""
    files = dict(bundle.read(BUNDLE).files)
    files["procedure.toml"] = files["procedure.toml"].replace(b"version = 1", b"version = 2", 1)
    files["process.bpmn"] = change(files["process.bpmn"].decode()).encode()
    return bundle.pack(files)


def upload(admin: Visitor, content: bytes, button: str) -> None:
    admin.go("/admin/procedures")
    admin.page.set_input_files(
        "#f-bundle", [{"name": "goi.zip", "mimeType": "application/zip", "buffer": content}]
    )
    admin.page.fill("#f-decision", "1234/QĐ-UBND")
    admin.press(button)


def test_an_admin_publishes_only_what_passes_the_gate(visit: Callable[..., Visitor]) -> None:
    """A broken bundle is refused with its findings beside the picture; the mended one is published and listed."""
    admin = visit()
    admin.sign_in("admin")
    admin.look("admin-procedures", 360)
    broken = second_version(lambda diagram: diagram.replace('kind" value="consult"', 'kind" value="doan"'))
    upload(admin, broken, "Kiểm tra và công bố")
    assert "Gói bị từ chối" in admin.page.inner_text("main")
    assert "hoi_xac_minh" in admin.page.inner_text("section:has(#findings)")
    admin.look("admin-refused", 360)
    upload(admin, b"PK nothing", "Chỉ kiểm tra")
    admin.look("admin-unreadable")
    upload(admin, second_version(), "Kiểm tra và công bố")
    assert "Đã công bố 1.004873 phiên bản 2." in admin.page.inner_text(".alert")
    admin.look("admin-published")
    admin.go("/admin/procedures/1.004873/2")
    assert "one_stop_officer" not in admin.page.inner_text("main"), "roles stand in words"
    admin.look("admin-version", 360)
    admin.go("/admin/incidents")
    admin.look("admin-incidents", 360)
