"""Everything that `ape run status` shows, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import ape

from scripts._lib.ops.clock import Clock
from scripts._lib.ops.errors import OpsError
from scripts._lib.ops.proposals import Proposal, read_proposals
from scripts._lib.ops.protocol import NAMES, Protocol
from scripts._lib.preflight import describe_network
from scripts._lib.reads import Read, read_all
from scripts._lib.status.active_set import RewardCalls, Seat, read_seats
from scripts._lib.status.senders import Senders


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much to look at.

    Attributes:
        rounds: for how many rounds back reward calls are shown, the current one included.
        page: page of senders, from 1.
        page_size: senders a page.
    """

    rounds: int = 10
    page: int = 1
    page_size: int = 20


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the owner can set. Names are those of the getters; units as there."""

    unbonding_period: int
    pool_max_size: int
    unlock_period: int
    ticket_validity_period: int
    inflation_change: int
    target_bonding_rate: int
    treasury_cut_rate: int
    next_treasury_cut_rate: int
    treasury_ceiling: int


@dataclass(frozen=True, slots=True)
class Supply:
    """Stake and new tokens of the round. LPT wei; inflation of 1,000,000,000."""

    active_stake: int
    next_active_stake: int
    total_supply: int
    inflation: int
    mintable: int
    minted: int


@dataclass(frozen=True, slots=True)
class Treasury:
    """What the treasury holds; wei."""

    address: str
    lpt: int
    eth: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The protocol, as of `block` of the chain.

    Attributes:
        contracts: addresses by name, as registered.
        proposals: open ones; None without a governor, or where the node does not know (then `proposals_fault`).
    """

    network: str
    chain_id: int
    block: int
    time: datetime
    controller: str
    contracts: dict[str, str]
    clock: Clock
    parameters: Parameters
    supply: Supply
    treasury: Treasury | None
    seats: tuple[Seat, ...]
    reward_calls: RewardCalls
    senders: Senders
    proposals: tuple[Proposal, ...] | None
    proposals_fault: str | None

    @classmethod
    def read(cls, provider: Any, protocol: Protocol, wanted: Wanted) -> Snapshot:
        clock = Clock.read(protocol, provider)
        calls = RewardCalls.read(protocol, clock, wanted.rounds)
        head = ape.chain.provider.get_block("latest")
        proposals, fault = _proposals(protocol)
        addresses = {name: protocol.address_of(name) for name in NAMES}
        return cls(
            network=describe_network(provider),
            chain_id=provider.chain_id,
            block=int(head.number or 0),
            time=datetime.fromtimestamp(head.timestamp, UTC),
            controller=protocol.controller.address,
            contracts={name: address for name, address in addresses.items() if address is not None},
            clock=clock,
            parameters=_parameters(protocol),
            supply=_supply(protocol),
            treasury=_treasury(protocol),
            seats=tuple(read_seats(protocol, clock, calls)),
            reward_calls=calls,
            senders=Senders.read(protocol, wanted.page, wanted.page_size),
            proposals=proposals,
            proposals_fault=fault,
        )


def _parameters(protocol: Protocol) -> Parameters:
    bonding, broker, minter = protocol.bonding, protocol.broker, protocol.minter
    methods = (
        bonding.unbondingPeriod,
        bonding.getTranscoderPoolMaxSize,
        broker.unlockPeriod,
        broker.ticketValidityPeriod,
        minter.inflationChange,
        minter.targetBondingRate,
        bonding.treasuryRewardCutRate,
        bonding.nextRoundTreasuryRewardCutRate,
        bonding.treasuryBalanceCeiling,
    )
    return Parameters(*read_all([Read(method) for method in methods]))


def _supply(protocol: Protocol) -> Supply:
    bonding, minter = protocol.bonding, protocol.minter
    methods = (
        bonding.currentRoundTotalActiveStake,
        bonding.nextRoundTotalActiveStake,
        minter.getGlobalTotalSupply,
        minter.inflation,
        minter.currentMintableTokens,
        minter.currentMintedTokens,
    )
    return Supply(*read_all([Read(method) for method in methods]))


def _treasury(protocol: Protocol) -> Treasury | None:
    address = protocol.address_of("Treasury")
    if address is None:
        return None
    return Treasury(address, int(protocol.token.balanceOf(address)), int(ape.chain.provider.get_balance(address)))


def _proposals(protocol: Protocol) -> tuple[tuple[Proposal, ...] | None, str | None]:
    if protocol.address_of("LivepeerGovernor") is None:
        return None, None
    try:
        return tuple(read_proposals(protocol)), None
    except OpsError as error:
        return None, str(error)
