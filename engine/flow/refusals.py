"""Every reason why a diagram is not executable: stable code → sentence, Vietnamese and English. The one list of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import feel
from engine.flow.changes import Problem

T = TypeVar("T")

SENTENCES: dict[str, tuple[str, str]] = {
    # refused on purpose
    "complex_gateway": ("là cổng phức hợp, không được hỗ trợ", "is a complex gateway, which is not executed"),
    "transaction": ("là giao dịch hoặc sự kiện hủy, không được hỗ trợ", "is a transaction or cancel event, which is not executed"),
    "ad_hoc": ("là quy trình con tùy biến (ad-hoc), không được hỗ trợ", "is an ad-hoc sub-process, which is not executed"),
    "compensation": ("là xử lý bù (compensation), không được hỗ trợ", "is compensation, which is not executed"),
    "script_not_feel": ("có mã kịch bản «{format}»; chỉ chạy FEEL", "has a script in “{format}”; only FEEL is executed"),
    "code_in_diagram": ("gọi mã chương trình (camunda:{attribute})", "calls program code (camunda:{attribute})"),
    "listener": ("có mã chạy kèm (listener), không được hỗ trợ", "has a listener, which is not executed"),
    "connector": ("có bộ kết nối (connector), không được hỗ trợ", "has a connector, which is not executed"),
    "io_mapping": ("có ánh xạ dữ liệu vào ra, không được hỗ trợ", "has an input or output mapping, which is not executed"),
    "instantiating_gateway": (
        "là cổng sự kiện khởi tạo hoặc song song, không được hỗ trợ",
        "is an instantiating or parallel event-based gateway, which is not executed",
    ),
    "multiple_together": (
        "chờ nhiều sự kiện cùng xảy ra, chỉ sự kiện trung gian làm được",
        "waits for several events together, which only an intermediate event does",
    ),
    "loop_behavior": ("có kiểu sự kiện lặp «{behavior}», không được hỗ trợ", "has the loop behavior “{behavior}”, which is not executed"),
    "token_quantity": ("cần số thẻ vào và ra (startQuantity, completionQuantity) từ 1 đến {most}", "needs a startQuantity and completionQuantity from 1 to {most}"),
    "unknown_element": ("thuộc loại «{type}», không được hỗ trợ", "is a {type}, which is not executed"),
    # processes and calls
    "missing_process": ("nêu quy trình «{process}» không có trong gói", "refers to the process “{process}”, which is not there"),
    "global_task": ("gọi một «{type}», không được hỗ trợ", "calls a {type}, which is not executed: draw the step where it is done"),
    "call_cycle": ("gọi lại quy trình đang gọi nó", "calls a process that is already calling it"),
    "called_not_literal": ("phải nêu đích danh quy trình được gọi", "must name the called process literally"),
    "empty_process": ("không có bước nào", "has no flow node"),
    "no_start": ("không có chỗ bắt đầu", "has no start event and no node without an incoming flow"),
    "no_incoming": ("không có luồng vào trong khi quy trình có sự kiện bắt đầu", "has no incoming flow although there is a start event: it is never reached"),
    "start_not_none": ("trong quy trình con phải là sự kiện bắt đầu thường", "must be a none start event inside a sub-process"),
    "event_sub_process_start": ("phải có đúng một sự kiện bắt đầu", "must have exactly one start event"),
    "too_deep": ("lồng quá sâu", "is nested too deep"),
    "no_id": ("chứa một «{type}» không có mã", "holds a {type} without an id"),
    "duplicate_id": ("bị trùng mã", "has the id of another element"),
    # sequence flows
    "flow_dangling": ("nối tới «{end}» không có trong cùng phạm vi", "connects “{end}”, which is not in the same scope"),
    "incoming_not_allowed": ("không được có luồng vào", "must not have an incoming flow"),
    "outgoing_not_allowed": ("không được có luồng ra", "must not have an outgoing flow"),
    "default_dangling": ("có luồng mặc định «{flow}» không rời từ nó", "has the default flow “{flow}”, which does not leave it"),
    "flow_without_condition": ("rời cổng «{gateway}» mà không có điều kiện", "leaves the exclusive gateway “{gateway}” without a condition"),
    "condition_not_allowed": (
        "có điều kiện nhưng không rẽ từ công việc hay cổng chọn",
        "has a condition but does not leave a task, an exclusive or an inclusive gateway",
    ),
    "condition_empty": ("có điều kiện trống", "has an empty condition"),
    "not_feel": ("có biểu thức không phải FEEL ({found})", "has an expression that is not FEEL ({found})"),
    "feel_invalid": ("có biểu thức FEEL sai: {vi}", "has an invalid FEEL expression: {en}"),
    # events
    "event_not_allowed": ("không thể là sự kiện loại «{kind}»", "cannot be an event of kind “{kind}” here"),
    "event_definition_missing": ("nêu một định nghĩa sự kiện không có trong sơ đồ", "refers to an event definition that is not in the diagram"),
    "event_gateway_empty": ("không có sự kiện nào theo sau", "has no event after it"),
    "event_gateway_target": (
        "không thể đứng sau cổng sự kiện",
        "cannot follow an event-based gateway: it must be a catching event of one trigger at a time, or a receive task, "
        "with no other incoming flow",
    ),
    "boundary_unattached": ("không gắn vào một công việc", "is not attached to an activity"),
    "error_not_interrupting": ("là sự kiện lỗi nên phải ngắt công việc", "is an error event and must interrupt"),
    "link_unmatched": (
        "phải có đúng một sự kiện liên kết đích cùng tên và không có luồng ra",
        "needs exactly one catching link of its name in its scope, and no outgoing flow",
    ),
    "no_message": ("không nêu thông điệp nào có trong sơ đồ", "does not refer to a message of the diagram"),
    "no_signal": ("không nêu tín hiệu nào có trong sơ đồ", "does not refer to a signal of the diagram"),
    "no_error": ("nêu mã lỗi không có trong sơ đồ", "refers to an error that is not in the diagram"),
    "no_escalation": ("nêu mã báo cáo vượt cấp không có trong sơ đồ", "refers to an escalation that is not in the diagram"),
    "timer_incomplete": ("phải có đúng một thời hạn, thời điểm hoặc chu kỳ", "needs exactly one duration, date or cycle"),
    "timer_invalid": ("có giá trị hẹn giờ không hợp lệ «{value}»", "has an invalid timer value “{value}” ({reason})"),
    "timer_cycle_once": (
        "có chu kỳ, nhưng một thẻ chỉ chờ một lần; hãy dùng thời hạn, hoặc sự kiện biên không ngắt",
        "has a cycle, but a token waits once: use a duration, or a non-interrupting boundary event",
    ),
    "timer_working": ("nêu một thời điểm nên không tính giờ làm việc được", "names a moment: working time is counted only for a duration or a cycle"),
    # tasks and loops
    "no_topic": ("là việc ngoài (external) nhưng không có topic", "is an external task without a topic"),
    "no_decision": ("không nêu bảng quyết định (decisionRef)", "does not name a decision (decisionRef)"),
    "script_incomplete": ("thiếu mã kịch bản hoặc biến kết quả", "needs a script and a result variable"),
    "service_without_work": ("không có topic (external) hay biểu thức FEEL", "has neither an external topic nor a FEEL expression"),
    "loop_endless": ("lặp mà không có điều kiện hay số lần tối đa", "loops without a condition or a maximum"),
    "loop_invalid": ("có số lần lặp không hợp lệ", "has an invalid number of loops"),
    "loop_output": ("thu kết quả (loopDataOutputRef) mà không nói của mỗi lần (outputDataItem)", "collects output (loopDataOutputRef) without saying what of each instance (outputDataItem)"),
    "loop_without_count": ("lặp nhiều lần nhưng không có danh sách hay số lần", "is multi-instance without a collection or a cardinality"),
    # files
    "not_bpmn": ("không phải sơ đồ BPMN 2.0", "is not a BPMN 2.0 diagram"),
}  # fmt: skip


class Problems:
    """All that is wrong with a diagram, in document order."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.refused: set[str | None] = set()

    def add(self, code: str, element_id: str | None, **words: object) -> None:
        """Notes a problem of `element_id`; `words` fill in the code's sentences."""
        self.refused.add(element_id)
        self.found.append(problem(code, element_id, str(element_id), **words))

    def compiled(self, element_id: str | None, text: str, compile_: Callable[[str], T]) -> T | None:
        """`compile_(text)`, or None and a problem where the FEEL is wrong."""
        try:
            return compile_(text)
        except feel.FeelError as error:
            self.add("feel_invalid", element_id, vi=error.sentence_vi, en=error.sentence_en)
            return None


def problem(code: str, element_id: str | None, subject: str, **words: object) -> Problem:
    """The problem of `code` about `subject` (an element id or a file name)."""
    vi, en = SENTENCES[code]
    return Problem(
        code, element_id, f"«{subject}» {vi.format(**words)}.", f"“{subject}” {en.format(**words)}."
    )
