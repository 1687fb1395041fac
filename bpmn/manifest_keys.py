"""The keys of `procedure.toml`, each with its type and default: dialect §2 as a table, and its reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, get_args

from bpmn import guide
from bpmn.problem import Problem
from engine.definition import RETURN_WAYS
from engine.worktime.deadline import MAX_AMOUNT, CutOffEffect, Unit

REQUIRED = object()
CODE = re.compile(r"[1-9]\.\d{6}", re.ASCII)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)


@dataclass(frozen=True)
class Key:
    """`read` gives the value or raises ValueError; `vi` and `en` say what is expected."""

    read: Callable[[object], Any]
    vi: str
    en: str
    default: object = REQUIRED


def text(default: object = REQUIRED, longest: int = 2000) -> Key:
    def read(value: object) -> str:
        if not isinstance(value, str) or len(value) > longest or (default is REQUIRED and not value.strip()):
            raise ValueError
        return value

    return Key(read, f"văn bản dài tối đa {longest} ký tự", f"text of at most {longest} characters", default)


def matching(pattern: re.Pattern[str], vi: str, en: str, default: object = REQUIRED) -> Key:
    def read(value: object) -> str:
        if not isinstance(value, str) or len(value) > 200 or not pattern.fullmatch(value):
            raise ValueError
        return value

    return Key(read, vi, en, default)


def number(low: int, high: int, default: object = REQUIRED) -> Key:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError
        return value

    return Key(read, f"số nguyên từ {low} đến {high}", f"an integer from {low} to {high}", default)


def one_of(choices: Collection[Any], default: object = REQUIRED) -> Key:
    words = ", ".join(f"“{choice}”" for choice in choices)

    def read(value: object) -> Any:
        if isinstance(value, bool) or value not in choices:
            raise ValueError
        return value

    return Key(read, f"một trong {words}", f"one of {words}", default)


def some_of(choices: Collection[str] | None, default: object = REQUIRED) -> Key:
    def read(value: object) -> list[str]:
        if not isinstance(value, list) or len(value) > 200 or (choices is not None and not value):
            raise ValueError
        if not all(isinstance(v, str) and (choices is None or v in choices) for v in value):
            raise ValueError
        return value

    words = "" if choices is None else ": " + ", ".join(f"“{choice}”" for choice in choices)
    return Key(read, f"danh sách văn bản{words}", f"a list of texts{words}", default)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _flag_or_feel(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, str) and value.startswith("=")):
        return value
    raise ValueError


def _feel(value: object) -> str:
    if isinstance(value, str) and value.startswith("="):
        return value
    raise ValueError


def _amount(value: object) -> object:
    if isinstance(value, str) and value.startswith("="):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**13:
        return value
    raise ValueError


def _receiving(value: object) -> object:
    if value == "level" or (isinstance(value, str) and value.startswith("=")):
        return value
    if isinstance(value, list) and 0 < len(value) <= 1000 and all(_is_agency(code) for code in value):
        return value
    raise ValueError


def _is_agency(code: object) -> bool:
    return isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,60}", code) is not None


def _time(value: object) -> time:
    if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value, re.ASCII):
        return time.fromisoformat(value)
    raise ValueError


def _months(value: object) -> int:
    """The calendar months of an ISO 8601 period of years and months."""
    found = (
        re.fullmatch(r"P(?:(\d{1,2})Y)?(?:(\d{1,3})M)?", value, re.ASCII) if isinstance(value, str) else None
    )
    months = int(found[1] or 0) * 12 + int(found[2] or 0) if found else 0
    if not months:
        raise ValueError
    return months


def _date(value: object) -> str:
    if type(value) is date:
        return value.isoformat()
    if isinstance(value, str):
        return date.fromisoformat(value).isoformat()
    raise ValueError


FORM_KEY = matching(re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII), "khóa biểu mẫu", "a form key", None)
FLAG = Key(_flag, "true hoặc false", "true or false", False)

SECTIONS: Mapping[str, Mapping[str, Key]] = {
    "procedure": {
        "code": matching(CODE, "mã quốc gia dạng 1.001193", "a national code such as 1.001193"),
        "version": number(1, 1_000_000),
        "name": text(),
        "name_en": text(""),
        "summary": text(""),
        "field_code": text("", 60),
        "field": text(),
        "level": one_of(("province", "district", "commune")),
        "receiving": Key(
            _receiving,
            "“level”, danh sách mã cơ quan hoặc biểu thức =FEEL",
            "'level', a list of agency codes or =FEEL",
            "level",
        ),
        "audience": some_of(("citizen", "business", "organisation"), ["citizen"]),
        "life_events": some_of([event.code for event in guide.life_events()], []),
        "online_level": one_of((2, 3, 4), 4),
        "identity_level": one_of((0, 1, 2), 0),
        "return_by": some_of(RETURN_WAYS, list(RETURN_WAYS)),
        "illustrative": some_of(None, []),
        "keywords": some_of(None, []),
    },
    "process": {
        "file": matching(
            re.compile(r"[a-z0-9_][a-z0-9_.-]*\.bpmn"),
            "tên tệp .bpmn",
            "the name of a .bpmn file",
            "process.bpmn",
        ),
        "id": text(None, 200),
    },
    "time_limit": {
        "amount": number(0, MAX_AMOUNT, None),
        "unit": one_of(get_args(Unit), None),
        "cut_off": Key(_time, "giờ dạng HH:MM", "an hour HH:MM", None),
        "cut_off_effect": one_of(get_args(CutOffEffect), None),
        "same_day": FLAG,
    },
    "reception": {"limit_hours": number(1, 1000, None)},
    "supplement": {
        "max_requests": number(0, 100, 1),
        "answer_within_days": number(0, 3660, 0),
        "by_receipt": one_of(("always", "not_online", "never"), None),
    },
    "extension": {"max_days": number(0, 3660, 0)},
    "transition": {"running": one_of(("stay",), "stay")},
}

ARRAYS: Mapping[str, Mapping[str, Key]] = {
    "suggested": {
        "when": Key(_feel, "biểu thức =FEEL", "=FEEL"),
        "because": text("", 300),
        "because_en": text("", 300),
    },
    "legal_basis": {
        "title": text(),
        "article": text(""),
        "effective_from": Key(_date, "ngày dạng 2023-12-31", "a date such as 2023-12-31", None),
    },
    "components": {
        "code": matching(NAME, "mã gồm chữ, số, “_”", "a code of letters, digits and '_'"),
        "name": text(),
        "required": Key(_flag_or_feel, "true, false hoặc =FEEL", "true, false or =FEEL", True),
        "originals": number(0, 100, 0),
        "certified": number(0, 100, 0),
        "copies": number(0, 100, 0),
        "form": FORM_KEY,
        "digitise": one_of(("KQ_TTHC", "LUAT_CN", "QD_CHU_TICH", "KHONG"), "KHONG"),
        "replaced_by": text(None, 200),
        "accept": some_of(("pdf", "jpg", "png"), ["pdf", "jpg", "png"]),
        "max_mb": number(1, 100, 10),
        "signed": Key(_flag, "true hoặc false", "true or false", False),
    },
    "fees": {
        "code": matching(NAME, "mã gồm chữ, số, “_”", "a code of letters, digits and '_'"),
        "name": text(),
        "kind": one_of(("phi", "le_phi")),
        "amount_vnd": Key(
            _amount, "số tiền nguyên (đồng) hoặc =FEEL", "an integer amount in VND or =FEEL", 0
        ),
        "decision": text("", 200),
        "rule": text("", 500),
        "rule_en": text("", 500),
        "when": one_of((1, 2, 4), 1),
        "holds": one_of(("result", "reception"), "result"),
    },
    "results": {
        "code": matching(NAME, "mã gồm chữ, số, “_”", "a code of letters, digits and '_'"),
        "name": text(),
        "template": matching(
            re.compile(r"[a-z0-9_][a-z0-9_-]*"),
            "tên mẫu trong templates/",
            "the stem of a file in templates/",
            None,
        ),
        "validity": text("", 200),
        "valid_for": Key(_months, "thời hạn dạng P6M hoặc P2Y", "a period such as P6M or P2Y", None),
        "symbol": text("", 40),
        "number": text("", 400),
        "each": text("", 400),
        "each_title": text("", 400),
        "electronic": text("", 400),
    },
    "texts": {
        "result": matching(NAME, "mã kết quả", "the code of a result"),
        "key": matching(NAME, "khóa gồm chữ, số, “_”", "a key of letters, digits and '_'"),
        "label": text(longest=200),
        "kind": one_of(("line", "paragraphs"), "paragraphs"),
        "value": text("", 4000),
    },
}

MAX_ENTRIES = 300


class KeyReader:
    """Reads tables by the lists above and gathers what is wrong in `problems`."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def section(self, document: Mapping[str, Any], name: str) -> dict[str, Any]:
        """The values of `[name]`, defaults filled in."""
        table = document.get(name, {})
        if not isinstance(table, dict):
            self.say(name, "manifest_type", f"phải là một bảng [{name}]", f"must be a table [{name}]")
            table = {}
        return self._table(table, SECTIONS[name], name)

    def array(self, document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        """The values of each `[[name]]`, defaults filled in."""
        entries = document.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.say(name, "manifest_type", f"phải là các bảng [[{name}]]", f"must be tables [[{name}]]")
            return []
        if len(entries) > MAX_ENTRIES:
            self.say(name, "manifest_value", f"tối đa {MAX_ENTRIES} mục", f"at most {MAX_ENTRIES} entries")
            return []
        return [self._table(entry, ARRAYS[name], f"{name}[{i}]") for i, entry in enumerate(entries)]

    def unknown(self, table: Mapping[str, Any], known: Collection[str], where: str) -> None:
        for key in table:
            if key not in known:
                place = f"{where}.{key}" if where else key
                self.say(place[:200], "manifest_unknown_key", "không có khóa này", "there is no such key")

    def say(self, where: str, code: str, vi: str, en: str) -> None:
        self.problems.append(Problem(where, code, f"“{where}”: {vi}.", f"{where}: {en}."))

    def _table(self, table: Mapping[str, Any], keys: Mapping[str, Key], where: str) -> dict[str, Any]:
        self.unknown(table, keys, where)
        return {name: self._value(table, name, key, f"{where}.{name}") for name, key in keys.items()}

    def _value(self, table: Mapping[str, Any], name: str, key: Key, where: str) -> Any:
        if name not in table:
            if key.default is REQUIRED:
                self.say(where, "manifest_missing", f"bắt buộc phải có: {key.vi}", f"is required: {key.en}")
                return None
            return key.default
        try:
            return key.read(table[name])
        except (ValueError, TypeError):
            self.say(where, "manifest_value", f"phải là {key.vi}", f"must be {key.en}")
            return key.default if key.default is not REQUIRED else None
