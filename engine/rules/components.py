"""Papers handed in with a submission or a supplement: known, and none that is required missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import feel
from engine import events as e
from engine.commands import RecordPapers
from engine.declared import ComponentGiven
from engine.definition import Component
from engine.rejection import Problem, Rejected
from engine.rules.draft import Draft


def unfit(draft: Draft, given: Iterable[ComponentGiven]) -> Rejected | None:
    """Rejects papers that the procedure does not ask for, and scans that cannot all be what they are said to be."""
    return _unknown(draft, given) or _matched_twice(draft, given)


def _unknown(draft: Draft, given: Iterable[ComponentGiven]) -> Rejected | None:
    known = {component.code for component in draft.definition.components}
    problems = tuple(
        Problem(
            one.code,
            "unknown_key",
            f"Thủ tục không có thành phần hồ sơ “{one.code}”.",
            f"The procedure has no component {one.code!r}.",
        )
        for one in given
        if one.code not in known
    )
    if not problems:
        return None
    return Rejected(
        "unknown_key",
        "Có giấy tờ không thuộc thành phần hồ sơ của thủ tục.",
        "Expected only components of the procedure.",
        problems,
    )


def _matched_twice(draft: Draft, given: Iterable[ComponentGiven]) -> Rejected | None:
    """An original is one file: two scans are not of the same."""
    names = {component.code: component.name for component in draft.definition.components}
    problems = tuple(
        Problem(
            one.code,
            "scan_matched_twice",
            f"{names[one.code]}: hai bản quét cùng ghép với bản chính số {number}; mỗi bản chính quét thành một tệp.",
            f"{draft.definition.in_english(names[one.code])}: two scans are matched with original {number}; an original is scanned as one file.",
        )
        for one in given
        for number in twice(one.matched)
    )
    return Rejected("scan_matched_twice", problems[0].vi, problems[0].en, problems) if problems else None


def twice(matched: Sequence[int]) -> list[int]:
    """The numbers of originals that more than one scan is said to be of."""
    return sorted({number for number in matched if number and matched.count(number) > 1})


def receive(draft: Draft, given: Iterable[ComponentGiven]) -> None:
    for one in given:
        counts = {name: value for name, value in vars(one).items() if name != "source"}
        draft.record(e.ComponentReceived(**counts, source_digest=draft.words(one.source)))


def record(draft: Draft, command: RecordPapers) -> Rejected | None:
    """What the counter took in or scanned, whatever step the dossier is at."""
    if refused := unfit(draft, command.components):
        return refused
    receive(draft, command.components)
    return None


def missing(draft: Draft, given: Iterable[ComponentGiven]) -> Rejected | None:
    """Rejects a submission without a required paper; all that miss are named at once."""
    handed_in = {one.code for one in given if one.attachments or one.originals or one.certified or one.copies}
    names = draft.scope()
    problems = tuple(
        Problem(
            component.code,
            "component_missing",
            f"Thiếu thành phần hồ sơ: {component.name}.",
            f"The component {draft.definition.in_english(component.name)!r} is missing.",
        )
        for component in draft.definition.components
        if component.code not in handed_in
        and component.form not in draft.document.answers
        and required(component, names)
    )
    if not problems:
        return None
    return Rejected(
        "component_missing",
        "Hồ sơ còn thiếu giấy tờ bắt buộc: "
        + "; ".join(problem.vi.removeprefix("Thiếu thành phần hồ sơ: ").rstrip(".") for problem in problems)
        + ".",
        "Expected all required components, but some are missing.",
        problems,
    )


def required(component: Component, names: Mapping[str, object]) -> bool:
    """Is the paper required, given the answers? A condition that cannot be computed asks for the paper."""
    try:
        found = component.required.of_scope(names)
    except feel.FeelError:
        return True
    return found is True or found == "true"
