"""How far two renditions agree, and that each step down the ladder of agreement is seen for what it is."""

import io
from dataclasses import replace
from fractions import Fraction

import av
import pytest

from offchain.errors import MediaError
from offchain.media.agreement import ALIKE, Agreement, compare
from offchain.media.limits import SegmentLimits
from offchain.types import Container, H264Profile, RenditionProfile
from offchain.workers.protocol import Mode
from offchain.workers.transcode import Manner, transcode
from tests.support.clips import clip, flipped, handmade, sound_alone, truncated

LIMITS = SegmentLimits()
TS, MP4 = Container.MPEGTS, Container.MP4
PROFILE = RenditionProfile("rung", 256, 144, 300_000, Fraction(30))


def made(data: bytes, profile: RenditionProfile = PROFILE, mode: Mode = Mode.VERIFIABLE) -> bytes:
    return transcode(data, TS, 0, (profile,), LIMITS, Manner(mode)).renditions[0].data


def told(ours: bytes, theirs: bytes, container: Container = TS):
    return compare(ours, theirs, container, LIMITS)


def remuxed(data: bytes, *, shift: int = 0, drop_sound: int = 0) -> bytes:
    """The same packets in another file, perhaps later, perhaps without some of the sound."""
    buffer = io.BytesIO()
    options = {"mpegts_copyts": "1", "avoid_negative_ts": "disabled", "mpegts_start_pid": "512"}
    with av.open(io.BytesIO(data)) as source, av.open(buffer, "w", format="mpegts", options=options) as output:
        streams = {s.index: output.add_stream_from_template(s, opaque=s.type == "video") for s in source.streams}
        dropped = 0
        for packet in source.demux():
            if not packet.size:
                continue
            if packet.stream.type == "audio" and dropped < drop_sound:
                dropped += 1
                continue
            packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
            packet.stream = streams[packet.stream.index]
            output.mux(packet)
    return buffer.getvalue()


def test_equal_bytes_agree_in_bytes():
    verdict = told(made(clip()), made(clip()))
    assert (verdict.agreement, verdict.reason, verdict.distance) == (Agreement.BYTES, "", None)


@pytest.mark.parametrize("container", [TS, MP4])
def test_the_same_pictures_in_another_file_agree_in_frames(container):
    ours = made(clip(), replace(PROFILE, container=container))
    theirs = remuxed(ours) if container is TS else ours + b"\x00\x00\x00\x08free"
    assert theirs != ours
    verdict = told(ours, theirs, container)
    assert verdict.agreement is Agreement.FRAMES
    assert "bytes differ" in verdict.reason


@pytest.mark.parametrize(
    "changes",
    [{"bitrate": 250_000}, {"h264_profile": H264Profile.BASELINE}, {"gop_ms": 200}],
    ids=["bit rate", "profile", "key frames"],
)
def test_other_settings_of_an_encoder_agree_in_likeness(changes):
    verdict = told(made(clip()), made(clip(), replace(PROFILE, **changes)))
    assert verdict.agreement is Agreement.LIKENESS
    assert 0 <= (verdict.distance or 0) <= ALIKE


def test_a_live_rendition_agrees_in_likeness():
    assert told(made(clip()), made(clip(), mode=Mode.LIVE)).agreement is Agreement.LIKENESS


def test_the_same_pictures_at_other_times_do_not_agree_in_frames():
    ours = made(clip())
    assert told(ours, remuxed(ours, shift=90)).agreement is Agreement.LIKENESS


@pytest.mark.parametrize(
    ("theirs", "reason"),
    [
        (lambda: made(clip(frames=45)), "45 frames, it should have 30"),
        (lambda: made(clip(), replace(PROFILE, fps=Fraction(60))), "60 frames"),
        (lambda: made(clip(), replace(PROFILE, width=160, height=90)), "160x90, it should be 256x144"),
        (lambda: made(clip(audio=False)), "the sound differs"),
        (lambda: remuxed(made(clip()), drop_sound=3), "the sound differs"),
        (lambda: made(flat()), "do not look alike"),
        (lambda: b"", "no MPEGTS segment"),
        (lambda: handmade(16384, 16384), "limit"),
        (lambda: sound_alone(clip()), "0 frames, it should have 30"),
        (lambda: truncated(made(clip()), 0.5), "frames, it should have 30"),
    ],
    ids=["frames", "rate", "size", "no sound", "less sound", "content", "nothing", "bomb", "sound alone", "half"],
)
def test_what_is_not_the_rendition_agrees_in_nothing(theirs, reason):
    verdict = told(made(clip()), theirs())
    assert verdict.agreement is Agreement.NOTHING
    assert reason in verdict.reason


def flat() -> bytes:
    """A clip as long as the others, with their sound, of something else: as dark as pictures get with stripes."""
    import numpy as np

    buffer = io.BytesIO()
    with av.open(io.BytesIO(clip())) as source, av.open(buffer, "w", format="mpegts",
                                                         options={"mpegts_copyts": "1"}) as output:  # fmt: skip
        video = output.add_stream("libx264", rate=30, options={"preset": "ultrafast", "bf": "0"})
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p"
        video.codec_context.time_base = video.time_base = Fraction(1, 90_000)
        sound = output.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.size:
                packet.stream = sound
                output.mux(packet)
        for number in range(30):
            picture = np.full((270, 320), 128, np.uint8)
            picture[:180] = 16 + 8 * (np.arange(320) // 4 % 2)
            frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
            frame.pts, frame.time_base = 900_000 + 3000 * number, Fraction(1, 90_000)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
    return buffer.getvalue()


def test_sound_alone_is_compared_too():
    ours = made(sound_alone(clip()))
    assert told(ours, ours).agreement is Agreement.BYTES
    assert told(ours, remuxed(ours)).agreement is Agreement.FRAMES
    assert told(ours, remuxed(ours, drop_sound=1)).agreement is Agreement.NOTHING


def test_damage_is_never_taken_for_the_rendition():
    ours = made(clip(frames=20, audio=False))
    for seed in range(30):
        theirs = flipped(ours, bits=4, seed=seed)
        verdict = told(ours, theirs)
        assert verdict.agreement < Agreement.BYTES
        assert verdict.reason


def test_a_rendition_of_ours_that_cannot_be_decoded_is_an_error():
    with pytest.raises(MediaError):
        told(b"junk", made(clip()))
