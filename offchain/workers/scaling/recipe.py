"""The exact scaler as it is written down, sample by sample: the yardstick for the kernel; slow, for small planes."""

from __future__ import annotations

from collections.abc import Sequence

from offchain.workers.scaling.taps import CENTRE, HORIZONTAL_ONE, VERTICAL_ONE, taps

__all__ = ["scaled_rows"]


def scaled_rows(
    rows: Sequence[bytes], size: tuple[int, int], across: int = CENTRE, down: int = CENTRE
) -> tuple[bytes, ...]:
    """A plane in another size: first across, at 7 bits more than a sample has, then down.

    Args:
        rows: 8-bit samples.
        size: width and height in samples.
        across: phase, as `taps` takes it.
        down: likewise.
    """
    table = taps(len(rows[0]), size[0], HORIZONTAL_ONE, across)
    between = [[min(_sum(row, table.starts[x], table.row(x)) >> 7, 32767) for x in range(table.target)] for row in rows]
    table = taps(len(rows), size[1], VERTICAL_ONE, down)
    columns = list(zip(*between, strict=True))
    return tuple(
        bytes(min(max((_sum(column, table.starts[y], table.row(y)) + (1 << 18)) >> 19, 0), 255) for column in columns)
        for y in range(table.target)
    )


def _sum(samples: Sequence[int], start: int, weights: Sequence[int]) -> int:
    return sum(weight * samples[start + place] for place, weight in enumerate(weights))
