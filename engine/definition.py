"""A procedure version, compiled: what `decide` needs to know of the diagram, the forms and the manifest.

Built by `bpmn.compile` from a bundle; immutable, shared by all dossiers of the version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args

import feel
from engine.worktime.deadline import CutOff, TimeLimit

if TYPE_CHECKING:
    from engine.dmn import Model
    from engine.flow import FlowSpec
    from forms import EForm

ReturnWay = Literal["counter", "electronic", "post"]
RETURN_WAYS: tuple[ReturnWay, ...] = get_args(ReturnWay)
"""How a result may go back: over the counter, as a file, by the public postal service."""


@dataclass(frozen=True)
class Value:
    """A property of the diagram or manifest: literal text, or FEEL where it starts with `=`."""

    text: str
    expression: feel.Expression | None = None

    @staticmethod
    def of(text: str) -> Value:
        """Raises feel.FeelError if the text after `=` is not FEEL."""
        return Value(text, feel.compile(text[1:]) if text.startswith("=") else None)

    def of_scope(self, scope: Mapping[str, object]) -> object:
        """The literal, or the expression evaluated over `scope`."""
        return self.expression(scope) if self.expression else self.text


@dataclass(frozen=True)
class Outcome:
    code: str
    vi: str
    en: str = ""


@dataclass(frozen=True)
class Step:
    """A human task of the diagram. `kind` is one of `engine.step_kinds.KINDS`."""

    element_id: str
    name: str
    kind: str
    agency: Value
    role: str
    form: str | None = None
    time_limit: TimeLimit | None = None
    outcomes: tuple[Outcome, ...] = ()
    papers: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    assignee: Value | None = None  # account that gets the step at once
    counted: bool = True  # False: its time is outside the statutory limit


@dataclass(frozen=True)
class Component:
    code: str
    name: str
    required: Value = field(default_factory=lambda: Value("true"))
    originals: int = 0
    certified: int = 0
    copies: int = 0
    form: str | None = None  # given by filling this e-form, not by a file
    digitise: Literal["KQ_TTHC", "LUAT_CN", "QD_CHU_TICH", "KHONG"] = "KHONG"
    replaced_by: str | None = None
    media: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")
    max_bytes: int = 10_000_000
    signed: bool = False  # a file of it must carry a valid digital signature


@dataclass(frozen=True)
class Fee:
    """`amount` or the table `decision` gives đồng, or a context `{amount_vnd, rule, rule_en}`; `rule` says how, in words."""

    code: str
    name: str
    kind: Literal["phi", "le_phi"]
    amount: Value
    when: Literal[1, 2, 4] = 1
    holds: Literal["result", "reception"] = "result"  # what is not done before it is paid
    rule: str = ""
    rule_en: str = ""
    decision: str = ""


@dataclass(frozen=True)
class TextPart:
    """A text of a result that the drafting officer may change; `value` is how it begins, FEEL over the dossier."""

    key: str
    label: str
    kind: Literal["line", "paragraphs"] = "paragraphs"
    value: Value = field(default_factory=lambda: Value(""))


@dataclass(frozen=True)
class Result:
    """`valid_months`: from the day of issue, None = for good. `symbol`: what follows the number (“58/GPXD”).

    `each`: a list of the dossier, one document for each of its items, with the words `each_title` of it (engine.papers);
    such a document knows its `item` and its `title`. `electronic`: false where the document is made on paper alone, so that
    nobody signs it by key; a document knows the answer as `on_paper`.
    """

    code: str
    name: str
    template: str | None = None
    validity: str = ""
    valid_months: int | None = None
    symbol: str = ""
    number: Value | None = None  # where the number comes from elsewhere; else the agency's book gives it
    texts: tuple[TextPart, ...] = ()
    each: Value | None = None
    each_title: Value | None = None
    electronic: Value | None = None
    item: object = None
    title: str = ""
    on_paper: bool = False


@dataclass(frozen=True)
class SupplementRule:
    """How often and how long papers may be asked for (once by law; more by a leader's decision).

    `by_receipt`: may whoever holds the receipt answer without signing in: always, never, or where the dossier came over
    the counter or by post, whose applicant need not have an account.
    """

    max_requests: int = 1
    by_receipt: Literal["always", "not_online", "never"] = "not_online"
    answer_within: TimeLimit | None = None


@dataclass(frozen=True)
class Definition:
    code: str
    version: int
    name: str
    digest: str
    flow: FlowSpec
    steps: Mapping[str, Step]
    start_form: str | None
    forms: Mapping[str, EForm]
    decisions: Mapping[str, Model]  # file stem -> model
    time_limit: TimeLimit | None
    cut_off: CutOff | None = None
    same_day: bool = False  # due at closing time of the day of reception
    reception_limit: TimeLimit | None = None  # None: the law profile's (8 working hours)
    supplement: SupplementRule = SupplementRule()
    extension_max_days: int = 0
    receiving: Value = field(
        default_factory=lambda: Value("")
    )  # level name, agency code or FEEL true/false over `agency`
    identity_level: int = 0  # of who files online (engine.actor.Actor.level)
    return_by: tuple[str, ...] = RETURN_WAYS  # by which ways the result may go back
    components: tuple[Component, ...] = ()
    fees: tuple[Fee, ...] = ()
    results: tuple[Result, ...] = ()
    ends: Mapping[str, str] = field(default_factory=dict)  # end event id -> end kind
    silences: Mapping[str, str] = field(default_factory=dict)  # boundary timer id -> outcome taken by silence
    topics: Mapping[str, str] = field(default_factory=dict)  # external task id -> topic
    english: Mapping[str, str] = field(default_factory=dict)  # its texts in English, for pages only
    children: Mapping[str, str] = field(default_factory=dict)  # call activity id -> procedure code
    job_results: Mapping[str, str] = field(
        default_factory=dict
    )  # external task or child call id -> resultVariable

    def in_english(self, text: str) -> str:
        """A name of the procedure for an English sentence: itself where the bundle has no English for it."""
        return self.english.get(text, text)

    def decide_table(self, ref: str, scope: Mapping[str, object], now: datetime | None = None) -> object:
        """The value of decision `ref` (id or name, in whichever table of the bundle holds it).

        Raises LookupError if no table has it, feel.BudgetExceeded if it is too costly.
        """
        for model in self.decisions.values():
            if model.find(ref) is not None:
                return model.decide(ref, scope, now)
        raise LookupError(ref)
