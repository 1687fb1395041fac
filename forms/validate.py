"""The rules of one field on one value, as form-js judges them; each fault in form-js's words and in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal
from typing import Any

import feel
from forms.fields import Field, Rules
from forms.values import Json, js_length, js_text, js_trim, to_exact, truthy


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a value breaks. `en` is the message of form-js, word for word."""

    code: str
    vi: str
    en: str


REQUIRED = Fault("required", "bắt buộc phải điền", "Field is required.")


def faults(
    field: Field,
    value: Json,
    scope: Mapping[str, Any],
    *,
    now: datetime | None = None,
    budget: feel.Budget | None = None,
) -> list[Fault]:
    """Every rule of the field that the value breaks, in form-js's order; [] if it is right."""
    found = list(_number_faults(field, value)) if field.type == "number" else []
    if field.rules is not None:
        found.extend(_rule_faults(field, field.rules, value, scope, now, budget))
    return found


# -- numbers --------------------------------------------------------------------------------------------------------


def _number_faults(field: Field, value: Json) -> Iterator[Fault]:
    if value == "NaN":
        yield Fault("not_a_number", "không phải là số", "Value is not a number.")
        return
    number = to_exact(value) if truthy(value) else None
    if number is None:
        return
    digits = field.raw.get("decimalDigits")
    if digits is not None and digits >= 0 and _decimals(number) > digits:
        yield _too_precise(int(digits))
    step = to_exact(field.raw.get("increment")) if truthy(field.raw.get("increment")) else None
    if step:
        offset = _EXACT.remainder(number, step)
        if offset:
            below = number - offset
            nearest = js_text(below), js_text(below + step)
            yield Fault(
                "step",
                f"phải là một bội của {js_text(step)}: gần nhất là {nearest[0]} và {nearest[1]}",
                f"Please select a valid value, the two nearest valid values are {nearest[0]} and {nearest[1]}.",
            )


_EXACT = Context(prec=800)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize(_EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _too_precise(digits: int) -> Fault:
    if digits == 0:
        return Fault("decimals", "phải là số nguyên", "Value is expected to be an integer.")
    plural = "s" if digits > 1 else ""
    return Fault(
        "decimals",
        f"chỉ được có tối đa {digits} chữ số thập phân",
        f"Value is expected to have at most {digits} decimal digit{plural}.",
    )


# -- validate -------------------------------------------------------------------------------------------------------

_EMAIL = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*",
    re.ASCII,
)


def _rule_faults(
    field: Field,
    rules: Rules,
    value: Json,
    scope: Mapping[str, Any],
    now: datetime | None,
    budget: feel.Budget | None,
) -> Iterator[Fault]:
    filled = truthy(value)
    if rules.pattern is not None and filled and not rules.pattern.search(js_text(value)):
        yield Fault(
            "pattern",
            rules.pattern_message.rstrip(".") or f"không đúng mẫu {rules.pattern_text}",
            rules.pattern_message or f"Field must match pattern {rules.pattern_text}.",
        )
    if rules.required and (
        value is None or value == "" or value == [] or (field.type == "checkbox" and value is False)
    ):
        yield REQUIRED
    for name, limit in rules.limits.items():
        bound = limit(scope, budget, now) if isinstance(limit, feel.Expression) else limit
        if bound is not None:
            fault = _LIMITS[name](value, bound)
            if fault is not None:
                yield fault
    if filled and isinstance(value, str):
        if rules.preset == "phone" and not is_international_phone(value):
            yield Fault(
                "phone",
                "phải là số điện thoại quốc tế, ví dụ +84912345678",
                "Field must be a valid international phone number. (e.g. +4930664040900)",
            )
        if rules.preset == "email" and not _EMAIL.fullmatch(value):
            yield Fault(
                "email", "phải là địa chỉ thư điện tử, ví dụ ten@vidu.vn", "Field must be a valid email."
            )


def _below(value: Json, bound: Json) -> Fault | None:
    if not truthy(value) and value != 0:
        return None
    number, limit = to_exact(value), to_exact(bound)
    if number is None or limit is None:
        return Fault(
            "bad_limit", "không so được với giá trị nhỏ nhất", "Min validation value is not a valid number."
        )
    if number < limit:
        text = js_text(bound)
        return Fault("min", f"không được nhỏ hơn {text}", f"Field must have minimum value of {text}.")
    return None


def _above(value: Json, bound: Json) -> Fault | None:
    if not truthy(value) and value != 0:
        return None
    number, limit = to_exact(value), to_exact(bound)
    if number is None or limit is None:
        return Fault(
            "bad_limit", "không so được với giá trị lớn nhất", "Max validation value is not a valid number."
        )
    if number > limit:
        text = js_text(bound)
        return Fault("max", f"không được lớn hơn {text}", f"Field must have maximum value of {text}.")
    return None


def _too_short(value: Json, bound: Json) -> Fault | None:
    limit = to_exact(bound)
    if not isinstance(value, str) or not value or limit is None or js_length(js_trim(value)) >= limit:
        return None
    text = js_text(bound)
    return Fault("min_length", f"phải có ít nhất {text} ký tự", f"Field must have minimum length of {text}.")


def _too_long(value: Json, bound: Json) -> Fault | None:
    limit = to_exact(bound)
    if not isinstance(value, str) or not value or limit is None or js_length(js_trim(value)) <= limit:
        return None
    text = js_text(bound)
    return Fault(
        "max_length", f"chỉ được có tối đa {text} ký tự", f"Field must have maximum length of {text}."
    )


_LIMITS = {"min": _below, "max": _above, "minLength": _too_short, "maxLength": _too_long}


# -- telephone numbers ----------------------------------------------------------------------------------------------

_COUNTRY_CODES = (
    "297 93 244 1264 358 355 376 971 54 374 1684 1268 61 43 994 257 32 229 226 880 359 973 1242 387 590 375 501 1441 "
    "591 55 1246 673 975 267 236 1 41 56 86 225 237 243 242 682 57 269 238 506 53 5999 1345 357 420 49 253 1767 45 "
    "1809 1829 1849 213 593 20 291 212 34 372 251 679 500 33 298 691 241 44 995 233 350 224 220 245 240 30 1473 299 "
    "502 594 1671 592 852 504 385 509 36 62 91 246 353 98 964 354 972 39 1876 962 81 76 77 254 996 855 686 1869 82 "
    "383 965 856 961 231 218 1758 423 94 266 370 352 371 853 377 373 261 960 52 692 389 223 356 95 382 976 1670 258 "
    "222 1664 596 230 265 60 262 264 687 227 672 234 505 683 31 47 977 674 64 968 92 507 51 63 680 675 48 1787 1939 "
    "850 351 595 970 689 974 40 7 250 966 249 221 65 4779 677 232 503 378 252 508 381 211 239 597 421 386 46 268 "
    "1721 248 963 1649 235 228 66 992 690 993 670 676 1868 216 90 688 886 255 256 380 598 998 3906698 379 1784 58 "
    "1284 1340 84 678 681 685 967 27 260 263"
)
_ZONES = (
    "9[976]\\d 8[987530]\\d 6[987]\\d 5[90]\\d 42\\d 3[875]\\d 2[98654321]\\d 9[8543210] 8[6421] 6[6543210] 5[87654321] "
    "4[987654310] 3[9643210] 2[70] 7 1"
)
_PHONE = re.compile(
    rf"(?:\+|00)(?:{'|'.join(_COUNTRY_CODES.split())})(?:{'|'.join(_ZONES.split())})\d{{4,20}}\Z", re.ASCII
)


def is_international_phone(text: str) -> bool:
    """True if form-js takes the text for an international telephone number (it asks for the code twice over)."""
    return _PHONE.search(text) is not None
