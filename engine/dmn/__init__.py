"""DMN 1.5: decision requirement graphs, decision tables and boxed expressions over FEEL. Pure: bytes in, values out.

    model = load(xml)                       # DmnRefused where the file cannot be a model
    model.problems                          # what does not compile, by element
    model.decide("Fee", {"copies": 3})      # the value; null where DMN says so
    analyse(model)                          # findings of the publication gate: overlaps, gaps, problems

`load` reads, `boxed` and `table` compile expressions, `item_types` holds types, `analyse` looks at tables without
running them.
"""

from engine.dmn.analyse import analyse
from engine.dmn.findings import DmnRefused, Finding
from engine.dmn.load import load
from engine.dmn.model import Decision, DecisionService, Model

__all__ = ["Decision", "DecisionService", "DmnRefused", "Finding", "Model", "analyse", "load"]
