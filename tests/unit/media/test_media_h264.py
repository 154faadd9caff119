"""Parameter sets, key frames and AAC headers, read by us and by libav."""

import io

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offchain.media.adts import adts_configuration, without_adts
from offchain.media.h264 import h264_parameters, has_idr, length_size, nal_units, with_parameter_sets
from offchain.media.sps import parse_sps
from tests.support.clips import SAMPLES, clip


def video_of(data: bytes) -> tuple[bytes, list[bytes], av.VideoStream]:
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        packets = [bytes(packet) for packet in container.demux(stream) if packet.size]
        return stream.codec_context.extradata, packets, stream


@pytest.mark.parametrize("container", ["mpegts", "mp4"])
@pytest.mark.parametrize(
    ("width", "height", "pixel_format"),
    [
        (320, 180, "yuv420p"),
        (176, 144, "yuv420p10le"),
        (200, 120, "yuv422p"),
        (146, 50, "yuv422p10le"),
        (64, 64, "yuv444p"),
    ],
)
def test_a_parameter_set_says_what_libav_says(container, width, height, pixel_format):
    data = clip(width=width, height=height, pixel_format=pixel_format, format=container, frames=2, audio=False)
    extradata, _, stream = video_of(data)
    read = h264_parameters(extradata)
    assert read.pixel_format == stream.codec_context.pix_fmt == pixel_format
    assert (read.coded_width, read.coded_height) == ((width + 15) // 16 * 16, (height + 15) // 16 * 16)
    at = extradata.index(b"\x67") + 1
    assert read.codec_string == f"avc1.{extradata[at : at + 3].hex()}"


def test_parameter_sets_of_encoders_other_than_x264_are_read():
    sizes = {
        "sintel-captions.ts": (400, 176),
        "test-segment.ts": (400, 304),
        "test-middle-pat-pmt.ts": (864, 480),
        "multi-channel-608-captions.ts": (368, 240),
    }
    for name, size in sizes.items():
        read = h264_parameters(video_of((SAMPLES / name).read_bytes())[0])
        assert (read.coded_width, read.coded_height) == size
        assert read.pixel_format == "yuv420p"


@given(st.binary(max_size=200))
def test_no_bytes_are_too_broken_to_be_read(data):
    parse_sps(b"\x67" + data)
    h264_parameters(data)
    h264_parameters(b"\x01" + data)
    list(nal_units(data, 0))
    list(nal_units(data, 4))


@given(st.binary(max_size=60))
def test_a_cut_parameter_set_says_nothing_instead_of_something_wrong(tail):
    whole = video_of(clip(frames=2, audio=False))[0]
    sps = next(unit for unit in nal_units(whole, 0) if unit[0] & 31 == 7)
    assert parse_sps(sps[:4]) is None
    assert parse_sps(sps).coded_width == 320


@pytest.mark.parametrize("container", ["mpegts", "mp4"])
def test_an_idr_is_told_from_a_key_frame_of_an_open_group(container):
    extradata, packets, _ = video_of(clip(frames=60, keyint=20, open_gop=True, format=container))
    prefix = length_size(extradata)
    assert prefix == (4 if container == "mp4" else 0)
    assert [has_idr(packet, prefix) for packet in packets].count(True) == 1
    assert has_idr(packets[0], prefix)


@pytest.mark.parametrize("container", ["mpegts", "mp4"])
def test_a_key_frame_without_parameter_sets_is_given_them(container):
    extradata, packets, _ = video_of(clip(frames=2, audio=False, format=container))
    prefix = length_size(extradata)
    kinds = [unit[0] & 31 for unit in nal_units(with_parameter_sets(packets[1], extradata), prefix)]
    assert kinds[:2] == [7, 8]
    carried = with_parameter_sets(packets[1], extradata)
    assert with_parameter_sets(carried, extradata) == carried


def test_aac_is_unframed_as_libav_unframes_it():
    with av.open(io.BytesIO(clip(frames=30))) as container:
        stream = container.streams.audio[0]
        filter_ = av.BitStreamFilterContext("aac_adtstoasc", stream)
        for packet in container.demux(stream):
            if not packet.size:
                continue
            framed = bytes(packet)
            (bare,) = filter_.filter(packet)
            assert without_adts(framed) == bytes(bare)
            # Object type 2 (LC), 48 kHz (index 3), two channels.
            assert adts_configuration(framed) == (2 << 11 | 3 << 7 | 2 << 3).to_bytes(2, "big")


@given(st.binary(max_size=20))
def test_what_is_no_aac_frame_has_no_configuration(data):
    if data[:1] != b"\xff":
        assert adts_configuration(data) is None
