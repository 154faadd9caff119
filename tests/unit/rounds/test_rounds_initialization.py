"""A round can be worked in once somebody has initialised it."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT
from tests.support.reverts import reverts

STOP, ISZERO, BLOCKHASH, SLOAD, PUSH1, PUSH32 = 0x00, 0x15, 0x40, 0x54, 0x60, 0x7F


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
    return _replaced(code, ISZERO)


def _replaced(code: bytes, instruction: int) -> bytes:
    """With an instruction in place of every BLOCKHASH."""
    patched, at = bytearray(code), 0
    while at < len(code):
        if code[at] == BLOCKHASH:
            patched[at] = instruction
        at += code[at] - PUSH1 + 2 if PUSH1 <= code[at] <= PUSH32 else 1
    assert patched != code
    return bytes(patched)


def _with_clock(market, chain, change):
    """The market while the code of the RoundsManager is another."""
    target = market.controller.getContract(contract_id("RoundsManagerTarget"))
    code = bytes(chain.provider.get_code(target))
    chain.provider.set_code(target, change(code))
    yield market
    chain.provider.set_code(target, code)


@pytest.fixture
def blind(market, chain):
    """The market on a chain whose block hashes all read as zero, as some do on Arbitrum."""
    yield from _with_clock(market, chain, without_block_hashes)


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


def with_block_hashes_in_storage(code: bytes) -> bytes:
    """The same code on a chain that knows the hashes that were put down for it: BLOCKHASH becomes SLOAD."""
    return _replaced(code, SLOAD)


@pytest.fixture
def told(market, chain):
    """The market on a chain whose block hashes are words of the RoundsManager's storage, all zero for now."""
    yield from _with_clock(market, chain, with_block_hashes_in_storage)


def commitment(rounds, number: int, older: bytes, before: bytes) -> bytes:
    types = ["address", "uint256", "uint256", "bytes32", "bytes32"]
    return keccak(encode(types, [rounds.address, rounds.provider.chain_id, number, older, before]))


def test_rnd33_the_substitute_hangs_on_the_newest_hash_that_is_known(told, chain):
    told.skip_to_round(told.round + 1)
    height, before = chain.blocks.height, bytes(told.rounds.blockHashForRound(told.round - 1))
    for distance, word in ((7, b"\x07"), (200, b"\xc8")):
        chain.provider.set_storage(told.rounds.address, height - distance, word.rjust(32, b"\0"))
    number = told.next_round(0)
    newest = (7).to_bytes(32, "big")
    assert bytes(told.rounds.blockHashForRound(number)) == commitment(told.rounds, number, newest, before)


def test_rnd33_a_chain_too_young_for_any_hash_gets_a_substitute(project, owner, accounts, chain):
    """By a clock of its own, whose BondingManager and Minter agree to everything."""
    controller, agreeable = owner.deploy(project.Controller), accounts[19].address
    controller.unpause(sender=owner)
    rounds = owner.deploy(project.AdjustableRoundsManager, controller)
    rounds.setRoundLength(10, sender=owner)
    for name in ("BondingManager", "Minter"):
        controller.setContractInfo(contract_id(name), agreeable, bytes(20), sender=owner)
    rounds.setBlockNum(100, sender=owner)
    chain.provider.set_code(agreeable, bytes([STOP]))
    try:
        rounds.initializeRound(sender=owner)
    finally:
        chain.provider.set_code(agreeable, b"")
    assert bytes(rounds.blockHashForRound(10)) == commitment(rounds, 10, bytes(32), bytes(32))
