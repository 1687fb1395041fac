"""The catalogue of step kinds: what a human task legally is, and what that does to the dossier (dialect §4).

A designer composes kinds; law stays out of the diagram. The modeler's palette and the lint rules read this list too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Effect = Literal["none", "processing", "supplement", "financial", "resolved"]
Stage = Literal["drafted", "signed", "numbered", "digitised", "handed"]


@dataclass(frozen=True)
class Kind:
    """`effect`: what the dossier is while such a step waits. `stage`: what its completion makes of the results.

    `accepting`: the outcome that has the legal effect, if the step offers it; else its first outcome has it.
    """

    code: str
    vi: str
    en: str
    effect: Effect = "none"
    stage: Stage | None = None
    accepting: str | None = None
    applicant: bool = False  # done by the person who filed


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("submit", "Nộp hồ sơ", "Submit", applicant=True),
        Kind("receive", "Tiếp nhận", "Receive", accepting="accept"),
        Kind("assign", "Phân công", "Assign", "processing"),
        Kind("appraise", "Thẩm định", "Appraise", "processing"),
        Kind("consult", "Cho ý kiến", "Give an opinion", "processing"),
        Kind("draft", "Dự thảo", "Draft", "processing", stage="drafted"),
        Kind("review", "Xem xét", "Review", "processing", accepting="approve"),
        Kind("verify", "Xác minh", "Verify", "processing"),
        Kind("sign", "Ký", "Sign", "processing", stage="signed", accepting="sign"),
        Kind("stamp", "Vào sổ, đóng dấu", "Number and stamp", "processing", stage="numbered"),
        Kind("digitise_result", "Số hóa kết quả", "Digitise the result", "processing", stage="digitised"),
        Kind("return_result", "Trả kết quả", "Return the result", "resolved", stage="handed"),
        Kind("supplement", "Bổ sung giấy tờ", "Supplement papers", "supplement", applicant=True),
        Kind("pay", "Thực hiện nghĩa vụ tài chính", "Pay", "financial", accepting="paid", applicant=True),
        Kind("notify", "Thông báo", "Notify"),
        Kind("work", "Xử lý công việc", "Work"),
    )
}

PAUSES: Mapping[str, str] = {"supplement": "supplement", "pay": "financial"}  # kind -> cause of the pause

CAUSES: Mapping[str, str] = {
    "supplement": "chờ bổ sung giấy tờ",
    "financial": "chờ thực hiện nghĩa vụ tài chính",
    "outside": "bước không tính vào thời hạn giải quyết",
    "stopped": "tạm dừng giải quyết",
}

END_STATUS: Mapping[str, str] = {  # end kind -> status
    "returned": "returned",
    "not_received": "not_received",
    "refused": "stopped",
    "withdrawn": "withdrawn",
    "stopped": "stopped",
}
