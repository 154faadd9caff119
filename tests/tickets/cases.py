"""Random tickets and what becomes of them when they are tampered with, by seed: the same seed gives the same cases.

Cases come in families: one signed ticket as it is, then mutations of its signature, its fields and its draw that keep
the signature. Byte flips and values of v are counted through, so that a long run has made every one of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from offchain.tickets import MAX_WIN_PROB, key_address, rand_hash, sign_digest, win_value
from offchain.tickets.keccak import keccak
from offchain.tickets.signing import CURVE_ORDER, HALF_ORDER
from offchain.types import address_bytes

__all__ = [
    "BASES",
    "FIELDS",
    "KEYS",
    "RECIPIENTS",
    "SENDERS",
    "SIGNATURES",
    "VALIDITY",
    "Case",
    "Fields",
    "Maker",
    "Setting",
    "families",
    "packed",
]

KEYS = [keccak(b"sender of tickets %d" % number) for number in range(16)]
SENDERS = [address_bytes(key_address(key)) for key in KEYS]
RECIPIENTS = [keccak(b"recipient of tickets %d" % number)[12:] for number in range(8)]
ZERO_ADDRESS, ZERO_WORD = bytes(20), bytes(32)
MAX_WORD = 2**256 - 1
VALIDITY = 2
EDGES = (0, 1, 2, 2**63 - 1, 2**63, 2**128, 2**255, MAX_WORD - 1, MAX_WORD)


class Setting(NamedTuple):
    """What the chain stands at while it judges: for how many rounds a ticket is good, and whom it can pay.

    Attributes:
        round: the current round.
        hashes: block hash of each round that was initialised.
        recipients: 20 bytes each; those that earn fees.
        deposit: wei of every sender.
    """

    round: int
    hashes: dict[int, bytes]
    recipients: tuple[bytes, ...]
    deposit: int


class Fields(NamedTuple):
    """A ticket as the contract takes it: addresses are 20 bytes, numbers any word, `aux` of any length."""

    recipient: bytes
    sender: bytes
    face_value: int
    win_prob: int
    sender_nonce: int
    recipient_rand_hash: bytes
    aux: bytes


class Case(NamedTuple):
    """One thing to judge; `kind` says what was done to it."""

    kind: str
    fields: Fields
    signature: bytes
    rand: int


def packed(fields: Fields) -> bytes:
    """What is hashed: a writing of the rule apart from the package's."""
    numbers = (fields.face_value, fields.win_prob, fields.sender_nonce)
    words = b"".join(number.to_bytes(32, "big") for number in numbers)
    return fields.recipient + fields.sender + words + fields.recipient_rand_hash + fields.aux


def families(seed: str, count: int, setting: Setting, first: int = 0) -> Iterator[Case]:
    """`count` cases; `first` is the number of the first of them in the whole run, from which flips are counted."""
    made = 0
    maker = Maker(random.Random(seed), setting, first)
    while made < count:
        for case in maker.family():
            if made == count:
                return
            yield case
            made += 1


class Maker:
    """Draws families."""

    def __init__(self, rng: random.Random, setting: Setting, first: int) -> None:
        self.rng = rng
        self.setting = setting
        self.flips = first
        self.last_signature = bytes(65)

    def family(self) -> Iterator[Case]:
        rng = self.rng
        key = rng.randrange(len(KEYS))
        kind, fields, rand = self.base(SENDERS[key])
        signature = sign_digest(KEYS[key], keccak(packed(fields)))
        yield Case(kind, fields, signature, rand)
        for _ in range(2):
            self.flips += 1
            yield Case("flipped byte", fields, self.flipped(signature, self.flips), rand)
        for name in rng.sample(list(SIGNATURES), 2):
            yield Case(name, fields, SIGNATURES[name](self, signature), rand)
        for name in rng.sample(list(FIELDS), 3):
            yield Case(name, FIELDS[name](self, fields), signature, rand)
        value = win_value(signature, rand)
        prob = rng.choice((value, min(value + 1, MAX_WORD), max(value - 1, 0), 0, 1, MAX_WORD))
        yield Case("edge of the draw", fields._replace(win_prob=prob), signature, rand)
        yield Case("another number", fields, signature, self.near(rand))
        self.last_signature = signature

    def base(self, sender: bytes) -> tuple[str, Fields, int]:
        """A ticket that is good but for what its kind says, its number, and whether it wins."""
        rng, now = self.rng, self.setting.round
        rand = rng.getrandbits(256) if rng.random() < 0.9 else rng.choice(EDGES)
        created = now - rng.randrange(VALIDITY)
        fields = Fields(
            recipient=rng.choice(self.setting.recipients),
            sender=sender,
            face_value=rng.choice((0, 1, rng.randrange(10**15), rng.getrandbits(256) >> rng.randrange(257))),
            win_prob=rng.choice((0, 1, 2**255, MAX_WIN_PROB, MAX_WIN_PROB, MAX_WIN_PROB, rng.getrandbits(256))),
            sender_nonce=rng.choice((0, 1, 2**32 - 1, rng.getrandbits(32))),
            recipient_rand_hash=rand_hash(rand),
            aux=self.aux(created),
        )
        kind = rng.choices(list(BASES), BASE_WEIGHTS)[0]
        return kind, BASES[kind](self, fields), rand

    def aux(self, created: int) -> bytes:
        return created.to_bytes(32, "big") + self.setting.hashes.get(created, ZERO_WORD)

    def flipped(self, signature: bytes, number: int) -> bytes:
        """That one, modulo their number, of the 65 * 255 ways to change one byte."""
        at, mask = number % 65, number // 65 % 255 + 1
        return signature[:at] + bytes((signature[at] ^ mask,)) + signature[at + 1 :]

    def near(self, number: int) -> int:
        """Another word: one beside it, one with a bit flipped, an edge, or any."""
        rng = self.rng
        return rng.choice(
            ((number + 1) & MAX_WORD, (number - 1) & MAX_WORD, number ^ 1 << rng.randrange(256), rng.choice(EDGES))
        )

    def near_bytes(self, old: bytes) -> bytes:
        rng = self.rng
        flipped = bytearray(old)
        flipped[rng.randrange(len(old))] ^= 1 << rng.randrange(8)
        return rng.choice((bytes(flipped), bytes(len(old)), b"\xff" * len(old), rng.randbytes(len(old))))


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def _mirrored(signature: bytes) -> bytes:
    """The other signature of the same key: high s, other v."""
    return signature[:32] + _word(CURVE_ORDER - int.from_bytes(signature[32:64], "big")) + bytes((55 - signature[64],))


def _compact(signature: bytes) -> bytes:
    """The 64-byte form of the same signature (EIP-2098)."""
    return signature[:32] + _word(int.from_bytes(signature[32:64], "big") | (signature[64] - 27) << 255)


def _of_any_length(maker: Maker, signature: bytes) -> bytes:
    return (signature + maker.rng.randbytes(70))[: maker.rng.randrange(135)]


def _with_v(maker: Maker, signature: bytes) -> bytes:
    return signature[:64] + bytes((maker.flips % 256,))


def _with_r(maker: Maker, signature: bytes) -> bytes:
    return _word(maker.rng.choice((0, 1, CURVE_ORDER - 1, CURVE_ORDER, CURVE_ORDER + 1, MAX_WORD))) + signature[32:]


def _with_s(maker: Maker, signature: bytes) -> bytes:
    edges = (0, 1, HALF_ORDER - 1, HALF_ORDER, HALF_ORDER + 1, CURVE_ORDER - 1, CURVE_ORDER, MAX_WORD)
    return signature[:32] + _word(maker.rng.choice(edges)) + signature[64:]


SIGNATURES: dict[str, Callable[[Maker, bytes], bytes]] = {
    "high s": lambda maker, sig: _mirrored(sig),
    "high s, same v": lambda maker, sig: _mirrored(sig)[:64] + sig[64:],
    "other v": lambda maker, sig: sig[:64] + bytes((55 - sig[64],)),
    "v of 0 or 1": lambda maker, sig: sig[:64] + bytes((sig[64] - 27,)),
    "every v": _with_v,
    "64 bytes": lambda maker, sig: _compact(sig),
    "64 bytes and v": lambda maker, sig: _compact(sig) + sig[64:],
    "one byte more": lambda maker, sig: sig + b"\0",
    "any length": _of_any_length,
    "no signature": lambda maker, sig: b"",
    "zeros": lambda maker, sig: bytes(65),
    "r at an edge": _with_r,
    "s at an edge": _with_s,
    "r and s exchanged": lambda maker, sig: sig[32:64] + sig[:32] + sig[64:],
    "of another ticket": lambda maker, sig: maker.last_signature,
    "any signature": lambda maker, sig: maker.rng.randbytes(64) + maker.rng.choice((b"\x1b", b"\x1c")),
}

FIELDS: dict[str, Callable[[Maker, Fields], Fields]] = {
    "recipient": lambda maker, f: f._replace(recipient=maker.near_bytes(f.recipient)),
    "sender": lambda maker, f: f._replace(sender=maker.near_bytes(f.sender)),
    "other sender": lambda maker, f: f._replace(sender=maker.rng.choice(SENDERS)),
    "face value": lambda maker, f: f._replace(face_value=maker.near(f.face_value)),
    "win probability": lambda maker, f: f._replace(win_prob=maker.near(f.win_prob)),
    "nonce": lambda maker, f: f._replace(sender_nonce=maker.near(f.sender_nonce)),
    "nonce within its bounds": lambda maker, f: f._replace(sender_nonce=f.sender_nonce ^ 1 << maker.rng.randrange(32)),
    "commitment": lambda maker, f: f._replace(recipient_rand_hash=maker.near_bytes(f.recipient_rand_hash)),
    "creation round": lambda maker, f: f._replace(aux=_word(maker.near(maker.setting.round)) + f.aux[32:]),
    "block hash": lambda maker, f: f._replace(aux=f.aux[:32] + maker.near_bytes(f.aux[32:].ljust(32))[:32]),
    "length of aux data": lambda maker, f: f._replace(aux=(f.aux + bytes(66))[: maker.rng.randrange(131)]),
    "a byte less of aux data": lambda maker, f: f._replace(aux=f.aux[:-1]),
    "a byte more of aux data": lambda maker, f: f._replace(aux=f.aux + b"\0"),
    "no aux data": lambda maker, f: f._replace(aux=b""),
    "aux data of zeros": lambda maker, f: f._replace(aux=bytes(64)),
}

# What a ticket may be beforehand, signed as it is.
BASES: dict[str, Callable[[Maker, Fields], Fields]] = {
    "as signed": lambda maker, f: f,
    "one round from expiry": lambda maker, f: f._replace(aux=maker.aux(maker.setting.round - VALIDITY + 1)),
    "expired": lambda maker, f: f._replace(aux=maker.aux(maker.setting.round - VALIDITY)),
    "of any known round": lambda maker, f: f._replace(aux=maker.aux(maker.rng.choice(list(maker.setting.hashes)))),
    "of the next round": lambda maker, f: f._replace(aux=maker.aux(maker.setting.round + 1)),
    "of a wrong hash": lambda maker, f: f._replace(aux=_word(maker.setting.round) + maker.rng.randbytes(32)),
    "signed without aux data": lambda maker, f: f._replace(aux=b""),
    "from nobody": lambda maker, f: f._replace(sender=ZERO_ADDRESS),
    "to nobody": lambda maker, f: f._replace(recipient=ZERO_ADDRESS),
    "to somebody inactive": lambda maker, f: f._replace(recipient=maker.rng.choice(RECIPIENTS)),
    "signed for another": lambda maker, f: f._replace(sender=maker.rng.choice(SENDERS)),
    "any words": lambda maker, f: Fields(
        maker.rng.randbytes(20),
        f.sender,
        maker.rng.getrandbits(256),
        maker.rng.getrandbits(256),
        maker.rng.getrandbits(32),
        maker.rng.randbytes(32),
        maker.rng.getrandbits(63).to_bytes(32, "big") + maker.rng.randbytes(32),
    ),
}
BASE_WEIGHTS = [8, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]
