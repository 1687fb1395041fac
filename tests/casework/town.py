"""A demo province on a real database, and the people in it: what tests of the gate speak in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from casework import accounts, gate, intake
from casework.gate import Accepted
from engine.actor import Actor, Post
from engine.commands import ClaimTask, Command, CompleteTask
from engine.declared import ComponentGiven, Receiver
from engine.rejection import Rejected
from store.db import make_engine
from store.tables import account, dossier, post, task
from store.tables.work import task_key
from tests.servers import as_owner

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
WARD = "H23.30.05"
BIRTH = "1.001193"
CITIZEN = "congdan1"

BIRTH_ANSWERS: Mapping[str, object] = {
    "nguoi_yeu_cau": "Nguyễn Văn Hưng",
    "quan_he": "cha",
    "giay_to_tuy_than": "030088001234",
    "dien_thoai": "0912345678",
    "noi_cu_tru": "Khu 3, phường Thạch Khôi",
    "ho_ten": "NGUYỄN MINH ANH",
    "gioi_tinh": "nu",
    "ngay_sinh": "2023-06-01",
    "dan_toc": "Kinh",
    "quoc_tich": "Việt Nam",
    "noi_sinh": "Bệnh viện Phụ sản Hải Dương",
    "que_quan": "Thạch Khôi, Hải Dương",
    "me_ho_ten": "Trần Thị Thu Hà",
    "me_nam_sinh": 1992,
    "me_dan_toc": "Kinh",
    "me_quoc_tich": "Việt Nam",
    "me_giay_to": "030192005678",
    "me_noi_cu_tru": "Khu 3, phường Thạch Khôi",
    "khai_cha": False,
    "giay_to_sinh": "giay_chung_sinh",
    "so_chung_sinh": "GCS-2023-01187",
    "mien_le_phi": "khong",
    "cam_doan": True,
}
BIRTH_PAPERS = (ComponentGiven("giay_chung_sinh", originals=1),)
CAME = Receiver(
    "authorised", "Lê Văn Ba", "030090001122", "Giấy ủy quyền ngày 10/6/2023", True, {"typed": "Lê Văn Ba"}
)
"""Somebody who comes for a result."""


def at(text: str) -> datetime:
    """A local moment, such as "2023-06-15T08:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


MORNING = at("2023-06-15T08:30")


class Town:
    """Everything goes through the gate, as the pages would do it; `now` moves with each command."""

    def __init__(self, new_session: Callable[[], Session]) -> None:
        self.new_session = new_session
        self.session = new_session()
        self.now = MORNING
        self.pace = timedelta(minutes=5)  # between two commands

    @contextmanager
    def owner(self) -> Iterator[Connection]:
        """A connection of who owns the tables; one transaction."""
        url = as_owner(cast(Engine, self.session.get_bind()).url)
        engine = make_engine(url.render_as_string(hide_password=False))
        with engine.begin() as connection:
            yield connection
        engine.dispose()

    def applicant(self) -> Actor:
        """The first citizen of the province."""
        row = self.session.execute(
            select(account.c.username, account.c.name)
            .where(account.c.kind == "citizen")
            .order_by(account.c.username)
        ).first()
        assert row is not None
        return Actor(row.username, "applicant", row.name)

    def officer(self, agency: str, role: str) -> Actor:
        """Somebody who holds the post, with all posts of that person."""
        username = self.session.scalar(
            select(post.c.account)
            .where(post.c.agency == agency, post.c.role == role)
            .order_by(post.c.account)
        )
        assert username, f"nobody is {role} at {agency}"
        return self.person(username)

    def person(self, username: str) -> Actor:
        row = self.session.execute(select(account).where(account.c.username == username)).one()
        posts = self.session.execute(select(post).where(post.c.account == username).order_by(post.c.id))
        return Actor(
            username,
            accounts.KINDS[row.kind],
            row.name,
            tuple(Post(held.agency, held.role, held.unit) for held in posts),
        )

    def submit(self, **changed: object) -> Accepted | Rejected:
        """A birth registration at the ward, on a morning; keywords of `intake.submit` change it."""
        given: dict[str, object] = {
            "procedure": BIRTH,
            "agency": WARD,
            "answers": BIRTH_ANSWERS,
            "components": BIRTH_PAPERS,
            "now": self.now,
        }
        actor = changed.pop("actor", None) or self.applicant()
        return intake.submit(self.session, actor, **(given | changed))  # type: ignore[arg-type]

    def submitted(self, **changed: object) -> str:
        """The code of a dossier that was accepted."""
        answer = self.submit(**changed)
        assert isinstance(answer, Accepted), answer
        return answer.dossier_code

    def give(self, code: str, command: Command, *, after: timedelta | None = None) -> Accepted | Rejected:
        """One command, five minutes later."""
        self.now += self.pace if after is None else after
        return gate.handle(self.session, code, command, now=self.now)

    def task_no(self, code: str, element: str) -> int:
        """The live task of a step."""
        id = self.session.scalar(
            select(task.c.id)
            .join(dossier, dossier.c.id == task.c.dossier_id)
            .where(dossier.c.code == code, task.c.element_id == element, task.c.state < 2)
        )
        assert id is not None, f"{element} is not open in {code}"
        return task_key(id)[1]

    def complete(
        self, code: str, element: str, actor: Actor, outcome: str | None = None, **answers: object
    ) -> Accepted:
        """Claim and complete a step; somebody stands at the counter, should it return a result."""
        number = self.task_no(code, element)
        claimed = self.give(code, ClaimTask(actor, number))
        assert isinstance(claimed, Accepted), claimed
        done = self.give(code, CompleteTask(actor, number, outcome, answers, receiver=CAME))
        assert isinstance(done, Accepted), done
        return done

    def received(self, **changed: object) -> str:
        """A dossier that the one-stop shop has received."""
        code = self.submitted(**changed)
        checked = ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]
        clerk = self.officer(WARD, "one_stop_officer")
        self.complete(code, "tiep_nhan", clerk, "accept", da_kiem_tra=checked)
        return code
