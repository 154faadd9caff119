"""A second opinion on signatures and hashes: py-ecc's curve arithmetic and another library's keccak.

Slow, and sharing no code with the package: coincurve is C, this is Python; pysha3 there, pycryptodome here.
"""

from __future__ import annotations

from Crypto.Hash import keccak as keccak_of_another_library
from py_ecc.secp256k1.secp256k1 import N, ecdsa_raw_recover, ecdsa_raw_sign, privtopub

HALF_ORDER = N // 2


def keccak(data: bytes) -> bytes:
    return keccak_of_another_library.new(digest_bits=256, data=data).digest()


def personal(digest: bytes) -> bytes:
    return keccak(b"\x19Ethereum Signed Message:\n32" + digest)


def _address(point: tuple[int, int]) -> bytes:
    x, y = point
    return keccak(x.to_bytes(32, "big") + y.to_bytes(32, "big"))[12:]


def address_of_key(key: bytes) -> bytes:
    """The 20 bytes of a private key's address."""
    return _address(privtopub(key))


def sign(key: bytes, digest: bytes) -> bytes:
    """A personal signature of 32 bytes, RFC 6979 and low s, 65 bytes."""
    v, r, s = ecdsa_raw_sign(personal(digest), key)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])


def recover(digest: bytes, signature: bytes) -> bytes | None:
    """The 20 bytes of the signer's address; None if the encoding is not canonical or no point fits."""
    if len(signature) != 65:
        return None
    r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    if not (0 < r < N and 0 < s <= HALF_ORDER and v in (27, 28)):
        return None
    try:
        point = ecdsa_raw_recover(personal(digest), (v, r, s))
    except ValueError:
        return None
    return _address(point) if point != (0, 0) else None
