"""The flow nodes of BPMN as SpiffWorkflow task specs, with every behaviour that SpiffWorkflow 3.2 has wrong put right.

| file | mends | BPMN 2.0.2 |
|---|---|---|
| `node` | several outgoing flows of a task, conditional and default flows of a task | §13.2.1, §10.3.1 (formal/2013-12-09: 13.3.1) |
| `gateways` | parallel join in a loop fires early; excess tokens; inclusive join; event-based gateway | §13.4 |
| `activities` | `bpmn:task` waits like a user task; external work; FEEL scripts and decisions; token quantities | §10.3.3, §13.3.3, Table 10.3 |
| `loops` | completion condition, empty collections, loop variables | §10.3.8, §13.3.6, §13.3.7 |
| `events` | link, signal-end, escalation parsed as plain events; timers; conditional events | §10.5, §13.5 |
| `multiple` | several triggers in one event: one of them, or all | §10.5.5.8, §10.5.5.9 |
| `scopes` | event sub-processes (error and escalation start ran at once), terminate of one scope only | §13.3.4, §13.5.4 |
| `propagation` | errors and escalations go outwards by their code; a signal to all, absorbed by an event sub-process | §10.5.1, §10.5.6 |

Every class keeps SpiffWorkflow's hooks (`_update_hook`, `_run_hook`, `_on_complete`, `_on_cancel`); what it keeps in
mind between steps stands on the token, never on the spec: specs are shared by all dossiers.
"""
