"""Rounds are counted in blocks, from the last change of their length."""

from __future__ import annotations

import pytest
from ape.exceptions import ProviderError

from scripts._lib.sources import contract_id
from tests.support.deployment import ROUND_LENGTH
from tests.support.reverts import reverts

PERC = 10**6


@pytest.fixture
def clock(project, market, owner):
    """A RoundsManager of its own, without a length yet; nothing but its clock is used."""
    return owner.deploy(project.RoundsManager, market.controller)


def test_a_clock_without_length_does_not_run(clock):
    with reverts("division"):
        clock.currentRound()


def test_the_first_length_counts_from_block_zero(clock, chain, owner):
    chain.mine(7)
    clock.setRoundLength(10, sender=owner)
    height = chain.blocks.height
    assert clock.currentRound() == height // 10
    assert clock.currentRoundStartBlock() == height // 10 * 10


def test_a_round_lasts_its_length(market, chain):
    market.next_round()
    start, current = market.rounds.currentRoundStartBlock(), market.round
    chain.mine(start + ROUND_LENGTH - 1 - chain.blocks.height)
    assert market.round == current
    chain.mine()
    assert market.round == current + 1
    assert market.rounds.currentRoundStartBlock() == start + ROUND_LENGTH


@pytest.mark.parametrize("length", [ROUND_LENGTH - 1, ROUND_LENGTH, ROUND_LENGTH + 1, 1000])
def test_rnd33_a_new_length_never_renumbers_the_round(market, chain, length):
    market.next_round()
    current, start = market.round, market.rounds.currentRoundStartBlock()
    receipt = market.rounds.setRoundLength(length, sender=market.owner)
    assert receipt.events == [market.rounds.ParameterUpdate("roundLength")]
    assert (market.round, market.rounds.currentRoundStartBlock()) == (current, start)
    assert market.rounds.lastRoundLengthUpdateRound() == current
    assert market.rounds.lastRoundLengthUpdateStartBlock() == start
    assert market.rounds.roundLength() == length
    chain.mine(start + length - chain.blocks.height)
    assert market.round == current + 1


def test_rnd33_a_length_shorter_than_the_part_gone_by_ends_the_round_at_once(market, chain):
    market.next_round()
    chain.mine(11)
    current, start = market.round, market.rounds.currentRoundStartBlock()
    market.rounds.setRoundLength(5, sender=market.owner)
    assert market.round == current + (chain.blocks.height - start) // 5 > current


def test_the_length_may_change_many_times(market, chain):
    last = market.round
    for length in (3, 17, 1, 50):
        market.rounds.setRoundLength(length, sender=market.owner)
        assert market.round >= last
        last = market.round
        chain.mine(length)
        assert market.round == last + 1
        last = market.round


def test_a_round_is_at_least_a_block_long(market):
    with reverts("RoundLengthZero"):
        market.rounds.setRoundLength(0, sender=market.owner)


def test_a_length_that_cannot_be_stored_is_refused(market):
    longest = 2**64 - 1
    market.rounds.setRoundLength(longest, sender=market.owner)
    assert market.rounds.roundLength() == longest
    for length in (longest + 1, 2**256 - 1):
        with reverts("RoundLengthTooLong", length, longest):
            market.rounds.setRoundLength(length, sender=market.owner)


@pytest.mark.parametrize(("lock", "locked_blocks"), [(0, 0), (100_000, 2), (149_999, 2), (PERC // 2, 10), (PERC, 20)])
def test_the_last_part_of_a_round_is_locked(market, chain, lock, locked_blocks):
    length = 20
    market.rounds.setRoundLength(length, sender=market.owner)
    receipt = market.rounds.setRoundLockAmount(lock, sender=market.owner)
    assert receipt.events == [market.rounds.ParameterUpdate("roundLockAmount")]
    assert market.rounds.roundLockAmount() == lock
    market.skip_to_round(market.round + 1)
    seen = [market.rounds.currentRoundLocked()]
    for _ in range(length - 1):
        chain.mine()
        seen.append(market.rounds.currentRoundLocked())
    assert seen == [False] * (length - locked_blocks) + [True] * locked_blocks


def test_the_lock_can_be_set_before_the_first_length(project, market, owner):
    """A BondingManager that is told of a clock without rounds would have nothing to divide by."""
    proxy = owner.deploy(project.ManagerProxy, market.controller, contract_id("RoundsManagerTarget"))
    market.controller.setContractInfo(contract_id("RoundsManager"), proxy, bytes(20), sender=owner)
    clock = project.RoundsManager.at(proxy.address)
    clock.setRoundLockAmount(PERC // 2, sender=owner)
    assert clock.roundLockAmount() == PERC // 2
    clock.setRoundLength(10, sender=owner)
    assert market.bonding.delegatorStatus(owner) == 2


def test_no_more_than_the_whole_round_can_be_locked(market):
    with reverts("InvalidPercentage", PERC + 1, PERC):
        market.rounds.setRoundLockAmount(PERC + 1, sender=market.owner)


def test_an_upgrade_round_is_set_once(market):
    rounds = market.rounds
    receipt = rounds.setLIPUpgradeRound(50, 7, sender=market.owner)
    assert receipt.events == [rounds.ParameterUpdate("lipUpgradeRound")]
    assert rounds.lipUpgradeRound(50) == 7
    assert rounds.lipUpgradeRound(51) == 0
    with reverts("LipUpgradeRoundAlreadySet", 50, 7):
        rounds.setLIPUpgradeRound(50, 8, sender=market.owner)


def test_reg60_only_the_owner_sets_the_clock(market, stranger):
    rounds = market.rounds
    for setter, arguments in (
        (rounds.setRoundLength, (10,)),
        (rounds.setRoundLockAmount, (0,)),
        (rounds.setLIPUpgradeRound, (1, 1)),
    ):
        with reverts("CallerNotControllerOwner", stranger):
            setter(*arguments, sender=stranger)


def test_block_hashes_are_those_of_the_last_256_blocks(market, chain):
    chain.mine(300)
    height = chain.blocks.height
    for number in (height - 1, height - 100, height - 256):
        assert market.rounds.blockHash(number) == chain.blocks[number].hash
    with reverts("BlockNotPast", height, height):
        market.rounds.blockHash(height)
    with reverts("BlockTooOld", height - 257, height):
        market.rounds.blockHash(height - 257)


def test_views_in_one_call_say_what_the_single_ones_say(market):
    rounds = market.rounds
    for _ in range(2):
        expected = (rounds.currentRound(), rounds.currentRoundInitialized(), rounds.currentRoundLocked())
        assert tuple(rounds.currentRoundState()) == expected
        market.skip_to_round(market.round + 1)


def test_a_young_chain_has_no_blocks_too_old_for_their_hashes(market, chain):
    """Asked as of block 256, from where the first block can just be seen; of a later chain it cannot."""
    data = market.rounds.blockHash.encode_input(0)
    asked = [{"to": market.rounds.address, "data": data.hex() if isinstance(data, str) else data.to_0x_hex()}, "latest"]
    chain.provider.make_request("eth_call", [*asked, {}, {"number": hex(256)}])
    with pytest.raises(ProviderError):
        chain.provider.make_request("eth_call", [*asked, {}, {"number": hex(257)}])


def test_a_clock_runs_where_there_is_nobody_to_tell_of_it(project, owner):
    clock = owner.deploy(project.RoundsManager, owner.deploy(project.Controller))
    for length in (10, 20):
        receipt = clock.setRoundLength(length, sender=owner)
        assert receipt.events == [clock.ParameterUpdate("roundLength")]
    assert clock.roundLength() == 20
