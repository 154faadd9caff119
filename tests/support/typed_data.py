"""EIP-712 signatures, fast: for ballots and permits by the thousand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from coincurve import PrivateKey, PublicKey
from eth_utils.address import to_checksum_address

from tests.support.abi import Codec, codec
from tests.support.hashes import keccak

__all__ = ["Domain", "recover", "vrs"]

DOMAIN_TYPE = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
V_OFFSET = 27


@dataclass(frozen=True)
class Domain:
    """Whom signatures are for."""

    name: str
    chain_id: int
    contract: str

    @cached_property
    def separator(self) -> bytes:
        fields = (keccak(DOMAIN_TYPE), keccak(text=self.name), keccak(b"1"), self.chain_id, self.contract)
        return keccak(codec("(bytes32,bytes32,bytes32,uint256,address)").encode(fields))

    def digest(self, type_: str, *values: object) -> bytes:
        """Of a struct written `Name(type name,type name)`; strings and bytes count by their hashes."""
        hashed, kinds, words = _struct(type_)
        fields = [_field(kind, value) for kind, value in zip(kinds, values, strict=True)]
        return keccak(b"\x19\x01" + self.separator + keccak(words.encode([hashed, *fields])))

    def sign(self, key: bytes, type_: str, *values: object) -> bytes:
        """65 bytes: r, s and v."""
        signature = PrivateKey(key).sign_recoverable(self.digest(type_, *values), hasher=None)
        return signature[:64] + bytes((signature[64] + V_OFFSET,))


def recover(digest: bytes, signature: bytes) -> str:
    """Whose signature of the digest that would be."""
    raw = signature[:64] + bytes((signature[64] - V_OFFSET,))
    key = PublicKey.from_signature_and_message(raw, digest, hasher=None)
    return to_checksum_address(keccak(key.format(compressed=False)[1:])[12:])


def vrs(signature: bytes) -> tuple[int, bytes, bytes]:
    return signature[64], signature[:32], signature[32:64]


@cache
def _struct(type_: str) -> tuple[bytes, list[str], Codec]:
    """Hash of a struct's type, types of its fields, and how all that is encoded."""
    kinds = [field.split(" ")[0] for field in type_[type_.index("(") + 1 : -1].split(",")]
    words = ["bytes32" if kind in ("string", "bytes") else kind for kind in kinds]
    return keccak(text=type_), kinds, codec(f"({','.join(['bytes32', *words])})")


def _field(kind: str, value: object) -> object:
    if kind == "string":
        return keccak(text=str(value))
    if kind == "bytes":
        assert isinstance(value, bytes)
        return keccak(value)
    return value
