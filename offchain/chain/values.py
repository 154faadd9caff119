"""What the contracts answer, as values: amounts in wei or LPT wei, rounds as numbers."""

from __future__ import annotations

from dataclasses import dataclass

from eth_typing import ChecksumAddress

NEVER = 2**256 - 1
"""Deactivation round of an orchestrator that nothing has evicted."""


@dataclass(frozen=True, slots=True)
class Transcoder:
    """An orchestrator's standing in BondingManager.

    Attributes:
        last_reward_round: the last round it called reward in.
        reward_cut: share of rewards it keeps, in parts of 1,000,000.
        fee_share: share of fees it gives to its delegators, in parts of 1,000,000.
        activation_round: first round it is active in.
        deactivation_round: first round it is no longer active in; `NEVER` while it stays.
    """

    last_reward_round: int
    reward_cut: int
    fee_share: int
    last_active_stake_update_round: int
    activation_round: int
    deactivation_round: int
    active_cumulative_rewards: int
    cumulative_rewards: int
    cumulative_fees: int
    last_fee_round: int

    def is_active(self, round_number: int) -> bool:
        """Whether it is in the active set of the round."""
        return self.activation_round <= round_number < self.deactivation_round


@dataclass(frozen=True, slots=True)
class Delegator:
    """An account's stake; `fees` in wei, stakes in LPT wei, without what it has not claimed yet."""

    bonded_amount: int
    fees: int
    delegate_address: ChecksumAddress
    delegated_amount: int
    start_round: int
    last_claim_round: int
    next_unbonding_lock_id: int


@dataclass(frozen=True, slots=True)
class EarningsPool:
    """An orchestrator's pool in one round; factors in parts of 10**27."""

    total_stake: int
    transcoder_reward_cut: int
    transcoder_fee_share: int
    cumulative_reward_factor: int
    cumulative_fee_factor: int


@dataclass(frozen=True, slots=True)
class SenderInfo:
    """A gateway's funds in TicketBroker, in wei.

    Attributes:
        deposit: pays winning tickets first.
        withdraw_round: round from which it may withdraw; 0 while locked.
        reserve_funds: what is left of the reserve.
        reserve_claimed: claimed from the reserve in the current round.
    """

    deposit: int
    withdraw_round: int
    reserve_funds: int
    reserve_claimed: int
