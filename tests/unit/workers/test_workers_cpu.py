"""The worker in its child processes: it does the work, and outlives what comes in."""

import asyncio
import os
import resource
import signal
import time

import pytest
import pytest_asyncio

from offchain.errors import (
    MediaError,
    NoKeyFrameError,
    NotVideoError,
    ProfileError,
    SegmentLimitError,
    TruncatedSegmentError,
    UnsupportedCodecError,
    WorkerCrashedError,
    WorkerError,
    WorkerTimeoutError,
)
from offchain.media.child_process import ChildLimits
from offchain.media.limits import SegmentLimits
from offchain.media.profiles import BENCHMARK_LADDER, DEFAULT_LADDER, PRESETS
from offchain.types import Container, RenditionProfile
from offchain.workers.cpu import CpuWorker
from offchain.workers.protocol import TranscodeJob, TranscodeResult, Worker
from offchain.workers.transcode import transcode
from tests.support.clips import SINTEL, clip, flipped, handmade, many_streams, truncated, without_start

pytestmark = pytest.mark.asyncio(loop_scope="module")

SMALL = (RenditionProfile("small", 160, 90, 100_000),)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def worker():
    """One child."""
    worker = CpuWorker(1)
    yield worker
    await worker.close()


def job(data: bytes, *, ms: int = 0, profiles=SMALL, container=Container.MPEGTS, deadline=None) -> TranscodeJob:
    return TranscodeJob(data, container, ms, profiles, "session", deadline)


async def works(worker: CpuWorker) -> TranscodeResult:
    """The next job is done as if nothing had happened."""
    result = await worker.transcode(job(clip(), ms=1000))
    assert [rendition.frames for rendition in result.renditions] == [30]
    return result


async def test_a_worker_is_what_the_protocol_says(worker):
    assert isinstance(worker, Worker)
    assert (worker.name, worker.capacity, worker.load) == ("cpu", 1, 0)
    assert {"H264", "MPEGTS", "MP4", "GOP", "ProfileH264ConstrainedHigh"} <= worker.capabilities()
    await worker.end_session("never heard of")


async def test_a_child_makes_the_bytes_that_are_made_here(worker):
    data = clip()
    result = await worker.transcode(job(data, ms=1000, profiles=DEFAULT_LADDER))
    here = transcode(data, Container.MPEGTS, 1000, DEFAULT_LADDER, SegmentLimits())
    assert result.renditions == here.renditions
    assert (result.decoded_frames, result.decoded_pixels) == (here.decoded_frames, here.decoded_pixels)
    assert result.device == "cpu"
    assert result.cpu_seconds > 0
    assert result.seconds > 0
    assert result.pixels == sum(rendition.pixels for rendition in here.renditions)


BAD: list[tuple[str, TranscodeJob, type[MediaError]]] = [
    ("no bytes", job(b""), NotVideoError),
    ("text", job(b"hello " * 2000), NotVideoError),
    ("another container", job(clip(), container=Container.MP4), NotVideoError),
    ("a playlist", job(b"#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:1/x.ts\n"), NotVideoError),
    ("another codec", job(clip(codec="mpeg2video", frames=5, fps=25)), UnsupportedCodecError),
    ("no key frame", job(without_start(clip(frames=60, b_frames=0))), NoKeyFrameError),
    ("absurd dimensions", job(handmade(16384, 16384)), SegmentLimitError),
    ("large dimensions", job(handmade(4096, 4096)), SegmentLimitError),
    ("largest picture without content", job(handmade(4096, 2304)), TruncatedSegmentError),
    ("truncated", job(truncated(clip(frames=60), 0.4), ms=2000), TruncatedSegmentError),
    ("two hours in two seconds", job(handmade(64, 64, (900_000, 900_000 + 7200 * 90_000)), ms=2000), SegmentLimitError),
    ("a thousand frames a second", job(handmade(64, 64, tuple(range(900_000, 903_000, 5)))), SegmentLimitError),
    ("times backwards", job(handmade(64, 64, tuple(range(930_000, 900_000, -3000)))), TruncatedSegmentError),
    ("streams", job(many_streams(17)), SegmentLimitError),
    ("damaged all over", job(flipped(clip(frames=60, audio=False), 500, 1)), MediaError),
    ("impossible profile", job(clip(), profiles=(RenditionProfile("p", 5000, 90, 100_000),)), ProfileError),
    ("no profile", job(clip(), profiles=()), ProfileError),
]


@pytest.mark.parametrize(("what", "bad", "error"), BAD, ids=[what for what, _, _ in BAD])
async def test_a_bad_input_has_its_error_and_the_next_job_is_done(worker, what, bad, error):
    await works(worker)
    before = worker.pids
    with pytest.raises(error):
        await worker.transcode(bad)
    await works(worker)
    assert worker.pids == before, "an error of the segment must not cost the child"


async def test_t18_no_mutation_of_a_segment_takes_the_worker_down(worker):
    data = clip(frames=12, audio=True)
    outcomes = []
    for seed in range(60):
        mutated = flipped(data, bits=1 + seed % 40 * 3, seed=seed)
        try:
            outcomes.append((await worker.transcode(job(mutated))).corrupt_frames)
        except MediaError as error:
            outcomes.append(type(error).__name__)
    assert len(set(outcomes)) > 1
    await works(worker)


async def test_t15_a_bomb_leaves_no_trace_in_the_node(worker):
    await works(worker)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()
    for size in ((16384, 16384), (4096, 4096), (8192, 4096)):
        with pytest.raises(SegmentLimitError):
            await worker.transcode(job(handmade(*size)))
    assert time.monotonic() - begun < 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4096  # KiB


async def test_t15_a_segment_that_needs_more_memory_than_a_child_has_is_refused():
    large = RenditionProfile("large", 4096, 2304, 10_000_000)
    ladder = tuple(RenditionProfile(f"large{n}", 4096, 2304, 10_000_000) for n in range(6))
    worker = CpuWorker(1, child_limits=ChildLimits(memory_bytes=700 << 20))
    try:
        with pytest.raises((SegmentLimitError, ProfileError, WorkerCrashedError)):
            await worker.transcode(job(clip(frames=60), profiles=(large, *ladder), deadline=60))
        await works(worker)
    finally:
        await worker.close()


async def test_a_child_killed_while_it_works_is_named_and_replaced(worker):
    await works(worker)
    (pid,) = worker.pids
    task = asyncio.create_task(worker.transcode(job(SINTEL.read_bytes(), profiles=BENCHMARK_LADDER)))
    await asyncio.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(WorkerCrashedError, match="SIGKILL"):
        await task
    await works(worker)
    assert worker.pids != (pid,)


async def test_a_job_beyond_its_deadline_is_stopped_and_the_next_one_is_done(worker):
    with pytest.raises(WorkerTimeoutError, match=r"stopped after 0\.3 s"):
        await worker.transcode(job(SINTEL.read_bytes(), profiles=BENCHMARK_LADDER, deadline=0.3))
    await works(worker)


async def test_segments_run_beside_each_other_up_to_the_capacity():
    worker = CpuWorker(2)
    try:
        assert worker.capacity == 2
        tasks = [asyncio.create_task(worker.transcode(job(clip(frames=20 + n)))) for n in range(5)]
        await asyncio.sleep(0)
        assert worker.load == 5
        results = await asyncio.gather(*tasks)
        assert [result.renditions[0].frames for result in results] == [20, 21, 22, 23, 24]
        assert len(worker.pids) <= 2
        assert worker.load == 0
    finally:
        await worker.close()
    with pytest.raises(WorkerError, match="closed"):
        await worker.transcode(job(clip()))


async def test_t34_one_bad_segment_does_not_disturb_its_neighbours():
    worker = CpuWorker(2)
    try:
        good = [asyncio.create_task(worker.transcode(job(clip(frames=40 + n)))) for n in range(4)]
        bad = [asyncio.create_task(worker.transcode(job(b"junk" * n))) for n in range(4)]
        results = await asyncio.gather(*good, *bad, return_exceptions=True)
    finally:
        await worker.close()
    assert [result.renditions[0].frames for result in results[:4]] == [40, 41, 42, 43]
    assert all(isinstance(result, NotVideoError) for result in results[4:])


async def test_thirty_segments_later_a_child_is_no_larger(worker):
    def resident() -> int:
        (pid,) = worker.pids
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    for _ in range(5):
        await works(worker)
    before = resident()
    for _ in range(30):
        await works(worker)
    assert resident() - before < 16 << 20


async def test_presets_of_the_network_can_all_be_made(worker):
    names = sorted(PRESETS)
    for ladder in (names[:7], names[7:]):
        result = await worker.transcode(
            job(clip(frames=6, b_frames=0), profiles=tuple(PRESETS[name] for name in ladder), deadline=60)
        )
        assert [rendition.profile.name for rendition in result.renditions] == ladder
