"""The built-in functions of DMN 1.5 §10.3.4, one file for each of its tables. `registry` declares and calls them."""

from . import contexts, conversion, dates, lists, numbers, ranges, sorting, strings
from .registry import FUNCTIONS, call_builtin, function_value

__all__ = [
    "FUNCTIONS",
    "call_builtin",
    "contexts",
    "conversion",
    "dates",
    "function_value",
    "lists",
    "numbers",
    "ranges",
    "sorting",
    "strings",
]
