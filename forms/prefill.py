"""Answers that are known before anybody types: a field says by `properties.element` which data element it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import feel
from forms.build import ELEMENT_WHEN
from forms.fields import EForm
from forms.importing import imported
from forms.values import Json, TooLarge, get, path_text, put

ELEMENTS: Mapping[str, str] = {
    "applicant.name": "Họ tên, hoặc tên tổ chức, của người nộp",
    "applicant.id_number": "Số định danh cá nhân hoặc mã số thuế của người nộp",
    "applicant.phone": "Số điện thoại của người nộp",
    "applicant.email": "Thư điện tử của người nộp",
    "applicant.address": "Nơi cư trú, trụ sở của người nộp",
    "applicant.for": "Người nộp có người đại diện: nguoi_khac",
    "result.way": "Cách nhận kết quả",
    "receiver.name": "Họ tên người nhận kết quả",
    "receiver.id_number": "Số giấy tờ của người nhận kết quả",
    "shipment.waybill": "Mã vận đơn bưu chính",
    "requester.name": "Họ tên của người yêu cầu: người đại diện, nếu có, không thì chính người nộp",
    "requester.id_number": "Số định danh cá nhân hoặc mã số thuế của người yêu cầu",
    "requester.phone": "Số điện thoại của người yêu cầu",
    "requester.email": "Thư điện tử của người yêu cầu",
    "requester.address": "Nơi cư trú, trụ sở của người yêu cầu",
}
"""The data elements that forms share. A form that names another one is refused."""


def element_of(component: Mapping[str, Any]) -> str | None:
    """The data element that a form-js component asks for, None if it names none."""
    properties = component.get("properties")
    element = properties.get("element") if isinstance(properties, Mapping) else None
    return None if element is None else str(element)


def places(e_form: EForm) -> dict[str, tuple[str, ...]]:
    """Where each field stands that asks for a data element: key path as text -> (element, *path). Not in lists."""
    lists = {one.path for one in e_form.by_id.values() if one.repeats}
    return {
        path_text(one.path): (element, *one.path)
        for one in e_form.keyed()
        if (element := element_of(one.raw))
        and not any(one.path[:length] in lists for length in range(1, len(one.path)))
    }


def asking(
    e_form: EForm, data: Mapping[str, Json], context: Mapping[str, Any], now: datetime
) -> dict[str, tuple[str, ...]]:
    """Those of `places` that ask for their element as the answers stand: some only when `properties.elementWhen` is true
    (the father's name is the requester's only where the father files)."""
    found = places(e_form)
    conditions = {
        path_text(one.path): one.extras[ELEMENT_WHEN]
        for one in e_form.keyed()
        if ELEMENT_WHEN in one.extras and path_text(one.path) in found
    }
    if not conditions:
        return found
    try:
        scope, budget = imported(e_form, data, context), feel.Budget()
        closed = {path for path, when in conditions.items() if when(scope, budget, now) is not True}
    except (TooLarge, feel.BudgetExceeded):  # answers that `forms.check` refuses
        closed = set(conditions)
    return {path: place for path, place in found.items() if path not in closed}


def prefill(
    e_form: EForm,
    known: Mapping[str, Json],
    data: Mapping[str, Json] | None = None,
    *,
    context: Mapping[str, Any] | None = None,
    now: datetime,
) -> dict[str, Json]:
    """The data with every field filled in that asks for an element which is known, and which is not yet answered.

    `known` are values by element (`applicant.name`); `context` as for `forms.check`. Fields inside lists are left to
    the person.
    """
    filled: dict[str, Json] = dict(data or {})
    for element, *path in asking(e_form, filled, context or {}, now).values():
        value = known.get(element)
        if value and get(filled, tuple(path)) in (None, ""):
            put(filled, tuple(path), value)
    return filled
