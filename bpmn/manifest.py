"""`procedure.toml`: the legal facts of a procedure version (dialect §2), read with all problems at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import feel
from bpmn.manifest_keys import ARRAYS, SECTIONS, KeyReader
from bpmn.problem import ManifestRefused, Problem
from engine.definition import Component, Fee, Result, SupplementRule, TextPart, Value
from engine.worktime.deadline import CutOff, TimeLimit

MAX_BYTES = 500_000
MEDIA = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


@dataclass(frozen=True)
class LegalBasis:
    title: str
    article: str = ""
    effective_from: str | None = None  # ISO date


@dataclass(frozen=True)
class Suggested:
    """For which answers to `bpmn.guide.questions` the procedure is suggested, and the sentence that says why."""

    when: str
    because: str
    because_en: str


@dataclass(frozen=True)
class Manifest:
    """`receiving`: text that is a level or FEEL over `agency`, as `Definition.receiving` wants it."""

    code: str
    version: int
    name: str
    name_en: str
    summary: str
    field_code: str
    field: str
    level: str
    receiving: Value
    audience: tuple[str, ...]
    life_events: tuple[str, ...]
    suggested: tuple[Suggested, ...]
    online_level: int
    identity_level: int
    return_by: tuple[str, ...]
    illustrative: tuple[str, ...]
    keywords: tuple[str, ...]
    process_file: str
    process_id: str | None
    time_limit: TimeLimit | None
    cut_off: CutOff | None
    same_day: bool
    reception_limit: TimeLimit | None
    supplement: SupplementRule
    extension_max_days: int
    legal_basis: tuple[LegalBasis, ...]
    components: tuple[Component, ...]
    fees: tuple[Fee, ...]
    results: tuple[Result, ...]
    running: str

    def catalogue(self) -> dict[str, Any]:
        """The public page of the procedure as plain JSON (dialect §5, `GET /procedures/{code}`).

        The caller adds `receiving` (it knows the agencies) and `form` (it has the start form).
        """
        limit = self.time_limit
        return {
            "code": self.code,
            "version": self.version,
            "name": self.name,
            "name_en": self.name_en,
            "level": self.level,
            "field": self.field,
            "field_code": self.field_code,
            "online_level": self.online_level,
            "identity_level": self.identity_level,
            "return_by": list(self.return_by),
            "summary": self.summary,
            "audience": list(self.audience),
            "life_events": list(self.life_events),
            "suggested": [vars(one) for one in self.suggested],
            "keywords": list(self.keywords),
            "illustrative": list(self.illustrative),
            "time_limit": limit
            and {
                "amount": limit.amount,
                "unit": limit.unit,
                "same_day": self.same_day,
                "cut_off": self.cut_off and f"{self.cut_off.at:%H:%M}",
                "cut_off_effect": self.cut_off and self.cut_off.effect,
            },
            "components": [_component_json(component) for component in self.components],
            "fees": [_fee_json(fee) for fee in self.fees],
            "results": [{"code": r.code, "name": r.name, "validity": r.validity} for r in self.results],
            "legal_basis": [
                {"title": b.title, "article": b.article, "effective_from": b.effective_from}
                for b in self.legal_basis
            ],
        }


def parse(data: bytes) -> Manifest:
    """The manifest. Raises ManifestRefused with every problem: unknown keys, wrong types, values out of range."""
    try:
        if len(data) > MAX_BYTES:
            raise ValueError("larger than 500 kB")
        document = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        problem = Problem(
            "", "manifest_syntax", f"Tệp không phải TOML hợp lệ: {error}.", f"The file is not TOML: {error}."
        )
        raise ManifestRefused([problem]) from error
    reader = KeyReader()
    sections = {name: reader.section(document, name) for name in SECTIONS}
    arrays = {name: reader.array(document, name) for name in ARRAYS}
    reader.unknown(document, {*SECTIONS, *ARRAYS}, "")
    _twins(reader, arrays)
    _fee_keys(reader, document.get("fees"))
    _signed_files(reader, arrays["components"])
    _time_limit_keys(reader, document.get("time_limit"), sections["time_limit"])
    for place, text in _expressions(sections, arrays):
        _readable(reader, place, text)
    if reader.problems:
        raise ManifestRefused(reader.problems)
    return _manifest(sections, arrays)


def _manifest(sections: Mapping[str, dict[str, Any]], arrays: Mapping[str, list[dict[str, Any]]]) -> Manifest:
    procedure, limit, supplement = sections["procedure"], sections["time_limit"], sections["supplement"]
    within = supplement["answer_within_days"]
    hours = sections["reception"]["limit_hours"]
    return Manifest(
        code=procedure["code"],
        version=procedure["version"],
        name=procedure["name"],
        name_en=procedure["name_en"],
        summary=procedure["summary"],
        field_code=procedure["field_code"],
        field=procedure["field"],
        level=procedure["level"],
        receiving=_receiving(procedure["receiving"], procedure["level"]),
        audience=tuple(procedure["audience"]),
        life_events=tuple(procedure["life_events"]),
        suggested=tuple(Suggested(**one) for one in arrays["suggested"]),
        online_level=procedure["online_level"],
        identity_level=procedure["identity_level"],
        return_by=tuple(procedure["return_by"]),
        illustrative=tuple(procedure["illustrative"]),
        keywords=tuple(procedure["keywords"]),
        process_file=sections["process"]["file"],
        process_id=sections["process"]["id"],
        time_limit=None if limit["amount"] is None else TimeLimit(limit["amount"], limit["unit"]),
        cut_off=limit["cut_off"] and CutOff(limit["cut_off"], limit["cut_off_effect"]),
        same_day=limit["same_day"],
        reception_limit=None if hours is None else TimeLimit(hours, "working_hour"),
        supplement=SupplementRule(
            max_requests=supplement["max_requests"],
            by_receipt=supplement["by_receipt"] or ("never" if procedure["identity_level"] else "not_online"),
            answer_within=TimeLimit(within, "day") if within else None,
        ),
        extension_max_days=sections["extension"]["max_days"],
        legal_basis=tuple(
            LegalBasis(basis["title"], basis["article"], basis["effective_from"])
            for basis in arrays["legal_basis"]
        ),
        components=tuple(_component(entry) for entry in arrays["components"]),
        fees=tuple(
            Fee(
                f["code"],
                f["name"],
                f["kind"],
                _value(f["amount_vnd"]),
                f["when"],
                f["holds"],
                f["rule"],
                f["rule_en"],
                f["decision"],
            )
            for f in arrays["fees"]
        ),
        results=tuple(_result(entry, arrays["texts"]) for entry in arrays["results"]),
        running=sections["transition"]["running"],
    )


def _result(entry: Mapping[str, Any], texts: list[dict[str, Any]]) -> Result:
    return Result(
        entry["code"],
        entry["name"],
        entry["template"],
        entry["validity"],
        entry["valid_for"],
        entry["symbol"],
        Value.of(entry["number"]) if entry["number"] else None,
        tuple(
            TextPart(part["key"], part["label"], part["kind"], Value.of(part["value"]))
            for part in texts
            if part["result"] == entry["code"]
        ),
        Value.of(entry["each"]) if entry["each"] else None,
        Value.of(entry["each_title"]) if entry["each_title"] else None,
        Value.of(entry["electronic"]) if entry["electronic"] else None,
    )


def _component(entry: Mapping[str, Any]) -> Component:
    return Component(
        code=entry["code"],
        name=entry["name"],
        required=_value(entry["required"]),
        originals=entry["originals"],
        certified=entry["certified"],
        copies=entry["copies"],
        form=entry["form"],
        digitise=entry["digitise"],
        replaced_by=entry["replaced_by"],
        media=tuple(MEDIA[kind] for kind in entry["accept"]),
        max_bytes=entry["max_mb"] * 1_000_000,
        signed=entry["signed"],
    )


def _value(given: object) -> Value:
    """TOML's true, false and integers are the FEEL literals of the same name."""
    return Value.of(given) if isinstance(given, str) else Value(str(given).lower())


def _receiving(given: str | list[str], level: str) -> Value:
    if isinstance(given, list):
        codes = ", ".join(f'"{code}"' for code in given)
        return Value.of(f"=list contains([{codes}], agency.code)")
    return Value(level) if given == "level" else Value.of(given)


def _component_json(component: Component) -> dict[str, Any]:
    return {
        "code": component.code,
        "name": component.name,
        "required": component.required.text,
        "originals": component.originals,
        "certified": component.certified,
        "copies": component.copies,
        "form": component.form,
        "accept": list(component.media),
        "max_bytes": component.max_bytes,
        "replaced_by": component.replaced_by,
        "digitise": component.digitise,
        "signed": component.signed,
    }


def _fee_json(fee: Fee) -> dict[str, Any]:
    amount = fee.amount.text
    return {
        "code": fee.code,
        "name": fee.name,
        "kind": fee.kind,
        "amount_vnd": int(amount) if amount.isdecimal() and not fee.decision else None,
        "amount": amount,
        "rule": fee.rule,
        "rule_en": fee.rule_en,
        "when": fee.when,
    }


def _twins(reader: KeyReader, arrays: Mapping[str, list[dict[str, Any]]]) -> None:
    for name in ("components", "fees", "results"):
        seen: set[str] = set()
        for index, entry in enumerate(arrays[name]):
            code = entry.get("code")
            if isinstance(code, str) and code in seen:
                reader.say(
                    f"{name}[{index}].code",
                    "manifest_twin",
                    f"mã “{code}” đã dùng ở trên",
                    f"the code {code!r} is used above",
                )
            seen.add(code or "")
    _texts(reader, arrays)


def _texts(reader: KeyReader, arrays: Mapping[str, list[dict[str, Any]]]) -> None:
    """Texts belong to a result that is there, each key once."""
    codes = {entry.get("code") for entry in arrays["results"]}
    seen: set[tuple[object, object]] = set()
    for index, entry in enumerate(arrays["texts"]):
        code, key = entry.get("result"), entry.get("key")
        if code not in codes:
            reader.say(
                f"texts[{index}].result",
                "manifest_value",
                f"không có kết quả “{code}”",
                f"there is no result {code!r}",
            )
        if (code, key) in seen:
            reader.say(
                f"texts[{index}].key",
                "manifest_twin",
                f"khóa “{key}” đã dùng ở trên",
                f"the key {key!r} is used above",
            )
        seen.add((code, key))


def _fee_keys(reader: KeyReader, given: object) -> None:
    """A fee has a formula or a table, and not both."""
    for index, fee in enumerate(given if isinstance(given, list) else ()):
        if isinstance(fee, dict) and ("amount_vnd" in fee) == ("decision" in fee):
            reader.say(
                f"fees[{index}].amount_vnd",
                "manifest_missing",
                "cần đúng một trong “amount_vnd” và “decision”",
                "needs one of 'amount_vnd' and 'decision'",
            )


def _signed_files(reader: KeyReader, components: list[dict[str, Any]]) -> None:
    """What must be signed is a file, and a PDF: no other kind carries a signature that everybody can check."""
    for index, entry in enumerate(components):
        if entry.get("signed") is not True:
            continue
        if entry.get("form"):
            reader.say(
                f"components[{index}].signed",
                "manifest_value",
                "không đi cùng “form”: biểu mẫu điền trên mạng không phải là tệp",
                "does not go with 'form': an e-form is no file",
            )
        if entry.get("accept") != ["pdf"]:
            reader.say(
                f"components[{index}].accept",
                "manifest_value",
                'phải là ["pdf"] khi thành phần phải ký số',
                'must be ["pdf"] where the component must be signed',
            )


def _time_limit_keys(reader: KeyReader, given: object, limit: Mapping[str, Any]) -> None:
    """What belongs together: an amount has a unit, an hour has an effect."""
    if not isinstance(given, dict):
        return
    for one, other in (("amount", "unit"), ("unit", "amount"), ("cut_off", "cut_off_effect")):
        if one in given and other not in given:
            reader.say(
                f"time_limit.{other}", "manifest_missing", f"cần có cùng với “{one}”", f"goes with {one!r}"
            )
    if given.get("same_day") is True and limit["amount"] != 0:
        reader.say(
            "time_limit.amount",
            "manifest_value",
            "phải là 0 khi trả kết quả trong ngày",
            "must be 0 where the result is due the same day",
        )


def _expressions(
    sections: Mapping[str, dict[str, Any]], arrays: Mapping[str, list[dict[str, Any]]]
) -> list[tuple[str, str]]:
    found = [("procedure.receiving", sections["procedure"]["receiving"])]
    found += [
        (f"components[{i}].required", entry["required"]) for i, entry in enumerate(arrays["components"])
    ]
    found += [(f"fees[{i}].amount_vnd", entry["amount_vnd"]) for i, entry in enumerate(arrays["fees"])]
    found += [(f"suggested[{i}].when", entry["when"]) for i, entry in enumerate(arrays["suggested"])]
    for key in ("number", "each", "each_title", "electronic"):
        found += [(f"results[{i}].{key}", entry[key]) for i, entry in enumerate(arrays["results"])]
    found += [(f"texts[{i}].value", entry["value"]) for i, entry in enumerate(arrays["texts"])]
    return [(place, text) for place, text in found if isinstance(text, str) and text.startswith("=")]


def _readable(reader: KeyReader, place: str, text: str) -> None:
    try:
        feel.compile(text[1:])
    except feel.FeelError as error:
        reader.say(place, "manifest_feel", error.sentence_vi, error.sentence_en)
