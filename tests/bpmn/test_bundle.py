"""A bundle is read from strangers' folders and zips, or refused with a code and the name at fault."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from bpmn import bundle
from bpmn.problem import BundleUnreadable

FILES = {"procedure.toml": b"[procedure]\n", "process.bpmn": b"<x/>", "templates/a.typ": b"= A"}


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def refused(source: bytes | Path) -> BundleUnreadable:
    with pytest.raises(BundleUnreadable) as caught:
        bundle.read(source)
    assert caught.value.vi
    assert caught.value.en
    return caught.value


def test_folder_zip_and_mapping_are_the_same_bundle(tmp_path: Path) -> None:
    """The content hash depends on the files alone, not on how they came."""
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    packed = bundle.pack(FILES)
    (tmp_path.parent / "b.zip").write_bytes(packed)
    expected = bundle.read(FILES)
    assert bundle.read(tmp_path) == bundle.read(packed) == bundle.read(tmp_path.parent / "b.zip") == expected
    assert bundle.read(zipped({f"thu_tuc/{name}": FILES[name] for name in FILES})) == expected


def test_packing_is_deterministic() -> None:
    """The same files in any order give the same bytes."""
    assert bundle.pack(FILES) == bundle.pack(dict(reversed(FILES.items())))


def test_digest_is_that_of_the_contract() -> None:
    """sha256 over sorted name, NUL, length, NUL, bytes (dialect §1)."""
    assert bundle.digest({"b": b"22", "a": b"1"}) == (
        __import__("hashlib").sha256(b"a\x001\x001" + b"b\x002\x0022").hexdigest()
    )


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/passwd", "a/../b", "..\\evil", "C:evil", "Hồ sơ.bpmn", "UPPER.bpmn", "a\nb", ".hidden"],
)
def test_unplain_names_are_refused(name: str) -> None:
    """Nothing climbs out of the bundle or needs quoting."""
    assert refused(zipped({"process.bpmn": b"", name: b"x"})).code in ("bundle_name", "bundle_folders")


def test_two_levels_of_folders_are_refused() -> None:
    """A bundle has one level of folders."""
    assert refused(zipped({"a.bpmn": b"", "a/b/c": b""})).code == "bundle_folders"


def test_a_bomb_is_refused_by_what_comes_out_of_it() -> None:
    """Sixty megabytes of zeros pack into 60 kB and are stopped while unpacking."""
    assert refused(zipped({"a.bpmn": b"\0" * 60_000_000})).code == "bundle_too_large"


def test_too_many_files_are_refused() -> None:
    assert refused(zipped({f"f{i}": b"" for i in range(501)})).code == "bundle_too_many"


def test_links_are_refused(tmp_path: Path) -> None:
    """In zips and in folders."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("process.bpmn")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refused(out.getvalue()).code == "bundle_not_plain"
    (tmp_path / "process.bpmn").symlink_to("/etc/passwd")
    assert refused(tmp_path).code == "bundle_not_plain"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_twins_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.bpmn", "1")
        archive.writestr("a.bpmn", "2")
    assert refused(out.getvalue()).code == "bundle_twin"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04garbage", zipped(FILES)[:-30]])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert refused(data).code == "bundle_not_zip"


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.zip").code == "bundle_not_found"
