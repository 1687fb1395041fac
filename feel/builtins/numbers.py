"""Numeric functions (DMN 1.5 §10.3.4.5, table 78)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import Any

from feel.budget import Frame
from feel.temporal import Duration, YearsMonths
from feel.values import ARITHMETIC, number

from .registry import builtin

_SCALES = range(-6111, 6177)


def _rounded(value: int | Decimal, scale: int | Decimal, rounding: str) -> int | Decimal | None:
    """`value` at 10**-scale; null where the scale lies outside decimal128."""
    places = int(scale)
    if places not in _SCALES:
        return None
    value = Decimal(value)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number(value)
    wide = Context(
        prec=max(34, value.adjusted() + places + 2, 1), rounding=rounding, Emin=-6143, Emax=6144, traps=[]
    )
    return number(value.quantize(Decimal(1).scaleb(-places), context=wide))


def _rounder(name: str, rounding: str, scaled: bool) -> None:
    def run(frame: Frame, n: int | Decimal, scale: int | Decimal = 0) -> int | Decimal | None:
        return _rounded(n, scale, rounding)

    builtin(name, f"n: number, scale{'' if scaled else '?'}: number")(run)


_rounder("decimal", ROUND_HALF_EVEN, True)
_rounder("floor", ROUND_FLOOR, False)
_rounder("ceiling", ROUND_CEILING, False)
_rounder("round up", ROUND_UP, True)
_rounder("round down", ROUND_DOWN, True)
_rounder("round half up", ROUND_HALF_UP, True)
_rounder("round half down", ROUND_HALF_DOWN, True)


@builtin("abs", "n: number")
def absolute(frame: Frame, n: int | Decimal) -> int | Decimal:
    return n if n >= 0 else -n


@builtin("abs", "n: duration")
def absolute_duration(frame: Frame, n: Duration | YearsMonths) -> Duration | YearsMonths:
    return Duration(abs(n.nanos)) if isinstance(n, Duration) else YearsMonths(abs(n.months))


@builtin("modulo", "dividend: number, divisor: number")
def modulo(frame: Frame, dividend: int | Decimal, divisor: int | Decimal) -> int | Decimal | None:
    """dividend - divisor * floor(dividend / divisor): the sign is the divisor's."""
    if divisor == 0:
        return None
    if dividend.__class__ is int and divisor.__class__ is int:
        return dividend % divisor
    rest = ARITHMETIC.remainder(dividend, divisor)
    if not rest.is_finite():
        return None
    return number(rest if rest == 0 or (rest < 0) == (divisor < 0) else ARITHMETIC.add(rest, divisor))


@builtin("sqrt", "number: number")
def square_root(frame: Frame, value: int | Decimal) -> int | Decimal | None:
    return None if value < 0 else number(ARITHMETIC.sqrt(value))


@builtin("log", "number: number")
def logarithm(frame: Frame, value: int | Decimal) -> int | Decimal | None:
    return None if value <= 0 else number(ARITHMETIC.ln(value))


@builtin("exp", "number: number")
def exponential(frame: Frame, value: int | Decimal) -> int | Decimal | None:
    return number(ARITHMETIC.exp(value)) if -20_000 < value < 20_000 else (0 if value < 0 else None)


@builtin("odd", "number: number")
def odd(frame: Frame, value: int | Decimal) -> bool | None:
    return _parity(value, 1)


@builtin("even", "number: number")
def even(frame: Frame, value: int | Decimal) -> bool | None:
    return _parity(value, 0)


def _parity(value: int | Decimal, rest: int) -> bool | None:
    whole: Any = number(Decimal(value))
    return whole % 2 == rest if whole.__class__ is int else None
