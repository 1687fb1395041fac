"""BPMN execution on other people's cases: nothing is executed wrongly without a word."""

from tests.conformance import betsy, tokensim
from tests.conformance.material import folder


def test_betsy_processes():
    """The right trace, or a refusal that names the element (complex gateways, compensation, ...)."""
    [score] = betsy.run(folder("betsy"))
    assert score.wrong == []
    assert len(score.passed) >= 0.85 * score.total


def test_token_simulation_traces():
    """The same nodes are entered, as often."""
    [score] = tokensim.run(folder("tokensim"))
    assert score.wrong == []
    assert len(score.passed) >= 0.7 * score.total
