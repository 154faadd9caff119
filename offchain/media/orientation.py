"""How a picture is to be turned before it is shown; carried on, never applied: samples and sizes stay as they are.

MP4 says it once, as a matrix for the track. MPEG-TS has no such place, there H.264 says it with every picture, in a
message of its own. Source: ISO/IEC 14496-12 8.3.2 (matrix); ITU-T H.264 D.1.26, D.2.26 (display orientation).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from av.video.frame import VideoFrame

from offchain.media.h264 import before_slices

__all__ = ["Orientation"]

_ONE = 1 << 16
_SEI, _DISPLAY_ORIENTATION = 6, 47
# The four terms of a matrix that turn, and what they are as quarters turned to the left, after which left and right
# are exchanged or not.
_TURNS = {
    (0, -1, 1, 0): (1, False),
    (-1, 0, 0, -1): (2, False),
    (0, 1, -1, 0): (3, False),
    (-1, 0, 0, 1): (0, True),
    (0, 1, 1, 0): (1, True),
    (1, 0, 0, -1): (2, True),
    (0, -1, -1, 0): (3, True),
}


@dataclass(frozen=True, slots=True)
class Orientation:
    """A display matrix: nine integers, row by row, 65536 being one."""

    matrix: tuple[int, ...]

    @classmethod
    def of(cls, frame: VideoFrame) -> Orientation | None:
        """That of a decoded frame; None when it is shown as it is."""
        parts: Any = frame.side_data
        found = next((part for part in parts if part.type.name == "DISPLAYMATRIX"), None)
        if found is None or len(bytes(found)) != 36:
            return None
        matrix = struct.unpack("=9i", bytes(found))
        return None if (matrix[0], matrix[1], matrix[3], matrix[4]) == (_ONE, 0, 0, _ONE) else cls(matrix)

    def into_picture(self, data: bytes) -> bytes:
        """An access unit with start codes that says how it is to be turned.

        Only turns by quarters and mirrored ones can be said there; for others the data is returned as it is.
        """
        message = self._message()
        return data if message is None else before_slices(data, message)

    def _message(self) -> bytes | None:
        a, b, c, d = (self.matrix[place] / _ONE for place in (0, 1, 3, 4))
        turn = _TURNS.get((round(a), round(b), round(c), round(d))) if {abs(a), abs(b)} == {0.0, 1.0} else None
        if turn is None:
            return None
        quarters, mirrored = turn
        # Not cancelled, mirrored left to right or not, not upside down, the angle, for this picture alone, no
        # extension; then bits to the end of the byte.
        bits = f"0{mirrored:d}0{quarters << 14:016b}10" + "100"
        payload = int(bits, 2).to_bytes(3, "big")
        return bytes((_SEI, _DISPLAY_ORIENTATION, len(payload))) + payload + b"\x80"
