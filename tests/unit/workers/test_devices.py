"""The device of a worker: named, tried out, reported; and a worker that outlives its device."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from offchain.errors import SettingsError, WorkerTimeoutError
from offchain.media.child_process import ChildLimits
from offchain.types import Container, RenditionProfile
from offchain.workers import devices
from offchain.workers.cpu import CpuWorker
from offchain.workers.cuda.worker import CudaWorker
from offchain.workers.devices import DeviceReport, device_environment, examine, find_device
from offchain.workers.protocol import TranscodeJob, Worker
from offchain.workers.settings import WorkerSettings, open_worker
from tests.support.clips import clip
from tests.support.scaling import compiler

ROOT = Path(__file__).resolve().parents[3]
REPORT = DeviceReport("cuda:0", "", "a device that is none", memory_bytes=8 << 30)
LADDER = (RenditionProfile("small", 160, 90, 100_000),)

compiled = pytest.mark.skipif(compiler() is None, reason="no C++ compiler here: g++, clang++ or c++")
no_device = pytest.mark.skipif(os.path.exists("/dev/nvidiactl"), reason="there is a driver here")


def job(frames: int = 12, deadline: float | None = None) -> TranscodeJob:
    return TranscodeJob(clip(frames=frames, audio=False), Container.MPEGTS, 0, LADDER, "session", deadline)


@pytest.mark.parametrize("device", ["gpu", "cuda", "cuda:", "cuda:x", "cuda:-1", "CPU", "", "cuda:0 "])
def test_a_device_that_nobody_knows_is_refused(device):
    with pytest.raises((SettingsError, ValueError)):
        WorkerSettings(worker_device=device)


@pytest.mark.parametrize(
    ("device", "visible", "number"),
    [
        ("cuda:0", None, "0"),
        ("cuda:3", None, "3"),
        ("cuda:1", "2,5", "5"),
        ("cuda:2", "2,5", "-1"),
        ("cuda:0", "GPU-8a", "GPU-8a"),
    ],
)
def test_a_process_sees_one_device_the_one_that_the_node_means(device, visible, number):
    environ = {"SECRET": "s", "LD_LIBRARY_PATH": "/l"} | ({} if visible is None else {"CUDA_VISIBLE_DEVICES": visible})
    made = device_environment(device, environ)
    assert (made["CUDA_VISIBLE_DEVICES"], made["OFFCHAIN_DEVICE"], made["LD_LIBRARY_PATH"]) == (number, device, "/l")
    assert "SECRET" not in made
    assert not made["OFFCHAIN_DEVICE_FILES"]
    assert device_environment(device, environ, files=True)["OFFCHAIN_DEVICE_FILES"] == "1"


@pytest.mark.parametrize(
    ("module", "reason"),
    [("this", "ended with 0"), ("offchain.no_such", "No module named"), ("timeit", "no answer within 0.1 s")],
)
def test_a_process_that_tries_a_device_may_do_what_it_likes(module, reason, monkeypatch):
    monkeypatch.setattr(devices, "_CHECK", module)
    report = examine("cuda:0", patience_s=0.1 if module == "timeit" else 20)
    assert not report.usable
    assert reason in report.reason


def test_nothing_imports_cuda_until_a_cuda_worker_starts():
    """Not the commands, not a worker that has been opened, not even the one for a device."""
    program = """
import json, sys
import offchain.cli, offchain.workers.settings, offchain.workers.jobs, offchain.workers.cuda.worker
import offchain.workers.cuda.held
from offchain.workers.settings import WorkerSettings, open_worker
workers = [open_worker(WorkerSettings(worker_device=device)) for device in ("auto", "cpu", "cuda:0")]
json.dump(sorted({name.partition(".")[0] for name in sys.modules} & {"cuda", "numpy", "cupy", "torch"}), sys.stdout)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []


@no_device
async def test_a_device_that_is_missing_is_named_in_every_result_unless_nobody_asked_for_it():
    for device, named in (("auto", False), ("cpu", False), ("cuda:0", True), ("cuda:7", True)):
        worker = open_worker(WorkerSettings(worker_device=device, worker_processes=1))
        assert isinstance(worker, CpuWorker)
        try:
            result = await worker.transcode(job())
        finally:
            await worker.close()
        assert result.device == "cpu"
        assert result.fallback.startswith(f"{device}, start: ") is named
        assert bool(result.fallback) is named


@no_device
async def test_a_process_whose_device_does_not_open_works_and_says_so():
    worker = CudaWorker(REPORT, 1)
    try:
        result = await worker.transcode(job())
    finally:
        await worker.close()
    assert result.device == "cpu"
    assert result.fallback.startswith("cuda:0, start: ")


def test_a_device_that_works_is_worked_on(monkeypatch):
    found = replace(REPORT, environment={"CUDA_VISIBLE_DEVICES": "0"})
    monkeypatch.setattr("offchain.workers.settings.find_device", lambda wanted, files: found)
    worker = open_worker(WorkerSettings(worker_device="cuda:0", worker_processes=4))
    assert isinstance(worker, CudaWorker)
    assert isinstance(worker, Worker)
    assert (worker.name, worker.capacity, worker.load, worker.pids) == ("cuda:0", 4, 0, ())
    assert worker.capabilities() == CpuWorker(1).capabilities()
    assert CudaWorker(replace(found, memory_bytes=2 << 30), 16).capacity == 2, "as many as its memory holds"
    assert CudaWorker(replace(found, memory_bytes=0), 16).capacity == 1


def test_the_first_device_is_tried_where_one_could_be(monkeypatch):
    asked = []
    monkeypatch.setattr(devices, "_missing", lambda: "")
    monkeypatch.setattr(devices, "examine", lambda device, files: asked.append((device, files)) or REPORT)
    assert find_device("auto") is find_device("cuda:2", files=True) is REPORT
    assert find_device("cpu") is None
    assert str(REPORT) == "pictures are scaled on cuda:0 (a device that is none), decoding there"
    monkeypatch.setattr(devices, "_missing", lambda: "no CUDA driver on this machine")
    assert str(find_device("auto")) == "work is done on the processor: no CUDA driver on this machine"
    assert asked == [("cuda:0", False), ("cuda:2", True)]


@pytest_asyncio.fixture
async def on_device():
    """Makes workers whose children hold a device that is none, and that fails where it is told to."""
    opened = []

    def open_one(fails: str = "") -> CudaWorker:
        report = replace(REPORT, environment={"TEST_FAILS": fails})
        opened.append(CudaWorker(report, 1, jobs="tests.support.host_gpu_jobs"))
        return opened[-1]

    yield open_one
    await asyncio.gather(*(worker.close() for worker in opened))


@compiled
async def test_a_worker_on_a_device_gives_the_bytes_of_one_without(on_device):
    worker, plain = on_device(), CpuWorker(1)
    try:
        results = [await one.transcode(job()) for one in (worker, plain)]
    finally:
        await plain.close()
    assert results[0].renditions == results[1].renditions
    assert [(result.device, result.fallback) for result in results] == [("cuda:0", ""), ("cpu", "")]


@compiled
async def test_a_device_that_fails_in_the_middle_costs_its_process_and_no_segment(on_device):
    worker = on_device("scale:20")  # the trial takes 12
    first = await worker.transcode(job(6))
    before = worker.pids
    second = await worker.transcode(job(6))
    third = await worker.transcode(job(6))
    assert (first.device, first.fallback) == ("cuda:0", "")
    assert (second.device, second.fallback) == ("cpu", "cuda:0, scale: CUDA_ERROR_ILLEGAL_ADDRESS")
    assert (third.device, third.fallback) == ("cuda:0", "")
    assert first.renditions == second.renditions == third.renditions
    assert worker.pids != before


async def kill_at_work(worker: CudaWorker) -> None:
    """Kills the process that holds the device as soon as there is one."""
    async with asyncio.timeout(20):
        while not worker.pids_on_device:  # noqa: ASYNC110 processes have no event for this
            await asyncio.sleep(0.01)
    os.kill(worker.pids_on_device[0], signal.SIGKILL)


@compiled
async def test_a_segment_whose_process_dies_is_made_by_the_processor_and_after_three_the_device_rests(on_device):
    worker = on_device()
    expected = (await worker.transcode(job(60))).renditions
    for _ in range(3):
        task = asyncio.create_task(worker.transcode(job(60)))
        await asyncio.sleep(0)
        await kill_at_work(worker)
        result = await task
        assert (result.device, result.renditions) == ("cpu", expected)
        assert "SIGKILL" in result.fallback
    rested = await worker.transcode(job(60))
    assert (rested.device, rested.renditions) == ("cpu", expected)
    assert rested.fallback == "cuda:0 rests after 3 crashes in a row"
    assert worker.pids_on_device == ()


@compiled
async def test_a_deadline_holds_for_both_tries_together(on_device):
    worker = on_device()
    await worker.transcode(job())
    task = asyncio.create_task(worker.transcode(job(900, deadline=0.15)))
    await asyncio.sleep(0.1)
    await kill_at_work(worker)
    with pytest.raises(WorkerTimeoutError):
        await task


async def test_a_worker_on_a_device_takes_limits_like_any_other():
    worker = CudaWorker(REPORT, 2, child_limits=ChildLimits(jobs=3))
    assert worker.capacity == 2
    await worker.end_session("never heard of")
    await worker.close()
