"""What the BondingVotes are told: one record for each account whose stake an operation changes, in the published order.

Seen in the trace of each transaction, since a record that changes nothing leaves no event.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from eth_abi.abi import decode
from eth_utils.address import is_same_address, to_checksum_address
from eth_utils.crypto import keccak

from tests.support.books import delegator, transcoder
from tests.support.deployment import LPT, NOBODY

TYPES = ["address", "uint256", "uint256", "address", "uint256", "uint256", "uint256"]
SELECTOR = "0x" + keccak(text=f"checkpointBondingState({','.join(TYPES)})")[:4].hex()
NO_HINTS = (NOBODY,) * 4


@pytest.fixture
def told(market, chain):
    """Accounts whose state a transaction has recorded, each as it was in the end; the last record of each is."""

    def accounts(receipt: Any) -> list[str]:
        tracer = {"tracer": "callTracer"}
        trace = chain.provider.make_request("debug_traceTransaction", [receipt.txn_hash, tracer])
        records = [decode(TYPES, bytes.fromhex(call["input"][10:])) for call in recorded(trace)]
        for account, *values in {record[0]: record for record in records}.values():
            assert tuple(values) == state(account)
        return [to_checksum_address(record[0]) for record in records]

    def recorded(call: dict[str, Any]) -> Iterator[dict[str, Any]]:
        to_votes = is_same_address(call["to"], market.votes.address) and call["type"] == "CALL"
        if to_votes and call["input"].startswith(SELECTOR):
            assert is_same_address(call["from"], market.bonding.address)
            yield call
        for inner in call.get("calls", []):
            yield from recorded(inner)

    def state(account: str) -> tuple[Any, ...]:
        books, bonding = delegator(market.bonding, account), market.bonding
        rewarded = transcoder(bonding, account).last_reward_round
        delegate = books.delegate.lower()
        return (market.round + 1, books.bonded, delegate, books.delegated, books.last_claim_round, rewarded)

    return accounts


def test_a_bond_records_the_orchestrator_then_the_owner(market, orchestrator, delegators, told):
    assert told(market.bond(delegators[0], LPT, orchestrator)) == [orchestrator, delegators[0]]
    assert told(market.bond(delegators[0], LPT, orchestrator)) == [orchestrator, delegators[0]]


def test_a_bond_to_oneself_is_recorded_once(market, orchestrators, told):
    assert told(market.bond(orchestrators[0], LPT, orchestrators[0])) == [orchestrators[0]]


def test_a_move_records_the_one_that_loses_first(market, orchestrator, orchestrators, bonded, told):
    assert told(market.bond(bonded, LPT, orchestrators[1])) == [orchestrator, orchestrators[1], bonded]
    assert told(market.bond(bonded, 0, NOBODY)) == [orchestrators[1], NOBODY, bonded]
    assert told(market.bond(bonded, 0, bonded)) == [NOBODY, bonded]


def test_a_bond_for_another_records_its_owner(market, bonding, orchestrator, delegators, stranger, told):
    market.fund(stranger, LPT)
    receipt = bonding.bondForWithHint(LPT, delegators[0], orchestrator, *NO_HINTS, sender=stranger)
    assert told(receipt) == [orchestrator, delegators[0]]


@pytest.mark.parametrize("amount", [LPT, 500 * LPT])
def test_unbonding_records_the_delegate_then_the_owner(bonding, orchestrator, bonded, amount, told):
    assert told(bonding.unbond(amount, sender=bonded)) == [orchestrator, bonded]


@pytest.mark.parametrize("amount", [LPT, 1000 * LPT])
def test_an_orchestrators_unbonding_is_recorded_once(bonding, orchestrator, amount, told):
    assert told(bonding.unbond(amount, sender=orchestrator)) == [orchestrator]


def test_rebonding_records_the_delegate_then_the_owner(bonding, orchestrator, bonded, told):
    bonding.unbond(LPT, sender=bonded)
    assert told(bonding.rebond(0, sender=bonded)) == [orchestrator, bonded]
    bonding.unbond(500 * LPT, sender=bonded)
    assert told(bonding.rebondFromUnbonded(orchestrator, 1, sender=bonded)) == [orchestrator, bonded]


def test_an_orchestrators_rebonding_is_recorded_once(bonding, orchestrator, told):
    bonding.unbond(LPT, sender=orchestrator)
    assert told(bonding.rebond(0, sender=orchestrator)) == [orchestrator]
    bonding.reward(sender=orchestrator)
    bonding.unbond(delegator(bonding, orchestrator).bonded, sender=orchestrator)
    assert told(bonding.rebondFromUnbonded(orchestrator, 1, sender=orchestrator)) == [orchestrator]


def test_a_transfer_is_recorded_as_an_unbonding_and_a_rebonding(market, bonding, orchestrators, bonded, told):
    giver, (to, other) = bonded, orchestrators[:2]
    market.register(other, LPT)
    receipt = bonding.transferBond(other, LPT, *NO_HINTS, sender=giver)
    assert told(receipt) == [to, giver, other]
    receipt = bonding.transferBond(giver, LPT // 2, *NO_HINTS, sender=giver)
    assert told(receipt) == [to, giver, to, giver]


@pytest.mark.parametrize("hinted", [False, True])
def test_a_reward_records_the_orchestrator(bonding, orchestrator, hinted, told):
    arguments = (NOBODY, NOBODY) if hinted else ()
    call = bonding.rewardWithHint if hinted else bonding.reward
    assert told(call(*arguments, sender=orchestrator)) == [orchestrator]


def test_a_reward_by_a_caller_records_the_orchestrator(bonding, orchestrator, stranger, told):
    bonding.setRewardCaller(stranger, sender=orchestrator)
    assert told(bonding.rewardForTranscoder(orchestrator, sender=stranger)) == [orchestrator]


def test_a_claim_records_its_account_even_if_nothing_was_to_be_claimed(bonding, bonded, told):
    for _ in range(2):
        assert told(bonding.claimEarnings(0, sender=bonded)) == [bonded]


def test_withdrawing_fees_records_the_account(bonding, bonded, stranger, told):
    """It claims; votes were once stale after it (security: A5)."""
    assert told(bonding.withdrawFees(stranger, 0, sender=bonded)) == [bonded]


def test_slashing_records_the_slashed(market, bonding, orchestrator, stranger, told):
    burner = keccak(text="BURNER_ROLE")
    market.token.grantRole(burner, market.minter, sender=market.owner)
    market.controller.setContractInfo(keccak(text="Verifier"), stranger, bytes(20), sender=market.owner)
    for _ in range(2):  # the second takes nothing any more
        receipt = bonding.slashTranscoder(orchestrator, NOBODY, 10**6, 0, sender=stranger)
        assert told(receipt) == [orchestrator]


def test_who_is_evicted_is_not_recorded(market, full_pool, orchestrators, told):
    receipt = market.bond(orchestrators[4], 110 * LPT, orchestrators[4])
    assert full_pool[-1] not in market.pool()
    assert told(receipt) == [orchestrators[4]]


def test_rates_fees_and_withdrawals_are_not_recorded(market, bonding, orchestrator, bonded, gateway, told):
    bonding.unbond(LPT, sender=bonded)
    bonding.reward(sender=orchestrator)
    receipts = [
        bonding.transcoder(0, 0, sender=orchestrator),
        market.pay_fees(gateway, orchestrator, 10**18),
    ]
    market.next_round(3)
    receipts.append(bonding.withdrawStake(0, sender=bonded))
    assert [told(receipt) for receipt in receipts] == [[], [], []]


def test_anybody_can_have_an_account_recorded_even_while_paused(market, bonding, orchestrator, bonded, stranger, told):
    market.controller.pause(sender=market.owner)
    for account in (orchestrator, bonded, stranger):
        assert told(bonding.checkpointBondingState(account, sender=stranger)) == [account]
    market.skip_to_round(market.round + 1)
    assert market.votes.hasCheckpoint(stranger)


def test_the_active_stake_of_a_round_is_recorded(market, bonding, full_pool):
    assert market.votes.getTotalActiveStakeAt(market.round) == 1000 * LPT
    market.bond(full_pool[0], LPT, full_pool[0])
    assert market.votes.getTotalActiveStakeAt(market.round) == 1000 * LPT
    market.next_round()
    assert market.votes.getTotalActiveStakeAt(market.round) == 1001 * LPT


def test_records_stand_between_the_events_where_they_always_stood(market, bonding, orchestrator, bonded):
    """The orchestrator's before, the owner's after the event of the operation."""
    votes = market.votes
    receipt = market.bond(bonded, LPT, orchestrator)
    seen = [
        (name, account)
        for log in receipt.events
        if (name := log.event_name) in ("Bond", "DelegateVotesChanged", "DelegatorBondedAmountChanged")
        for account in [log.event_arguments.get("delegate", log.event_arguments.get("delegator"))]
    ]
    assert seen == [
        ("DelegateVotesChanged", orchestrator),
        ("Bond", bonded),
        ("DelegatorBondedAmountChanged", bonded),
    ]
    assert votes.getVotes(bonded) == 501 * LPT
