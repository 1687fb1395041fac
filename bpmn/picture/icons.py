"""Signs of BPMN 2.0.2 as SVG path data: task types (table 10.3), markers (table 10.2), event triggers (table 10.93).

Every sign is drawn in a 16 × 16 box with its origin in the upper left corner; signs of events are centred on 0,0.
"""

from __future__ import annotations

TASK_TYPE = {
    "userTask": "M8 1.5a3 3 0 1 0 .01 0zM2 15v-2.5c0-3 2.5-4.5 6-4.5s6 1.5 6 4.5V15z",
    "manualTask": "M1.5 8.5l3.5-4.5h5.5l-2 2h6v2h-5m5 0v2h-5m4.5 0v2h-5m4 0v1.5h-7.5l-4-3z",
    "serviceTask": (
        "M8 5.5a2.5 2.5 0 1 0 .01 0zM7 1h2l.4 2 1.6.7 1.7-1.1 1.4 1.4-1.1 1.7.7 1.6 2 .4v2l-2 .4-.7 1.6"
        " 1.1 1.7-1.4 1.4-1.7-1.1-1.6.7-.4 2h-2l-.4-2-1.6-.7-1.7 1.1-1.4-1.4 1.1-1.7-.7-1.6-2-.4v-2l2-.4"
        ".7-1.6-1.1-1.7 1.4-1.4 1.7 1.1 1.6-.7z"
    ),
    "sendTask": "M1 3h14v10H1zM1 3l7 6 7-6",
    "receiveTask": "M1 3h14v10H1zM1 3l7 6 7-6",
    "scriptTask": "M5 1h9c-4 4 3 8-1 14H3c4-5-3-9 2-14zM5 4.5h6M4.5 8h6M6 11.5h6",
    "businessRuleTask": "M1 2h14v12H1zM1 5.5h14M1 9.5h14M5.5 5.5V14",
}
"""Sign in the upper left corner of a task."""

FILLED_TYPES = frozenset({"sendTask"})

MARKER = {
    "parallel": "M4 3v10M8 3v10M12 3v10",
    "sequential": "M3 4h10M3 8h10M3 12h10",
    "loop": "M5.2 13a5.5 5.5 0 1 1 3.3.9M5.2 13l-3.2-.4M5.2 13l.4-3.4",
    "collapsed": "M1.5 1.5h13v13h-13zM8 4v8M4 8h8",
    "adHoc": "M2 9.5c2-4 4-4 6-1.5s4 2.5 6-1.5",
    "compensation": "M8 3.5v9L2 8zM14 3.5v9L8 8z",
}
"""Signs in the middle of the lower edge of an activity."""

EVENT = {
    "timerEventDefinition": (
        "M0-10a10 10 0 1 0 .01 0zM0-6V0L4.5 2M0-10v2M0 8v2M-10 0h2M8 0h2M-7 -7l1.4 1.4M7-7l-1.4 1.4"
        "M-7 7l1.4-1.4M7 7l-1.4-1.4"
    ),
    "messageEventDefinition": "M-8.5-6h17v12h-17zM-8.5-6L0 1l8.5-7",
    "signalEventDefinition": "M0-8.5L8.5 6h-17z",
    "errorEventDefinition": "M-8 8l4.5-14.5 5 7L8-8 3.5 6.5-1.5-.5z",
    "escalationEventDefinition": "M0-9L6.5 8 0 2-6.5 8z",
    "conditionalEventDefinition": "M-7-8.5H7v17H-7zM-4.5-5h9M-4.5-1.7h9M-4.5 1.7h9M-4.5 5h9",
    "linkEventDefinition": "M-9-3.5h9V-8L9 0 0 8V3.5h-9z",
    "terminateEventDefinition": "M0-10a10 10 0 1 0 .01 0z",
    "cancelEventDefinition": "M-8-5.5l2.5-2.5L0-2.5 5.5-8 8-5.5 2.5 0 8 5.5 5.5 8 0 2.5-5.5 8-8 5.5-2.5 0z",
    "compensateEventDefinition": "M0-7V7L-9 0zM9-7V7L0 0z",
    "multiple": "M0-9L9-2 5.5 8h-11L-9-2z",
    "parallelMultiple": "M-3-9h6v6h6v6h-6v6h-6v-6h-6v-6h6z",
}
"""Sign of the trigger inside an event, centred on 0,0."""

GATEWAY = {
    "exclusiveGateway": "M-8-8l16 16M8-8l-16 16",
    "parallelGateway": "M0-11v22M-11 0h22",
    "inclusiveGateway": "M0-11a11 11 0 1 0 .01 0z",
    "complexGateway": "M0-11v22M-11 0h22M-8-8l16 16M8-8l-16 16",
    "eventBasedGateway": "M0-13a13 13 0 1 0 .01 0zM0-10a10 10 0 1 0 .01 0zM0-7L6.7-2.2 4.1 5.7h-8.2L-6.7-2.2z",
}
"""Sign inside a gateway, centred on 0,0."""

BADGE = {
    "done": "M-4.5 0l3 3.5L4.5-3.5",
    "current": "M-3-4.5L4.5 0-3 4.5z",
    "late": "M0-5V1.5M0 4v.6",
    "found": "M-3-2.5a3 3 0 1 1 4.5 2.6C.3.9 0 1.4 0 2.2M0 4.6v.5",
}
"""Sign of a mark in the upper right corner: a mark never speaks by colour alone (WCAG 1.4.1)."""
