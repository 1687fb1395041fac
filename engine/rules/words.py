"""What must be said in words: why an order that the law wants reasoned is given, and on a slip what is missing or why not.

One place for every way in: pages, the API, orders for many tasks, workers.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine import commands as c
from engine import events as e
from engine.definition import Outcome, Step
from engine.rejection import REASON_REQUIRED, Problem, Rejected
from engine.rules.draft import Draft
from engine.rules.result import NUMBER_FIELD
from forms.fields import EForm

REASONED: frozenset[type[c.Command]] = frozenset(
    {
        c.AmendAnswers,
        c.RefuseHandOver,
        c.RerouteTask,
        c.RecallTask,
        c.ReturnTask,
        c.PassOnTask,
        c.WithdrawDossier,
        c.StopDossier,
        c.ResumeDossier,
        c.ExtendDeadline,
        c.AllowSupplement,
        c.Apologise,
        c.ExemptFee,
        c.TakeBackExemption,
        c.OrderRefund,
        c.RevokeResult,
        c.MigrateDossier,
        c.RepairIncident,
    }
)
"""Orders with a `reason` that somebody will read: the applicant, the sender, who controls afterwards."""

SLIPS = frozenset({"supplement", "refuse"})
"""Outcomes that give the applicant Mẫu 02 or 03."""

JUDGING = frozenset({"review", "sign", "stamp"})
"""Kinds of steps at which somebody lets another's work pass, or sends it back."""


def unsaid(command: c.Command) -> Rejected | None:
    """Rejects an order without its reason."""
    if type(command) not in REASONED or command.reason.strip():  # type: ignore[attr-defined]
        return None
    return REASON_REQUIRED


def unsaid_at(
    draft: Draft, step: Step, outcome: Outcome, answers: Mapping[str, object], note: str, *, passed: bool
) -> Rejected | None:
    """Rejects a step that ends without the words it owes: a slip names what is missing or why it is refused, once and in
    full (NĐ 61/2018/NĐ-CP art. 17), and who sends back what was drafted says why. `passed`: the outcome lets it pass.

    A form that has no room for words, or hides it, asks for none.
    """
    form = draft.definition.forms.get(step.form or "")
    room = [key for key in room_of(form) if key in answers] if form else []
    if form and room and _slips(draft, outcome) and not written(form, answers):
        return _no_words(room[0])
    if step.kind in JUDGING and not passed and not note.strip() and not (form and written(form, answers)):
        return NO_NOTE
    return None


def room_of(form: EForm) -> list[str]:
    """The fields of a step's e-form whose words a slip prints: text areas, else lines of text."""
    return _texts(form, "textarea") or _texts(form, "textfield")


def written(form: EForm, answers: Mapping[str, object]) -> list[str]:
    """The words of an e-form, in the order of its fields: what was chosen from a list is no text."""
    for kind in ("textarea", "textfield"):
        said = [str(answers.get(key) or "").strip() for key in _texts(form, kind)]
        if any(said):
            return [text for text in said if text]
    return []


def _texts(form: EForm, kind: str) -> list[str]:
    """Keys of the fields of that kind outside of lists."""
    found = [str(one.path[0]) for one in form.keyed() if one.type == kind and len(one.path) == 1]
    return [key for key in found if key != NUMBER_FIELD]  # a number is no words


def _slips(draft: Draft, outcome: Outcome) -> bool:
    return outcome.code in SLIPS or any(isinstance(event, e.SupplementRequested) for event in draft.events)


def _no_words(key: str) -> Rejected:
    vi = "Ghi rõ nội dung cần bổ sung hoặc lý do từ chối, để in trên phiếu đưa người nộp."
    en = "Write what is missing or why it is refused: it is printed on the slip for the applicant."
    return Rejected("reason_required", vi, en, (Problem(key, "required", vi, en),))


_WHY = ("Ghi rõ vì sao trả lại, để người soạn sửa.", "Say why it goes back, for who has to mend it.")
NO_NOTE = Rejected("reason_required", *_WHY, (Problem("note", "required", *_WHY),))
