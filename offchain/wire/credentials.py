"""What the parties sign beside tickets: segments, requests, pings, results (facts: offchain 2.5, 3.3).

All are personal messages over the keccak of some bytes, as a ticket's signature is. So each kind has a form that no
other can take, above all no ticket: see `sign_ping` for the one where the other side chooses the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eth_typing import ChecksumAddress

from offchain.errors import CredentialsError, FieldRangeError, TicketError
from offchain.tickets import key_address, recover_message_signer, sign_message
from offchain.tickets.bounds import INT64_BITS, checksum_address, uint
from offchain.tickets.keccak import keccak
from offchain.types import hash_bytes

__all__ = [
    "MAX_PING_BYTES",
    "flatten",
    "result_message",
    "segment_hash",
    "sign_ping",
    "sign_request",
    "sign_result",
    "verify_ping",
    "verify_request",
    "verify_result",
    "verify_signer",
]

MAX_PING_BYTES = 32
PROFILE_ID_BYTES = 4


def segment_hash(data: bytes) -> bytes:
    """The hash by which a segment, or a rendition, is known."""
    return keccak(data)


def flatten(manifest_id: str, seq: int, segment_hash: bytes, profile_names: Iterable[str]) -> bytes:
    """What a gateway signs of a segment: stream, number, content and ladder (facts: offchain 2.5).

    Duration, capabilities and auth token are not covered.

    Raises:
        FieldRangeError: the number is not in 0 … 2**63 − 1, or the hash not 32 bytes long.
    """
    number = uint("seq", seq, INT64_BITS).to_bytes(32, "big")
    ladder = "".join(keccak(name.encode())[:PROFILE_ID_BYTES].hex() for name in profile_names)
    return manifest_id.encode() + number + hash_bytes("segment_hash", segment_hash) + ladder.encode()


def verify_signer(what: str, signer: str, message: bytes, signature: bytes) -> None:
    """Passes if `signer` signed the message; `what` is used in the error.

    Raises:
        CredentialsError: the signature is malformed or somebody else's.
    """
    try:
        found = recover_message_signer(message, signature)
    except TicketError as error:
        raise CredentialsError(f"invalid {what} signature: {error}") from error
    if found != checksum_address(signer):
        raise CredentialsError(f"invalid {what} signature: by {found}, expected {signer}")


def sign_request(key: bytes | str) -> tuple[ChecksumAddress, bytes]:
    """A gateway's address and its signature for GetOrchestrator: over the text of the address, so good for ever.

    Raises:
        SigningKeyError: the key is malformed.
    """
    address = key_address(key)
    return address, sign_message(key, address.encode())


def verify_request(address: str, signature: bytes) -> None:
    """Passes if the signature of `sign_request` is that of the address.

    Raises:
        CredentialsError: it is not.
    """
    verify_signer("request", address, checksum_address(address).encode(), signature)


def sign_ping(key: bytes | str, value: bytes) -> bytes:
    """An orchestrator's answer to a ping: its signature of the value.

    Whoever pings chooses what is signed. A ticket of 168 or 232 bytes, signed so, would be a good ticket on the
    orchestrator's own deposit; the text of its address would be its request as a gateway. Both are longer than 32.

    Raises:
        FieldRangeError: the value has more than 32 bytes.
        SigningKeyError: the key is malformed.
    """
    if len(value) > MAX_PING_BYTES:
        raise FieldRangeError("ping value", f"{len(value)} bytes", f"at most {MAX_PING_BYTES} bytes")
    return sign_message(key, value)


def verify_ping(address: str, value: bytes, signature: bytes) -> None:
    """Passes if the orchestrator at `address` signed the value.

    Raises:
        CredentialsError: it did not.
    """
    verify_signer("ping", address, value, signature)


def result_message(rendition_hashes: Sequence[bytes]) -> bytes:
    """What an orchestrator signs of its work: the hashes of the renditions, in order.

    Raises:
        FieldRangeError: a hash is not 32 bytes long.
    """
    return b"".join(hash_bytes("rendition hash", each) for each in rendition_hashes)


def sign_result(key: bytes | str, rendition_hashes: Sequence[bytes]) -> bytes:
    """The orchestrator's signature of its renditions.

    Raises:
        SigningKeyError: the key is malformed.
        FieldRangeError: a hash is not 32 bytes long.
    """
    return sign_message(key, result_message(rendition_hashes))


def verify_result(address: str, rendition_hashes: Sequence[bytes], signature: bytes) -> None:
    """Passes if the orchestrator at `address` signed these renditions.

    Raises:
        CredentialsError: it did not.
    """
    verify_signer("result", address, result_message(rendition_hashes), signature)
