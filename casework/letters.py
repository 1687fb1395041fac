"""What a notice says outside: whom it goes to, as a letter, as an SMS, as parameters of a Zalo template.

Words stand in `notice_templates.toml`; the facts are those on record when it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.notice_templates import frame
from casework.notices import sentence
from engine.local import LOCAL
from store.folding import plain
from store.queries import outside

OVER = frozenset({"not_received", "withdrawn", "resolved", "returned"})
"""States of a dossier whose due date means nothing any more."""


@dataclass(frozen=True)
class Target:
    """Who is told of what: personal data, gone when the person's data is erased.

    `account`: whose wishes hold and who reads on there: the applicant's, or of whoever acts for an applicant without one.
    """

    account: str | None
    name: str
    email: str
    phone: str
    language: str
    code: str
    petition: bool = False
    procedure: str = ""
    agency: str = ""
    due: str = ""


def target(session: Session, recipient: str, dossier_id: int | None) -> Target | None:
    """`applicant` of a dossier, or `petition:<code>`; None where nobody is left to be told."""
    if recipient.startswith("petition:"):
        sender = outside.told_petition(session, recipient.removeprefix("petition:"))
        if sender is None:
            return None
        return Target(
            sender.account, sender.name, sender.email, sender.phone, "vi", sender.code, petition=True
        )
    if dossier_id is None:
        return None
    facts = outside.told(session, dossier_id)
    return Target(
        facts.applicant_account or facts.representative,
        facts.applicant_name,
        facts.email,
        facts.phone,
        facts.language,
        facts.code,
        procedure=(facts.language == "en" and facts.procedure_name_en) or facts.procedure_name,
        agency=facts.agency_name,
        due=_due(facts),
    )


def mail(topic: str, to: Target, portal: str = "") -> tuple[str, str]:
    """Subject and text of the letter; `portal`: the address of the pages, where it is read on."""
    words = frame("mail", to.language)
    known = {
        "petition" if to.petition else "code": to.code,
        "procedure": to.procedure,
        "agency": to.agency,
        "due": to.due,
        "link": portal and portal + _page(to),
    }
    facts = [words[name].format(**{"code": to.code, name: value}) for name, value in known.items() if value]
    said = {"news": _news(topic, to), "name": to.name, "code": to.code, "facts": "\n".join(facts)}
    text = words["text"].format(**said).lstrip("\n").replace(" ,", ",")
    return words["subject"].format(**said), text


def sms(topic: str, to: Target) -> str:
    """Plain ASCII, without the person's name: a telephone is read by whoever holds it."""
    return plain(frame("sms", to.language)["text"].format(news=_news(topic, to), code=to.code))


def zalo(topic: str, to: Target) -> dict[str, str]:
    """The parameters of the approved template."""
    return {"news": _news(topic, to), "code": to.code, "agency": to.agency[:100]}


def _page(to: Target) -> str:
    """Where who has an account reads it, and where anybody else finds it with the secret of the receipt."""
    place = "/phan-anh" if to.petition else "/ho-so"
    searched = "/phan-anh/tra-cuu" if to.petition else "/tra-cuu"
    return f"{place}/{to.code}" if to.account else f"{searched}?code={to.code}"


def _due(facts: outside.Told) -> str:
    """The date that still holds: an apology's new one, none once there is a result or nothing to wait for."""
    if facts.status in OVER or facts.due_at is None:
        return ""
    if facts.promised_on:
        return f"{facts.promised_on:%d/%m/%Y}"
    return f"{facts.due_at.astimezone(LOCAL):%H:%M, %d/%m/%Y}"


def _news(topic: str, to: Target) -> str:
    return sentence(topic, english=to.language == "en")
