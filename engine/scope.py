"""What FEEL sees of a dossier (docs/dialect.md §3, "Names in FEEL scope"): built here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

import feel
from engine import flow
from engine.definition import Definition
from engine.facts import Agency, Facts
from engine.flow.changes import Stuck
from engine.state import Document, State, StepRecord
from engine.worktime import working_duration


def values(state: State, document: Document, facts: Facts, now: datetime) -> dict[str, object]:
    """Every name but the loop's. Moments are in the local time of the receiving agency; `answers` as they were checked."""
    zone = facts.calendar(state.agency).zone
    local = now.astimezone(zone)
    return {
        **document.variables,
        "dossier": _dossier(state, document, facts, zone),
        "answers": dict(document.answers),
        "outcome": state.last_outcome,
        "steps": {name: _step(records, zone, state.items) for name, records in state.steps.items()},
        "now": local,
        "today": local.date(),
    }


def of_loop(definition: Definition, element_id: str, item: object, index: int | None) -> Mapping[str, object]:
    """What an instance of a loop sees beside the rest: the item, also by its own name, and its number from 1."""
    if index is None:
        return {}
    variable = definition.flow.loop_variables.get(element_id, "item")
    return {variable: item, "item": item, "loopCounter": index + 1}


def of_agency(agency: Agency) -> dict[str, object]:
    """`agency` as `procedure.receiving` sees it."""
    return {
        "agency": {
            "code": agency.code,
            "name": agency.name,
            "level": agency.level,
            "parent": agency.parent,
        }
    }


def of_flow(
    definition: Definition, scope: Mapping[str, object], state: State, facts: Facts, now: datetime
) -> flow.Scope:
    """The scope of one step of the diagram: names, decision tables, working time of the receiving agency."""

    def decide(ref: str, names: Mapping[str, object]) -> object:
        try:
            return definition.decide_table(ref, names, now)
        except LookupError as error:
            raise Stuck(
                "unknown_decision",
                f"Gói thủ tục không có bảng quyết định «{ref}».",
                f"The bundle has no decision “{ref}”.",
            ) from error
        except feel.FeelError as error:
            raise Stuck(
                "decision_failed",
                f"Bảng quyết định «{ref}» không tính được: {error.sentence_vi}",
                f"The decision “{ref}” failed: {error.sentence_en}",
            ) from error

    def working(duration: str, start: datetime) -> datetime:
        return working_duration(duration, start, facts.calendar(state.agency))

    return flow.Scope(scope, decide, working)


def _dossier(state: State, document: Document, facts: Facts, zone: tzinfo) -> dict[str, object]:
    agency = facts.agencies.get(state.agency) or Agency(state.agency, state.agency, "")
    return {
        "code": state.dossier_code,
        "procedure": state.procedure_code,
        "version": state.procedure_version,
        "channel": state.channel,
        "agency": state.agency,
        "agency_name": agency.name,
        "agency_level": agency.level,
        "agency_parent": agency.parent,
        "province": _province(agency, facts),
        "status": state.status,
        "submitted_at": _moment(state.submitted_at, zone),
        "received_at": _moment(state.received_at, zone),
        "due_at": _moment(state.clock.due_at, zone),
        "supplements": state.supplements,
        "applicant": document.persons.get("applicant"),
        "beneficiary": document.persons.get("beneficiary"),
    }


def _province(agency: Agency, facts: Facts) -> str | None:
    here: Agency | None = agency
    for _ in range(10):
        if here is None or here.level == "province":
            break
        here = facts.agencies.get(here.parent or "")
    return here.code if here else None


def _step(
    records: tuple[StepRecord, ...], zone: tzinfo, items: Mapping[str, object]
) -> dict[str, object] | None:
    if not records:
        return None
    every = [_completion(record, zone, items) for record in records]
    return {**every[-1], "all": every}


def _completion(record: StepRecord, zone: tzinfo, items: Mapping[str, object]) -> dict[str, object]:
    return {
        "outcome": record.outcome,
        "agency": record.agency,
        "by": record.by,
        "at": _moment(record.at, zone),
        "silent": record.silent,
        "item": None if record.item_digest is None else items.get(record.item_digest),
    }


def _moment(text: str | None, zone: tzinfo) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(zone) if text else None
