"""The child process: what it cannot do, how it ends, and that the next job never notices."""

import asyncio
import json
import os
import signal
import socket
import sys
import textwrap
import time
from pathlib import Path

import pytest
import pytest_asyncio

from offchain.errors import NotVideoError, SegmentLimitError, WorkerCrashedError, WorkerError, WorkerTimeoutError
from offchain.media.child_process import ChildLimits, ChildProcess
from offchain.media.framing import pack
from offchain.media.sandbox import ChildPool

MODULE = "tests.support.sandbox_jobs"
ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool():
    """One child at a time, with little memory."""
    pool = ChildPool(MODULE, 1, ChildLimits(memory_bytes=600 << 20, message_bytes=4 << 20, cpu_factor=1))
    yield pool
    await pool.close()


async def works(pool: ChildPool) -> None:
    """The next job is done as if nothing had happened."""
    reply = await pool.run("echo", {"n": 1}, (b"body", b""), 5)
    assert (reply.values["arguments"], reply.blobs) == ({"n": 1}, (b"body", b""))


def gone(pid: int) -> bool:
    """Whether no process of that id is left, not even a dead one that nobody waited for."""
    return not Path(f"/proc/{pid}").exists()


def oom_score(process: object) -> int:
    """What the operator or the process itself has added to its score, out of 1000."""
    return int(Path(f"/proc/{process}/oom_score_adj").read_text())


async def until_gone(pid: int) -> None:
    for _ in range(250):
        if gone(pid):
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"process {pid} is still there")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is Linux's")
async def test_t17_a_sealed_child_has_no_files_no_network_no_processes_and_no_secrets(pool, tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("secret")
    hits: list[object] = []
    server = await asyncio.start_server(lambda *connection: hits.append(connection), "127.0.0.1", 0)
    # The canaries are worth something: from here the server can be reached, and the secret is there.
    with socket.create_connection(server.sockets[0].getsockname()):
        pass
    await asyncio.sleep(0)
    arguments = {"path": str(canary), "port": server.sockets[0].getsockname()[1], "victim": os.getpid()}
    os.environ["OFFCHAIN_TEST_SECRET"] = "secret"
    try:
        reply = await pool.run("escape", arguments, (), 10)
    finally:
        del os.environ["OFFCHAIN_TEST_SECRET"]
        server.close()
        await server.wait_closed()
    assert reply.values.pop("environment") == "worked: None"
    assert reply.values.pop("descriptor") == "OSError"
    assert set(reply.values.values()) == {"PermissionError"}
    assert [path.name for path in tmp_path.iterdir()] == ["canary"]
    assert len(hits) == 1


async def test_t34_a_sealed_child_may_still_have_threads(pool):
    assert (await pool.run("threads", {}, (), 10)).values == {"ran": list(range(8))}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says")
async def test_t34_when_memory_is_short_a_child_goes_before_the_node(pool):
    await works(pool)
    (pid,) = pool.pids
    assert oom_score(pid) >= 900 > oom_score("self")


async def test_t15_memory_beyond_the_limit_is_the_segment_s_fault_and_costs_the_child(pool):
    (before,) = pool.pids
    with pytest.raises(SegmentLimitError, match="memory of a worker"):
        await pool.run("allocate", {}, (), 20)
    await works(pool)
    assert pool.pids != (before,)
    await until_gone(before)


async def test_t34_a_job_beyond_its_deadline_is_killed(pool):
    (before,) = pool.pids
    begun = time.monotonic()
    with pytest.raises(WorkerTimeoutError, match=r"sleep was stopped after 0\.2 s"):
        await pool.run("sleep", {"seconds": 60}, (), 0.2)
    assert time.monotonic() - begun < 3
    await works(pool)
    assert gone(before)


async def test_t34_a_job_that_uses_up_its_processor_time_is_ended_by_the_kernel():
    child = ChildProcess(MODULE, ChildLimits(memory_bytes=600 << 20, cpu_factor=0))
    await child.start()
    with pytest.raises(WorkerTimeoutError, match="processor time"):
        await child.run("spin", {}, (), 30)
    assert gone(child.pid)


@pytest.mark.parametrize(("job", "death"), [("abort", "SIGABRT"), ("segfault", "SIGSEGV")])
async def test_t18_a_crash_is_named_and_the_next_job_gets_a_fresh_child(pool, job, death):
    await works(pool)
    (before,) = pool.pids
    with pytest.raises(WorkerCrashedError, match=death):
        await pool.run(job, {}, (), 10)
    await works(pool)
    assert gone(before)


async def test_a_child_killed_from_outside_in_the_middle_of_a_job_is_replaced(pool):
    await works(pool)
    (before,) = pool.pids
    job = asyncio.create_task(pool.run("sleep", {"seconds": 60}, (), 60))
    await asyncio.sleep(0.1)
    os.kill(before, signal.SIGKILL)
    with pytest.raises(WorkerCrashedError, match="SIGKILL"):
        await job
    await works(pool)


async def test_a_child_killed_between_two_jobs_is_not_even_noticed(pool):
    await works(pool)
    (before,) = pool.pids
    os.kill(before, signal.SIGKILL)
    await until_gone(before)
    await works(pool)


async def test_what_a_library_prints_does_not_end_up_between_messages(pool):
    assert (await pool.run("print", {"times": 200_000}, (), 10)).values == {"printed": True}
    await works(pool)


async def test_the_words_of_the_library_come_with_the_error(pool):
    with pytest.raises(NotVideoError, match="no video, says the job") as caught:
        await pool.run("refuse", {}, (), 10)
    assert "the decoder's own words" in "".join(caught.value.__notes__)
    (pid,) = pool.pids
    await works(pool)
    assert pool.pids == (pid,), "an error of a job must not cost the child"


@pytest.mark.parametrize(
    "answer",
    [
        b"\xff\xff\xff\xff",
        b"".join(pack({"id": 0, "result": {}, "cpu_seconds": 0.0})),
        b"".join(pack({"id": 1, "result": 7, "cpu_seconds": 0.0})),
        b"".join(pack({"id": 1, "result": {}, "cpu_seconds": "long"})),
        json.dumps({"blobs": [1 << 40]}).encode().join([(15).to_bytes(4, "big"), b""]) + b" " * 20,
    ],
    ids=["head of gigabytes", "another job's", "no object", "no number", "body of terabytes"],
)
async def test_t34_an_answer_that_is_none_costs_the_child(answer):
    child = ChildProcess(MODULE, ChildLimits(memory_bytes=600 << 20))
    await child.start()
    with pytest.raises(WorkerCrashedError):
        await child.run("lie", {"answer": answer.hex()}, (), 10)
    assert not child.alive
    await child.close()
    assert gone(child.pid)


async def test_a_body_beyond_the_limit_is_not_taken_by_the_child(pool):
    with pytest.raises(WorkerCrashedError):
        await pool.run("echo", {}, (bytes(5 << 20),), 10)
    await works(pool)


async def test_a_cancelled_job_does_not_leave_its_child_behind(pool):
    await works(pool)
    (before,) = pool.pids
    job = asyncio.create_task(pool.run("sleep", {"seconds": 60}, (), 60))
    await asyncio.sleep(0.1)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    await until_gone(before)
    await works(pool)
    assert pool.load == 0


async def test_a_child_is_replaced_after_its_share_of_jobs():
    pool = ChildPool(MODULE, 1, ChildLimits(memory_bytes=600 << 20, jobs=2))
    pids = [(await pool.run("echo", {}, (), 5)).values["pid"] for _ in range(4)]
    await pool.close()
    assert pids[0] == pids[1] != pids[2] == pids[3]
    assert all(gone(pid) for pid in pids)


async def test_jobs_beyond_the_size_of_the_pool_wait_their_turn():
    pool = ChildPool(MODULE, 2, ChildLimits(memory_bytes=600 << 20))
    jobs = [asyncio.create_task(pool.run("sleep", {"seconds": 0.2}, (), 5)) for _ in range(5)]
    await asyncio.sleep(0)
    assert pool.load == 5
    await asyncio.gather(*jobs)
    assert pool.load == 0
    assert len(pool.pids) <= 2
    await pool.close()


async def test_closing_ends_jobs_that_run_and_refuses_new_ones():
    pool = ChildPool(MODULE, 1, ChildLimits(memory_bytes=600 << 20))
    running = asyncio.create_task(pool.run("sleep", {"seconds": 60}, (), 60))
    waiting = asyncio.create_task(pool.run("sleep", {"seconds": 60}, (), 60))
    await asyncio.sleep(1)
    (pid,) = pool.pids
    await pool.close()
    for job in (running, waiting):
        with pytest.raises(WorkerError, match="closed"):
            await job
    with pytest.raises(WorkerError, match="closed"):
        await pool.run("echo", {}, (), 5)
    assert gone(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends children with their parent on Linux")
async def test_t34_no_child_outlives_a_parent_that_is_killed():
    parent = textwrap.dedent(
        f"""
        import asyncio
        from offchain.media.sandbox import ChildPool
        async def main():
            pool = ChildPool({MODULE!r}, 1)
            job = asyncio.create_task(pool.run("sleep", {{"seconds": 60}}, (), 60))
            while not pool.pids:
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.5)
            print(*pool.pids, flush=True)
            await job
        asyncio.run(main())
        """
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", parent, stdout=pipe, env=environment)
    pid = int(await process.stdout.readline())
    assert not gone(pid)
    process.kill()
    await process.wait()
    await until_gone(pid)


async def test_a_module_without_jobs_is_a_child_that_does_not_start():
    child = ChildProcess("json", ChildLimits())
    with pytest.raises(WorkerCrashedError, match="did not start") as caught:
        await child.start()
    assert "JOBS" in "".join(caught.value.__notes__)
