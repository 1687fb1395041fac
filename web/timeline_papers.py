"""Papers in a dossier's course: taken in, scanned, signed, let go; told by what changed since the component was last recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from engine.definition import Definition
from store.queries import dossiers
from web.names import said

COUNTS = ("originals", "certified", "copies", "pages", "kept")
Event = Mapping[str, Any]


def told(session: Session, log: Sequence[Event], definition: Definition) -> dict[int, list[str]]:
    """By the entry's place in the log (oldest first), a line for each component that it recorded.

    What came with the filing itself is told by the filing.
    """
    names = {part.code: part.name for part in definition.components}
    events = [(at, event) for at, entry in enumerate(log) for event in _received(entry)]
    signed = dossiers.signed_scans(session, {file for _, event in events for file in event["attachments"]})
    before: dict[str, Event] = {}
    lines: dict[int, list[str]] = {}
    for at, event in events:
        filed = any(one["type"] == "DossierSubmitted" for one in log[at]["events"])
        told = [] if filed else list(_changed(before.get(event["code"]), event, signed))
        name = said(names.get(event["code"], event["code"]), definition.code)
        lines.setdefault(at, []).extend(Markup("{}: {}").format(what, name) for what in told)
        before[event["code"]] = event
    return lines


def _received(entry: Event) -> Iterator[Event]:
    return (event for event in entry["events"] if event["type"] == "ComponentReceived")


def _changed(before: Event | None, event: Event, signed: Collection[str]) -> Iterator[str]:
    old = before["attachments"] if before else []
    new = [file for file in event["attachments"] if file not in old]
    gone = [file for file in old if file not in event["attachments"]]
    by_hand = [file for file in new if file in signed]
    if by_hand:
        yield gettext("Ký số %(n)s bản quét", n=len(by_hand))
    if scanned := len(new) - len(by_hand):
        if event.get("digitised") in (2, 3):
            yield gettext("Dùng lại giấy tờ đã số hóa, không quét")
        elif event.get("digitised") == 1:
            yield gettext("Quét %(n)s tệp", n=scanned)
        else:
            yield gettext("Nhận %(n)s tệp", n=scanned)
    if (let_go := len(gone) - len(by_hand)) > 0:
        yield gettext("Bỏ %(n)s tệp", n=let_go)
    if (
        not new
        and not gone
        and sorted(old) == sorted(event["attachments"])
        and list(old) != list(event["attachments"])
    ):
        yield gettext("Xếp lại thứ tự bản quét")
    if event.get("matched") and list(event["matched"]) != list((before or {}).get("matched") or ()):
        yield gettext("Ghép bản quét với bản chính")
    counts = {name: event.get(name) or 0 for name in COUNTS}
    if counts != {name: (before or {}).get(name) or 0 for name in COUNTS}:
        yield gettext("Kiểm đếm giấy tờ")
