"""Random tickets, judged by this package and by the contracts: hash, signer and draw must be the same.

The tickets come from a seeded generator, so a failure comes again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from eth_abi.abi import decode

from offchain.chain.protocol import ticket_tuple
from offchain.errors import SignatureEncodingError, SignatureLengthError
from offchain.tickets import (
    MAX_WIN_PROB,
    Ticket,
    is_winner,
    key_address,
    rand_hash,
    recover_signer,
    sign_ticket,
)
from offchain.tickets.keccak import keccak
from offchain.tickets.signing import CURVE_ORDER

TICKETS = 4_000
TICKETS_A_CALL = 250
TICKETS_A_BATCH = 60
MUTATIONS_A_KIND = 250

KEYS = [keccak(bytes([number])) for number in range(8)]
ETH = 10**18


def selector(signature: str) -> bytes:
    return keccak(signature.encode())[:4]


ACCEPTED = bytes(4)
REFUSALS = {
    ACCEPTED: "accepted",
    selector("SignatureLengthInvalid(uint256)"): "length",
    selector("ECDSAInvalidSignatureS(bytes32)"): "encoding",
    selector("ECDSAInvalidSignature()"): "encoding",
    selector("TicketSignerMismatch(address,address)"): "signer",
}


def random_ticket(rng: random.Random, sender: str) -> Ticket:
    """A ticket with fields of all sizes, from zero to the largest, that wins every other time."""
    bits = rng.randrange(257)
    return Ticket(
        recipient=rng.randbytes(20),
        sender=sender,
        face_value=rng.getrandbits(bits) if bits else 0,
        win_prob=rng.choice([0, 1, MAX_WIN_PROB, rng.getrandbits(256), rng.getrandbits(256), rng.getrandbits(255)]),
        sender_nonce=rng.choice([0, 1, 2**32 - 1, rng.getrandbits(32)]),
        recipient_rand_hash=rng.randbytes(32),
        creation_round=rng.choice([0, 1, 2**63 - 1, rng.getrandbits(63)]),
        creation_round_block_hash=rng.randbytes(32),
    )


def verdict(ticket: Ticket, signature: bytes) -> str:
    """What this package says of a signature, in the words of REFUSALS."""
    try:
        return "accepted" if recover_signer(ticket, signature) == ticket.sender else "signer"
    except SignatureLengthError:
        return "length"
    except SignatureEncodingError:
        return "encoding"


@pytest.fixture
def judge(project, owner):
    """Asks the contracts' library: hash, verdict on the signature, draw; for each ticket in turn."""
    harness = owner.deploy(project.HarnessTickets)

    def ask(cases: list[tuple[Ticket, bytes, int]]) -> Iterator[tuple[bytes, str, bool]]:
        for start in range(0, len(cases), TICKETS_A_CALL):
            tickets, signatures, rands = zip(*cases[start : start + TICKETS_A_CALL], strict=True)
            for found in harness.judge(list(map(ticket_tuple, tickets)), signatures, rands):
                yield bytes(found.ticketHash), REFUSALS[bytes(found.refusal)], found.wins

    return ask


def test_tick67_the_broker_hashes_random_tickets_as_we_do(market):
    rng = random.Random(1)
    for _ in range(100):
        ticket = random_ticket(rng, key_address(rng.choice(KEYS)))
        assert bytes(market.broker.getTicketHash(ticket_tuple(ticket))) == ticket.hash()


def test_tick67_the_library_judges_thousands_of_signed_tickets_as_we_do(judge):
    rng = random.Random(2)
    cases = []
    for _ in range(TICKETS):
        key = rng.choice(KEYS)
        ticket = random_ticket(rng, key_address(key))
        cases.append((ticket, sign_ticket(key, ticket), rng.getrandbits(256)))

    wins = 0
    for (ticket, signature, rand), found in zip(cases, judge(cases), strict=True):
        assert found == (ticket.hash(), "accepted", is_winner(signature, rand, ticket.win_prob))
        wins += found[2]
    assert TICKETS * 0.3 < wins < TICKETS * 0.7  # both outcomes, many times


def word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def mirrored(signature: bytes) -> bytes:
    """The other signature of the same key: high s, other v."""
    s = CURVE_ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + word(s) + bytes([55 - signature[64]])


def compact(signature: bytes) -> bytes:
    """The 64-byte form of the same signature."""
    return signature[:32] + word(int.from_bytes(signature[32:64], "big") | (signature[64] - 27) << 255)


def flipped(rng: random.Random, signature: bytes, start: int, end: int) -> bytes:
    out = bytearray(signature)
    out[rng.randrange(start, end)] ^= 1 << rng.randrange(8)
    return bytes(out)


MUTATIONS = {
    "high s": lambda rng, sig: mirrored(sig),
    "64 bytes": lambda rng, sig: compact(sig),
    "any length": lambda rng, sig: (sig + rng.randbytes(70))[: rng.randrange(135)],
    "low v": lambda rng, sig: sig[:64] + bytes([sig[64] - 27]),
    "any v": lambda rng, sig: sig[:64] + bytes([rng.randrange(256)]),
    "r flipped": lambda rng, sig: flipped(rng, sig, 0, 32),
    "s flipped": lambda rng, sig: flipped(rng, sig, 32, 64),
    "r at an edge": lambda rng, sig: word(rng.choice([0, 1, CURVE_ORDER - 1, CURVE_ORDER, 2**256 - 1])) + sig[32:],
    "s at an edge": lambda rng, sig: (
        sig[:32] + word(rng.choice([0, 1, CURVE_ORDER // 2, CURVE_ORDER // 2 + 1, CURVE_ORDER])) + sig[64:]
    ),
    "anything": lambda rng, sig: rng.randbytes(64) + rng.choice([b"\x1b", b"\x1c"]),
}


def test_tick40_the_library_refuses_the_same_signatures_as_we_do_for_the_same_reason(judge):
    rng = random.Random(3)
    cases, kinds = [], []
    for kind, mutate in MUTATIONS.items():
        for _ in range(MUTATIONS_A_KIND):
            key = rng.choice(KEYS)
            ticket = random_ticket(rng, key_address(key))
            cases.append((ticket, mutate(rng, sign_ticket(key, ticket)), rng.getrandbits(256)))
            kinds.append(kind)

    seen = Counter()
    for kind, (ticket, signature, rand), found in zip(kinds, cases, judge(cases), strict=True):
        expected = verdict(ticket, signature)
        assert found[:2] == (ticket.hash(), expected), kind
        if expected != "length":
            assert found[2] == is_winner(signature, rand, ticket.win_prob), kind
        seen[expected] += 1
    assert set(seen) == set(REFUSALS.values())
    assert seen["accepted"] < MUTATIONS_A_KIND / 2  # "any v" may hit the right one


@pytest.fixture
def earning(market, gateway, orchestrators):
    """An active orchestrator, and a gateway with funds for a batch."""
    market.register(orchestrators[0], 1_000 * ETH)
    market.next_round()
    market.broker.fundDeposit(value=ETH, sender=gateway)
    return orchestrators[0]


def test_tick67_the_broker_redeems_exactly_the_tickets_that_win_here(market, gateway, earning):
    rng = random.Random(4)
    key = bytes.fromhex(gateway.private_key[2:])
    rand = rng.getrandbits(256)
    first = replace(market.winning_ticket(gateway, earning, face_value=1_000), recipient_rand_hash=rand_hash(rand))
    tickets = [
        replace(first, sender_nonce=nonce, win_prob=rng.getrandbits(256)) for nonce in range(1, TICKETS_A_BATCH + 1)
    ]
    signatures = [sign_ticket(key, each) for each in tickets]
    for index in range(0, TICKETS_A_BATCH, 5):
        signatures[index] = rng.choice([mirrored, compact, lambda sig: flipped(rng, sig, 0, 64)])(signatures[index])

    receipt = market.broker.batchRedeemWinningTickets(
        [ticket_tuple(each) for each in tickets], signatures, [rand] * TICKETS_A_BATCH, sender=earning
    )

    redeemed = {event.senderNonce for event in receipt.events if event.event_name == "WinningTicketRedeemed"}
    skipped = {
        tickets[event.index].sender_nonce: bytes(event.reason)
        for event in receipt.events
        if event.event_name == "WinningTicketSkipped"
    }
    expected = {
        ticket.sender_nonce
        for ticket, signature in zip(tickets, signatures, strict=True)
        if verdict(ticket, signature) == "accepted" and is_winner(signature, rand, ticket.win_prob)
    }
    assert redeemed == expected
    assert redeemed.isdisjoint(skipped)
    assert len(redeemed) + len(skipped) == TICKETS_A_BATCH
    assert 0 < len(redeemed) < TICKETS_A_BATCH
    for ticket, signature in zip(tickets, signatures, strict=True):
        if ticket.sender_nonce in skipped:
            assert_reason(skipped[ticket.sender_nonce], ticket, signature)


def assert_reason(reason: bytes, ticket: Ticket, signature: bytes) -> None:
    """A ticket is skipped for its signature, or because it loses, exactly when this package says so."""
    if verdict(ticket, signature) == "accepted":
        assert reason[:4] == selector("TicketNotWinning(bytes32)")
        assert decode(["bytes32"], reason[4:]) == (ticket.hash(),)
    else:
        assert REFUSALS[reason[:4]] == verdict(ticket, signature)
