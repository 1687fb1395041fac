"""E-forms as official papers: the blank form to download, and the declaration as it was filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

import feel
from casework.papers import PaperFailed, render_form
from engine.definition import Definition
from engine.local import LOCAL
from engine.rejection import Rejected
from forms import EForm, paper
from forms.values import TooLarge

ADDRESS = "Kính gửi"
NO_FORM = Rejected(
    "paper_not_issued",
    "Thủ tục này không có biểu mẫu đó.",
    "This procedure has no such form.",
)
TOO_LARGE = Rejected("too_large", "Tờ khai quá dài để in.", "The declaration is too long to be printed.")


def forms_of(definition: Definition) -> dict[str, str]:
    """The e-forms that an applicant fills in, by key, with the name of the paper each stands for."""
    named = {one.form: one.name for one in definition.components if one.form}
    first = definition.start_form
    if first and first not in named:
        named[first] = definition.forms[first].title or definition.name
    return named


def blank(definition: Definition, key: str) -> bytes | Rejected:
    """The PDF of a form without answers, made once per version and process."""
    title = forms_of(definition).get(key)
    if title is None:
        return NO_FORM
    try:
        return _blank(definition.digest, key, title, definition.forms[key], definition.code)
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được biểu mẫu: {failed.sentence}", failed.sentence)


def declared(
    definition: Definition,
    key: str,
    answers: Mapping[str, object],
    *,
    agency: str,
    place: str,
    signer: str,
    note: str,
    footer: str,
    context: Mapping[str, object],
    persons: Sequence[Mapping[str, str]] = (),
    now: datetime,
) -> bytes | Rejected:
    """The PDF of a form with these answers; `persons` are further lines above it: {label, name, id_number}."""
    title = forms_of(definition).get(key)
    if title is None:
        return NO_FORM
    on = now.astimezone(LOCAL)
    try:
        lines, _ = _addressed(paper.declared(definition.forms[key], answers, context=context, now=now))
        return render_form(
            {
                "title": title,
                "agency": agency,
                "lines": lines,
                "blank": False,
                "persons": list(persons),
                "day": f"{place + ', ' if place else ''}ngày {on:%d} tháng {on:%m} năm {on:%Y}",
                "signer": signer,
                "note": note,
                "footer": footer,
            }
        )
    except (TooLarge, feel.BudgetExceeded):
        return TOO_LARGE
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được tờ khai: {failed.sentence}", failed.sentence)


@lru_cache(maxsize=200)
def _blank(digest: str, key: str, title: str, e_form: EForm, code: str) -> bytes:
    lines, to = _addressed(paper.blank(e_form))
    return render_form(
        {"title": title, "agency": to, "lines": lines, "blank": True, "footer": f"Thủ tục {code}"}
    )


def _addressed(lines: list[paper.Line]) -> tuple[list[paper.Line], str]:
    """The lines without the one that says who the form is addressed to, and what that one says."""
    to = [str(line["text"]) for line in lines if _addresses(line)]
    return [line for line in lines if not _addresses(line)], to[0][len(ADDRESS) :].strip(" :") if to else ""


def _addresses(line: paper.Line) -> bool:
    return str(line.get("text", "")).startswith(ADDRESS)
