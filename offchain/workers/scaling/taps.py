"""Tap tables of the exact scaler, for one direction: which samples an output sample is made of, and their weights.

Integers throughout, so that every device works with the same tables (facts: transcode 4.1). The bicubic kernel has
B = 0 and C = 0.6; positions are counted in 2^-17 of a source sample, weights in fixed point.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

__all__ = ["CENTRE", "HORIZONTAL_ONE", "LEFT", "VERTICAL_ONE", "Taps", "taps"]

CENTRE, LEFT = 128, 64
"""Phases: where a plane's samples lie, in 1/256 of one. Luma is centred; chroma is, or lies on the left luma column."""

HORIZONTAL_ONE, VERTICAL_ONE = 1 << 14, 1 << 12
"""What the weights of a row sum to, in either direction."""

_CUBIC = 6 * (1 << 24) // 10
_UNIT = 1 << 30
_CUT = (2, 1000)
"""Share of a row's weight that may be cut off at its ends."""


@dataclass(frozen=True, slots=True)
class Taps:
    """A table of `target` rows.

    Attributes:
        source: samples that are read from, along this direction.
        target: samples that are made.
        count: taps of each row, at least 1.
        starts: first source sample of each row; `starts[i] + count <= source`.
        weights: `count` for each row, in order; each row sums to `HORIZONTAL_ONE` or `VERTICAL_ONE`.
    """

    source: int
    target: int
    count: int
    starts: tuple[int, ...]
    weights: tuple[int, ...]

    def row(self, index: int) -> tuple[int, ...]:
        """The weights of an output sample."""
        return self.weights[index * self.count : (index + 1) * self.count]


@lru_cache(maxsize=256)
def taps(source: int, target: int, one: int, phase: int = CENTRE) -> Taps:
    """The table between two lengths.

    Args:
        source: samples there are, at least 1.
        target: samples to make, at least 1.
        one: `HORIZONTAL_ONE` or `VERTICAL_ONE`.
        phase: of source and target alike, `CENTRE` or `LEFT`.
    """
    if source == target:
        return Taps(source, target, 1, tuple(range(source)), (one,) * source)
    rows = _trimmed(_raw_rows(source, target, phase), _scale(source, target))
    inside = [_folded(start, row, source) for start, row in rows]
    weights = tuple(weight for _, row in inside for weight in _normalised(row, one))
    return Taps(source, target, len(inside[0][1]), tuple(start for start, _ in inside), weights)


def _scale(source: int, target: int) -> int:
    """What an untouched weight of 1 is, before rows are brought to their sum."""
    return 1 << (54 - min(max((source // target).bit_length() - 1, 0), 8))


def _raw_rows(source: int, target: int, phase: int) -> list[tuple[int, list[int]]]:
    """First position, which may lie outside, and weights of every output sample."""
    step = ((source << 16) + target // 2) // target
    window = 5 if step <= 1 << 16 else 1 + -(-4 * source // target)
    window = max(min(window, source - 2), 1)
    divisor = (1 << 54) // _scale(source, target)
    rows = []
    position = (phase * step >> 7) - (phase << 9)
    for _ in range(target):
        first = _divided(position - ((window - 2) << 16), 1 << 17)
        weights = []
        for sample in range(first, first + window):
            distance = abs((sample << 17) - position) << 13
            if step > 1 << 16:
                distance = distance * target // source
            weights.append(_divided(_bicubic(distance), divisor))
        rows.append((first, weights))
        position += 2 * step
    return rows


def _bicubic(d: int) -> int:
    """The kernel at a distance of `d` 2^-30ths, times 6 * 2^54."""
    dd = d * d >> 30
    ddd = dd * d >> 30
    if d < _UNIT:
        return (12 * (1 << 24) - 6 * _CUBIC) * ddd + (6 * _CUBIC - 18 * (1 << 24)) * dd + 6 * (1 << 24) * _UNIT
    if d < 2 * _UNIT:
        return -6 * _CUBIC * ddd + 30 * _CUBIC * dd - 48 * _CUBIC * d + 24 * _CUBIC * _UNIT
    return 0


def _trimmed(rows: list[tuple[int, list[int]]], scale: int) -> list[tuple[int, list[int]]]:
    """Rows of one common length, without ends that weigh next to nothing."""
    most, parts = _CUT
    result: list[tuple[int, list[int]]] = []
    longest = 1
    right: int | None = None
    for start, row in reversed(rows):
        cut = skip = 0
        while skip < len(row):
            cut += abs(row[skip])
            if cut * parts > most * scale or (right is not None and start + skip >= right):
                break
            skip += 1
        right = start + skip
        shifted = [*row[skip:], *[0] * skip]
        result.append((right, shifted))
        longest = max(longest, _needed(shifted, scale))
    return [(start, row[:longest]) for start, row in reversed(result)]


def _needed(row: list[int], scale: int) -> int:
    """How many taps are left when the right end is cut off as far as it may be."""
    most, parts = _CUT
    cut, length = 0, len(row)
    while length > 1:
        cut += abs(row[length - 1])
        if cut * parts > most * scale:
            break
        length -= 1
    return length


def _folded(start: int, row: list[int], source: int) -> tuple[int, list[int]]:
    """The row within the source: what lies outside is added to the sample at the border."""
    length = min(len(row), source)
    inside = min(max(start, 0), source - length)
    folded = [0] * length
    for place, weight in enumerate(row, start):
        folded[min(max(place, 0), source - 1) - inside] += weight
    return inside, folded


def _normalised(row: list[int], one: int) -> list[int]:
    """The row in whole numbers that sum to `one` or nearly so; what rounding leaves over is carried to the next tap."""
    total = (sum(row) + one // 2) // one or 1
    carry, result = 0, []
    for weight in row:
        exact = weight + carry
        tap = _rounded(exact, total)
        result.append(tap)
        carry = exact - tap * total
    return result


def _divided(value: int, by: int) -> int:
    """Quotient towards zero."""
    return value // by if value >= 0 else -(-value // by)


def _rounded(value: int, by: int) -> int:
    """Quotient to the nearest, halves away from zero."""
    return (value + by // 2) // by if value >= 0 else -((-value + by // 2) // by)
