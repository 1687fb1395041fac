"""What people declare and hand in with an order to a dossier (engine/commands.py): persons, papers, results, who received one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Person:
    """Applicant or beneficiary as declared. Personal data: stored only in the erasable answers rows."""

    name: str
    kind: Literal["citizen", "business", "organisation", "state_agency", "other"] = "citizen"
    id_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    account: str | None = None
    capacity: str = ""  # of a representative: `child`, `company`, `authorised` (casework.mandates)
    paper: str = ""  # attachment that proves it


@dataclass(frozen=True)
class ComponentGiven:
    """A required paper as handed in: attachments by id, and quantities on paper.

    `pages`: sheets on paper. `kept`: originals stay with the dossier until the result is returned. `digitised` is the
    status of digitisation (TT 01/2023/TT-VPCP): 0 not digitised, 1 scanned, 2 reused from another
    dossier's paper, 3 reused from an earlier result; `source` names what was reused. `matched`: for each attachment the
    number (from 1) of the declared original that it is a scan of, 0 for none; empty, they stand for the originals in order.
    """

    code: str
    attachments: tuple[str, ...] = ()
    originals: int = 0
    certified: int = 0
    copies: int = 0
    pages: int = 0
    kept: bool = False
    digitised: int = 0
    source: str = ""
    matched: tuple[int, ...] = ()


@dataclass(frozen=True)
class ResultMade:
    """What a step made of a result: digest of its text, sha256 of the signed file, number from the book."""

    code: str
    digest: str | None = None
    file: str = ""
    number: str = ""


@dataclass(frozen=True)
class Receiver:
    """Who stands at the counter for a result. Personal data: kept in the erasable `collection` only.

    `relation`: to the dossier (casework.collecting.RELATIONS). `authority`: the paper that lets somebody else receive it.
    `signature`: as drawn or typed (casework.collecting.signed).
    """

    relation: str = ""
    name: str = ""
    id_number: str = ""
    authority: str = ""
    identified: bool = False
    signature: Mapping[str, object] | None = None
