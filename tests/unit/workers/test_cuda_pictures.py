"""Pictures on a device: the same bytes as from the processor, or a refusal with its reason and then the same bytes.

The device is the processor's memory with the kernel's header as a plain C++ compiler makes it; nothing else is put in
the place of anything.
"""

import gc
import io
import os
from dataclasses import replace
from fractions import Fraction

import av
import pytest

from offchain.errors import DeviceError
from offchain.media.limits import SegmentLimits
from offchain.media.profiles import BENCHMARK_LADDER
from offchain.media.source import open_source
from offchain.types import Container, RenditionProfile
from offchain.workers.cuda.pictures import CudaPictures, opener
from offchain.workers.cuda.slots import Slots
from offchain.workers.cuda.trial import CLIP_FRAMES, made_clip, try_device
from offchain.workers.encoding import nvenc_on
from offchain.workers.protocol import Mode
from offchain.workers.transcode import PLAIN, Manner, Transcoded, transcode
from tests.support.clips import SINTEL, clip, flipped
from tests.support.host_gpu import HostGpu
from tests.support.scaling import compiler

pytestmark = pytest.mark.skipif(compiler() is None, reason="no C++ compiler here: g++, clang++ or c++")

LIMITS = SegmentLimits()
LADDER = (
    RenditionProfile("larger", 426, 240, 400_000),
    RenditionProfile("same", 320, 180, 300_000, fps=Fraction(60)),
    RenditionProfile("smaller", 160, 90, 100_000, container=Container.MP4),
)
DECODES = pytest.mark.parametrize("decodes", [True, False], ids=["decoded there", "uploaded"])


def made(data: bytes, gpu: HostGpu | None, ladder=LADDER, container=Container.MPEGTS) -> Transcoded:
    manner = PLAIN if gpu is None else Manner(pictures=opener(gpu), perceptual_hashes=False)
    return transcode(data, container, 0, ladder, LIMITS, manner)


def assert_same(done: Transcoded, data: bytes, container=Container.MPEGTS, ladder=LADDER) -> None:
    plain = made(data, None, ladder, container)
    assert [r.data for r in done.renditions] == [r.data for r in plain.renditions]
    assert done.renditions == plain.renditions
    assert (done.decoded_frames, done.decoded_pixels) == (plain.decoded_frames, plain.decoded_pixels)


SOURCES = {
    "sound and B-frames": {"frames": 24},
    "odd size": {"width": 318, "height": 178, "x264": "colormatrix=bt709"},
    "MP4": {"format": "mp4", "start": 0},
    "full range": {"pixel_format": "yuvj420p"},
    "variable rate": {"frames": 40, "skip": 3},
    "two key frames": {"frames": 40, "keyint": 15},
    "centred chroma": {"x264": "chromaloc=1"},
    "shaped pixels": {"x264": "sar=4/3"},
    "small": {"width": 64, "height": 48, "frames": 4},
}


@DECODES
@pytest.mark.parametrize("what", SOURCES)
def test_a_device_gives_the_processor_s_bytes(what, decodes):
    spec = {"audio": what.startswith("sound"), "frames": 12} | SOURCES[what]
    data, container = clip(**spec), Container.MP4 if what == "MP4" else Container.MPEGTS
    done = made(data, HostGpu(decodes=decodes), container=container)
    assert done.fallback == ""
    assert done.device == "cuda:0" + ("" if decodes else ", decoded on cpu: libnvcuvid.so.1 is missing")
    assert_same(done, data, container)


@DECODES
def test_captions_and_the_shape_of_pixels_come_along(decodes):
    done = made(SINTEL.read_bytes(), HostGpu(decodes=decodes), BENCHMARK_LADDER[:1])
    assert done.fallback == ""
    assert_same(done, SINTEL.read_bytes(), ladder=BENCHMARK_LADDER[:1])
    with av.open(io.BytesIO(done.renditions[0].data)) as container:
        assert "A53_CC" in {data.type.name for data in next(container.decode(video=0)).side_data}


def test_the_whole_ladder_comes_from_one_launch_a_picture():
    gpu = HostGpu()
    data = clip(frames=10, audio=False)
    done = made(data, gpu, BENCHMARK_LADDER)
    assert_same(done, data, ladder=BENCHMARK_LADDER)
    assert (gpu.calls["scale"], gpu.calls["download"], gpu.calls["prepared"]) == (10, 10, 1)
    assert "upload" not in gpu.calls


REFUSED = {
    "interlaced": ({"woven": True, "x264": "tff=1"}, "interlaced"),
    "10 bits": ({"pixel_format": "yuv420p10le"}, "yuv420p10le"),
    "4:2:2": ({"pixel_format": "yuv422p"}, "yuv422p"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_only_the_processor_does_alike_is_made_there_and_the_result_says_why(what):
    spec, reason = REFUSED[what]
    data = clip(frames=8, audio=False, **spec)
    done = made(data, HostGpu(decodes=False))
    assert done.device == "cpu"
    assert done.fallback.startswith("cuda:0, ")
    assert reason in done.fallback
    assert_same(done, data)


def test_damaged_pictures_are_the_processor_s_to_conceal():
    data = clip(frames=30, audio=False)
    reasons = set()
    for seed in range(6):
        damaged = flipped(data, 3, seed)
        try:
            plain = made(damaged, None)
        except Exception as error:
            with pytest.raises(type(error)):
                made(damaged, HostGpu())
            continue
        done = made(damaged, HostGpu())
        reasons.add(done.fallback)
        assert done.renditions == plain.renditions
        assert (done.device == "cpu") == bool(done.fallback)
    assert any("decode" in reason for reason in reasons)


def test_a_stream_of_two_sizes_or_two_places_of_chroma_is_made_on_the_processor():
    small, large = (
        clip(frames=6, audio=False, width=w, height=h, start=s) for w, h, s in ((320, 180, 0), (640, 360, 18000))
    )
    moved = clip(frames=6, audio=False, x264="chromaloc=1", start=18_000)
    for second, reason in ((large, "size"), (moved, "chroma")):
        done = made(small + second, HostGpu(decodes=False))
        assert (done.device, reason in done.fallback) == ("cpu", True), done.fallback
        assert_same(done, small + second)


def test_a_size_beyond_the_recipe_is_refused():
    gpu = HostGpu()
    with open_source(clip(frames=2, audio=False, width=64, height=2592), Container.MPEGTS, LIMITS) as source:
        pictures = CudaPictures(gpu, Slots(gpu), source, LIMITS)
        first = next(pictures.frames())
        with pytest.raises(DeviceError, match=r"cuda:0, scale: .* 40th of 64x2592"):
            pictures.scalers(first, [(64, 60)])


CALLS = ("decoder", "prepared", "device_memory", "host_memory", "upload", "scale", "download", "mark", "wait")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("after", [0, 3])
def test_a_device_lost_in_the_middle_costs_time_and_nothing_else(call, after):
    data = clip(frames=12, audio=False)
    gpu = HostGpu(decodes=call != "upload", fails=call, after=after)
    done = made(data, gpu)
    if gpu.worn:
        assert (done.device, done.fallback) == ("cpu", f"cuda:0, {call}: CUDA_ERROR_ILLEGAL_ADDRESS")
    else:
        assert after, "the call did not happen at all"
    assert_same(done, data)


def test_memory_is_bounded_by_the_queues_and_used_again():
    gpu = HostGpu(decodes=False)
    open_pictures = opener(gpu)
    for _ in range(3):
        transcode(clip(frames=60, audio=False), Container.MPEGTS, 0, LADDER, LIMITS, Manner(pictures=open_pictures))
    # Source and renditions of each picture that waits: four in each queue, one in work, one that is fed.
    assert gpu.calls["scale"] == 180
    assert gpu.calls["device_memory"] <= 2 * 8
    assert gpu.calls["device_memory"] == gpu.calls["host_memory"]


def test_a_surface_is_let_go_before_the_next_is_taken():
    gpu = HostGpu()
    with open_source(clip(frames=8, audio=False), Container.MPEGTS, LIMITS) as source:
        pictures = CudaPictures(gpu, Slots(gpu), source, LIMITS)
        shared = []
        for number, frame in enumerate(pictures.frames()):
            if not number:
                pictures.scalers(frame, [(160, 90)])
            shared.append(pictures.share(frame))
            assert gpu.calls.get("wait", 0) == number
        pictures.close()
        assert gpu.calls["wait"] == 8
        assert gpu.calls["device_memory"] == 8, "all are still held here"
        shared.clear()
        gc.collect()


@pytest.mark.skipif(os.path.exists("/dev/nvidiactl"), reason="there is a driver here, and perhaps an encoder")
def test_an_encoder_that_a_device_lacks_is_named_and_x264_takes_its_place():
    data = clip(frames=12, audio=False)
    manner = Manner(Mode.LIVE, opener(HostGpu()), encoder_of=nvenc_on("cuda:0"))
    done = transcode(data, Container.MPEGTS, 0, LADDER[2:], LIMITS, manner)
    assert (done.device, done.renditions[0].frames) == ("cpu", 12)
    assert done.fallback.startswith("cuda:0, encode: ")
    verifiable = replace(manner, mode=Mode.VERIFIABLE)
    done = transcode(data, Container.MPEGTS, 0, LADDER[2:], LIMITS, verifiable)
    assert (done.device, done.fallback) == ("cuda:0", ""), "verifiable renditions are x264's"


def test_the_device_s_encoder_gets_the_bounds_of_x264():
    chosen = nvenc_on("cuda:0")(replace(LADDER[0], gop_ms=-1), Mode.LIVE)
    assert (chosen.name, chosen.device, chosen.options["g"], chosen.options["bf"]) == ("h264_nvenc", "cuda:0", "0", "0")
    assert {chosen.options[name] for name in ("b", "minrate", "maxrate", "bufsize")} == {"400000"}


def test_the_clip_of_the_trial_is_what_it_says_and_a_wrong_device_is_found_out():
    assert made(made_clip(), None).decoded_frames == CLIP_FRAMES
    assert try_device("cuda:0", opener(HostGpu())) == "cuda:0"

    class Wrong(HostGpu):
        def download(self, target, source):
            super().download(target, source)
            target.view[0] ^= 128

    with pytest.raises(Exception, match="other samples than the processor's"):
        try_device("cuda:0", opener(Wrong()))
    with pytest.raises(Exception, match="start: scale: CUDA_ERROR_ILLEGAL_ADDRESS"):
        try_device("cuda:0", opener(HostGpu(fails="scale")))
