"""Makes renditions once more in child processes, to see whether delivered ones are what they should be."""

from __future__ import annotations

from offchain.errors import WorkerCrashedError
from offchain.media.agreement import Agreement, Verdict
from offchain.media.jobs import limits_to
from offchain.media.limits import SegmentLimits
from offchain.media.profiles import check_profile, profile_to
from offchain.media.sandbox import ChildLimits, ChildPool
from offchain.types import Container, RenditionProfile

__all__ = ["Remaker"]

_MAX_TEXT = 500


class Remaker:
    """Verifies; safe to call from many tasks of one event loop."""

    def __init__(
        self,
        processes: int = 1,
        *,
        deadline_s: float = 60.0,
        limits: SegmentLimits | None = None,
        child_limits: ChildLimits | None = None,
    ) -> None:
        """Children start when they are needed.

        Args:
            processes: renditions made again at the same time.
            deadline_s: seconds for one.
            limits: what a segment and a rendition may be.
            child_limits: what a child process may take.
        """
        self._pool = ChildPool("offchain.workers.jobs", processes, child_limits)
        self._deadline_s, self._limits = deadline_s, limits_to(limits or SegmentLimits())

    async def verify(self, data: bytes, container: Container, profile: RenditionProfile, rendition: bytes) -> Verdict:
        """How far a rendition agrees with the one that is made here; as `offchain.workers.verify.verify`.

        Raises:
            MediaError: the segment or the profile cannot be worked on.
            WorkerError: the child failed; of the rendition nothing is known then.
        """
        check_profile(profile)
        arguments = {"container": container.name, "profile": profile_to(profile), "limits": self._limits}
        values = (await self._pool.run("verify", arguments, (data, rendition), self._deadline_s)).values
        try:
            distance = values["distance"]
            return Verdict(
                Agreement(values["agreement"]),
                str(values["reason"])[:_MAX_TEXT],
                None if distance is None else int(distance),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise WorkerCrashedError(f"worker process sent values of another form: {error}") from error

    async def close(self) -> None:
        """Ends the children."""
        await self._pool.close()
