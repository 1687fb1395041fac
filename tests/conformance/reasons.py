"""Why cases of other people's suites come out otherwise here, and which targets the suites have. The page's own words."""

from __future__ import annotations

import re

# suite: (what must be shown, share of what must come out right, do refusals by name count?)
TARGETS: dict[str, tuple[str, float, bool]] = {
    "feel/tck": ("", 0.98, True),
    "feel/tck core": ("≥ 98 % where several engines agree", 0.98, True),
    "feel/feelin": ("", 0.0, True),
    "feel/feelin core": ("≥ 98 % where several engines agree", 0.98, True),
    "dmn level 2": ("100 %", 1.0, True),
    "dmn level 3": ("≥ 85 %", 0.85, True),
    "forms/oracle": ("≥ 98 %", 0.98, True),
    "forms/field_validation": ("100 %", 1.0, True),
    "forms/schema_validation": ("≥ 95 %", 0.95, True),
    "betsy": ("≥ 85 % executed, 0 silently wrong", 0.85, False),
    "betsy/constraints": ("≥ 95 % refused", 0.95, True),
    "betsy/references": ("all accepted", 1.0, False),
    "tokensim": ("≥ 70 % executed, 0 silently wrong", 0.7, False),
    "bpmnlint": ("same elements reported", 1.0, True),
    "miwg": ("a clear verdict each", 1.0, True),
    "hostile": ("100 %, each in time", 1.0, True),
}

_REF = "Labelled “accepted” here; betsy itself asserts that its deployment fails (BpmnConstraintsProcesses)."

# (id of the case, or what was said of it; one line that says why)
WRONG: list[tuple[str, str]] = [
    (
        r"0070-feel-instance-of",
        "`instance of` a type that a DMN model defines: the case file carries the expression without its model.",
    ),
    (
        r"^feelin/(5[1-9]|6[1-6]|242|275|328) ",
        "the expression calls a JavaScript function of the test, which JSON cannot carry.",
    ),
    (r"^feelin/28 ", "a time plus a duration of months: DMN 1.5 defines no such sum, so null."),
    (
        r"^feelin/(39|44) ",
        "a date plus hours: DMN 1.5 counts from midnight and gives a date, as the TCK asks; feelin gives null.",
    ),
    (
        r"^feelin/283 ",
        'a lone backslash before the closing quote: in DMN 1.5 `\\"` is a quote, so the text has no end.',
    ),
    (r"^feelin/293 ", r"`\u` with five digits: DMN 1.5 has four after `\u` and six after `\U`."),
    (r"^feelin/38[67] ", "a range whose end comes before its start holds nothing; feelin turns it round."),
    (
        r"^feelin/952 ",
        "how spaces in a name with operators are written back: DMN 1.5 does not say; we keep one reading.",
    ),
    (
        r"constraints/REF_3 ",
        f"REF_3: a sequence flow leads to a sequence flow, another comes from a pool. {_REF}",
    ),
    (r"constraints/REF_4 ", f"REF_4: its default flow is the start event. {_REF}"),
    (r"constraints/REF_7 ", f"REF_7: a message flow comes from a message and leads to a process. {_REF}"),
    (r"constraints/REF_9 ", f"REF_9: its input set names a pool as its data. {_REF}"),
    (r"constraints/REF_10 ", f"REF_10: its output set names a pool as its data. {_REF}"),
    (r"constraints/REF_12 ", f"REF_12: its event names a sequence flow as its event definition. {_REF}"),
    (r"constraints/REF_13 ", f"REF_13: its border is on a pool. {_REF}"),
    (r"constraints/REF_14 ", f"REF_14: its links name a start and an end event as each other's ends. {_REF}"),
    (
        r"constraints/REF_15 ",
        f"REF_15: a process names a message as its collaboration; the other has no start event. {_REF}",
    ),
    (
        r"constraints/REF_16 ",
        f"REF_16: a correlation key names a pool as its property; a process has no start event. {_REF}",
    ),
]

REFUSED: list[tuple[str, str]] = [
    (r"constraints/REF_1 ", "REF_1: its message flow names a participant as its message, and its send task has none."),
    (r"constraints/REF_2 ", "REF_2: its message names a participant as its item, and its send task has no message."),
    (r"constraints/REF_5 ", "REF_5: a participant names a task as its interface, and a flow of the choice has no condition."),
    (r"constraints/REF_8 ", "REF_8: its send task names a message as its operation, and has no message."),
    (r"complex gateway", "complex gateways: refused on purpose."),
    (r"is compensation", "compensation: refused on purpose."),
    (r"transaction or cancel", "transactions and cancel events: refused on purpose."),
    (r"ad-hoc", "ad-hoc sub-processes: refused on purpose."),
    (r"external \(Java\)", "Java functions in decision models: no foreign code is run."),
    (
        r"loop behavior",
        "multi-instance with `behavior` None or One: the suite lets the other instances go on though the border that catches "
        "their event *interrupts*; BPMN 2.0.2 §13.5.3 cancels them. Refused rather than run one way without a word.",
    ),
    (r"incident at", "an error that nobody catches inside a sub-process: the dossier stops as an incident at that event."),
    (
        r"no incoming flow although",
        "a node without an incoming flow beside a start event: §10.5.2 gives every such node a flow; the simulator "
        "starts it by hand.",
    ),
    (r"event of kind “none” here", "a boundary event without a trigger: the simulator is told by hand to fire it."),
]  # fmt: skip


def why(case: str, said: str, known: list[tuple[str, str]]) -> str:
    """The line of the first reason that fits the case; what was said itself where none does."""
    return next((line for pattern, line in known if re.search(pattern, f"{case} {said}")), said[:160])
