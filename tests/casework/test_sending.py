"""Zalo, else SMS, else e-mail: each way once, by people's wishes and by law, nothing lost, no address in the log."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from casework import deliver, letters, notices, sending
from casework.sending import Wishes, masked, number, quiet_until
from national.ports import Partners
from store import outbox as outbox_rows
from store.queries import dossiers
from store.tables import delivery, dossier, mandate, outbox
from tests.casework.town import Town, at
from tests.fakes.partners import FakeMailer, FakePhone, FakeWebhook

MANDATE = UUID("00000000-0000-4000-8000-00000000c0de")


class Post:
    """A dossier, its applicant's telephone and mailbox, and the worker that empties the outbox."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.zalo, self.sms, self.mailer = FakePhone(), FakePhone(), FakeMailer()
        self.partners = Partners(self.mailer, FakeWebhook(), zalo=self.zalo, sms=self.sms, number_key="key")
        self.code = town.submitted()
        found = dossiers.ids(town.session, self.code)
        assert found is not None
        self.dossier_id = found
        town.session.execute(
            outbox.update().values(done_at=town.now)
        )  # the notices of filing are not of interest
        town.session.commit()

    @property
    def phone(self) -> str:
        target = letters.target(self.town.session, "applicant", self.dossier_id)
        found = target and number(target.phone)
        assert found
        return found

    def tell(self, topic: str) -> None:
        payload = {"topic": topic, "to": "applicant"}
        outbox_rows.put(self.town.session, "notice", payload, now=self.town.now, dossier_id=self.dossier_id)
        self.town.session.commit()

    def work(self) -> None:
        """Everything due, until nothing is."""
        for _ in range(20):
            due = select(outbox.c.job_id).where(outbox.c.done_at.is_(None), outbox.c.run_at <= self.town.now)
            jobs = self.town.session.scalars(due).all()
            if not jobs:
                return
            for job in jobs:
                deliver.deliver(self.town.session, self.partners, job, self.town.now)

    def log(self) -> list[tuple[str, str]]:
        rows = self.town.session.execute(select(delivery).order_by(delivery.c.id))
        return [(row.channel, row.state) for row in rows]

    def wish(self, **wishes: object) -> None:
        sending.keep_wishes(self.town.session, self.town.applicant(), Wishes(**wishes))  # type: ignore[arg-type]


@pytest.fixture
def post(town: Town) -> Post:
    return Post(town)


def test_one_message_by_the_first_way(post: Post) -> None:
    """With what an approved template takes, and the log masked; the receipt says that it arrived."""
    post.tell("received")
    post.work()
    [message] = post.zalo.sent
    assert message.data["code"] == post.code
    assert (post.sms.sent, post.mailer.sent) == ([], [])
    row = post.town.session.execute(select(delivery)).mappings().one()
    assert row["state"] == "sent"
    assert row["address"] == masked(post.phone)
    assert post.phone not in str(dict(row))
    sending.receipt(post.town.session, row["gateway_id"], True, "", now=post.town.now)
    assert post.log() == [("zalo", "delivered")]


def test_who_has_no_zalo_gets_an_sms_in_ascii_without_a_name(post: Post) -> None:
    post.zalo.refuses.add(post.phone)
    post.tell("supplement_requested")
    post.work()
    assert post.log() == [("zalo", "failed"), ("sms", "sent")]
    [message] = post.sms.sent
    assert message.text.startswith("Ho so can duoc bo sung. Ma: H23")
    assert post.town.applicant().name not in message.text


def test_a_receipt_that_says_failed_takes_the_next_way(post: Post) -> None:
    """Down to the e-mail."""
    post.zalo.refuses.add(post.phone)
    post.tell("received")
    post.work()
    gateway_id = post.town.session.scalar(select(delivery.c.gateway_id).where(delivery.c.channel == "sms"))
    for _ in range(2):  # the gateway may say it twice
        sending.receipt(post.town.session, str(gateway_id), False, "5", now=post.town.now)
    post.work()
    assert post.log() == [("zalo", "failed"), ("sms", "failed"), ("mail", "sent")]
    [letter] = post.mailer.sent
    assert post.code in letter.subject


def test_away_is_tried_again_and_at_last_given_up(post: Post) -> None:
    """Dead where an admin sees it, and the next way is taken; tried again on the admin's word."""
    post.zalo.away = 100
    post.tell("received")
    for _ in range(20):
        post.work()
        post.town.now += timedelta(days=1)
    assert post.log()[0] == ("zalo", "dead")
    assert post.log()[1] == ("sms", "sent")
    dead = post.town.session.scalar(select(delivery.c.id).where(delivery.c.state == "dead"))
    post.zalo.away = 0
    assert sending.again(post.town.session, int(dead or 0), now=post.town.now)
    assert not sending.again(post.town.session, int(dead or 0), now=post.town.now)
    post.work()
    assert post.log()[0] == ("zalo", "sent")


def test_stop_silences_a_number_and_start_opens_it(post: Post) -> None:
    """Every way by telephone; by law the person is told by e-mail."""
    sending.reply(post.town.session, "key", "0" + post.phone[2:], " Từ chối ", now=post.town.now)
    post.tell("supplement_requested")
    post.work()
    assert post.log() == [("zalo", "skipped"), ("sms", "skipped"), ("mail", "sent")]
    sending.reply(post.town.session, "key", post.phone, "dk", now=post.town.now)
    post.tell("received")
    post.work()
    assert post.log()[-1] == ("zalo", "sent")


def test_wishes_choose_ways_and_news_but_not_what_law_demands(post: Post) -> None:
    post.wish(zalo=False, optional=False)
    post.tell("received")
    post.work()
    assert post.log() == []
    post.tell("result_ready")
    post.work()
    assert post.log() == [("sms", "sent")]
    post.wish(zalo=False, sms=False, mail=False)
    post.tell("refused")
    post.work()
    assert post.log()[-1] == ("mail", "sent")


def test_who_acts_for_a_company_is_told_as_wished(post: Post) -> None:
    """An applicant without an account has no wishes: those of the representative hold, and the letter leads to the dossier."""
    session = post.town.session
    session.execute(
        insert(mandate).values(
            id=MANDATE,
            representative=post.town.applicant().id,
            capacity="company",
            name="Công ty A",
            procedures=[],
            valid_from=date(2020, 1, 1),
            created_at=post.town.now,
        )
    )
    session.execute(update(dossier).values(applicant_account=None, mandate=MANDATE))
    session.commit()
    post.wish(zalo=False, sms=False)
    post.tell("received")
    post.work()
    assert post.log() == [("mail", "sent")]
    told = letters.target(session, "applicant", post.dossier_id)
    assert told is not None
    assert f"/ho-so/{post.code}" in letters.mail("received", told, "https://motcua.example.vn")[1]


def test_the_telephone_is_silent_at_night(post: Post) -> None:
    """The message waits for the morning; a letter does not."""
    post.town.now = at("2023-06-15T22:30")
    post.tell("received")
    post.work()
    assert post.log() == [("zalo", "waiting")]
    post.town.now = at("2023-06-16T06:59")
    post.work()
    assert post.zalo.sent == []
    post.town.now = at("2023-06-16T07:00")
    post.work()
    assert post.log() == [("zalo", "sent")]


def test_quiet_hours_over_midnight_by_day_and_not_at_all() -> None:
    night, noon, none = Wishes(), Wishes(quiet_from=time(12), quiet_to=time(13)), Wishes(quiet_from=time(7))
    assert quiet_until(night, at("2023-06-15T21:00")) == at("2023-06-16T07:00")
    assert quiet_until(night, at("2023-06-15T03:00")) == at("2023-06-15T07:00")
    assert quiet_until(night, at("2023-06-15T20:59")) is None
    assert quiet_until(noon, at("2023-06-15T12:30")) == at("2023-06-15T13:00")
    assert quiet_until(none, at("2023-06-15T07:00")) is None


def test_numbers_as_people_write_them() -> None:
    for written in ("0912 345 678", "+84 912345678", "84912345678", "(091) 234-5678"):
        assert number(written) == "84912345678"
    for wrong in ("", "123", "091234567", "0912345678x", "+1 202 5550101"):
        assert number(wrong) is None
    assert (masked("84912345678"), masked("an@example.vn")) == ("********678", "a***@example.vn")


def test_every_topic_that_law_demands_has_its_sentence() -> None:
    """And each fits two SMS parts in both languages."""
    from casework.notice_templates import REQUIRED

    assert set(notices.SENTENCES) >= REQUIRED
    for topic in notices.SENTENCES:
        for language in ("vi", "en"):
            target = letters.Target(None, "A", "", "", language, "H23.30.05-230615-0001")
            words = letters.sms(topic, target)
            assert words.isascii()
            assert len(words) <= sending.LONGEST_SMS


def test_a_letter_names_the_date_that_holds_and_where_it_is_read(post: Post) -> None:
    """The new date after an apology, none once the result is there; the dossier's page for who has an account."""
    post.partners = Partners(post.mailer, FakeWebhook(), portal="https://dvc.example")
    row = update(dossier).where(dossier.c.id == post.dossier_id)
    held = {"due_at": at("2023-06-16T17:00"), "status": "processing"}
    for changed in (held, {"promised_on": date(2023, 6, 20)}, {"status": "resolved"}):
        post.town.session.execute(row.values(**changed))
        post.tell("apology")
        post.work()
    due, promised, resolved = (letter.text for letter in post.mailer.sent)
    assert "Ngày hẹn trả kết quả: 17:00, 16/06/2023" in due
    assert "Ngày hẹn trả kết quả: 20/06/2023" in promised
    assert "16/06/2023" not in promised
    assert "Ngày hẹn" not in resolved
    assert f"Xem tại: https://dvc.example/ho-so/{post.code}\n" in due


def test_without_telephones_configured_letters_go_out_as_before(post: Post) -> None:
    post.partners = Partners(post.mailer, FakeWebhook())
    post.tell("received")
    post.work()
    assert post.log() == [("mail", "sent")]
    [letter] = post.mailer.sent
    assert "Mã hồ sơ" in letter.text
