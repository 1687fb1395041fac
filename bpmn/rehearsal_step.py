"""One step of a scenario as its designer wrote it: the keys, what stands under each, persons and papers (dialect §7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.declared import ComponentGiven, Person

ACTIONS = (
    "submit", "complete", "refuse", "reroute", "return_to", "recall", "withdraw", "stop", "resume", "extend",
    "apologise", "pay", "exempt", "message", "finish_job", "fail_job",
)  # fmt: skip
DETAILS = frozenset(
    {"at", "advance_to", "agency", "outcome", "answers", "components", "note", "reason", "result", "payload",
     "correlation", "error", "from", "to", "expect"}
)  # fmt: skip
EXPECTED = frozenset(
    {
        "status",
        "sub_status",
        "due_at",
        "open",
        "queues",
        "papers",
        "ended",
        "rejected",
        "variables",
        "steps",
        "incident",
    }
)


TABLES = frozenset({"submit", "answers", "components", "result", "payload", "expect", "variables", "steps"})
NUMBERS = frozenset({"extend", "pay"})
ANYTHING = frozenset({"at", "advance_to", "correlation", "apologise"})
"""What stands under a key of a step or of its `expect`; under every other key of a step stands text."""


@dataclass(frozen=True)
class Fault:
    vi: str
    en: str


class Wrong(Exception):
    """The step itself cannot be played; `fault` says why."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.fault = Fault(vi, en)


def shaped(step: Mapping[str, Any]) -> None:
    """Refuses the step by the first key whose value is of the wrong kind, so that no command carries it on."""
    expect = step.get("expect", {})
    for key, value in [*step.items(), *(expect.items() if isinstance(expect, Mapping) else ())]:
        if key in TABLES and not isinstance(value, Mapping):
            raise Wrong(f"“{key}” phải là một bảng", f"{key!r} must be a table")
        if key in NUMBERS and (not isinstance(value, int) or isinstance(value, bool)):
            raise Wrong(f"“{key}” phải là một số nguyên", f"{key!r} must be a whole number")
        if key in step and key not in TABLES | NUMBERS | ANYTHING and not isinstance(value, str):
            raise Wrong(f"“{key}” phải là chữ", f"{key!r} must be text")


def table(value: Any) -> Mapping[str, Any]:
    """A table of the step as JSON; Wrong where it is none."""
    if not isinstance(value, Mapping):
        raise Wrong(f"{value!r} phải là một bảng", f"{value!r} must be a table")
    return _json(value)  # type: ignore[no-any-return]


def _json(value: Any) -> Any:
    """Answers travel as JSON: TOML's dates are ISO text there."""
    if isinstance(value, Mapping):
        return {key: _json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def person(value: Any) -> Person:
    """The applicant or beneficiary as written; Wrong where it is none."""
    given = table(value)
    try:
        person = Person(**given)
    except TypeError as error:
        raise Wrong(f"người nộp không đúng: {error}", f"the person is wrong: {error}") from error
    if not all(isinstance(one, str) for one in given.values()):
        raise Wrong("người nộp không đúng: cần chữ", "the person is wrong: every value must be text")
    return person


def components(value: Any) -> tuple[ComponentGiven, ...]:
    """`{code = 2}` = two files; `{code = { originals = 1 }}` = papers."""
    found = []
    for code, given in table(value).items():
        if _count(given):
            found.append(ComponentGiven(code, tuple(f"{code}-{n}" for n in range(1, given + 1))))
        elif (
            isinstance(given, Mapping)
            and set(given) <= {"originals", "certified", "copies"}
            and all(_count(n) for n in given.values())
        ):
            found.append(ComponentGiven(code, **given))
        else:
            raise Wrong(f"giấy tờ “{code}” không đúng", f"the component {code!r} is wrong")
    return tuple(found)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100
