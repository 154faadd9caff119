"""The BondingManager's tuples with names."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = [
    "FOREVER",
    "Delegator",
    "EarningsPool",
    "Lock",
    "Transcoder",
    "delegator",
    "earnings",
    "lock",
    "transcoder",
]

FOREVER = 2**256 - 1


class Delegator(NamedTuple):
    bonded: int
    fees: int
    delegate: str
    delegated: int
    start_round: int
    last_claim_round: int
    next_lock_id: int


class Transcoder(NamedTuple):
    last_reward_round: int
    reward_cut: int
    fee_share: int
    last_stake_update_round: int
    activation_round: int
    deactivation_round: int
    active_cumulative_rewards: int
    cumulative_rewards: int
    cumulative_fees: int
    last_fee_round: int


class EarningsPool(NamedTuple):
    stake: int
    reward_cut: int
    fee_share: int
    reward_factor: int
    fee_factor: int


class Lock(NamedTuple):
    amount: int
    withdraw_round: int


def delegator(bonding: Any, account: Any) -> Delegator:
    return Delegator(*bonding.getDelegator(account))


def transcoder(bonding: Any, account: Any) -> Transcoder:
    return Transcoder(*bonding.getTranscoder(account))


def earnings(bonding: Any, account: Any, round_number: int) -> EarningsPool:
    return EarningsPool(*bonding.getTranscoderEarningsPoolForRound(account, round_number))


def lock(bonding: Any, account: Any, lock_id: int) -> Lock:
    return Lock(*bonding.getDelegatorUnbondingLock(account, lock_id))
