"""A round can be worked in once somebody has initialised it."""

from __future__ import annotations

import pytest

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT
from tests.support.reverts import reverts

BLOCKHASH, ISZERO, PUSH1, PUSH32 = 0x40, 0x15, 0x60, 0x7F


def test_rnd33_a_round_is_initialised_once(market, stranger):
    market.skip_to_round(market.round + 1)
    rounds = market.rounds
    assert not rounds.currentRoundInitialized()
    rounds.initializeRound(sender=stranger)
    assert rounds.currentRoundInitialized()
    assert rounds.lastInitializedRound() == market.round
    with reverts("RoundAlreadyInitialized", market.round):
        rounds.initializeRound(sender=stranger)


def test_a_round_tells_of_its_budget_and_its_hash(market, chain, stranger):
    market.skip_to_round(market.round + 1)
    receipt = market.rounds.initializeRound(sender=stranger)
    expected = chain.blocks[receipt.block_number - 1].hash
    minter, rounds = market.minter, market.rounds
    budget = minter.SetCurrentRewardTokens(minter.currentMintableTokens(), minter.inflation())
    assert receipt.decode_logs() == [budget, rounds.NewRound(market.round, expected)]
    assert rounds.blockHashForRound(market.round) == expected


def test_rnd33_the_hash_of_a_round_stays(market):
    current, before = market.round, market.rounds.blockHashForRound(market.round)
    market.next_round()
    assert market.rounds.blockHashForRound(current) == before
    assert market.rounds.blockHashForRound(market.round) != before


@pytest.mark.parametrize("skipped", [1, 2, 1000])
def test_rnd34_after_idle_rounds_one_initialisation_suffices(market, skipped):
    market.rounds.setRoundLength(2, sender=market.owner)
    first = market.round
    market.next_round(skipped + 1)
    assert market.rounds.currentRoundInitialized()
    for number in {first + 1, first + skipped}:
        assert int.from_bytes(market.rounds.blockHashForRound(number), "big") == 0


def test_reg63_no_round_begins_while_the_system_is_paused(market, stranger):
    market.skip_to_round(market.round + 1)
    market.controller.pause(sender=market.owner)
    with reverts("SystemPaused"):
        market.rounds.initializeRound(sender=stranger)
    market.controller.unpause(sender=market.owner)
    market.rounds.initializeRound(sender=stranger)


def without_block_hashes(code: bytes) -> bytes:
    """The same code on a chain that knows no block hash: BLOCKHASH becomes ISZERO, which makes 0 of every number."""
    patched, at = bytearray(code), 0
    while at < len(code):
        if code[at] == BLOCKHASH:
            patched[at] = ISZERO
        at += code[at] - PUSH1 + 2 if PUSH1 <= code[at] <= PUSH32 else 1
    assert patched != code
    return bytes(patched)


@pytest.fixture
def blind(market, chain):
    """The market on a chain whose block hashes all read as zero, as some do on Arbitrum."""
    target = market.controller.getContract(contract_id("RoundsManagerTarget"))
    code = bytes(chain.provider.get_code(target))
    chain.provider.set_code(target, without_block_hashes(code))
    yield market
    chain.provider.set_code(target, code)


def test_rnd33_a_round_without_block_hash_gets_a_substitute(blind, chain):
    assert int.from_bytes(blind.rounds.blockHash(chain.blocks.height - 1), "big") == 0
    hashes = set()
    for _ in range(3):
        number = blind.next_round()
        receipt_hash = bytes(blind.rounds.blockHashForRound(number))
        assert receipt_hash != bytes(32)
        hashes.add(receipt_hash)
    assert len(hashes) == 3


def test_rnd33_the_substitute_does_not_depend_on_who_calls_or_when_within_the_known_hashes(
    blind, chain, stranger, gateway
):
    """Without any hash to go by, nothing that a caller can choose moves it."""
    blind.skip_to_round(blind.round + 1)
    seen = set()
    for caller, blocks in ((stranger, 0), (gateway, 0), (stranger, 3)):
        with chain.isolate():
            chain.mine(blocks)
            blind.rounds.initializeRound(sender=caller)
            seen.add(bytes(blind.rounds.blockHashForRound(blind.round)))
    assert len(seen) == 1


def test_rnd34_tickets_of_a_round_with_a_substitute_are_paid(blind, gateway, orchestrators):
    blind.register(orchestrators[0], 1000 * LPT)
    blind.next_round()
    blind.pay_fees(gateway, orchestrators[0], 10**15)
    assert blind.bonding.pendingFees(orchestrators[0], 0) == 10**15
