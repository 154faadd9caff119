"""Exact numbers: fractions of GMP, which reckon ten times as fast as Python's own and look like them."""

from __future__ import annotations

from gmpy2 import mpq

__all__ = ["NOTHING", "WHOLE", "Exact", "Fraction"]

Fraction = mpq
NOTHING, WHOLE = Fraction(0), Fraction(1)

Exact = int | Fraction  # a whole number is kept as one: that is what most figures are, most of the time
