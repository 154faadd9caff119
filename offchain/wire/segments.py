"""Segment credentials: what a gateway says of the segment that it sends (facts: offchain 2.5, 3.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from offchain.errors import FieldRangeError, MessageError
from offchain.tickets import sign_message
from offchain.tickets.bounds import INT64_BITS, uint
from offchain.types import RenditionProfile, hash_bytes
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.auth_token import AuthToken, auth_token_from_wire, auth_token_to_wire
from offchain.wire.capabilities import Capabilities
from offchain.wire.capability_messages import capabilities_from_wire, capabilities_to_wire
from offchain.wire.credentials import flatten, verify_signer
from offchain.wire.fields import between
from offchain.wire.limits import MAX_DURATION_MS, MAX_SIGNATURE_BYTES
from offchain.wire.profiles import profiles_from_wire, profiles_to_wire

__all__ = [
    "SegmentCredentials",
    "segment_from_wire",
    "segment_to_wire",
    "sign_segment",
    "verify_segment",
]

# Letters, digits and a few marks, not starting with one: no path, no query, no control character.
MANIFEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+~-]{0,127}")


@dataclass(frozen=True, slots=True)
class SegmentCredentials:
    """A segment's papers.

    Attributes:
        manifest_id: names the stream: up to 128 letters, digits and `_ . + ~ -`, starting with a letter or digit.
        seq: number of the segment in its stream, 0 … 2**63 − 1.
        segment_hash: keccak of the segment's bytes, 32 bytes or hex.
        profiles: the renditions asked for, at least one.
        signature: the gateway's, over `flatten()`; as sent, not yet checked.
        duration_ms: length of the segment, 0 … 300,000; not signed.
        auth_token: the orchestrator's leave; not signed.
        capabilities: what the job asks for; not signed.
        slice_ms: part of the segment that is wanted, from and to; None for all of it.
        calc_perceptual_hash: whether perceptual hashes are wanted.
        force_session_reinit: whether the transcoder shall start afresh.

    Raises:
        FieldRangeError: a field is out of range.
    """

    manifest_id: str
    seq: int
    segment_hash: bytes
    profiles: tuple[RenditionProfile, ...]
    duration_ms: int = 0
    auth_token: AuthToken | None = None
    signature: bytes = b""
    capabilities: Capabilities | None = None
    slice_ms: tuple[int, int] | None = None
    calc_perceptual_hash: bool = False
    force_session_reinit: bool = False

    def __post_init__(self) -> None:
        if MANIFEST_ID.fullmatch(self.manifest_id) is None:
            raise FieldRangeError("manifest_id", self.manifest_id, f"of the form {MANIFEST_ID.pattern}")
        uint("seq", self.seq, INT64_BITS)
        object.__setattr__(self, "segment_hash", hash_bytes("segment_hash", self.segment_hash))
        between("duration_ms", self.duration_ms, 0, MAX_DURATION_MS)
        between("signature length", len(self.signature), 0, MAX_SIGNATURE_BYTES)
        if self.slice_ms is not None and not 0 <= self.slice_ms[0] < self.slice_ms[1] <= MAX_DURATION_MS:
            raise FieldRangeError("slice_ms", self.slice_ms, f"ascending within 0 … {MAX_DURATION_MS}")

    def flatten(self) -> bytes:
        """The bytes that the gateway signs."""
        names = (profile.name for profile in self.profiles)
        return flatten(self.manifest_id, self.seq, self.segment_hash, names)


def sign_segment(key: bytes | str, credentials: SegmentCredentials) -> SegmentCredentials:
    """The same credentials with the gateway's signature.

    Raises:
        SigningKeyError: the key is malformed.
    """
    return replace(credentials, signature=sign_message(key, credentials.flatten()))


def verify_segment(credentials: SegmentCredentials, sender: str) -> None:
    """Passes if `sender` signed the credentials.

    Raises:
        CredentialsError: the signature is malformed or somebody else's.
    """
    verify_signer("segment", sender, credentials.flatten(), credentials.signature)


def segment_to_wire(credentials: SegmentCredentials) -> pb.SegData:
    """The message of segment credentials.

    Raises:
        FieldRangeError: a profile or a capability does not fit the wire.
    """
    message = pb.SegData(
        manifestId=credentials.manifest_id.encode(),
        seq=credentials.seq,
        hash=credentials.segment_hash,
        sig=credentials.signature,
        duration=credentials.duration_ms,
        calc_perceptual_hash=credentials.calc_perceptual_hash,
        ForceSessionReinit=credentials.force_session_reinit,
    )
    profiles_to_wire(message, credentials.profiles)
    if credentials.auth_token is not None:
        message.auth_token.CopyFrom(auth_token_to_wire(credentials.auth_token))
    if credentials.capabilities is not None:
        message.capabilities.CopyFrom(capabilities_to_wire(credentials.capabilities))
    if credentials.slice_ms is not None:
        start, end = credentials.slice_ms
        message.segment_parameters.CopyFrom(pb.SegParameters(from_ms=start, to_ms=end))
    return message


def segment_from_wire(message: pb.SegData) -> SegmentCredentials:
    """Segment credentials whose fields are in range; signature, token and hash are still to be checked.

    Storage that the gateway names is not looked at: renditions are served by the orchestrator.

    Raises:
        MessageError, FieldRangeError: a field is out of range.
    """
    try:
        manifest_id = message.manifestId.decode()
    except UnicodeDecodeError as error:
        raise MessageError("manifestId is not UTF-8") from error
    part = message.segment_parameters
    return SegmentCredentials(
        manifest_id=manifest_id,
        seq=message.seq,
        segment_hash=message.hash,
        profiles=profiles_from_wire(message),
        duration_ms=message.duration,
        auth_token=auth_token_from_wire(message.auth_token) if message.HasField("auth_token") else None,
        signature=message.sig,
        capabilities=capabilities_from_wire(message.capabilities) if message.HasField("capabilities") else None,
        slice_ms=(part.from_ms, part.to_ms) if message.HasField("segment_parameters") else None,
        calc_perceptual_hash=message.calc_perceptual_hash,
        force_session_reinit=message.ForceSessionReinit,
    )
