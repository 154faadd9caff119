"""Pictures of two fields made whole: a ladder shows no combs, and a picture stays a picture.

Fields are interpolated where the decoder calls a frame interlaced, and other frames pass as they are; one frame comes
out for each that goes in, at its own time, so that nothing that is counted changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
from av.video.frame import VideoFrame

from offchain.media.source import CLOCK

__all__ = ["progressive"]

_TICK = Fraction(1, CLOCK)
_FILTER = "mode=send_frame:deint=interlaced"


def progressive(frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """The frames, deinterlaced from the first interlaced one on.

    Args:
        frames: in memory, with times and durations in ticks of `CLOCK`, times rising.
    """
    graph: _Deinterlacer | None = None
    for frame in frames:
        if graph is not None and not graph.fits(frame):
            yield from graph.push(None)
            graph = None
        if graph is None and not frame.interlaced_frame:
            yield frame
            continue
        graph = graph or _Deinterlacer(frame)
        yield from graph.push(frame)
    if graph is not None:
        yield from graph.push(None)


class _Deinterlacer:
    """A filter that is one frame behind; for pictures of one size and format."""

    def __init__(self, frame: VideoFrame) -> None:
        self._shape = (frame.width, frame.height, frame.format.name)
        self._durations: dict[int, int] = {}
        self._graph = av.filter.Graph()
        self._graph.threads = 1
        entry = self._graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=_TICK)
        steps = (self._graph.add("yadif", _FILTER), self._graph.add("buffersink"))
        for step in steps:
            entry.link_to(step)
            entry = step
        self._graph.configure()

    def fits(self, frame: VideoFrame) -> bool:
        return self._shape == (frame.width, frame.height, frame.format.name)

    def push(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        if frame is not None and frame.pts is not None:
            self._durations[frame.pts] = frame.duration
        self._graph.push(frame)
        while True:
            try:
                made = self._graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            # The filter counts in halves of our ticks.
            made.pts = round((made.pts or 0) * (made.time_base or _TICK) * CLOCK)
            made.time_base = _TICK
            made.duration = self._durations.pop(made.pts, 0)
            yield made
