"""stub"""

from __future__ import annotations

from bpmn.diagram import Diagram
from bpmn.problem import Finding


def findings(d: Diagram) -> list[Finding]:
    return []
