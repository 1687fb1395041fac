"""The applicant and the agencies at work write to each other about the dossier: no step is done by it, no clock moves."""

from __future__ import annotations

from engine import events as e
from engine.commands import PostToConversation
from engine.rejection import Rejected
from engine.rules import course
from engine.rules.draft import Draft

LONGEST = 4000  # characters
MOST_FILES = 5


def post(draft: Draft, command: PostToConversation) -> Rejected | None:
    """Put the words on record and tell the other side: the applicant, or whoever holds the dossier now."""
    text = command.text.strip()
    if not text or len(text) > LONGEST:
        return Rejected(
            "text_required",
            f"Viết nội dung trao đổi, tối đa {LONGEST} ký tự.",
            f"Expected a text of at most {LONGEST} characters.",
        )
    if len(command.attachments) > MOST_FILES:
        return Rejected(
            "too_large", f"Mỗi lần gửi tối đa {MOST_FILES} tệp.", f"Expected at most {MOST_FILES} files."
        )
    agency = "" if command.by.kind == "applicant" else _speaks_for(draft)
    digest = draft.keep({"text": text, "no": draft.state.seq + 1})
    draft.record(
        e.ConversationPosted(draft.state.seq + 1, digest, agency, draft.at, tuple(command.attachments))
    )
    if agency:
        draft.tell("conversation")
    else:
        for queue in _at_work(draft):
            draft.tell("conversation", queue)
    return None


def _speaks_for(draft: Draft) -> str:
    """The officer's agency among those at work, else the one that received the dossier."""
    own = draft.by.agencies()
    at_work = [task.agency for task in draft.state.tasks.values() if task.agency in own]
    return (
        at_work[0] if at_work else draft.state.agency if draft.state.agency in own else min(own, default="")
    )


def _at_work(draft: Draft) -> list[str]:
    """The queues that hold a live task; the receiving agency's dispatcher where everything waits for the applicant."""
    state = draft.state
    queues = {
        f"agency:{task.agency}:{task.role}" for task in state.tasks.values() if task.role != course.APPLICANT
    }
    return sorted(queues) or [f"agency:{state.agency}:{draft.facts.dispatcher(state.agency)}"]
