"""FEEL, the expression language of DMN 1.5 (§10.3): text compiled to Python closures, evaluated within a budget.

    compile("dossier.fee > 5")({"dossier": {"fee": 7}})      -> True
    compile_unary("[1..5], > 9")(3, {})                       -> True

Compilation refuses what cannot be read (`FeelError`, with position and both languages). Evaluation never raises but
`BudgetExceeded`: what goes wrong is null, as the specification says. How values look in Python: `feel.values`.
"""

from feel.budget import Budget
from feel.errors import BudgetExceeded, FeelError
from feel.expression import Expression, Problem, UnaryTests, compile, compile_unary
from feel.temporal import YearsMonths
from feel.values import FunctionValue, Range, from_json, from_python, to_json, to_python

__all__ = [
    "Budget",
    "BudgetExceeded",
    "Expression",
    "FeelError",
    "FunctionValue",
    "Problem",
    "Range",
    "UnaryTests",
    "YearsMonths",
    "compile",
    "compile_unary",
    "from_json",
    "from_python",
    "to_json",
    "to_python",
]
