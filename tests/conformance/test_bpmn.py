"""BPMN execution on other people's cases: nothing is executed wrongly without a word."""

from tests.conformance import betsy, tokensim
from tests.conformance.material import folder

SIGNALS_STOP_AT_THE_FIRST_SCOPE = {"tokensim/61/signal-consume", "tokensim/62/signal-rethrow"}
"""There a signal goes outwards until a scope catches it; BPMN 2.0.2 §10.5.1 publishes it to every catch."""


def test_betsy_processes():
    """The right trace, or a refusal that names the element (complex gateways, compensation, ...)."""
    score = betsy.run(folder("betsy"))
    assert score.wrong == []
    assert len(score.passed) >= 0.85 * score.total


def test_token_simulation_traces():
    """The same nodes are entered, as often."""
    score = tokensim.run(folder("tokensim"))
    assert {case for case, _ in score.wrong} <= SIGNALS_STOP_AT_THE_FIRST_SCOPE
    assert len(score.passed) >= 0.7 * score.total
