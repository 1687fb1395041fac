"""Data for bench/pages.py: the demo province with dossiers played through the gate, and three million more beside them.

Detail pages are measured on the played dossiers, which have a log, a snapshot, papers and answers like any other; the
three million stand in the lists, queues, counts, registers and searches. A fifth of them is one commune's, the worst.
"""

from __future__ import annotations

import itertools
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from casework import attachments, demo, drafts, gate, hand_lists, intake, papers, petitions, tickets
from casework.documents.pades import Box, ToSign, finish, prepare
from casework.gate import Accepted
from engine.actor import Actor, Post
from engine.commands import ClaimTask, CompleteTask, FinishJob
from engine.declared import ComponentGiven, Receiver
from engine.rejection import Rejected
from engine.state import Task
from national.adapters.soft_token import SoftToken
from national.demo_ca import PIN
from national.ports import Holder
from national.simulators.time_stamp import Stamps
from store.tables import account, attachment, post

CAME = Receiver("authorised", "Lê Văn Ba", "030090001122", "Giấy ủy quyền", True, {"typed": "Lê Văn Ba"})

WARD = "H23.30.05"
CITIZEN = "nguyenvanhung"
PEOPLE = {
    "public": "",
    "citizen": CITIZEN,
    "counter": "mc.thachkhoi",
    "counter of a city": "mc.haiduong",
    "desk": "ht.thachkhoi",
    "clerk": "vt.thachkhoi",
    "leader": "ld.thachkhoi",
    "leader of the province": "ct.tinh",
    "controller": "vp.ksthc",
    "admin": "admin",
}
STEPS = 14  # at most, of one played dossier: some end, others wait at every step on the way
DOSSIERS = 3_000_000


def play(session: Session) -> int:
    """The demo province, and its procedures' scenarios filed now and followed to a different depth each; how many."""
    demo.load(session)
    now = datetime.now(UTC) - timedelta(days=2)
    played = 0
    for procedure in sorted(path.name for path in demo.PROCEDURES.iterdir() if path.is_dir()):
        told = list(_scenarios(procedure))
        filled: dict[str, list[tuple[str | None, dict[str, Any]]]] = defaultdict(list)
        for step in itertools.chain.from_iterable(one["do"] for one in told):
            if "complete" in step:
                filled[step["complete"]].append((step.get("outcome"), step.get("answers", {})))
        for nth, depth in itertools.product(range(len(told)), (0, 1, 3, 5, STEPS)):
            played += _follow(session, procedure, told[nth], filled, depth, now + timedelta(minutes=played))
    _beside(session, datetime.now(UTC))
    return played


def _scenarios(procedure: str) -> Iterator[dict[str, Any]]:
    newest = sorted((demo.PROCEDURES / procedure).glob("v*"))[-1]
    for path in sorted(newest.glob("scenarios/*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def _follow(
    session: Session, procedure: str, told: dict[str, Any], filled: dict[str, Any], depth: int, now: datetime
) -> int:
    given = next(step["submit"] for step in told["do"] if "submit" in step)
    papers = given.get("components", {})
    done = intake.submit(
        session,
        _person(session, CITIZEN),
        procedure=procedure,
        agency=told["agency"],
        answers=given["answers"],
        components=tuple(ComponentGiven(code, originals=_originals(n)) for code, n in papers.items()),
        now=now,
    )
    if isinstance(done, Rejected):
        return 0
    for step in range(depth):
        now += timedelta(minutes=30)
        if done.state.jobs:
            token = sorted(done.state.jobs)[0]
            answer = gate.handle(
                session,
                done.dossier_code,
                FinishJob(Actor("civil-status.register", "partner"), token, {}),
                now=now,
            )
        elif done.state.tasks:
            answer = _complete(session, done, done.state.tasks[min(done.state.tasks)], filled, step, now)
        else:
            break
        if isinstance(answer, Rejected):
            break
        done = answer
    return 1


def _originals(given: int | dict[str, int]) -> int:
    return given if isinstance(given, int) else given.get("originals", 1)


def _complete(
    session: Session, done: Accepted, task: Task, filled: dict[str, Any], step: int, now: datetime
) -> Accepted | Rejected:
    who = _worker(session, task)
    if task.assignee is None:
        gate.handle(session, done.dossier_code, ClaimTask(who, task.no), now=now)
    outcomes = filled.get(task.element_id) or [(None, {})]
    answer: Accepted | Rejected = Rejected("none", "", "")
    for outcome, answers in outcomes[step % len(outcomes) :] + outcomes:
        answer = gate.handle(
            session, done.dossier_code, CompleteTask(who, task.no, outcome, answers, receiver=CAME), now=now
        )
        if not isinstance(answer, Rejected):
            break
    return answer


def _worker(session: Session, task: Task) -> Actor:
    if task.role == "applicant":
        return _person(session, CITIZEN)
    held = select(post.c.account).where(post.c.agency == task.agency, post.c.role == task.role)
    return _person(session, task.assignee or session.scalar(held.order_by(post.c.account)) or CITIZEN)


def _person(session: Session, username: str) -> Actor:
    row = session.execute(select(account).where(account.c.username == username)).one()
    held = session.execute(select(post).where(post.c.account == username))
    posts = tuple(Post(one.agency, one.role, one.unit) for one in held)
    kind = {"officer": "officer", "admin": "admin"}.get(row.kind, "applicant")
    return Actor(username, kind, row.name, posts)  # type: ignore[arg-type]


def _beside(session: Session, now: datetime) -> None:
    """What is no dossier: a draft with a paper, petitions, numbers at the counter, lists that go with papers, notices."""
    citizen, clerk = _person(session, CITIZEN), _person(session, "mc.thachkhoi")
    drafts.begin(session, citizen, "1.001193", WARD, {"nguoi_yeu_cau": "Nguyễn Văn Hưng"}, now=now)
    said = {"kind": "citizen", "name": "Trần Thị Thu Hà", "id_number": "030192005678", "phone": "0987654321"}
    said |= {"email": "", "address": "Khu 3, phường Thạch Khôi"}
    at_counter = {"applicant": said, "assisted": False}
    drafts.begin(session, clerk, "1.001193", WARD, {}, now=now, counter=at_counter)
    for name in ("can-cuoc.png", "giay-chung-sinh.png"):
        kept = attachments.keep(session, citizen, name, PICTURE, now=now)
        assert not isinstance(kept, Rejected), kept
    given = next(step["submit"] for step in next(_scenarios("1.001193"))["do"] if "submit" in step)
    with_file = (ComponentGiven("giay_chung_sinh", attachments=(str(kept["id"]),)),)
    filed = intake.submit(
        session,
        citizen,
        procedure="1.001193",
        agency=WARD,
        answers=given["answers"],
        components=with_file,
        now=now,
    )
    assert not isinstance(filed, Rejected), filed
    for kind in ("conduct", "regulation"):
        words = {"kind": kind, "title": "Chờ lâu ở quầy", "body": "Quầy một cửa mở muộn hai hôm liền."}
        who = {"name": "Nguyễn Văn Hưng", "phone": "0912345678", "address": "Khu 3, phường Thạch Khôi"}
        sent = petitions.send(session, citizen, words | who, now=now)
        assert not isinstance(sent, Rejected), sent
    for _ in range(12):
        tickets.take(session, WARD, now=now)
    hand_lists.hand_over(session, clerk, [WARD], now=now)
    session.execute(
        text("""
        insert into notification (at, dossier_id, account, channel, topic, subject, body)
        select now() - n * interval '1 hour', (select max(id) from dossier), a.username, 'page', 'received', 'Đã tiếp nhận',
               'Hồ sơ đã được tiếp nhận.'
        from generate_series(1, 60) n, account a where a.username = any(:people)
        """),
        {"people": [name for name in PEOPLE.values() if name]},
    )
    session.commit()


def sign_one(session: Session, folder: Path) -> None:
    """A dossier with a signed, stamped paper, by an authority kept in `folder`; once."""
    if session.scalar(select(attachment.c.id).where(attachment.c.media_type == "application/pdf").limit(1)):
        return
    now, citizen = datetime.now(UTC), _person(session, CITIZEN)
    page = papers.render_result(b'#set page(width: 10cm, height: 8cm)\n#set text(font: "Tinos")\nx', {}).pdf
    mark = papers.render_mark("signature", 100, 40, strokes=[1, 200, 30, 90, 9, 70, 180, 44])
    holder = Holder("bench", "person", "Mạc Quỳnh Chi", "UBND phường Thạch Khôi", "Chủ tịch")
    service = SoftToken(folder)
    chain = service.certificates(holder)
    waits = prepare(ToSign(page, holder, "Ky1", Box(1, 40, 60, 100, 40), mark), chain)
    (signature,) = service.sign(holder, PIN, [waits.digest]).signatures or ()
    signed = finish(waits, signature, chain, _Stamps(folder))
    kept = attachments.keep(session, citizen, "giay-chung-sinh.pdf", signed, now=now)
    assert not isinstance(kept, Rejected), kept
    given = next(step["submit"] for step in next(_scenarios("1.001193"))["do"] if "submit" in step)
    paper = (ComponentGiven("giay_chung_sinh", attachments=(str(kept["id"]),)),)
    answers = given["answers"]
    filed = intake.submit(
        session, citizen, procedure="1.001193", agency=WARD, answers=answers, components=paper, now=now
    )
    assert not isinstance(filed, Rejected), filed
    session.commit()


def underway(session: Session) -> None:
    """What other systems have yet to answer: payments in each state, documents and scans being signed; once."""
    if session.scalar(text("select exists (select 1 from signing_batch)")):
        return
    for statement in _UNDERWAY.split(";\n"):
        session.execute(
            text(statement), {"citizen": CITIZEN, "leader": "ld.thachkhoi", "clerk": "mc.thachkhoi"}
        )
    session.commit()


class _Stamps:
    """Time stamps of the demo authority, without HTTP."""

    def __init__(self, folder: Path) -> None:
        self._stamps = Stamps(folder)

    def answer(self, query: bytes) -> bytes:
        return self._stamps.stamp(query)


PICTURE = bytes.fromhex(  # the smallest PNG there is
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)

_UNDERWAY = """
with states as (select state, nth from unnest(array['waiting', 'paid', 'failed', 'expired']) with ordinality s (state, nth)),
     mine as (select id, row_number() over (order by id) as nth from dossier where applicant_account = :citizen and id < 1000000)
insert into payment_session (reference, dossier_id, amount_vnd, state, began_by, created_at, expires_at, code)
    select 'TT-' || state, id, 20000, state, :citizen, now(), now() + interval '15 minutes', case when state = 'failed' then '51' else '' end
    from states join mine using (nth);
insert into signing_batch (id, account, asked_at) values ('00000000-0000-4000-8000-000000000001', :leader, now()),
    ('00000000-0000-4000-8000-000000000002', :clerk, now());
insert into signing (batch, task_id, dossier_id, state, problem, results)
    select '00000000-0000-4000-8000-000000000001', id, dossier_id, (array['failed', 'done', 'waiting'])[1 + row_number() over (order by id) % 3],
           case when row_number() over (order by id) % 3 = 0 then 'pin_wrong' else '' end, '[]'
    from (select id, dossier_id from task where agency = 'H23.30.05' and role = 'leader' and dossier_id < 1000000 order by id limit 5) t;
insert into scan_signing (batch, scan, dossier_id, component, state)
    select '00000000-0000-4000-8000-000000000002', scan::uuid, dossier_id, code, (array['waiting', 'done'])[1 + row_number() over (order by scan) % 2]
    from component_given, unnest(attachments) scan where dossier_id < 1000000
"""

# Every dossier runs on a shipped procedure or one of a hundred and fifty that are drawn like it; steps are those of the diagram.
_BULK = """
set session_replication_role = replica;
insert into procedure (code, name, field, level, search_key, sort_key)
    select '9.' || lpad(n::text, 6, '0'), p.name || ' (' || n || ')', p.field, p.level, p.search_key || ' ' || n, p.sort_key || n
    from generate_series(1, 150) n join procedure p on p.code = (array['1.001193', '2.000815', '1.009994', '1.004873'])[1 + n % 4];
insert into procedure_version (procedure_code, version, digest, bundle, manifest, receiving, state, decision_number,
                               effective_from, published_by, published_at)
    select '9.' || lpad(n::text, 6, '0'), v.version, v.digest || ':' || n, v.bundle, v.manifest, v.receiving, v.state, v.decision_number,
           v.effective_from, v.published_by, v.published_at
    from generate_series(1, 150) n
    join procedure_version v on v.procedure_code = (array['1.001193', '2.000815', '1.009994', '1.004873'])[1 + n % 4];
insert into procedure_step (procedure_code, version, element_id, name, kind, role)
    select '9.' || lpad(n::text, 6, '0'), s.version, s.element_id, s.name, s.kind, s.role
    from generate_series(1, 150) n
    join procedure_step s on s.procedure_code = (array['1.001193', '2.000815', '1.009994', '1.004873'])[1 + n % 4];
create unlogged table bench_holder as select distinct on (agency, role) agency, role, account from post order by 1, 2, 3;
create unlogged table bench_step as
    select s.procedure_code, s.version, s.element_id, s.kind, s.role, x.of_all,
           row_number() over (partition by s.procedure_code order by s.element_id) - 1 as nth
    from procedure_step s join (select procedure_code, version, count(*) as of_all from procedure_step
                                where role <> 'applicant' and kind <> 'submit' group by 1, 2) x using (procedure_code, version)
    where s.role <> 'applicant' and s.kind <> 'submit'
      and s.version = (select max(version) from procedure_step t where t.procedure_code = s.procedure_code);
create unlogged table bench_row as
    select first + n as id, n,
           case when n % 5 = 0 then '{ward}' else codes[1 + n % array_length(codes, 1)] end as agency,
           '9.' || lpad((1 + n % 150)::text, 6, '0') as procedure_code,
           now() - (n::bigint * 7919 % 1576800) * interval '1 minute' as at, n > {dossiers} - {dossiers} / 6 as open,
           (array['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi'])[1 + n % 8] || ' ' ||
           (array['Văn', 'Thị', 'Đức', 'Minh', 'Ngọc'])[1 + (n / 8) % 5] || ' ' ||
           (array['An', 'Bình', 'Cường', 'Dũng', 'Giang', 'Hà', 'Quỳnh', 'Sơn', 'Tú', 'Yến'])[1 + (n / 40) % 10] as name,
           (array['nguyen', 'tran', 'le', 'pham', 'hoang', 'vu', 'dang', 'bui'])[1 + n % 8] || ' ' ||
           (array['van', 'thi', 'duc', 'minh', 'ngoc'])[1 + (n / 8) % 5] || ' ' ||
           (array['an', 'binh', 'cuong', 'dung', 'giang', 'ha', 'quynh', 'son', 'tu', 'yen'])[1 + (n / 40) % 10] as folded
    from generate_series(1, {dossiers}) n, (select 1000000 as first) f,
         (select array_agg(code order by code) as codes from agency where active) a;
insert into dossier (id, code, procedure_code, procedure_version, agency, channel, status, seq, submitted_at, received_at,
                     due_at, ended_at, on_time, end_kind, closed, applicant_account, applicant_name, secret)
    overriding system value
    select r.id, r.agency || '-' || to_char(r.at, 'YYMMDD') || '-' || r.id, r.procedure_code, s.version, r.agency,
           (array['online', 'counter'])[1 + n % 2], case when open then 'processing' else 'returned' end, 3, at, at,
           at + interval '3 days', case when not open then at + (n % 96) * interval '1 hour' end,
           case when not open then n % 10 > 0 end, case when not open then 'returned' end, not open,
           case when n % 20000 = 0 then '{citizen}' when n % 3 = 0 then 'bulk' || n % 400000 end, name, '1234'
    from bench_row r join bench_step s on s.procedure_code = r.procedure_code and s.nth = 0;
insert into dossier_sight (agency, dossier_id, search_key, open)
    select agency, id, folded || ' ' || to_char(at, 'YYMMDD') || ' ' || id, nullif(open, false) from bench_row;
insert into task (id, dossier_id, token_id, element_id, procedure_code, kind, agency, role, state, assignee, opened_at, due_at, sort_at,
                  version, ended_at, ended_by, outcome)
    select r.id::bigint * 1048576 + t, r.id, 't' || t, s.element_id, r.procedure_code, s.kind, r.agency, s.role,
           case when not open or t = 1 then 2 when n % 3 = 0 then 1 else 0 end,
           case when open and t = 2 and n % 3 = 0 then coalesce(h.account, 'officer' || n % 5000) end, at,
           at + interval '2 days', at + interval '2 days', 1,
           case when not open or t = 1 then at + interval '1 hour' end,
           case when not open or t = 1 then coalesce(h.account, 'officer' || n % 5000) end,
           case when not open or t = 1 then 'accept' end
    from bench_row r cross join generate_series(1, 2) t
    join bench_step s on s.procedure_code = r.procedure_code and s.nth = (n / 150 + t) % s.of_all
    left join bench_holder h on h.agency = r.agency and h.role = s.role;
insert into answers (dossier_id, digest, form, body, recorded_at)
    select id, md5(id::text), '$persons', jsonb_build_object('applicant', jsonb_build_object('name', name,
           'phone', '09' || lpad((n % 100000000)::text, 8, '0'), 'address', 'Khu 3', 'id_number', '030' || lpad(n::text, 9, '0'))), at
    from bench_row where agency = '{ward}' and at > now() - interval '60 days';
create unlogged table bench_signed as
    select t.dossier_id, p.id as like from task t join dossier d on d.id = t.dossier_id join (
        select distinct on (procedure_code) procedure_code, id from dossier where id < 1000000 order by 1, seq desc
    ) p on p.procedure_code = (array['1.001193', '2.000815', '1.009994', '1.004873'])[1 + substr(d.procedure_code, 3)::int % 4]
    where t.dossier_id >= 1000000 and t.state < 2 and t.kind in ('sign', 'stamp');
insert into answers (dossier_id, digest, form, body, recorded_at)
    select b.dossier_id, a.digest, a.form, a.body, a.recorded_at from bench_signed b join answers a on a.dossier_id = b.like;
insert into dossier_snapshot (dossier_id, seq, body, digests, head)
    select b.dossier_id, s.seq, s.body, s.digests, s.head from bench_signed b join dossier_snapshot s on s.dossier_id = b.like;
insert into dossier_snapshot (dossier_id, seq, body, digests, head)
    select id, 3, '', array[md5(id::text)], '' from bench_row where agency = '{ward}' and at > now() - interval '60 days'
    on conflict do nothing;
insert into component_given (dossier_id, code, attachments, originals, certified, copies, received_at)
    select id, 'giay_chung_sinh', '{{}}', 1, 0, 0, at from bench_row where agency = '{ward}' and open;
insert into result (dossier_id, code, stage, number, agency, issued_on, drafted_at, signed_at, numbered_at, handed_at)
    select id, 'giay_khai_sinh', 'handed', n::text, agency, at::date, at, at, at, at from bench_row where not open and n % 3 = 0;
insert into fee_payment (dossier_id, reference, amount_vnd, surplus_vnd, fees, method, receipt, paid_at, paid_by)
    select id, 'R' || id, 20000, 0, '{{"le_phi": 20000}}', 'gateway', n::text, at, '{citizen}' from bench_row where n % 4 = 0;
insert into outbox (job_id, topic, dossier_id, payload, run_at, done_at)
    select gen_random_uuid(), 'mail', id, '{{"topic": "received", "to": "applicant"}}', at, at from bench_row where n % 3 = 0;
insert into rating (agency, procedure_code, month, level)
    select agency, procedure_code, date_trunc('month', at)::date, (array['RHL', 'HL', 'BT'])[1 + n % 3]
    from bench_row where n % 10 = 0;
insert into petition (code, secret, kind, title, body, received_at, clock_from, refuse_due_at, supplement_due_at,
                      answer_due_at, agency, state, published, published_at)
    select 'PA-' || id, '000000', 'conduct', 'Phản ánh ' || n, 'Nội dung', at, at, at, at, at + interval '15 days', agency,
           case when n % 20 = 0 then 'answered' else 'assigned' end, n % 20 = 0, at from bench_row where n % 60 = 0;
insert into notification (at, dossier_id, account, channel, topic, subject, body)
    select at, id, case when n % 1000 = 0 then '{citizen}' else 'bulk' || n % 400000 end, 'page', 'received', 'Đã tiếp nhận', ''
    from bench_row where n % 4 = 0;
drop table bench_row;
drop table bench_signed;
drop table bench_step;
drop table bench_holder
"""


_INDEXES = """
    select i.relname as name, pg_get_indexdef(i.oid) as made from pg_index x join pg_class i on i.oid = x.indexrelid
    join pg_class t on t.oid = x.indrelid join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'
    where not exists (select 1 from pg_constraint c where c.conindid = i.oid) and t.relname in
        ('dossier', 'dossier_sight', 'task', 'answers', 'dossier_snapshot', 'result', 'fee_payment', 'outbox', 'rating', 'petition',
         'notification', 'component_given')
"""


def fill(engine: Engine, dossiers: int = DOSSIERS) -> None:
    """The three million, beside what was played. Some minutes and five gigabytes."""
    script = _BULK.format(ward=WARD, citizen=CITIZEN, dossiers=dossiers)
    with engine.begin() as connection:
        connection.execute(text("set local maintenance_work_mem = '512MB'"))
        indexes = connection.execute(text(_INDEXES)).all()  # made after the rows, which is much faster
        for index in indexes:
            connection.exec_driver_sql(f'drop index "{index.name}"')
        for statement in [*filter(str.strip, script.split(";\n")), *(index.made for index in indexes)]:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")
