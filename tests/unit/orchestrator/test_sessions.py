"""Sessions: capacity, order, idleness, end (facts: offchain 6.1)."""

import asyncio

import pytest

from offchain.errors import CapacityError
from offchain.orchestrator.sessions import SessionTable


class Ended(list):
    async def __call__(self, session_id):
        self.append(session_id)


@pytest.fixture
def ended():
    return Ended()


@pytest.fixture
async def table(ended):
    table = SessionTable(2, 70.0, ended)
    yield table
    await table.drain(0)


async def test_a_session_too_many_is_refused_and_known_ones_are_not(table):
    table.enter("a")
    table.enter("b")
    for refused in (lambda: table.enter("c"), table.check_room, lambda: table.check_room("c")):
        with pytest.raises(CapacityError, match=r"^OrchestratorCapped$"):
            refused()
    table.check_room("a")
    assert table.enter("b") is table.enter("b")


async def test_segments_of_a_session_are_worked_off_in_order_one_at_a_time(table):
    running, done = 0, []

    async def work(number):
        nonlocal running
        running += 1
        assert running == 1
        await asyncio.sleep(0.001)
        running -= 1
        done.append(number)
        return number

    session = table.enter("a")
    results = await asyncio.gather(*(session.submit(lambda n=number: work(n)) for number in range(4)))
    assert results == done == [0, 1, 2, 3]


async def test_four_segments_wait_and_one_more_is_refused(table):
    gate = asyncio.Event()
    session = table.enter("a")
    running = session.submit(gate.wait)
    await asyncio.sleep(0)
    waiting = [session.submit(gate.wait) for _ in range(4)]
    with pytest.raises(CapacityError, match=r"^OrchestratorBusy$"):
        session.submit(gate.wait)
    gate.set()
    await asyncio.gather(running, *waiting)
    await session.submit(gate.wait)


async def test_of_segments_that_come_at_once_as_many_are_taken(table):
    """The first has not left the line when the fifth arrives."""
    gate = asyncio.Event()
    session = table.enter("a")
    taken = [session.submit(gate.wait) for _ in range(5)]
    with pytest.raises(CapacityError, match=r"^OrchestratorBusy$"):
        session.submit(gate.wait)
    gate.set()
    await asyncio.gather(*taken)


async def test_a_failing_segment_does_not_end_the_session(table):
    async def fail():
        raise ValueError("no video")

    async def succeed():
        return 1

    session = table.enter("a")
    with pytest.raises(ValueError, match="no video"):
        await session.submit(fail)
    assert await session.submit(succeed) == 1


async def test_an_idle_session_ends_and_makes_room(ended):
    table = SessionTable(1, 0.02, ended)
    table.enter("a")
    await asyncio.sleep(0.1)
    assert ended == ["a"]
    table.enter("b")
    await table.drain(0)


async def test_work_keeps_a_session_alive_longer_than_its_idle_time(ended):
    table = SessionTable(1, 0.05, ended)
    session = table.enter("a")
    await session.submit(lambda: asyncio.sleep(0.15))
    assert ended == []
    await table.drain(0)


async def test_ending_a_session_tells_those_who_wait(table, ended):
    gate = asyncio.Event()
    session = table.enter("a")
    results = [session.submit(gate.wait) for _ in range(3)]
    await asyncio.sleep(0)
    await table.end("a")
    for result in results:
        with pytest.raises(CapacityError, match="session ended"):
            await result
    assert ended == ["a"]
    assert len(table) == 0
    with pytest.raises(CapacityError):
        session.submit(gate.wait)
    await table.end("never seen")


async def test_work_is_done_even_if_whoever_waited_has_gone(table):
    gate, done = asyncio.Event(), asyncio.Event()

    async def work():
        await gate.wait()
        done.set()

    waiting = asyncio.ensure_future(asyncio.shield(table.enter("a").submit(work)))
    await asyncio.sleep(0)
    waiting.cancel()
    gate.set()
    await asyncio.wait_for(done.wait(), 1)


async def test_draining_finishes_what_is_in_line_and_refuses_more(table):
    session = table.enter("a")
    results = [session.submit(lambda: asyncio.sleep(0.01, "done")) for _ in range(3)]
    draining = asyncio.create_task(table.drain(5))
    await asyncio.sleep(0)
    with pytest.raises(CapacityError, match="OrchestratorCapped"):
        table.enter("a")
    await draining
    assert [result.result() for result in results] == ["done"] * 3
    assert len(table) == 0


async def test_draining_gives_up_after_the_grace(table):
    stuck = table.enter("a").submit(asyncio.Event().wait)
    await asyncio.wait_for(table.drain(0.05), 1)
    with pytest.raises(CapacityError):
        await stuck
