"""Answers that are known before anybody types: a field says by `properties.element` which data element it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.fields import EForm
from forms.values import Json, get, path_text, put

ELEMENTS: Mapping[str, str] = {
    "applicant.name": "Họ tên, hoặc tên tổ chức, của người nộp",
    "applicant.id_number": "Số định danh cá nhân hoặc mã số thuế của người nộp",
    "applicant.phone": "Số điện thoại của người nộp",
    "applicant.email": "Thư điện tử của người nộp",
    "applicant.address": "Nơi cư trú, trụ sở của người nộp",
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


def prefill(
    e_form: EForm, known: Mapping[str, Json], data: Mapping[str, Json] | None = None
) -> dict[str, Json]:
    """The data with every field filled in whose element is known and which is not yet answered.

    `known` are values by element (`applicant.name`). Fields inside lists are left to the person.
    """
    filled: dict[str, Json] = dict(data or {})
    lists = {one.path for one in e_form.by_id.values() if one.repeats}
    for one in e_form.keyed():
        value = known.get(element_of(one.raw) or "")
        in_list = any(one.path[:length] in lists for length in range(1, len(one.path)))
        if value and not in_list and get(filled, one.path) in (None, ""):
            put(filled, one.path, value)
    return filled
