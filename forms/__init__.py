"""E-forms in the form-js schema and the answers given on them (pure).

e_form = load(source, key="to_khai")       a `.form`, judged and compiled once
check(e_form, answers).problems            what form-js-viewer would say, and more with strict=True
state(e_form, answers)                     what to draw: values, visibility, choices, rows, texts
"""

from forms.answers import Checked, check
from forms.compare import Change, compare
from forms.english import in_english
from forms.fields import EForm, Field
from forms.files import named as files_named
from forms.files import pickers
from forms.prefill import prefill
from forms.problem import Problem
from forms.schema import EFormRefused, load, structure_problems
from forms.state import FieldState, FormState, state

__all__ = [
    "Change",
    "Checked",
    "EForm",
    "EFormRefused",
    "Field",
    "FieldState",
    "FormState",
    "Problem",
    "check",
    "compare",
    "files_named",
    "in_english",
    "load",
    "pickers",
    "prefill",
    "state",
    "structure_problems",
]
