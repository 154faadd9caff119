"""What a launch of the scaler works through: planes, tiles and tables in the layout of scaler.h.

Made once for a source size, a ladder and a siting of chroma; the same bytes go to a GPU and to the tests on a
processor.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from offchain.errors import FieldRangeError
from offchain.workers.scaling.taps import CENTRE, HORIZONTAL_ONE, LEFT, VERTICAL_ONE, Taps, taps

__all__ = ["MOST_SHRINKING", "THREADS", "Layout", "PlaneShape", "ScalePlan", "Siting", "end_of", "plan", "plane_shapes"]

THREADS, TILE = 256, 64
"""As in scaler.h."""

MOST_SHRINKING = 40
"""Source samples for each that is made; beyond that libswscale takes two steps, which this recipe does not."""

_TILE_HEIGHT = 32
_SHARED_BYTES = 48 << 10
"""Shared memory that every CUDA device gives to a block."""
_ROW_BYTES = TILE * 2
_ALIGNMENT, _PITCH = 64, 16
"""Bytes of which starts of planes and of rows are multiples; rows as those of the library's frames."""
_PLANE = struct.Struct("15i")
_TILES = struct.Struct("3i")


class Layout(Enum):
    """How the samples of a 4:2:0 picture lie in memory."""

    I420 = "yuv420p"
    NV12 = "nv12"


@dataclass(frozen=True, slots=True)
class Siting:
    """Phases of the chroma samples, as `taps` takes them; luma is always centred.

    By default as H.264, HEVC and MPEG-2 have it unless they say otherwise: on the left luma column, between two rows.
    """

    across: int = LEFT
    down: int = CENTRE


@dataclass(frozen=True, slots=True)
class PlaneShape:
    """A plane in memory.

    Attributes:
        offset: bytes from the start of the buffer to the first sample.
        pitch: bytes from row to row.
        width: samples.
        height: samples.
        step: bytes from sample to sample.
    """

    offset: int
    pitch: int
    width: int
    height: int
    step: int


@dataclass(frozen=True, slots=True)
class ScalePlan:
    """Tables of one launch.

    Attributes:
        planes: array of `Plane` of scaler.h.
        tiles: array of `Tile`.
        tables: array of ints that planes point into.
        tile_count: blocks that a picture takes.
        shared_bytes: shared memory of a block.
        outputs: planes of each rendition in the output buffer, luma first.
        output_bytes: size of the output of a picture.
        across_work: multiply-adds of scaling across, each source row once, without what fills taps up.
        down_work: multiply-adds of scaling down.
    """

    planes: bytes
    tiles: bytes
    tables: bytes
    tile_count: int
    shared_bytes: int
    outputs: tuple[tuple[PlaneShape, PlaneShape, PlaneShape], ...]
    output_bytes: int
    across_work: int
    down_work: int


def plane_shapes(width: int, height: int, layout: Layout, start: int = 0) -> tuple[PlaneShape, PlaneShape, PlaneShape]:
    """The planes of a picture in a buffer of our own, from byte `start` on."""
    across, down = (width + 1) // 2, (height + 1) // 2
    step = 2 if layout is Layout.NV12 else 1
    luma = PlaneShape(start, _aligned(width, _PITCH), width, height, 1)
    pitch = _aligned(across * step, _PITCH)
    first = PlaneShape(start + _aligned(luma.pitch * height), pitch, across, down, step)
    second = PlaneShape(first.offset + (1 if step == 2 else _aligned(pitch * down)), pitch, across, down, step)
    return luma, first, second


def end_of(shapes: tuple[PlaneShape, PlaneShape, PlaneShape]) -> int:
    """The first byte behind the planes of `plane_shapes`."""
    last = shapes[2]
    return _aligned(last.offset - last.offset % _ALIGNMENT + last.pitch * last.height)


@lru_cache(maxsize=64)
def plan(
    source: tuple[int, int],
    sizes: tuple[tuple[int, int], ...],
    siting: Siting = Siting(),
    layout: Layout = Layout.I420,
) -> ScalePlan:
    """The launch that scales a picture to several sizes.

    Args:
        source: width and height in pixels, odd ones too.
        sizes: width and height of each rendition.
        siting: of chroma, in source and renditions alike.
        layout: of the renditions; that of the source is the launch's to say.

    Raises:
        FieldRangeError: a rendition is smaller than the source by more than `MOST_SHRINKING`.
    """
    tables = array("i")
    planes: list[bytes] = []
    tiles: list[bytes] = []
    outputs = []
    end = shared = across_work = down_work = 0
    for size in sizes:
        shapes = plane_shapes(*size, layout, end)
        outputs.append(shapes)
        end = end_of(shapes)
        for kind, shape in enumerate(shapes):
            across, down = _tables_of(source, shape, kind, siting)
            tile_height, rows = _tile_height(down)
            shared = max(shared, rows * _ROW_BYTES)
            across_work += shape.width * down.source * across.count
            down_work += shape.width * shape.height * down.count
            tiles += _tiles(len(planes), shape, tile_height)
            planes.append(_plane(kind, shape, across, down, tile_height, tables))
    tables_made = (b"".join(planes), b"".join(tiles), tables.tobytes())
    return ScalePlan(*tables_made, len(tiles), shared, tuple(outputs), end, across_work, down_work)


def _tables_of(source: tuple[int, int], shape: PlaneShape, kind: int, siting: Siting) -> tuple[Taps, Taps]:
    width, height = ((side + 1) // 2 for side in source) if kind else source
    if width > shape.width * MOST_SHRINKING or height > shape.height * MOST_SHRINKING:
        allowed = f"at least a {MOST_SHRINKING}th of {width}x{height}"
        raise FieldRangeError("size of a rendition's plane", f"{shape.width}x{shape.height}", allowed)
    across, down = (siting.across, siting.down) if kind else (CENTRE, CENTRE)
    return taps(width, shape.width, HORIZONTAL_ONE, across), taps(height, shape.height, VERTICAL_ONE, down)


def _tile_height(down: Taps) -> tuple[int, int]:
    """Rows of a tile whose source rows fit into shared memory, and the most source rows that such a tile takes."""
    taken = -(-down.count // 2) * 2
    height = _TILE_HEIGHT
    while True:
        firsts = range(0, down.target, height)
        rows = max(down.starts[min(first + height, down.target) - 1] - down.starts[first] for first in firsts) + taken
        if rows * _ROW_BYTES <= _SHARED_BYTES or height == 1:
            return height, rows
        height //= 2


def _tiles(plane: int, shape: PlaneShape, tile_height: int) -> Iterator[bytes]:
    for row in range(0, shape.height, tile_height):
        for column in range(0, shape.width, TILE):
            yield _TILES.pack(plane, column, row)


def _plane(kind: int, shape: PlaneShape, across: Taps, down: Taps, tile_height: int, tables: array[int]) -> bytes:
    """A `Plane`, with its tables put behind those that are there."""
    starts = _put(tables, across.starts)
    quads, weights = _across_weights(across)
    across_weights = _put(tables, weights)
    rows = _put(tables, down.starts)
    pairs, weights = _down_weights(down)
    down_weights = _put(tables, weights)
    return _PLANE.pack(
        *(kind, across.source, down.source, shape.width, shape.height, tile_height, quads, pairs),
        *(starts, across_weights, rows, down_weights, shape.offset, shape.pitch, shape.step),
    )


def _across_weights(table: Taps) -> tuple[int, list[int]]:
    """Weights in fours, those of all columns for the first four taps first."""
    quads = -(-table.count // 4)
    rows = [_filled(table.row(column), quads * 4) for column in range(table.target)]
    return quads, [_pair(row, at) for quad in range(0, quads * 4, 4) for row in rows for at in (quad, quad + 2)]


def _down_weights(table: Taps) -> tuple[int, list[int]]:
    """Weights in twos, row by row."""
    pairs = -(-table.count // 2)
    rows = (_filled(table.row(row), pairs * 2) for row in range(table.target))
    return pairs, [_pair(row, at) for row in rows for at in range(0, pairs * 2, 2)]


def _filled(row: Sequence[int], count: int) -> list[int]:
    return [*row, *[0] * (count - len(row))]


def _pair(row: Sequence[int], at: int) -> int:
    """Two weights of 16 bits in one int, the first one low; struct refuses what does not fit."""
    return int(struct.unpack("<i", struct.pack("<hh", row[at], row[at + 1]))[0])


def _put(tables: array[int], values: Sequence[int]) -> int:
    """Appends values at an even place, as pairs of ints are read at once; returns the place."""
    if len(tables) % 2:
        tables.append(0)
    tables.extend(values)
    return len(tables) - len(values)


def _aligned(size: int, to: int = _ALIGNMENT) -> int:
    return -(-size // to) * to
