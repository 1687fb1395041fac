"""Small DMN models as text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m" id="m">'


def model(*parts: str) -> bytes:
    """A model of the given elements."""
    return f"{HEAD}{''.join(parts)}</definitions>".encode()


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def data(name: str, kind: str = "") -> str:
    """Input data whose id is its name."""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{_type(kind)}/></inputData>'


def decision(
    name: str, logic: str, needs: Sequence[str] = (), kind: str = "", knows: Sequence[str] = ()
) -> str:
    """A decision whose id is its name; `needs` are inputs or decisions, `knows` business knowledge or services."""
    required = "".join(
        f'<informationRequirement><requiredInput href="#{one}"/></informationRequirement>' for one in needs
    ) + "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>' for one in knows
    )
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{_type(kind)}/>{required}{logic}</decision>'


def table(
    inputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    *,
    aggregation: str = "",
    outputs: Sequence[str] = ("out",),
    output_values: str = "",
    default: str = "",
    input_values: Sequence[str] = (),
) -> str:
    """A decision table: each rule lists its input cells, then its output cells."""
    columns = "".join(
        f'<input id="c{n}"><inputExpression><text>{escape(one)}</text></inputExpression>'
        + (
            f"<inputValues><text>{escape(input_values[n])}</text></inputValues>"
            if n < len(input_values)
            else ""
        )
        + "</input>"
        for n, one in enumerate(inputs)
    )
    values = f"<outputValues><text>{escape(output_values)}</text></outputValues>" if output_values else ""
    otherwise = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    results = "".join(f'<output name="{name}">{values}{otherwise}</output>' for name in outputs)
    rows = "".join(
        f'<rule id="r{n}">'
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in rule[: len(inputs)])
        + "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in rule[len(inputs) :])
        + "</rule>"
        for n, rule in enumerate(rules, 1)
    )
    aggregator = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="t" hitPolicy="{policy}"{aggregator}>{columns}{results}{rows}</decisionTable>'


def _type(kind: str) -> str:
    return f' typeRef="{kind}"' if kind else ""
