"""Small definitions, facts and people for tests of the rules: a diagram in a few lines, its steps named beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import forms
from engine import flow
from engine.actor import Actor, Post
from engine.definition import Component, Definition, Fee, Outcome, Result, Step, SupplementRule, Value
from engine.facts import Agency, Facts, LegalProfile
from engine.worktime import TimeLimit
from tests.engine.flow.drawing import bpmn
from tests.engine.worktime.calendars import commune_calendar

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
COMMUNE, NEIGHBOUR, OTHER, DISTRICT, PROVINCE = "H23.30.05", "H23.30.06", "H23.30.07", "H23.30", "H23"

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND"
JPEG = b"\xff\xd8\xff\xe1\x00\x08a\xff\xd9bcd\xff\xda\x00\x02picture\xff\xd9"
"""Files that open, or come to their end; the JPEG has a preview inside, which ends before the picture."""

APPLICANT = Actor("cong.dan", "applicant", "Nguyễn Văn An")


def at(text: str) -> datetime:
    """`2023-06-15 09:00`, local."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def officer(role: str, agency: str = COMMUNE, name: str = "") -> Actor:
    """An officer who holds `role` at `agency`."""
    return Actor(name or f"{role}.{agency}", "officer", name or role, (Post(agency, role),))


def step(
    kind: str, role: str = "officer", agency: str = "=dossier.agency", outcomes: str = "", **more: Any
) -> Step:
    """A step whose `outcomes` are codes parted by spaces; `time_limit` as the dialect writes it."""
    if role == "applicant":
        agency = ""
    if isinstance(more.get("time_limit"), str):
        more["time_limit"] = TimeLimit.parse(more["time_limit"])
    if isinstance(more.get("assignee"), str):
        more["assignee"] = Value.of(more["assignee"])
    choices = tuple(Outcome(code, code.capitalize()) for code in outcomes.split())
    return Step("", "", kind, Value.of(agency), role, outcomes=choices, **more)


def definition(diagram: str, steps: Mapping[str, Step], **more: Any) -> Definition:
    """A version of a procedure whose diagram is drawn by lines (tests/engine/flow/drawing.py)."""
    spec = flow.parse({"p.bpmn": bpmn(diagram)}, "p")
    named = {}
    for element_id, one in steps.items():
        named[element_id] = Step(**{**vars(one), "element_id": element_id, "name": one.name or element_id})
    given: dict[str, Any] = {
        "time_limit": TimeLimit(3, "working_day"),
        "start_form": None,
        "forms": {},
        "decisions": {},
        "supplement": SupplementRule(),
        "results": (Result("giay", "Giấy chứng nhận"),),
    }
    return Definition("1.000001", 1, "Thủ tục thử", "digest", spec, named, **{**given, **more})


def form(key: str, *fields: Mapping[str, Any]) -> forms.EForm:
    """An e-form of the given form-js components."""
    return forms.load({"type": "default", "schemaVersion": 16, "components": list(fields)}, key)


def text_field(key: str, required: bool = False) -> dict[str, Any]:
    return {
        "type": "textfield",
        "id": f"f_{key}",
        "key": key,
        "label": key,
        "validate": {"required": required},
    }


def component(code: str, required: str = "true", **more: Any) -> Component:
    return Component(code, code, Value.of(required), **more)


def fee(code: str, amount: str) -> Fee:
    return Fee(code, code, "le_phi", Value.of(amount))


def facts() -> Facts:
    """A province, a district, three communes, one calendar, the law of 2023."""
    agencies = (
        Agency(PROVINCE, "Tỉnh", "province"),
        Agency(DISTRICT, "Huyện", "district", PROVINCE),
        Agency(COMMUNE, "Xã Một", "commune", DISTRICT),
        Agency(NEIGHBOUR, "Xã Hai", "commune", DISTRICT),
        Agency(OTHER, "Xã Ba", "commune", DISTRICT),
    )
    law = LegalProfile("2023", TimeLimit(8, "working_hour"), dispatcher_role="one_stop")
    return Facts({"": commune_calendar()}, {agency.code: agency for agency in agencies}, law, {"law": "2023"})
