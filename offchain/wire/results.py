"""Results: what an orchestrator answers to a segment (facts: offchain 2.4, 3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from offchain.errors import FieldRangeError, MessageError
from offchain.tickets.bounds import INT64_BITS, uint
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.fields import at_most, between, reading, text
from offchain.wire.info import OrchestratorInfo, info_from_wire, info_to_wire
from offchain.wire.limits import (
    MAX_MESSAGE_BYTES,
    MAX_PROFILES,
    MAX_SIGNATURE_BYTES,
    MAX_TEXT_BYTES,
    MAX_URL_BYTES,
)

__all__ = ["RenditionResult", "SegmentResult", "decode_result", "encode_result"]


@dataclass(frozen=True, slots=True)
class RenditionResult:
    """Where one rendition lies, and what it cost.

    Attributes:
        url: absolute, or relative to the orchestrator's service URI.
        pixels: frames × width × height of the rendition, 0 … 2**63 − 1; the fee is reckoned from it.
        perceptual_hash_url: where its perceptual hash lies; empty if there is none.

    Raises:
        FieldRangeError: a field is out of range.
    """

    url: str
    pixels: int
    perceptual_hash_url: str = ""

    def __post_init__(self) -> None:
        text("rendition URL", self.url, MAX_URL_BYTES)
        text("perceptual hash URL", self.perceptual_hash_url, MAX_URL_BYTES)
        uint("pixels", self.pixels, INT64_BITS)


@dataclass(frozen=True, slots=True)
class SegmentResult:
    """The outcome of one segment: renditions, or an error; and the terms for the next.

    Attributes:
        seq: number of the segment, 0 … 2**63 − 1.
        renditions: in the order of the profiles; empty with an error.
        signature: of `sign_result` over the renditions; as sent, not yet checked.
        error: why there are none; None if there are.
        info: the orchestrator's new offer.

    Raises:
        FieldRangeError: a field is out of range, or there are renditions and an error.
    """

    seq: int
    renditions: tuple[RenditionResult, ...] = ()
    signature: bytes = b""
    error: str | None = None
    info: OrchestratorInfo | None = None

    def __post_init__(self) -> None:
        uint("seq", self.seq, INT64_BITS)
        between("number of renditions", len(self.renditions), 0, MAX_PROFILES)
        between("signature length", len(self.signature), 0, MAX_SIGNATURE_BYTES)
        if self.error is not None and (self.renditions or self.signature):
            raise FieldRangeError("error", self.error, "absent when there are renditions")
        if self.error is not None and len(self.error.encode()) > MAX_TEXT_BYTES:
            raise FieldRangeError("error", f"{len(self.error)} characters", f"at most {MAX_TEXT_BYTES} bytes")

    @property
    def pixels(self) -> int:
        """Pixels of all renditions together."""
        return sum(rendition.pixels for rendition in self.renditions)


def encode_result(result: SegmentResult) -> bytes:
    """The message of a result.

    Raises:
        FieldRangeError: the offer does not fit the wire.
    """
    message = pb.TranscodeResult(seq=result.seq)
    if result.error is not None:
        message.error = result.error
    else:
        message.data.sig = result.signature
        for rendition in result.renditions:
            message.data.segments.add(
                url=rendition.url, pixels=rendition.pixels, perceptual_hash_url=rendition.perceptual_hash_url
            )
    if result.info is not None:
        message.info.CopyFrom(info_to_wire(result.info))
    return message.SerializeToString()


def decode_result(raw: bytes) -> SegmentResult:
    """A result, in range; whether it is what was asked for is still to be checked.

    Raises:
        MessageError: the bytes are too many, no TranscodeResult, or a field is out of range.
    """
    with reading(MessageError):
        at_most("bytes of a message", raw, MAX_MESSAGE_BYTES)
        message = pb.TranscodeResult.FromString(raw)
        kind = message.WhichOneof("result")
        if kind is None:
            raise MessageError("a result without data or error")
        at_most("renditions", message.data.segments, MAX_PROFILES)
        return SegmentResult(
            seq=message.seq,
            renditions=tuple(
                RenditionResult(each.url, each.pixels, each.perceptual_hash_url) for each in message.data.segments
            ),
            signature=message.data.sig,
            error=message.error if kind == "error" else None,
            info=info_from_wire(message.info) if message.HasField("info") else None,
        )
