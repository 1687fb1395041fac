"""XML from a stranger, the one place where it is read: no DOCTYPE, no entities, no network, no XInclude; size, depth and counts bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

MAX_BYTES = 12_000_000
MAX_DEPTH = 100
MAX_ELEMENTS = 200_000
MAX_TEXT = 100_000  # characters of one attribute or text

XINCLUDE = "http://www.w3.org/2001/XInclude"
_PROLOG = re.compile(r"(?:[\s\ufeff]|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)

Element = etree._Element


class XmlRefused(Exception):
    """The text is no XML we read. `element` is the id of the element at fault, or ""."""

    def __init__(self, code: str, vi: str, en: str, element: str = "") -> None:
        super().__init__(en)
        self.code = code
        self.vi = vi
        self.en = en
        self.element = element


def parse(data: bytes) -> Element:
    """The root element. Raises XmlRefused; never resolves, loads or fetches anything."""
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        raise XmlRefused("xml-size", f"Tệp lớn hơn {limit} MB.", f"The file is larger than {limit} MB.")
    text = _utf8(data)
    start = _PROLOG.match(text)
    if text.startswith("<!DOCTYPE", start.end() if start else 0):
        raise XmlRefused(
            "xml-doctype",
            "Tệp có DOCTYPE: không được khai báo DTD hay thực thể.",
            "The file has a DOCTYPE: DTDs and entities are not allowed.",
        )
    # huge_tree lifts libxml2's own limits; ours follow, and name the element
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=True, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data.removeprefix(b"\xef\xbb\xbf"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        reason = str(getattr(error, "msg", error))[:200]
        raise XmlRefused(
            "xml-syntax", f"XML sai cú pháp ở dòng {line}: {reason}", f"Broken XML at line {line}: {reason}"
        ) from error
    _within_limits(root)
    return root


def local(element: Element) -> str:
    """The name without its namespace; "" for comments."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: Element) -> str:
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Child elements of the same namespace, of these local names (all if none is given)."""
    home = namespace(element)
    for child in element:
        if isinstance(child.tag, str) and namespace(child) == home and (not names or local(child) in names):
            yield child


def text_of(element: Element | None) -> str:
    return "" if element is None else "".join(map(str, element.itertext(with_tail=False))).strip()


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise XmlRefused(
            "xml-encoding",
            f"Mã hóa ký tự không phải UTF-8 (encoding), ở dòng {line}.",
            f"The encoding is not UTF-8, at line {line}.",
        ) from error


def _within_limits(root: Element) -> None:
    depth = 0
    count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > MAX_DEPTH:
            raise _at(
                element, "xml-depth", f"lồng sâu quá {MAX_DEPTH} cấp", f"is nested deeper than {MAX_DEPTH}"
            )
        if count > MAX_ELEMENTS:
            raise _at(
                element, "xml-count", f"vượt quá {MAX_ELEMENTS} phần tử", f"is beyond {MAX_ELEMENTS} elements"
            )
        if namespace(element) == XINCLUDE:
            raise _at(
                element,
                "xml-include",
                "dùng XInclude, không được phép",
                "uses XInclude, which is not allowed",
            )
        if len(element.text or "") > MAX_TEXT or any(
            len(value) > MAX_TEXT for value in element.attrib.values()
        ):
            raise _at(
                element,
                "xml-text",
                f"có nội dung dài quá {MAX_TEXT} ký tự",
                f"holds text longer than {MAX_TEXT} characters",
            )


def _at(element: Element, code: str, vi: str, en: str) -> XmlRefused:
    name = _nearest_id(element)[:100]
    return XmlRefused(code, f"Phần tử “{name}” {vi}.", f"The element {name!r} {en}.", name)


def _nearest_id(element: Element) -> str:
    at: Element | None = element
    while at is not None:
        if at.get("id") and len(at.get("id", "")) <= 200:
            return str(at.get("id"))
        at = at.getparent()
    return local(element)
