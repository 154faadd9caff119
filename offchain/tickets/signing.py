"""Signatures of the network: personal messages (EIP-191) over 32 bytes, in their one canonical encoding.

65 bytes r ‖ s ‖ v; r in 1 … n − 1, s in 1 … n / 2, v 27 or 28. The winning draw hashes these bytes, so a second
accepted encoding of a signature would be a second draw (facts: offchain 1.1, protocol 5.2).
"""

from __future__ import annotations

from functools import lru_cache

from coincurve import PrivateKey, PublicKey
from eth_typing import ChecksumAddress

from offchain.errors import FieldRangeError, SignatureEncodingError, SignatureLengthError, SigningKeyError
from offchain.tickets.bounds import checksum_address
from offchain.tickets.keccak import keccak
from offchain.tickets.ticket import Ticket
from offchain.tickets.win_check import SIGNATURE_BYTES

__all__ = [
    "CURVE_ORDER",
    "key_address",
    "key_bytes",
    "recover_digest_signer",
    "recover_message_signer",
    "recover_signer",
    "sign_digest",
    "sign_message",
    "sign_ticket",
]

CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
HALF_ORDER = CURVE_ORDER // 2
KEY_BYTES = 32
DIGEST_BYTES = 32
V_OFFSET = 27
PERSONAL_PREFIX = b"\x19Ethereum Signed Message:\n32"


def key_bytes(key: bytes | str) -> bytes:
    """The 32 bytes of a private key given as bytes or as 64 hex digits with or without `0x`.

    Raises:
        SigningKeyError: another length, no hex, zero, or not below the order of the curve.
    """
    try:
        raw = bytes.fromhex(key.removeprefix("0x")) if isinstance(key, str) else bytes(memoryview(key))
    except (ValueError, TypeError):
        raise SigningKeyError("a private key is 32 bytes, or 64 hex digits") from None
    if len(raw) != KEY_BYTES:
        raise SigningKeyError(f"a private key is {KEY_BYTES} bytes long, got {len(raw)}")
    if not 0 < int.from_bytes(raw, "big") < CURVE_ORDER:
        raise SigningKeyError("a private key lies between zero and the order of secp256k1")
    return raw


@lru_cache(maxsize=16)
def _signer(key: bytes) -> PrivateKey:
    # Making a PrivateKey multiplies two points, dearer than a signature; a process signs with one or two keys.
    return PrivateKey(key)


def _personal(digest: bytes) -> bytes:
    if len(digest) != DIGEST_BYTES:
        raise FieldRangeError("digest", digest, f"{DIGEST_BYTES} bytes")
    return keccak(PERSONAL_PREFIX + digest)


def _public_key_address(key: PublicKey) -> ChecksumAddress:
    return checksum_address(keccak(key.format(compressed=False)[1:])[12:])


def key_address(key: bytes | str) -> ChecksumAddress:
    """The address of a private key; errors as `key_bytes`."""
    return _public_key_address(_signer(key_bytes(key)).public_key)


def sign_digest(key: bytes | str, digest: bytes) -> bytes:
    """Signs 32 bytes as a personal message: deterministic (RFC 6979), low s, v 27 or 28.

    Raises:
        SigningKeyError: the key is malformed.
        FieldRangeError: the digest is not 32 bytes long.
    """
    signature = _signer(key_bytes(key)).sign_recoverable(_personal(digest), hasher=None)
    # The recovery id is 2 or 3 only if r wrapped around the order, once in 2**127; nobody will see it.
    return signature[:64] + bytes((signature[64] + V_OFFSET,))


def recover_digest_signer(digest: bytes, signature: bytes) -> ChecksumAddress:
    """Who signed these 32 bytes with `sign_digest`, or would have to have.

    Raises:
        SignatureLengthError: the signature is not 65 bytes long.
        SignatureEncodingError: it is not the canonical encoding, or no point of the curve fits it.
        FieldRangeError: the digest is not 32 bytes long.
    """
    message = _personal(digest)
    compact = _canonical(signature)
    try:
        key = PublicKey.from_signature_and_message(compact, message, hasher=None)
    except ValueError as error:
        raise SignatureEncodingError("signature fits no key: its r is not on the curve") from error
    return _public_key_address(key)


def _canonical(signature: bytes) -> bytes:
    """The signature with its recovery id in place of v, if it is canonical."""
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureLengthError(expected=SIGNATURE_BYTES, got=len(signature))
    r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    if not 0 < r < CURVE_ORDER:
        raise SignatureEncodingError("signature r value out of range")
    if s == 0:
        raise SignatureEncodingError("signature s value is zero")
    if s > HALF_ORDER:
        raise SignatureEncodingError("signature s value too high")
    if v not in (V_OFFSET, V_OFFSET + 1):
        raise SignatureEncodingError("signature v value must be 27 or 28")
    return bytes(signature[:64]) + bytes((v - V_OFFSET,))


def sign_ticket(key: bytes | str, ticket: Ticket) -> bytes:
    """The sender's 65-byte signature of a ticket; the same key and ticket give the same bytes.

    Raises:
        SigningKeyError: the key is malformed.
    """
    return sign_digest(key, ticket.hash())


def recover_signer(ticket: Ticket, signature: bytes) -> ChecksumAddress:
    """The address that signed the ticket; the ticket is good if it equals `ticket.sender`.

    Raises:
        SignatureLengthError, SignatureEncodingError: as `recover_digest_signer`.
    """
    return recover_digest_signer(ticket.hash(), signature)


def sign_message(key: bytes | str, message: bytes) -> bytes:
    """Signs a message of any length: its keccak hash, as a personal message (facts: offchain 1.1).

    Raises:
        SigningKeyError: the key is malformed.
    """
    return sign_digest(key, keccak(message))


def recover_message_signer(message: bytes, signature: bytes) -> ChecksumAddress:
    """Who signed the message with `sign_message`; errors as `recover_digest_signer`."""
    return recover_digest_signer(keccak(message), signature)
