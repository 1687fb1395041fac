"""A dossier as the gate reads it: its row locked, its snapshot, and the present bodies of its data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import RawCursor
from psycopg.rows import namedtuple_row
from sqlalchemy import text
from sqlalchemy.orm import Session

from engine import snapshot
from engine.state import Document, State
from store.today import TODAY

_READ = """
    s.seq as snapshot_seq, s.body, s.head,
    (select jsonb_object_agg(a.digest, a.body) from answers a
     where a.dossier_id = s.dossier_id and a.digest = any(s.digests)) as bodies
"""
_REPRESENTATIVE = f"""
    select m.representative from mandate m where m.id = d.mandate and m.revoked_at is null
    and m.valid_from <= {TODAY} and (m.valid_to is null or m.valid_to >= {TODAY})
"""  # noqa: S608 (a constant)
_LOCK = f"""
    select d.id, d.code, d.seq, d.procedure_code, d.procedure_version, d.applicant_account, d.salt,
           v.digest || v.english_digest as digest,
           ({_REPRESENTATIVE}) as representative,
           (select version from reference_version) as reference, {_READ}
    from dossier d
    join dossier_snapshot s on s.dossier_id = d.id
    join procedure_version v on v.procedure_code = d.procedure_code and v.version = d.procedure_version
    where d.{{key}} = $1
    for update of d
"""  # noqa: S608 (a constant)
_LOCK_BY_CODE, _LOCK_BY_ID = _LOCK.format(key="code").encode(), _LOCK.format(key="id").encode()
_PRESENT = text(
    f"select {_READ} from dossier d join dossier_snapshot s on s.dossier_id = d.id where d.code = :dossier"  # noqa: S608
)
_PRESENT_ALL = text(
    f"select s.dossier_id, {_READ} from dossier_snapshot s where s.dossier_id = any(:dossiers)"  # noqa: S608
)
_READ_AGAIN = text(f"select {_READ} from dossier_snapshot s where s.dossier_id = :id")  # noqa: S608


@dataclass(frozen=True)
class Loaded:
    """`reference`: version of the reference data; `erased`: its data was forgotten; `head`: last hash of
    the event log; `bodies`: by digest."""

    id: int
    code: str
    procedure_code: str
    procedure_version: int
    definition_digest: str
    applicant: str | None
    representative: str | None  # who acts for the applicant by a mandate in force (store.visible.in_force)
    reference: int
    erased: bool
    head: bytes
    state: State
    document: Document
    bodies: Mapping[str, object]


def locked(session: Session, dossier: str | int) -> Loaded | None:
    """The dossier by code or row id, its row locked until the session's transaction ends; None if there is none."""
    connection = session.connection()
    driver = connection.connection.driver_connection
    assert driver is not None
    lock = _LOCK_BY_CODE if isinstance(dossier, str) else _LOCK_BY_ID
    # Every command comes by here: straight through the driver, parsed and planned once a connection.
    with RawCursor(driver, row_factory=namedtuple_row) as cursor:
        row: Any = cursor.execute(lock, (dossier,), prepare=True).fetchone()
        if (
            row is None
        ):  # or it was carried over to another version while we waited: what was joined is not its own
            row = cursor.execute(lock, (dossier,), prepare=True).fetchone()
    if row is None:
        return None
    kept = row
    if row.snapshot_seq != row.seq:
        # We waited for the lock. Under READ COMMITTED the locked row is then the newest, but what was joined to it
        # is as old as the statement: read that again, now that nobody else can write it.
        kept = connection.execute(_READ_AGAIN, {"id": row.id}).one()
    state, bodies = snapshot.load(bytes(kept.body)), kept.bodies or {}
    return Loaded(
        id=row.id,
        code=row.code,
        procedure_code=row.procedure_code,
        procedure_version=row.procedure_version,
        definition_digest=row.digest,
        applicant=row.applicant_account,
        representative=row.representative,
        reference=row.reference,
        erased=row.salt is None,
        head=bytes(kept.head),
        state=state,
        document=document(state, bodies, row.salt.bytes if row.salt else b""),
        bodies=bodies,
    )


def present(session: Session, dossier: str) -> tuple[State, Document] | None:
    """The dossier by code as it stands, to be looked at: nothing is locked. None if there is none."""
    row = session.execute(_PRESENT, {"dossier": dossier}).first()
    if row is None:
        return None
    state = snapshot.load(bytes(row.body))
    return state, document(state, row.bodies or {})


def present_all(session: Session, dossiers: Collection[int]) -> dict[int, tuple[State, Document]]:
    """Dossiers by row id as they stand, to be looked at, in one statement."""
    rows = session.execute(_PRESENT_ALL, {"dossiers": list(dossiers)}).all() if dossiers else ()
    states = {row.dossier_id: (snapshot.load(bytes(row.body)), row.bodies or {}) for row in rows}
    return {dossier: (state, document(state, bodies)) for dossier, (state, bodies) in states.items()}


def document(state: State, bodies: Mapping[str, object], salt: bytes = b"") -> Document:
    """The case data that expressions and forms see: the bodies the state points at; erased ones are empty."""
    present = {form: bodies.get(digest) or {} for form, digest in state.answers.items()}
    return Document(
        persons=present.pop("$persons", {}),  # type: ignore[arg-type]
        variables=present.pop("$variables", {}),  # type: ignore[arg-type]
        answers=present,  # type: ignore[arg-type]
        salt=salt,
    )
