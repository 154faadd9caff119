"""What operators meet, each with a clip made for it, and held against FFmpeg's command line where that has an answer.

The command line gets our encoder's settings and a filter chain that means the same; it is another build of the same
libraries, so that frames, times and sound must be equal, and pictures alike at an equal bit rate.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from offchain.errors import NoKeyFrameError
from offchain.media.geometry import rendition_size
from offchain.media.limits import SegmentLimits
from offchain.media.source import open_source
from offchain.types import Container, H264Profile, RenditionProfile
from offchain.workers.pictures import CpuPictures
from offchain.workers.transcode import Transcoded, transcode
from tests.support.clips import SINTEL, clip, flipped, from_key_frame, sound_alone, truncated, turned, without_start
from tests.support.oracle import FORMATS, encoded, ffmpeg, outcome_of, raw_frames, reference, scaler, ssim, waves

pytest.importorskip("imageio_ffmpeg", reason="FFmpeg's command line comes with the development dependencies")

LIMITS = SegmentLimits()
TS, MP4 = Container.MPEGTS, Container.MP4
KEEP = RenditionProfile("keep", 256, 144, 400_000, h264_profile=H264Profile.CONSTRAINED_HIGH)
ALIKE = 0.005
PLACES = ("left", "center", "topleft")
"""Of the chroma samples of 4:2:0, as H.264 numbers them."""
YADIF = "yadif=mode=send_frame:deint=interlaced"


@dataclass(frozen=True)
class Case:
    """A clip and what is asked for; the rest tells the command line how to do the same.

    Attributes:
        source: makes the clip.
        shape: width and height of its decoded pictures.
        container: of the clip.
        fps: of the rendition.
        before: filters in front of the scaler.
        frames: that the rendition must have; None leaves it to the command line.
        held: frames by which the command line may hold the last one longer: how long it is shown stands nowhere, and
            we take the shortest.
    """

    source: Callable[[], bytes]
    shape: tuple[int, int] = (320, 180)
    container: Container = TS
    fps: Fraction = Fraction(0)
    before: str = ""
    frames: int | None = None
    held: int = 0
    options: tuple[str, ...] = field(default=())


def grainy(**spec: object) -> Callable[[], bytes]:
    return lambda: clip(**{"frames": 45, "noise": 6, **spec})


CASES = {
    "plain": Case(grainy(), frames=45),
    "mp4": Case(grainy(format="mp4"), container=MP4, frames=45),
    "fragmented mp4": Case(
        grainy(format="mp4", muxer=(("movflags", "frag_keyframe+empty_moov"),)), container=MP4, frames=45
    ),
    "variable frame rate": Case(grainy(skip=3, frames=60), frames=40),
    "variable to constant": Case(grainy(skip=3, frames=60), fps=Fraction(30), frames=58, held=2),
    "24 to 30": Case(lambda: SINTEL.read_bytes(), shape=(400, 170), fps=Fraction(30), frames=300),
    "30 to 25": Case(grainy(frames=60), fps=Fraction(25), frames=50),
    "30 to 60": Case(grainy(), fps=Fraction(60), frames=90),
    "30 to 29.97": Case(grainy(), fps=Fraction(30000, 1001)),
    "one frame": Case(grainy(frames=1, b_frames=0, audio=False), frames=1),
    "two frames": Case(grainy(frames=2, b_frames=0, audio=False), frames=2),
    "three frames": Case(grainy(frames=3, audio=False), frames=3),
    "open group": Case(lambda: from_key_frame(grainy(frames=60, keyint=15, open_gop=True)(), 1)),
    "open group inside": Case(grainy(frames=60, keyint=15, open_gop=True), frames=60),
    "audio later": Case(grainy(frames=60, late=1.0), frames=60),
    "no audio": Case(grainy(audio=False), frames=45),
    "interlaced, top first": Case(grainy(height=192, woven=True, x264="tff=1"), (320, 192), before=YADIF, frames=45),
    "interlaced, bottom first": Case(
        grainy(height=192, woven=True, x264="bff=1", audio=False), (320, 192), before=YADIF, frames=45
    ),
    "10 bit": Case(grainy(pixel_format="yuv420p10le"), frames=45),
    "4:2:2": Case(grainy(pixel_format="yuv422p"), frames=45),
    "4:2:2, 10 bit": Case(grainy(pixel_format="yuv422p10le"), frames=45),
    "4:4:4": Case(grainy(pixel_format="yuv444p"), frames=45),
    "odd size": Case(grainy(width=321, height=241, pixel_format="yuv444p"), (321, 241), frames=45),
    "odd size, 4:2:0": Case(
        grainy(width=321, height=241, codec="libvpx-vp9", format="mp4"), (321, 241), MP4, frames=45
    ),
    "upright": Case(grainy(width=180, height=320), (180, 320), frames=45),
    "hevc": Case(grainy(codec="libx265"), frames=45),
    "hevc, mp4": Case(grainy(codec="libx265", format="mp4"), container=MP4, frames=45),
    "hevc, open group": Case(
        lambda: from_key_frame(grainy(codec="libx265", frames=60, keyint=15, open_gop=True)(), 1)
    ),
    "hevc, 10 bit": Case(grainy(codec="libx265", pixel_format="yuv420p10le"), frames=45),
    "vp9": Case(grainy(codec="libvpx-vp9", format="mp4"), container=MP4, frames=45),
    "turned": Case(
        lambda: turned(grainy(audio=False)(), 90), container=MP4, frames=45, options=("-noautorotate",)
    ),
}  # fmt: skip


def ours(data: bytes, container: Container, *profiles: RenditionProfile) -> Transcoded:
    return transcode(data, container, 0, profiles, LIMITS)


def saved(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", CASES)
def test_frames_times_sound_and_likeness_are_those_of_the_command_line(tmp_path, name):
    case = CASES[name]
    data = case.source()
    profile = RenditionProfile(
        "rung", KEEP.width, KEEP.height, KEEP.bitrate, case.fps, h264_profile=KEEP.h264_profile
    )  # fmt: skip
    (made,) = ours(data, case.container, profile).renditions
    size = rendition_size(profile, *case.shape)
    source = saved(tmp_path, f"source.{FORMATS[case.container]}", data)
    how = {"before": case.before, "options": case.options}
    theirs = encoded(source, tmp_path / "theirs.ts", profile, size, **how)

    one, other = outcome_of(made.data), outcome_of(theirs)
    assert one.size == other.size == size == (made.width, made.height)
    assert len(one.times) == made.frames
    assert case.frames in (None, made.frames)
    assert len(other.times) == made.frames + case.held
    shift = other.times[0] - one.times[0]
    assert shift == 0 or case.container is MP4, "an MP4 file may start below zero, a transport stream not"
    assert all(abs(b - a - shift) <= 1 for a, b in zip(one.times, other.times, strict=False))
    assert [payload for _, payload in one.sound] == [payload for _, payload in other.sound]
    assert made.pixels == made.frames * size[0] * size[1]

    if made.frames >= 30 and not case.held:
        truth = reference(source, tmp_path / "truth.nut", profile, size, **how)
        likeness = [ssim(saved(tmp_path, "ours.ts", made.data), truth), ssim(tmp_path / "theirs.ts", truth)]
        assert one.bits == pytest.approx(other.bits, rel=0.03), "an equal bit rate"
        assert likeness[0] > likeness[1] - ALIKE, likeness
        assert likeness[0] > 0.9


@pytest.mark.parametrize(
    ("pixel_format", "chroma"),
    [
        *[(pixel_format, place) for pixel_format in ("yuv420p", "yuv420p10le") for place in PLACES],
        *[(pixel_format, "left") for pixel_format in ("yuv422p", "yuv444p", "yuv422p10le")],
    ],
)
def test_scaled_samples_are_those_of_the_command_line_with_chroma_where_the_stream_says(tmp_path, pixel_format, chroma):
    """Luma and chroma, sample for sample. Nothing said means left, as H.264 has it (Annex E.2.1)."""
    x264 = "" if chroma == "left" else f"chromaloc={PLACES.index(chroma)}"
    data = clip(frames=3, b_frames=0, audio=False, pixel_format=pixel_format, x264=x264, width=322, height=242)
    sizes = [(256, 192), (146, 110), (480, 360)]
    with open_source(data, TS, LIMITS) as source:
        pictures = CpuPictures(source, LIMITS)
        frames = [frame for frame in pictures.frames() if frame is not None]
        scalers = pictures.scalers(frames[0], sizes)
        shared = [pictures.share(frame) for frame in frames]
        ours = [b"".join(samples(scaler_.scale(picture)) for picture in shared) for scaler_ in scalers]
    path = saved(tmp_path, "source.ts", data)
    for size, made in zip(sizes, ours, strict=True):
        assert made == raw_frames(path, tmp_path / "raw", scaler(*size, chroma)), size


def samples(frame: av.VideoFrame) -> bytes:
    """The planes one after the other, without gaps."""
    lines = []
    for plane in frame.planes:
        raw = bytes(plane)
        lines += [raw[y * plane.line_size : y * plane.line_size + plane.width] for y in range(plane.height)]
    return b"".join(lines)


def test_a_segment_without_a_key_frame_at_its_start_is_refused_where_the_command_line_drops_frames(tmp_path):
    data = without_start(clip(frames=60, b_frames=0, keyint=30))
    with pytest.raises(NoKeyFrameError, match="does not start with a decodable key frame"):
        ours(data, TS, KEEP)
    source = saved(tmp_path, "source.ts", data)
    theirs = encoded(source, tmp_path / "theirs.ts", KEEP, (256, 144))
    assert len(outcome_of(theirs).times) == 30, "half a segment, that nobody would know of"


@pytest.mark.parametrize("container", [TS, MP4])
@pytest.mark.parametrize("source", [TS, MP4])
def test_sound_alone_comes_back_as_it_is(tmp_path, source, container):
    data = sound_alone(clip(frames=45), FORMATS[source])
    profiles = [replace(KEEP, name=name, container=container) for name in ("a", "b")]
    done = ours(data, source, *profiles)
    assert (done.decoded_frames, done.decoded_pixels) == (0, 0)
    assert [rendition.profile.name for rendition in done.renditions] == ["a", "b"]
    path = saved(tmp_path, "source", data)
    ffmpeg("-i", path, "-map", "0:a", "-c", "copy", "-f", "mpegts", tmp_path / "theirs.ts")
    for rendition in done.renditions:
        assert (rendition.frames, rendition.pixels, rendition.width, rendition.height) == (0, 0, 0, 0)
        assert rendition.duration_ms == pytest.approx(1500, abs=40)
        assert rendition.codecs == "mp4a.40.2"
        if container is TS:
            assert waves(rendition.data) == waves((tmp_path / "theirs.ts").read_bytes())
        assert outcome_of(rendition.data).times == []
        assert len(waves(rendition.data)) == len(waves(data))


def test_streams_that_come_and_go_within_a_segment_are_those_of_the_command_line(tmp_path):
    """Sound that is announced in the middle, sound that ends, pictures of another size: parts put end to end."""
    first, later = {"frames": 30}, {"frames": 30, "start": 990_000}
    silent = {"audio": False}
    parts = {
        "sound comes": (clip(**first, **silent), clip(**later), 60),
        "sound goes": (clip(**first), clip(**later, **silent), 60),
        "another size": (clip(**first, **silent), clip(**later, **silent, width=480, height=270), 60),
        "another depth": (clip(**first, **silent), clip(**later, **silent, pixel_format="yuv420p10le"), 60),
        "a leap in time": (clip(**first), clip(frames=30, start=5_000_000), 60),
        "across the end of the clock": (clip(frames=60, start=2**33 - 60_000), b"", 60),
        "cut off": (truncated(clip(frames=60), 0.5), b"", 30),
    }
    for name, (one, other, frames) in parts.items():
        done = ours(one + other, TS, KEEP)
        made = outcome_of(done.renditions[0].data)
        theirs = outcome_of(
            encoded(saved(tmp_path, "source.ts", one + other), tmp_path / "theirs.ts", KEEP, (256, 144))
        )
        assert made.times == theirs.times, name
        assert made.sound == theirs.sound, name
        assert made.size == theirs.size == (256, 144), name
        assert len(made.times) == frames, name
    assert done.decoded_pixels == 30 * 320 * 180


def test_sound_that_begins_with_the_second_segment_is_there_from_then_on():
    silent, loud = clip(frames=30, audio=False), clip(frames=30, start=990_000)
    for data, packets in ((silent, 0), (loud, len(waves(loud)))):
        (made,) = ours(data, TS, KEEP).renditions
        assert (made.frames, len(waves(made.data))) == (30, packets)
        assert made.codecs.endswith("mp4a.40.2") == bool(packets)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_packets_cost_the_frames_that_they_cost_the_command_line(tmp_path, seed):
    """Lost frames are not made up on either side; a frame that is damaged but there is shown on both."""
    data = flipped(clip(frames=60, audio=False, b_frames=0, keyint=10), bits=3, seed=seed)
    done = ours(data, TS, KEEP)
    source = saved(tmp_path, "source.ts", data)
    theirs = encoded(source, tmp_path / "theirs.ts", KEEP, (256, 144))
    assert done.renditions[0].frames == pytest.approx(len(outcome_of(theirs).times), abs=done.corrupt_frames)
    assert 50 <= done.renditions[0].frames <= 60


@pytest.mark.parametrize("container", [TS, MP4])
@pytest.mark.parametrize(("degrees", "mirrored"), [(90, False), (180, False), (270, False), (0, True), (90, True)])
def test_a_turned_picture_is_shown_as_the_command_line_shows_it(tmp_path, container, degrees, mirrored):
    """Samples lie as they lay, so sizes and pixels are those of the source; how to turn them is said with them."""
    data = turned(clip(frames=12, audio=False), degrees, mirrored=mirrored)
    profile = replace(KEEP, container=container)
    (made,) = ours(data, MP4, profile).renditions
    assert (made.width, made.height) == (256, 144)
    source = saved(tmp_path, "source.mp4", data)
    rendition = saved(tmp_path, f"ours.{FORMATS[container]}", made.data)
    shown = "144:256" if degrees % 180 else "256:144"
    truth = tmp_path / "truth.nut"
    ffmpeg("-i", source, "-vf", f"scale={shown}:flags=bicubic", "-c:v", "rawvideo", "-f", "nut", truth)
    as_shown = tmp_path / "shown.nut"
    ffmpeg("-i", rendition, "-fps_mode", "passthrough", "-c:v", "rawvideo", "-f", "nut", as_shown)
    assert ssim(as_shown, truth) > 0.9


def test_a_turn_by_no_quarter_is_kept_where_it_can_be_said(tmp_path):
    data = turned(clip(frames=4, audio=False, b_frames=0), 30)
    as_mp4, as_ts = ours(data, MP4, replace(KEEP, name="m", container=MP4), replace(KEEP, name="t")).renditions
    with av.open(io.BytesIO(as_mp4.data)) as container:
        assert next(container.decode(video=0)).rotation == pytest.approx(30, abs=1)
    with av.open(io.BytesIO(as_ts.data)) as container:
        assert next(container.decode(video=0)).rotation == 0


def test_frames_without_fields_pass_between_interlaced_ones():
    """The first half is progressive, the second is not; every frame comes out at its time."""
    plain = clip(frames=30, height=192, audio=False, x264="tff=1:fake-interlaced=1")
    woven = clip(frames=30, height=192, audio=False, woven=True, x264="tff=1", start=990_000)
    (made,) = ours(plain + woven, TS, KEEP).renditions
    assert outcome_of(made.data).times == [900_000 + 3000 * n for n in range(60)]
    assert made.frames == 60
