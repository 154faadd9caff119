"""A child process that holds a device: opened before the seal, bounded in memory all the same, replaced when worn."""

import sys

import pytest

from offchain.errors import SegmentLimitError
from offchain.media.child_process import ChildLimits
from offchain.media.sandbox import ChildPool

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter and limits are Linux's"),
]


@pytest.fixture
def limits() -> ChildLimits:
    return ChildLimits(memory_bytes=300 << 20, environment={"TEST_DEVICE": "7"})


async def test_a_device_is_opened_before_files_are_given_up_and_more_addresses_are_reserved_than_allowed(limits):
    pool = ChildPool("tests.support.device_jobs", 1, limits)
    try:
        told = (await pool.run("tell", {}, (), 10)).values
    finally:
        await pool.close()
    assert told["file"].startswith("python")
    assert (told["now"], told["device"]) == ("PermissionError", "7")


async def test_memory_is_bounded_where_addresses_cannot_be(limits):
    pool = ChildPool("tests.support.device_jobs", 1, limits)
    try:
        with pytest.raises(SegmentLimitError, match="memory"):
            await pool.run("allocate", {}, (), 20)
        assert (await pool.run("tell", {}, (), 10)).values["device"] == "7"
    finally:
        await pool.close()


async def test_a_child_whose_device_is_worn_answers_and_is_replaced(limits):
    pool = ChildPool("tests.support.device_jobs", 1, limits)
    try:
        pids = [(await pool.run(job, {}, (), 10)).values["pid"] for job in ("tell", "wear", "tell", "tell")]
    finally:
        await pool.close()
    assert pids[0] == pids[1] != pids[2] == pids[3]
