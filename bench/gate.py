"""How long the publication gate takes for a diagram of 300 nodes. `python -m bench.gate` prints; `run()` returns the figures.

Twelve agencies are asked in parallel; each drafts, is reminded (non-interrupting timer), decides, and may send the draft
back. In full that diagram has more than 10^12 states. Budget: 2 s, soundness included.
"""

from __future__ import annotations

import time

from bpmn import check, reading, soundness
from bpmn.statespace import explore
from bpmn.tokens import nets

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BRANCHES = 12
ROUNDS = 3


def run() -> dict[str, float]:
    """Seconds (best of three) and the number of states that soundness looked at."""
    data = consultation(BRANCHES, ROUNDS)
    drawn = reading.read(data, "gate.bpmn")
    report = check.check_bytes("gate.bpmn", data)
    assert report.accepted, [f.en for f in report.findings if f.severity == "error"][:3]
    (net,) = nets(drawn)
    return {
        "nodes": len(drawn.nodes),
        "check_300_nodes_s": min(_seconds(lambda: check.check_bytes("gate.bpmn", data)) for _ in range(3)),
        "soundness_s": min(_seconds(lambda: soundness.findings(drawn)) for _ in range(3)),
        "states": len(explore(net).came),
    }


def consultation(branches: int, rounds: int) -> bytes:
    """Parallel branches of `rounds` times: draft with a reminder, decide, back or on. 8 nodes a round."""
    nodes = [
        '<startEvent id="s"/><parallelGateway id="split"/><parallelGateway id="join"/><endEvent id="e"/>'
    ]
    flows = [("s", "split", ""), ("join", "e", "")]
    for branch in range(branches):
        last = "split"
        for n in (f"{branch}_{number}" for number in range(rounds)):
            nodes.append(
                f'<exclusiveGateway id="again{n}"/><userTask id="draft{n}"/><userTask id="check{n}"/>'
                f'<exclusiveGateway id="ok{n}" default="back{n}"/><userTask id="late{n}"/><userTask id="sign{n}"/>'
                f'<boundaryEvent id="remind{n}" attachedToRef="draft{n}" cancelActivity="false"><timerEventDefinition>'
                f'<timeDuration language="feel">P2D</timeDuration></timerEventDefinition></boundaryEvent>'
                f'<endEvent id="told{n}"/>'
            )
            flows += [
                (last, f"again{n}", ""),
                (f"again{n}", f"draft{n}", ""),
                (f"draft{n}", f"check{n}", ""),
                (f"check{n}", f"ok{n}", ""),
                (f"ok{n}", f"sign{n}", "x = 1"),
                (f"remind{n}", f"late{n}", ""),
                (f"late{n}", f"told{n}", ""),
            ]
            nodes.append(f'<sequenceFlow id="back{n}" sourceRef="ok{n}" targetRef="again{n}"/>')
            last = f"sign{n}"
        flows.append((last, "join", ""))
    for number, (source, target, condition) in enumerate(flows):
        inside = (
            f'<conditionExpression language="feel">{condition}</conditionExpression>' if condition else ""
        )
        nodes.append(
            f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
        )
    return (
        f'<definitions xmlns="{BPMN}" id="d" targetNamespace="t"><process id="p" isExecutable="true">'
        f"{''.join(nodes)}</process></definitions>"
    ).encode()


def _seconds(action: object) -> float:
    assert callable(action)
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name}: {value:.4g}")
