"""Looks at segments in a child process: what one is, and how many pixels it decodes to."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeVar, get_type_hints

from offchain.errors import WorkerCrashedError
from offchain.media.jobs import limits_to
from offchain.media.limits import SegmentLimits
from offchain.media.probe import MediaInfo, PixelCount
from offchain.media.sandbox import ChildLimits, ChildPool
from offchain.types import Container

__all__ = ["Inspector"]

T = TypeVar("T", MediaInfo, PixelCount)


class Inspector:
    """Describes and counts; safe to call from many tasks of one event loop."""

    def __init__(
        self,
        processes: int = 1,
        *,
        deadline_s: float = 20.0,
        limits: SegmentLimits | None = None,
        child_limits: ChildLimits | None = None,
    ) -> None:
        """Children start when they are needed.

        Args:
            processes: segments looked at at the same time.
            deadline_s: seconds for one look.
            limits: what a segment may be.
            child_limits: what a child process may take.
        """
        self._pool = ChildPool("offchain.media.jobs", processes, child_limits)
        self._deadline_s = deadline_s
        self._limits = limits_to(limits or SegmentLimits())

    async def probe(self, data: bytes, container: Container) -> MediaInfo:
        """Describes a segment without decoding it.

        Raises:
            MediaError: the segment cannot be worked on.
            WorkerError: the child failed.
        """
        values = await self._run("probe", data, container)
        return _checked(MediaInfo, values | {"fps": Fraction(str(values.get("fps", "0")))})

    async def count_pixels(self, data: bytes, container: Container) -> PixelCount:
        """Decodes a segment and counts frames and pixels.

        Raises:
            MediaError: the segment cannot be worked on.
            WorkerError: the child failed.
        """
        return _checked(PixelCount, await self._run("count_pixels", data, container))

    async def close(self) -> None:
        """Ends the children."""
        await self._pool.close()

    async def _run(self, job: str, data: bytes, container: Container) -> dict[str, Any]:
        arguments = {"container": container.name, "limits": self._limits}
        return (await self._pool.run(job, arguments, (data,), self._deadline_s)).values


def _checked(kind: type[T], values: Mapping[str, Any]) -> T:
    """The values as an object, if they are of its types: the child that sent them is not trusted."""
    hints = get_type_hints(kind)
    if set(values) != set(hints) or any(type(values[name]) is not hint for name, hint in hints.items()):
        raise WorkerCrashedError("worker process sent values of another form")
    return kind(**values)
