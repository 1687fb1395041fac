"""Officers who help each other, in a browser: an opinion asked and given or not, work delegated and handed back, a substitute."""

from __future__ import annotations

from datetime import timedelta

from assembly.clock import advance
from casework import clockwork
from tests.browser.conftest import Site
from tests.browser.test_orders import (
    COUNTER,
    HEAD,
    Visit,
    claim_row,
    code,
    finish,
    open_details,
    open_row,
    signed_in,
    site_now,
)

__all__ = ["code"]


def ask(visitor, queue: str, question: str) -> None:
    open_details(visitor, "Hỏi ý kiến đơn vị khác")
    visitor.page.select_option("#f-queue", queue)
    visitor.page.fill("#f-question", question)
    visitor.press("Gửi câu hỏi")


def test_another_unit_is_asked_without_leaving_the_step(visit: Visit, site: Site, code: str) -> None:
    """One unit answers, another keeps silent past its limit; the step stays, shows both, and ends as its officer decides."""
    officer = signed_in(visit, "mc.haiduong")
    claim_row(officer, COUNTER, code)
    ask(officer, "H23.30.65:consult_officer", "Giấy ủy quyền này có hợp lệ không?")
    assert "Đã gửi câu hỏi" in officer.page.inner_text(".alert")
    ask(officer, "H23.30.62:consult_officer", "Thửa đất có tranh chấp không?")
    officer.look("opinion-asked", 360)

    asked = signed_in(visit, "tuphap.haiduong")
    claim_row(asked, "H23.30.65:consult_officer", code)
    asked.look("opinion-to-give", 360)
    assert "Giấy ủy quyền này có hợp lệ không?" in asked.page.inner_text(".mc-do")
    asked.page.fill("#f-answer", "Hợp lệ, còn thời hạn.")
    asked.press("Gửi ý kiến")
    assert "Đã gửi ý kiến trả lời." in asked.page.inner_text(".alert")

    assert clockwork.turn(site.town.session, advance(site.town.session.get_bind(), timedelta(days=14))).fired
    officer.page.reload()
    officer.look("opinion-answered", 360)
    told = officer.page.inner_text("section:has(#opinions)")
    assert "Hợp lệ, còn thời hạn." in told
    assert "im lặng quá hạn" in told
    officer.page.check("label:has-text('Đủ thành phần hồ sơ')")
    finish(officer, "Tiếp nhận")
    assert "Đã xong bước" in officer.page.inner_text(".alert")


def test_work_is_delegated_handed_back_and_noted(visit: Visit, code: str) -> None:
    """The owner keeps the task; a note is read inside the agency and nowhere else."""
    owner, helper = signed_in(visit, "mc.haiduong"), signed_in(visit, "mc2.haiduong")
    claim_row(owner, COUNTER, code)
    open_details(owner, "Ủy thác cho đồng nghiệp")
    owner.page.select_option("#f-delegate", "mc2.haiduong")
    owner.page.fill("#f-words", "Đối chiếu bản vẽ giúp tôi.")
    owner.press("Ủy thác")
    assert "Bạn đã ủy thác việc này cho Lương Quốc Việt." in owner.page.inner_text(".mc-do")
    open_row(helper, COUNTER, code)
    helper.look("delegated", 360)
    assert "Đối chiếu bản vẽ giúp tôi." in helper.page.inner_text(".mc-do")
    helper.page.fill("#f-note-text", "Chủ nhà hẹn nộp bản vẽ mới sáng thứ hai.")
    helper.press("Ghi chú")
    assert "Chủ nhà hẹn" in helper.page.inner_text("section:has(#notes)")
    helper.page.fill("#f-back-words", "Bản vẽ khớp.")
    helper.press("Trả việc cho")
    owner.page.reload()
    assert "Bản vẽ khớp." in owner.page.inner_text(".mc-do")
    assert "Chủ nhà hẹn" in owner.page.inner_text("section:has(#notes)")
    owner.look("handed-back", 360)
    owner.page.check("label:has-text('Đủ thành phần hồ sơ')")
    finish(owner, "Tiếp nhận")
    head = signed_in(visit, "tp.qldt.haiduong")
    open_row(head, HEAD, code)
    assert "Chủ nhà hẹn" not in head.page.content(), "another agency does not read it"


def test_a_substitute_sees_and_does_the_queue_between_the_dates(visit: Visit, site: Site, code: str) -> None:
    """What the absent officer held is done by the substitute, the log says for whom; called off, the queue is closed again."""
    absent, substitute = signed_in(visit, "mc.haiduong"), signed_in(visit, "vt.haiduong")
    claim_row(absent, COUNTER, code)
    substitute.go(f"/desk/queues/{COUNTER}")
    assert "403" in substitute.page.inner_text("main")
    absent.go("/desk/substitutes")
    absent.page.select_option("#f-substitute", "vt.haiduong")
    absent.page.fill("#f-to-on", f"{site_now(site) - timedelta(days=3):%Y-%m-%d}")
    absent.page.evaluate("document.querySelector('#f-to-on').min = ''")
    absent.press("Ghi người làm thay")
    absent.look("substitute-wrong", 360)
    absent.page.fill("#f-to-on", f"{site_now(site) + timedelta(days=3):%Y-%m-%d}")
    absent.press("Ghi người làm thay")
    absent.look("substitutes", 360)
    substitute.go("/desk/")
    substitute.look("substitute-home", 360)
    assert "làm thay Nguyễn Hồng Nhung" in substitute.page.inner_text("main")
    open_row(substitute, COUNTER, code)
    substitute.look("substitute-task", 360)
    substitute.page.check("label:has-text('Đủ thành phần hồ sơ')")
    finish(substitute, "Tiếp nhận")
    substitute.go(f"/desk/dossiers/{code}")
    assert "Làm thay Nguyễn Hồng Nhung" in substitute.page.inner_text(".mc-timeline")
    absent.press("Chấm dứt")
    substitute.go(f"/desk/queues/{COUNTER}")
    assert "403" in substitute.page.inner_text("main")
