"""Two manners of encoding, the hashes that come with results, and a device that fails."""

import io
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

import av
import pytest

from offchain.errors import DeviceError
from offchain.media.limits import SegmentLimits
from offchain.media.perceptual import hash_distance, perceptual_hash
from offchain.media.profiles import BENCHMARK_LADDER
from offchain.media.source import Source
from offchain.types import Container, RenditionProfile
from offchain.workers.cpu import CpuWorker
from offchain.workers.pictures import CpuPictures
from offchain.workers.protocol import Mode, TranscodeJob
from offchain.workers.settings import WorkerSettings, open_worker
from offchain.workers.transcode import Manner, transcode
from tests.support.clips import SINTEL, clip

LIMITS = SegmentLimits()
LADDER = (RenditionProfile("small", 160, 90, 100_000), RenditionProfile("fast", 320, 180, 300_000, Fraction(60)))


def make(data: bytes, manner: Manner, *profiles: RenditionProfile):
    return transcode(data, Container.MPEGTS, 0, profiles or LADDER, LIMITS, manner)


def b_frames(data: bytes) -> int:
    with av.open(io.BytesIO(data)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    return sum(packet.pts != packet.dts for packet in packets)


def test_live_renditions_have_the_same_frames_and_look_alike_and_hold_no_frame_back():
    data = SINTEL.read_bytes()
    plain = make(data, Manner(), *BENCHMARK_LADDER[:2])
    live = make(data, Manner(Mode.LIVE), *BENCHMARK_LADDER[:2])
    for one, other in zip(plain.renditions, live.renditions, strict=True):
        counts = [(r.frames, r.pixels, r.width, r.height, r.duration_ms, r.fps) for r in (one, other)]
        assert counts[0] == counts[1]
        hashes = [perceptual_hash(r.data, Container.MPEGTS, LIMITS) for r in (one, other)]
        assert (hash_distance(*hashes) or 0) <= 4
        assert len(other.data) == pytest.approx(len(one.data), rel=0.25)
        assert b_frames(other.data) == 0


def test_a_result_has_the_sha256_of_every_rendition():
    for rendition in make(clip(), Manner()).renditions:
        assert rendition.sha256 == sha256(rendition.data).digest()
        assert rendition.perceptual_hash is None


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_worker_has_a_mode_and_gives_hashes_where_they_are_asked_for(mode):
    worker = open_worker(WorkerSettings(worker_processes=1, worker_mode=mode.value))
    try:
        job = TranscodeJob(clip(), Container.MPEGTS, 1000, LADDER)
        plain = await worker.transcode(job)
        hashed = await worker.transcode(replace(job, perceptual_hashes=True))
    finally:
        await worker.close()
    assert (plain.mode, plain.device, plain.fallback) == (mode, "cpu", "")
    for one, other in zip(plain.renditions, hashed.renditions, strict=True):
        assert one.perceptual_hash is None
        assert other.perceptual_hash == perceptual_hash(other.data, Container.MPEGTS, LIMITS)
        assert other.sha256 == sha256(other.data).digest()
        if mode is Mode.VERIFIABLE:
            assert one.sha256 == other.sha256


async def test_verifiable_is_what_a_worker_does_unless_told_otherwise():
    assert WorkerSettings().worker_mode == "verifiable"
    worker = CpuWorker(1)
    try:
        result = await worker.transcode(TranscodeJob(clip(), Container.MPEGTS, 1000, LADDER))
    finally:
        await worker.close()
    assert [r.data for r in result.renditions] == [r.data for r in make(clip(), Manner()).renditions]


class Failing(CpuPictures):
    """A device that gives up: when it is opened, while it decodes, or while a rendition scales."""

    device = "cuda:7"
    closed = 0

    def __init__(self, source: Source, limits: SegmentLimits, stage: str) -> None:
        super().__init__(source, limits)
        self.stage = stage
        if stage == "start":
            raise DeviceError(self.device, stage, "no driver")

    def frames(self) -> Iterator[av.VideoFrame | None]:
        for number, frame in enumerate(super().frames()):
            if number == 20 and self.stage == "decode":
                raise DeviceError(self.device, self.stage, "the GPU has fallen off the bus")
            yield frame

    def scalers(self, first, sizes):
        return [Breaking(scaler, self) for scaler in super().scalers(first, sizes)]

    def close(self) -> None:
        Failing.closed += 1


class Breaking:
    def __init__(self, scaler, pictures: Failing) -> None:
        self._scaler, self._pictures, self._scaled = scaler, pictures, 0

    def scale(self, picture):
        self._scaled += 1
        if self._scaled == 12 and self._pictures.stage == "scale":
            raise DeviceError(self._pictures.device, "scale", "out of memory")
        return self._scaler.scale(picture)


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        ("start", "cuda:7, start: no driver"),
        ("decode", "cuda:7, decode: the GPU has fallen off the bus"),
        ("scale", "cuda:7, scale: out of memory"),
    ],
)
def test_a_segment_that_a_device_fails_at_is_made_on_the_processor_and_says_why(stage, reason):
    before = Failing.closed
    done = make(clip(), Manner(pictures=lambda source, limits: Failing(source, limits, stage)))
    assert (done.device, done.fallback) == ("cpu", reason)
    assert Failing.closed - before == (stage != "start"), "the device is let go"
    plain = make(clip(), Manner())
    assert [r.data for r in done.renditions] == [r.data for r in plain.renditions]
    assert (done.decoded_frames, done.decoded_pixels) == (plain.decoded_frames, plain.decoded_pixels)


def test_a_device_that_does_the_work_is_named_in_the_result():
    done = make(clip(), Manner(pictures=lambda source, limits: Failing(source, limits, "")))
    assert (done.device, done.fallback) == ("cuda:7", "")
    assert [r.data for r in done.renditions] == [r.data for r in make(clip(), Manner()).renditions]
