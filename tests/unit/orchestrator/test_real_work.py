"""The server with the real worker: what gateways and attackers send as video, through to the result."""

import io

import av
import pytest

from offchain.orchestrator.assembly import OWN_CAPABILITIES, _capabilities
from offchain.types import Container, H264Profile, RenditionProfile
from offchain.wire import decode_result
from offchain.wire.capabilities import OFFERED
from offchain.workers.cpu import CAPABILITIES, CpuWorker
from tests.support.clips import clip, handmade, sound_alone, truncated, without_start
from tests.support.orchestrator_values import GATEWAY

from .conftest import TEST_PRICE, papers

LADDER = (
    RenditionProfile("small", 160, 90, 200_000),
    RenditionProfile("larger", 192, 108, 100_000, container=Container.MP4, h264_profile=H264Profile.MAIN),
)
GOOD = clip(frames=15)


@pytest.fixture
async def working(serving):
    worker = CpuWorker(1)
    async with serving(worker=worker) as served:
        yield served
    await worker.close()


async def transcoded(served, data, profiles=LADDER, duration_ms=500):
    info = await served.offer()
    given = papers(info, data=data, profiles=profiles, duration_ms=duration_ms)
    async with served.client() as client:
        answer = await client.post("/segment", headers=given, content=data)
        assert answer.status_code == 200
        result = decode_result(answer.content)
        return result, [(await client.get(made.url)).content for made in result.renditions]


async def test_a_real_segment_comes_back_as_its_ladder_and_every_pixel_is_charged(working):
    before = await working.node.ledger.balance(GATEWAY)
    result, renditions = await transcoded(working, GOOD)
    assert [made.pixels for made in result.renditions] == [15 * 160 * 90, 15 * 192 * 108]
    for data, profile in zip(renditions, LADDER, strict=True):
        with av.open(io.BytesIO(data)) as opened:
            assert opened.format.name.startswith("mpegts" if profile.container is Container.MPEGTS else "mov")
            frames = list(opened.decode(video=0))
            assert {(frame.width, frame.height) for frame in frames} == {(profile.width, profile.height)}
            assert len(frames) == 15
    charged = before + result.info.ticket_params.expected_value - await working.node.ledger.balance(GATEWAY)
    assert charged == result.pixels * TEST_PRICE


BAD = {
    "no video at all": (b"not a video" * 100, "segment"),
    "a playlist": (b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:2,\nfile:///etc/passwd\n", "segment"),
    "an empty body": (b"", "segment"),
    "cut short": (truncated(clip(frames=60), 0.2), "declared"),
    "no key frame at the start": (without_start(clip(frames=60, keyint=30)), "key frame"),
    "absurd dimensions": (handmade(16_000, 16_000), "limit"),
    "another codec": (clip(codec="mpeg2video", frames=5, fps=25), "H.264"),
}


async def test_whatever_is_no_good_segment_gives_an_error_with_a_reason_and_costs_nothing(working):
    for name, (data, reason) in BAD.items():
        before = await working.node.ledger.balance(GATEWAY)
        result, _ = await transcoded(working, data, duration_ms=2_000)
        assert result.error is not None, name
        assert reason in result.error, (name, result.error)
        after = await working.node.ledger.balance(GATEWAY)
        assert after - before == result.info.ticket_params.expected_value, name
    result, renditions = await transcoded(working, GOOD)
    assert result.error is None
    assert all(renditions)


@pytest.mark.parametrize("fields", [{"codec": "libx265"}, {"pixel_format": "yuv422p10le"}], ids=["hevc", "4:2:2"])
async def test_what_is_offered_is_taken_and_charged_by_the_pixels_that_are_made(working, fields):
    before = await working.node.ledger.balance(GATEWAY)
    result, renditions = await transcoded(working, clip(frames=15, **fields))
    assert result.error is None
    assert result.pixels == sum(15 * profile.width * profile.height for profile in LADDER)
    assert all(renditions)
    charged = before + result.info.ticket_params.expected_value - await working.node.ledger.balance(GATEWAY)
    assert charged == result.pixels * TEST_PRICE


async def test_sound_alone_comes_back_and_costs_nothing(working):
    before = await working.node.ledger.balance(GATEWAY)
    result, renditions = await transcoded(working, sound_alone(clip(frames=15)))
    assert (result.error, result.pixels) == (None, 0)
    assert len(renditions) == len(LADDER)
    assert await working.node.ledger.balance(GATEWAY) - before == result.info.ticket_params.expected_value


def test_every_word_of_a_worker_is_a_capability_of_the_network():
    assert _capabilities(CAPABILITIES) == set(OFFERED)
    assert len(_capabilities(CAPABILITIES)) == len(CAPABILITIES) + len(OWN_CAPABILITIES)
