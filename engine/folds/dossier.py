"""Folds: what becomes of a dossier as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine import events as e
from engine.state import Payment, State, StepRecord, Timer, changed


def _submitted(state: State, event: e.DossierSubmitted) -> State:
    return changed(
        state,
        dossier_code=event.dossier_code,
        procedure_code=event.procedure_code,
        procedure_version=event.procedure_version,
        agency=event.agency,
        via=event.via,
        channel=event.channel,
        submitted_at=event.at,
        reception_due_at=event.reception_due_at,
        parent=event.parent,
    )


def _answers_recorded(state: State, event: e.AnswersRecorded) -> State:
    return changed(state, answers={**state.answers, event.form: event.digest})


def _component_received(state: State, event: e.ComponentReceived) -> State:
    return changed(state, components={**state.components, event.code: event.attachments})


def _status_changed(state: State, event: e.StatusChanged) -> State:
    return changed(state, status=event.status, sub_status=event.sub_status)


RUNNING = {"stopped_from": None, "stopped_at": None, "stopped_by": None}


def _stopped(state: State, event: e.DossierStopped) -> State:
    return changed(state, stopped_from=state.status, stopped_at=event.at, stopped_by=event.by)


def _resumed(state: State, event: e.DossierResumed) -> State:
    return changed(state, **RUNNING)


def _result_issued(state: State, event: e.ResultIssued) -> State:
    return changed(state, results={**state.results, event.code: event.stage})


def _result_revoked(state: State, event: e.ResultRevoked) -> State:
    return changed(state, results={**state.results, event.code: "revoked"})


def _fee_set(state: State, event: e.FeeSet) -> State:
    return changed(state, fees={**state.fees, event.code: event.amount_vnd})


def _fee_exempted(state: State, event: e.FeeExempted) -> State:
    return changed(state, exempt=(*state.exempt, event.code))


def _exemption_taken_back(state: State, event: e.ExemptionTakenBack) -> State:
    return changed(state, exempt=tuple(code for code in state.exempt if code != event.code))


def _fee_paid(state: State, event: e.FeePaid) -> State:
    payment = Payment(event.method, dict(event.fees), event.surplus_vnd)
    return changed(state, payments={**state.payments, event.reference: payment})


def _refund_ordered(state: State, event: e.RefundOrdered) -> State:
    payment = changed(state.payments[event.reference], going_back=event.amount_vnd)
    return changed(state, payments={**state.payments, event.reference: payment})


def _fee_refunded(state: State, event: e.FeeRefunded) -> State:
    """A surplus went back and the fees stay paid; anything more was the whole payment."""
    was = state.payments[event.reference]
    kept = was.fees if event.amount_vnd == was.surplus_vnd else {}
    return changed(state, payments={**state.payments, event.reference: Payment(was.method, kept)})


def _closed(state: State, event: e.DossierClosed) -> State:
    return changed(state, closed=True, **RUNNING)


def _migrated(state: State, event: e.DossierMigrated) -> State:
    state = changed(state, procedure_version=event.to_version)
    return _renamed(state, event.renamed) if event.renamed else state


def _renamed(state: State, names: Mapping[str, str]) -> State:
    """Wherever the state names an element; what two old steps came to under one new name stands in its order."""

    def of(element_id: str) -> str:
        return names.get(element_id, element_id)

    steps: dict[str, tuple[StepRecord, ...]] = {}
    for element_id, records in state.steps.items():
        both = (*steps.get(of(element_id), ()), *records)
        steps[of(element_id)] = tuple(sorted(both, key=lambda record: record.at))

    def timer(timer: Timer) -> Timer:
        return Timer(of(timer.element_id), timer.due_at, timer.attached_to)

    return changed(
        state,
        tasks={
            number: changed(
                task,
                element_id=of(task.element_id),
                from_element=of(task.from_element) if task.from_element else None,
            )
            for number, task in state.tasks.items()
        },
        timers={id: timer(one) for id, one in state.timers.items()},
        held_timers={id: timer(one) for id, one in state.held_timers.items()},
        jobs={token: of(element_id) for token, element_id in state.jobs.items()},
        steps=steps,
    )


def _incident_raised(state: State, event: e.IncidentRaised) -> State:
    return changed(state, incident=(event.element_id, event.code))


def _incident_cleared(state: State, event: e.IncidentCleared) -> State:
    return changed(state, incident=None)


FOLDS: Mapping[type[e.Event], Callable[[State, Any], State]] = {
    e.DossierSubmitted: _submitted,
    e.AnswersRecorded: _answers_recorded,
    e.ComponentReceived: _component_received,
    e.StatusChanged: _status_changed,
    e.DossierStopped: _stopped,
    e.DossierResumed: _resumed,
    e.FeeSet: _fee_set,
    e.FeeExempted: _fee_exempted,
    e.ExemptionTakenBack: _exemption_taken_back,
    e.FeePaid: _fee_paid,
    e.RefundOrdered: _refund_ordered,
    e.FeeRefunded: _fee_refunded,
    e.ResultIssued: _result_issued,
    e.ResultRevoked: _result_revoked,
    e.DossierClosed: _closed,
    e.DossierMigrated: _migrated,
    e.IncidentRaised: _incident_raised,
    e.IncidentCleared: _incident_cleared,
}
