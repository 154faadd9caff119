"""Which video is taken, and what a codec is called and how its samples lie, as far as its configuration tells.

Source: RFC 6381 3.3 (H.264); ISO/IEC 14496-15 8.3.2.1 and E.3 (HEVC: "hvcC", codec strings), ITU-T H.265 7.3.3;
"VP Codec ISO Media File Format Binding" 1.0 (VP9), VP9 bitstream specification, annex A (levels).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from av.video.codeccontext import VideoCodecContext

from offchain.media.h264 import h264_parameters, nal_units

__all__ = ["VIDEO_CODECS", "VideoFacts", "video_facts"]

VIDEO_CODECS = {"h264": "H.264", "hevc": "HEVC", "vp9": "VP9"}
"""What is taken, by the library's names. VP9 comes in MP4 alone: MPEG-TS has no place for it."""

UNKNOWN = "unknown"

_HEVC_VPS, _HEVC_PROFILE_BYTES = 32, 12
_HEVC_CHROMA = {0: "gray", 1: "yuv420p", 2: "yuv422p", 3: "yuv444p"}
_HEVC_PROFILES = {1: "yuv420p", 2: "yuv420p10le", 3: "yuv420p"}
_VP9_FORMATS = {0: "yuv420p", 1: UNKNOWN, 2: "yuv420p10le", 3: UNKNOWN}
# Samples of a picture, samples a second, level.
_VP9_LEVELS = (
    (36_864, 829_440, 10),
    (73_728, 2_764_800, 11),
    (122_880, 4_608_000, 20),
    (245_760, 9_216_000, 21),
    (552_960, 20_736_000, 30),
    (983_040, 36_864_000, 31),
    (2_228_224, 83_558_400, 40),
    (2_228_224, 160_432_128, 41),
    (8_912_896, 311_951_360, 50),
    (8_912_896, 588_251_136, 51),
    (8_912_896, 1_176_502_272, 52),
)
_VP9_HIGHEST = 62


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What a codec's configuration says.

    Attributes:
        codec_string: as in HLS and MIME types, such as `avc1.64001f`; empty when the configuration cannot be read.
        pixel_format: in the library's words, such as `yuv420p`; `unknown` when it does not say.
    """

    codec_string: str
    pixel_format: str


def video_facts(context: VideoCodecContext, fps: Fraction) -> VideoFacts:
    """What is known of a stream without decoding any of it."""
    configuration = context.extradata or b""
    if context.name == "hevc":
        return _hevc(configuration)
    if context.name == "vp9":
        return _vp9(context, fps)
    parameters = h264_parameters(configuration)
    if parameters is None:
        return VideoFacts("", UNKNOWN)
    return VideoFacts(parameters.codec_string, parameters.pixel_format)


def _hevc(configuration: bytes) -> VideoFacts:
    """Out of an MP4 configuration (hvcC), or of a video parameter set with start codes."""
    if configuration[:1] == b"\x01" and len(configuration) > 18:
        chroma, depth = configuration[16] & 3, 8 + (configuration[17] & 7)
        suffix = "" if depth == 8 else f"{depth}le"
        return VideoFacts(_hevc_string(configuration[1:13]), _HEVC_CHROMA[chroma] + suffix)
    sets = (unit for unit in nal_units(configuration, 0) if unit and unit[0] >> 1 & 63 == _HEVC_VPS)
    raw = next(sets, b"").replace(b"\x00\x00\x03", b"\x00\x00")
    profile = raw[6 : 6 + _HEVC_PROFILE_BYTES]
    if len(profile) < _HEVC_PROFILE_BYTES:
        return VideoFacts("", UNKNOWN)
    return VideoFacts(_hevc_string(profile), _HEVC_PROFILES.get(profile[0] & 31, UNKNOWN))


def _hevc_string(profile: bytes) -> str:
    space = ("", "A", "B", "C")[profile[0] >> 6]
    compatible = int(f"{int.from_bytes(profile[1:5], 'big'):032b}"[::-1], 2)
    tier = "H" if profile[0] & 32 else "L"
    constraints = [f"{byte:X}" for byte in profile[5:11].rstrip(b"\x00")]
    return ".".join([f"hvc1.{space}{profile[0] & 31}", f"{compatible:X}", f"{tier}{profile[11]}", *constraints])


def _vp9(context: VideoCodecContext, fps: Fraction) -> VideoFacts:
    name = str(context.profile or "")
    profile = int(name[-1]) if name[-1:].isdigit() else 0
    pixels = context.width * context.height
    levels = (level for picture, rate, level in _VP9_LEVELS if pixels <= picture and pixels * fps <= rate)
    depth = 8 if profile < 2 else 10
    return VideoFacts(
        f"vp09.{profile:02d}.{next(levels, _VP9_HIGHEST)}.{depth:02d}", _VP9_FORMATS.get(profile, UNKNOWN)
    )
