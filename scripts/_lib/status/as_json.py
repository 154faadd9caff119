"""A snapshot for machines. The keys are documented in docs/operations.md and only ever added to.

Amounts are texts of whole wei: many readers of JSON lose digits of large numbers.
"""

from __future__ import annotations

from typing import Any

from scripts._lib.ops.proposals import Proposal
from scripts._lib.ops.sender import Sender
from scripts._lib.status.active_set import Seat
from scripts._lib.status.snapshot import Snapshot

FORMAT = 1


def as_json(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as plain values."""
    treasury, calls, senders = snapshot.treasury, snapshot.reward_calls, snapshot.senders
    parameters = snapshot.parameters
    return {
        "format": FORMAT,
        "network": {
            "name": snapshot.network,
            "chain_id": snapshot.chain_id,
            "block": snapshot.block,
            "time": snapshot.time.isoformat(),
        },
        "controller": snapshot.controller,
        "contracts": snapshot.contracts,
        "owner": snapshot.clock.owner,
        "paused": snapshot.clock.paused,
        "round": _round(snapshot),
        "parameters": {
            "round_length": snapshot.clock.length,
            "round_lock_amount": snapshot.clock.lock_amount,
            "unbonding_period": parameters.unbonding_period,
            "pool_max_size": parameters.pool_max_size,
            "unlock_period": parameters.unlock_period,
            "ticket_validity_period": parameters.ticket_validity_period,
            "inflation_change": parameters.inflation_change,
            "target_bonding_rate": parameters.target_bonding_rate,
            "treasury_cut_rate": str(parameters.treasury_cut_rate),
            "next_treasury_cut_rate": str(parameters.next_treasury_cut_rate),
            "treasury_ceiling": str(parameters.treasury_ceiling),
        },
        "supply": {
            "active_stake": str(snapshot.supply.active_stake),
            "next_active_stake": str(snapshot.supply.next_active_stake),
            "total_supply": str(snapshot.supply.total_supply),
            "inflation": snapshot.supply.inflation,
            "mintable": str(snapshot.supply.mintable),
            "minted": str(snapshot.supply.minted),
        },
        "orchestrators": [_seat(seat, calls.rounds) for seat in snapshot.seats],
        "reward_calls_fault": calls.fault,
        "treasury": treasury and {"address": treasury.address, "lpt": str(treasury.lpt), "eth": str(treasury.eth)},
        "senders": {
            "count": senders.count,
            "deposits": str(senders.deposits),
            "reserves": str(senders.reserves),
            "page": senders.page,
            "pages": senders.pages,
            "shown": [_sender(sender) for sender in senders.shown],
            "fault": senders.fault,
        },
        "proposals": None if snapshot.proposals is None else [_proposal(p) for p in snapshot.proposals],
        "proposals_fault": snapshot.proposals_fault,
    }


def _round(snapshot: Snapshot) -> dict[str, Any]:
    clock = snapshot.clock
    return {
        "number": clock.round,
        "initialized": clock.initialized,
        "locked": clock.locked,
        "last_initialized": clock.last_initialized,
        "block": clock.block,
        "start_block": clock.start,
        "lock_block": clock.lock_begins,
        "blocks_left": clock.blocks_left,
        "seconds_left": None if clock.block_seconds is None else clock.blocks_left * clock.block_seconds,
    }


def _seat(seat: Seat, rounds: tuple[int, ...]) -> dict[str, Any]:
    return {
        "rank": seat.rank,
        "account": seat.account,
        "active": seat.active,
        "stake": str(seat.stake),
        "reward_cut": seat.reward_cut,
        "fee_share": seat.fee_share,
        "last_reward_round": seat.last_reward_round,
        "activation_round": seat.activation_round,
        "deactivation_round": None if seat.rank is not None else seat.deactivation_round,
        "rewards": {str(number): mark for number, mark in zip(rounds, seat.rewards, strict=True)},
        "uri": seat.uri,
    }


def _sender(sender: Sender) -> dict[str, Any]:
    return {
        "account": sender.account,
        "deposit": str(sender.deposit),
        "reserve": str(sender.reserve),
        "reserve_claimed": str(sender.claimed),
        "withdraw_round": sender.withdraw_round or None,
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    against, in_favour, abstain = map(str, proposal.votes)
    return {
        "id": str(proposal.id),
        "state": proposal.state,
        "proposer": proposal.proposer,
        "title": proposal.title,
        "vote_start": proposal.vote_start,
        "vote_end": proposal.vote_end,
        "votes": {"against": against, "for": in_favour, "abstain": abstain},
        "quorum": None if proposal.quorum is None else str(proposal.quorum),
    }
