"""Reading DMN elements by their local names, whatever version's namespace they carry."""

from __future__ import annotations

from lxml import etree


def local_name(element: etree._Element) -> str:
    """The name without its namespace; "" for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """Child elements by local name."""
    return [one for one in element if local_name(one) == name]


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that name."""
    return next(iter(children(element, name)), None)


def text_in(element: etree._Element, name: str = "text") -> str:
    """The text of the first child of that name, "" without one."""
    found = child(element, name)
    return "" if found is None else (found.text or "").strip()


def id_at(element: etree._Element) -> str:
    """The nearest id at or above the element."""
    current: etree._Element | None = element
    while current is not None:
        if current.get("id"):
            return str(current.get("id"))
        current = current.getparent()
    return ""
