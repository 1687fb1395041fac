"""Handing a result over: who came, checked against the dossier, signed for; which originals went back.

The receiver's name, identifier and signature are personal data: they stand in `collection` only, which erasing empties.
The log keeps a digest of the signature in the step's note.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from casework.documents import content
from casework.papers import PaperFailed, render
from engine.commands import CompleteTask
from engine.declared import Receiver
from engine.definition import Definition
from engine.local import LOCAL
from engine.rejection import Problem, Rejected
from engine.rules.tasks import effective, takes_effect
from engine.state import Document, State
from forms.fields import EForm
from forms.prefill import element_of
from store import outbox
from store.tables import account, collection

BY_POST, ONLINE = "buu_chinh", "truc_tuyen"
SAID = {"applicant": "người nộp hồ sơ", "beneficiary": "chủ hồ sơ", "authorised": "người được ủy quyền"}
RELATIONS = tuple(SAID)
MOST_POINTS = 5000
CANVAS = (600, 200)
"""Width and height of the field that a signature is drawn in; points are whole numbers within it."""

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}"><path d="{}" fill="none" stroke="#000" stroke-width="3"/></svg>'
NOT_HANDED = Rejected(
    "paper_not_issued", "Kết quả chưa trả tại quầy.", "The result has not been handed over at the counter."
)

Signature = Mapping[str, Any]


def received(
    definition: Definition, state: State, document: Document, command: CompleteTask
) -> tuple[CompleteTask, Rejected | None]:
    """The order as the gate keeps it, and why it is refused: whoever returns a result over the counter, by whichever door,
    says who received it, identified and signed for (NĐ 61/2018/NĐ-CP art. 20).

    The log gets a digest of the signature and the originals that went back; what goes by post or online needs nobody there,
    and a dossier opened by another one answers to that one.
    """
    task = state.tasks.get(command.task_no)
    if task is None or task.kind != "return_result":
        return replace(command, receiver=None), None
    step = definition.steps[task.element_id]
    names = [part.name for part in definition.components if part.code in command.returned]
    words = [command.note, "Đã trả lại bản chính: " + ", ".join(names) if names else ""]
    given = takes_effect(step, command.outcome or effective(step))
    form = definition.forms.get(step.form or "")
    if not given or state.parent or way(form, command.answers) in (BY_POST, ONLINE):
        return replace(command, receiver=None, note="; ".join(filter(None, words))), None
    who = _named(command.receiver or Receiver(), said(form, command.answers))
    if wrong := tuple(check(who, document.persons)):
        return command, Rejected("answers_invalid", wrong[0].vi, wrong[0].en, wrong)
    if who.signature:
        words.append(f"Người nhận đã ký, dấu vân tay chữ ký {digest(who.signature)}")
    return replace(command, receiver=who, note="; ".join(filter(None, words))), None


def check(who: Receiver, dossier: Mapping[str, Any]) -> list[Problem]:
    """What stands against handing over: all of it at once. `dossier`: its `applicant` and `beneficiary`."""
    found = []

    def wrong(field: str, code: str, vi: str, en: str) -> None:
        found.append(Problem(f"receiver.{field}", code, vi, en))

    if who.relation not in RELATIONS:
        wrong("relation", "required", "Chọn người đến nhận là ai.", "Say who came for the result.")
    if not who.name:
        wrong("name", "required", "Chưa ghi tên người nhận.", "The receiver's name is missing.")
    if not re.fullmatch(r"\d{9}|\d{12}", who.id_number):
        vi = "Ghi số giấy tờ của người nhận: 12 chữ số (hoặc 9 chữ số)."
        wrong("id_number", "pattern", vi, "The receiver's identity number has 12 digits (or 9).")
    else:
        expected = _expected(who.relation, dossier)
        if expected and expected != who.id_number:
            vi = "Số giấy tờ không khớp hồ sơ. Nếu là người khác đến nhận, chọn “Người được ủy quyền”."
            wrong("id_number", "mismatch", vi, "The number is not that of the dossier: is it somebody else?")
    if who.relation == "authorised" and not who.authority:
        vi = "Ghi số, ngày của giấy ủy quyền."
        wrong("authority", "required", vi, "The authorising paper is missing.")
    if not who.identified:
        vi = "Đối chiếu giấy tờ tùy thân của người nhận rồi đánh dấu."
        wrong("identified", "required", vi, "Compare the receiver's identity paper, then tick the box.")
    if not who.signature:
        vi = "Người nhận chưa ký: ký trên khung, hoặc gõ họ tên thay chữ ký."
        wrong("signature", "required", vi, "The receiver has not signed: draw, or type the name instead.")
    return found


def signed(strokes: object, typed: str) -> Signature | None:
    """The signature as strokes `[[[x, y], …], …]`, else the name typed in its place; None for neither."""
    if kept := _strokes(strokes):
        return {"drawn": kept}
    return {"typed": typed.strip()[:200]} if typed.strip() else None


def signature(drawn: str, typed: str) -> Signature | None:
    """As `signed`, of strokes in JSON."""
    try:
        strokes = json.loads(drawn) if drawn else []
    except ValueError:
        strokes = []
    return signed(strokes, typed)


def digest(signed: Signature) -> str:
    """What the log says of a signature: enough to prove it later, nothing to see."""
    return hashlib.sha256(json.dumps(signed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def keep(session: Session, dossier_id: int, command: CompleteTask, *, now: datetime) -> None:
    """Keep who received the result and signed for it, in the commit that ends the step. Handed over again after a recall, it is
    replaced."""
    who = command.receiver
    if who is None:
        return
    session.execute(collection.delete().where(collection.c.dossier_id == dossier_id))
    session.execute(
        insert(collection).values(
            dossier_id=dossier_id,
            officer=command.by.id,
            at=now,
            relation=who.relation,
            receiver=who.name,
            id_number=who.id_number,
            authority=who.authority,
            signature=dict(who.signature or {}),
            returned=list(command.returned),
        )
    )


def way(form: EForm | None, answers: Mapping[str, Any]) -> str:
    """How the result goes back, as the step's form says; "" where it asks for nothing of the kind."""
    return str(said(form, answers).get("result.way") or "")


def said(form: EForm | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a return step by the data element that each field asks for."""
    if form is None:
        return {}
    fields = [field for field in form.keyed() if len(field.path) == 1]
    named = {str(field.path[0]): element_of(field.raw) for field in fields}
    return {element: answers.get(key) for key, element in named.items() if element}


def remindable(rows: Iterable[Mapping[str, Any]], *, now: datetime) -> list[int]:
    """Dossiers (rows of store.queries.counter.waiting) to remind of: somebody reminded today is not reminded again."""
    return [
        row["dossier_id"] for row in rows if not row["reminded_at"] or (now - row["reminded_at"]).days >= 1
    ]


def of_dossier(session: Session, dossier_id: int) -> dict[str, Any] | None:
    """Who received the result: the row of `collection` with `officer_name`; None while nobody did."""
    row = session.execute(
        select(collection, account.c.name.label("officer_name"))
        .join(account, account.c.username == collection.c.officer)
        .where(collection.c.dossier_id == dossier_id)
    ).mappings()
    found = row.first()
    return dict(found) if found else None


def pdf(session: Session, row: Mapping[str, Any]) -> bytes | Rejected:
    """The slip that says who received the result (`row` of store.queries.dossiers.one)."""
    found = of_dossier(session, row["id"])
    if found is None or row["applicant"] is None:
        return NOT_HANDED
    counter, drawn = row["via"] or row["agency"], path(found["signature"])
    at = found["at"].astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")
    data = {
        "agency": {"name": counter["name"]},
        "place": content.place_of(counter["name"]),
        "date": at[:10],
        "at": at,
        "dossier": {
            "code": row["code"],
            "procedure": row["procedure"]["name"],
            "procedure_code": row["procedure"]["code"],
        },
        "applicant": row["applicant"],
        "beneficiary": (row["beneficiary"] or {}).get("name", ""),
        "receiver": {
            "name": found["receiver"],
            "id_number": found["id_number"],
            "relation": SAID[found["relation"]],
            "authority": found["authority"],
        },
        "results": [
            {"name": one["name"], "number": one["number"], "signed_on": str(one["issued_on"] or "")}
            for one in row["results"]
        ],
        "returned": [part["name"] for part in row["components"] if part["code"] in found["returned"]],
        "signature": DRAWING.format(*CANVAS, drawn) if drawn else "",
        "officer": found["officer_name"],
    }
    try:
        return render("bien_nhan", data)
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được biên nhận: {failed.sentence}", failed.sentence)


def path(signed: Signature | None) -> str:
    """A drawn signature as SVG path data within `CANVAS`; "" for none."""
    strokes = (signed or {}).get("drawn") or []
    return " ".join("M" + " L".join(f"{x} {y}" for x, y in stroke) for stroke in strokes)


def remind(session: Session, dossier_ids: Sequence[int], *, now: datetime) -> None:
    """Tell applicants once more that a result waits for them: page notice and e-mail, by outbox; commits."""
    for dossier_id in dossier_ids:
        outbox.put(
            session, "notice", {"topic": "uncollected", "to": "applicant"}, now=now, dossier_id=dossier_id
        )
    session.commit()


def _named(who: Receiver, said: Mapping[str, Any]) -> Receiver:
    """Name and number as the step's form has them, where they are not told beside it; the number without its spaces."""
    number = who.id_number or str(said.get("receiver.id_number") or "")
    return replace(
        who,
        name=who.name or str(said.get("receiver.name") or ""),
        id_number="".join(char for char in number if char.isdigit()),
    )


def _expected(relation: str, dossier: Mapping[str, Any]) -> str:
    if relation not in ("applicant", "beneficiary"):
        return ""
    person = dossier.get(relation) or dossier.get("applicant") or {}
    digits = re.sub(r"\D", "", str(person.get("id_number") or ""))
    return digits if len(digits) in (9, 12) else ""  # a business's tax code says nothing of who came


def _strokes(found: object) -> list[list[list[int]]]:
    """Whole points within the field; what is none of that is left out."""
    kept: list[list[list[int]]] = []
    points = 0
    for stroke in found if isinstance(found, list) else []:
        line = [
            [max(0, min(int(x), CANVAS[0])), max(0, min(int(y), CANVAS[1]))]
            for x, y in (pair for pair in stroke if _is_point(pair))
        ] if isinstance(stroke, list) else []  # fmt: skip
        points += len(line)
        if points > MOST_POINTS:
            return []
        if len(line) > 1:
            kept.append(line)
    return kept


def _is_point(pair: object) -> bool:
    return (
        isinstance(pair, list)
        and len(pair) == 2
        and all(
            isinstance(one, (int, float)) and not isinstance(one, bool) and abs(one) < 1e6 for one in pair
        )
    )
