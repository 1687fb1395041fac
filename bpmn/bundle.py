"""A bundle as files: read from a folder or a zip that a stranger made, packed again byte for byte (dialect §1)."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bpmn.problem import BundleUnreadable

ENGLISH = "en.po"
MAX_ZIP_BYTES = 20_000_000
MAX_BYTES = 50_000_000
MAX_FILES = 500
NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]*")
MAX_NAME = 120
DOS_EPOCH = (1980, 1, 1, 0, 0, 0)  # so that equal files give equal zips


@dataclass(frozen=True)
class Bundle:
    """`files`: path inside the bundle (`process.bpmn`, `templates/x.typ`) to bytes; `digest`: its content hash."""

    files: Mapping[str, bytes]
    digest: str


def read(source: Path | str | bytes | Mapping[str, bytes]) -> Bundle:
    """The bundle of a folder, a zip (path or bytes) or a mapping of files.

    Raises BundleUnreadable for what is no folder or zip, and for anything in it that is not a small plain file
    with a plain name: links, absolute or climbing paths, twins, encrypted or oversize entries. Nothing is written.
    """
    if isinstance(source, bytes):
        files = dict(_zip_entries(source))
    elif isinstance(source, Mapping):
        files = {name: source[name] for name in source if _plain(name)}
    elif Path(source).is_dir():
        files = dict(_folder_entries(Path(source)))
    else:
        files = dict(_zip_entries(_bytes_of(Path(source))))
    if not files:
        raise BundleUnreadable("bundle_empty", "Gói thủ tục không có tệp nào.", "The bundle holds no file.")
    if len(files) > MAX_FILES:
        raise _too_many()
    if sum(map(len, files.values())) > MAX_BYTES:
        raise _too_large("")
    return Bundle(files, digest(files))


def pack(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip; equal files give equal bytes, whatever the machine and the day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, DOS_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.create_system = 3
            archive.writestr(entry, files[name])
    return out.getvalue()


def digest(files: Mapping[str, bytes]) -> str:
    """sha256 (hex) over the sorted `name\\0length\\0bytes` of all files but the English: a translation changes no rule."""
    total = hashlib.sha256()
    for name in sorted(files.keys() - {ENGLISH}):
        total.update(f"{name}\0{len(files[name])}\0".encode())
        total.update(files[name])
    return total.hexdigest()


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_ZIP_BYTES:
            raise _too_large(path.name)
        return path.read_bytes()
    except OSError as error:
        raise BundleUnreadable(
            "bundle_not_found",
            f"Không mở được “{path.name}”: không có tệp hoặc thư mục này.",
            f"Cannot open {path.name!r}: {error.strerror}.",
            path.name,
        ) from error


def _folder_entries(folder: Path) -> Iterator[tuple[str, bytes]]:
    total = 0
    for count, path in enumerate(_walk(folder)):
        name = path.relative_to(folder).as_posix()
        _plain(name)
        total += path.stat().st_size
        if count >= MAX_FILES:
            raise _too_many()
        if total > MAX_BYTES:
            raise _too_large(name)
        yield name, path.read_bytes()


def _walk(folder: Path, depth: int = 0) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise _not_plain(path.name)
        if path.is_file():
            yield path
        elif depth:
            raise _too_deep(path.name)
        else:
            yield from _walk(path, depth + 1)


def _zip_entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    if len(data) > MAX_ZIP_BYTES:
        raise _too_large("")
    if not data.startswith(b"PK"):  # a zip hidden behind other bytes is somebody's trick
        raise _not_a_zip()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from _entries(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise _not_a_zip() from error


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(archive.infolist()) > 2 * MAX_FILES or len(entries) > MAX_FILES:
        raise _too_many()
    outer = _outer_folder([entry.filename for entry in entries])
    seen: set[str] = set()
    left = MAX_BYTES
    for entry in entries:
        name = entry.filename.removeprefix(outer)
        _plain(name)
        if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & 0x1:
            raise _not_plain(name)
        if name in seen:
            raise BundleUnreadable(
                "bundle_twin",
                f"Tệp “{name}” có hai lần trong gói.",
                f"The file {name!r} is there twice.",
                name,
            )
        seen.add(name)
        with archive.open(entry) as stream:  # the declared size may lie: count what comes out
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _too_large(name)
        yield name, content


def _outer_folder(names: list[str]) -> str:
    """The one folder that holds everything, as tools make it when a folder is zipped; "" if there is none."""
    firsts = {name.partition("/")[0] for name in names}
    if len(firsts) != 1 or not all("/" in name for name in names):
        return ""
    first = firsts.pop()
    return "" if first in ("", ".", "..") else first + "/"


def _plain(name: str) -> bool:
    parts = name.split("/")
    if len(parts) > 2 and all(NAME.fullmatch(part) for part in parts):
        raise _too_deep(name)
    if len(name) > MAX_NAME or not all(NAME.fullmatch(part) for part in parts) or len(parts) > 2:
        raise BundleUnreadable(
            "bundle_name",
            f"Tên tệp “{name[:MAX_NAME]}” không hợp lệ: chỉ dùng chữ thường không dấu, số, “_”, “-”, “.” và một cấp thư mục.",
            f"The file name {name[:MAX_NAME]!r} is not allowed: lower-case letters, digits, '_', '-', '.' and one folder.",
            name[:MAX_NAME],
        )
    return True


def _not_a_zip() -> BundleUnreadable:
    return BundleUnreadable(
        "bundle_not_zip",
        "Tệp tải lên không phải gói thủ tục dạng zip, hoặc đã hỏng.",
        "The upload is not a zip, or it is damaged.",
    )


def _not_plain(name: str) -> BundleUnreadable:
    return BundleUnreadable(
        "bundle_not_plain",
        f"“{name}” là liên kết, tệp mã hóa hoặc tệp đặc biệt: gói chỉ được chứa tệp thường.",
        f"{name!r} is a link, encrypted or special: a bundle holds plain files only.",
        name,
    )


def _too_deep(name: str) -> BundleUnreadable:
    return BundleUnreadable(
        "bundle_folders",
        f"“{name}” nằm quá sâu: gói chỉ có một cấp thư mục.",
        f"{name!r} lies too deep: a bundle has one level of folders.",
        name,
    )


def _too_many() -> BundleUnreadable:
    return BundleUnreadable(
        "bundle_too_many", f"Gói có quá {MAX_FILES} tệp.", f"The bundle holds more than {MAX_FILES} files."
    )


def _too_large(name: str) -> BundleUnreadable:
    return BundleUnreadable(
        "bundle_too_large",
        f"Gói quá lớn: tối đa {MAX_ZIP_BYTES // 1_000_000} MB nén, {MAX_BYTES // 1_000_000} MB sau khi giải nén.",
        f"The bundle is too large: at most {MAX_ZIP_BYTES // 1_000_000} MB packed, {MAX_BYTES // 1_000_000} MB unpacked.",
        name,
    )
