"""The protocol's contracts, found through their Controller."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from eth_hash.auto import keccak
from eth_typing import ChecksumAddress

from offchain.chain.contract import Call, Contract
from offchain.chain.rpc import Web3, ask
from offchain.chain.values import Delegator, EarningsPool, SenderInfo, Transcoder
from offchain.errors import NoContractError
from offchain.tickets.ticket import Ticket
from offchain.types import ZERO_ADDRESS, address, address_bytes


class Token(Contract):
    """LivepeerToken: amounts in LPT wei."""

    async def balance_of(self, account: str) -> int:
        return int(await self.read("balanceOf", account))

    async def allowance(self, owner: str, spender: str) -> int:
        return int(await self.read("allowance", owner, spender))

    async def total_supply(self) -> int:
        return int(await self.read("totalSupply"))

    def approve(self, spender: str, amount: int) -> Call:
        return self.call("approve", spender, amount)

    def transfer(self, to: str, amount: int) -> Call:
        return self.call("transfer", to, amount)


class Minter(Contract):
    """Minter: what a round may mint, in LPT wei."""

    async def mintable_tokens(self) -> int:
        return int(await self.read("currentMintableTokens"))

    async def minted_tokens(self) -> int:
        return int(await self.read("currentMintedTokens"))


class Rounds(Contract):
    """RoundsManager: rounds counted in L1 blocks."""

    async def current_round(self) -> int:
        return int(await self.read("currentRound"))

    async def current_round_initialized(self) -> bool:
        return bool(await self.read("currentRoundInitialized"))

    async def last_initialized_round(self) -> int:
        return int(await self.read("lastInitializedRound"))

    async def current_round_start_block(self) -> int:
        return int(await self.read("currentRoundStartBlock"))

    async def round_length(self) -> int:
        """Length of a round in L1 blocks."""
        return int(await self.read("roundLength"))

    async def block_hash_for_round(self, round_number: int) -> bytes:
        """The 32-byte hash that tickets of the round name; zero while it is not initialised."""
        return bytes(await self.read("blockHashForRound", round_number))

    def initialize_round(self) -> Call:
        return self.call("initializeRound")


class Bonding(Contract):
    """BondingManager: stake in LPT wei, fees in wei, cuts in parts of 1,000,000."""

    async def pool_size(self) -> int:
        return int(await self.read("getTranscoderPoolSize"))

    async def unbonding_period(self) -> int:
        """Rounds between unbonding and withdrawal."""
        return int(await self.read("unbondingPeriod"))

    async def total_bonded(self) -> int:
        return int(await self.read("getTotalBonded"))

    async def pool(self) -> list[ChecksumAddress]:
        """Members of the transcoder pool, most stake first (the set of the next round)."""
        members: list[ChecksumAddress] = []
        member = address(await self.read("getFirstTranscoderInPool"))
        while member != ZERO_ADDRESS and member not in members:
            members.append(member)
            member = address(await self.read("getNextTranscoderInPool", member))
        return members

    async def transcoder_info(self, account: str) -> Transcoder:
        return Transcoder(*await self.read("getTranscoder", account))

    async def delegator(self, account: str) -> Delegator:
        return Delegator(*await self.read("getDelegator", account))

    async def earnings_pool(self, account: str, round_number: int) -> EarningsPool:
        return EarningsPool(*await self.read("getTranscoderEarningsPoolForRound", account, round_number))

    async def total_stake(self, account: str) -> int:
        return int(await self.read("transcoderTotalStake", account))

    async def pending_stake(self, account: str) -> int:
        return int(await self.read("pendingStake", account, 0))

    async def pending_fees(self, account: str) -> int:
        return int(await self.read("pendingFees", account, 0))

    async def is_active(self, account: str) -> bool:
        return bool(await self.read("isActiveTranscoder", account))

    async def is_registered(self, account: str) -> bool:
        return bool(await self.read("isRegisteredTranscoder", account))

    def bond(self, amount: int, to: str) -> Call:
        return self.call("bond", amount, to)

    def transcoder(self, reward_cut: int, fee_share: int) -> Call:
        return self.call("transcoder", reward_cut, fee_share)

    def reward(self) -> Call:
        return self.call("reward")

    def claim_earnings(self, end_round: int) -> Call:
        return self.call("claimEarnings", end_round)

    def unbond(self, amount: int) -> Call:
        return self.call("unbond", amount)

    def withdraw_stake(self, lock_id: int) -> Call:
        return self.call("withdrawStake", lock_id)

    def withdraw_fees(self, recipient: str, amount: int) -> Call:
        return self.call("withdrawFees", recipient, amount)


class Broker(Contract):
    """TicketBroker: deposits, reserves and the redemption of tickets, in wei."""

    async def sender_info(self, sender: str) -> SenderInfo:
        (deposit, withdraw_round), (funds, claimed) = await self.read("getSenderInfo", sender)
        return SenderInfo(deposit, withdraw_round, funds, claimed)

    async def claimed_reserve(self, holder: str, claimant: str) -> int:
        return int(await self.read("claimedReserve", holder, claimant))

    async def is_used(self, ticket_hash: bytes) -> bool:
        return bool(await self.read("usedTickets", ticket_hash))

    async def ticket_validity_period(self) -> int:
        """Rounds that a ticket lives, its creation round included."""
        return int(await self.read("ticketValidityPeriod"))

    def fund_deposit_and_reserve(self, deposit: int, reserve: int) -> Call:
        return self.call("fundDepositAndReserve", deposit, reserve, value=deposit + reserve)

    def fund_deposit(self, amount: int) -> Call:
        return self.call("fundDeposit", value=amount)

    def unlock(self) -> Call:
        return self.call("unlock")

    def withdraw(self) -> Call:
        return self.call("withdraw")

    def redeem(self, ticket: Ticket, signature: bytes, recipient_rand: int) -> Call:
        return self.call("redeemWinningTicket", ticket_tuple(ticket), signature, recipient_rand)

    def batch_redeem(self, winners: Sequence[tuple[Ticket, bytes, int]]) -> Call:
        """Redeems several tickets; one that fails does not stop the others (read the receipt's events)."""
        tickets, signatures, rands = zip(*winners, strict=True)
        return self.call("batchRedeemWinningTickets", list(map(ticket_tuple, tickets)), signatures, rands)


class Registry(Contract):
    """ServiceRegistry: where an orchestrator serves."""

    async def service_uri(self, account: str) -> str:
        return str(await self.read("getServiceURI", account))

    def set_service_uri(self, uri: str) -> Call:
        return self.call("setServiceURI", uri)


@dataclass(frozen=True, slots=True)
class Protocol:
    """Clients of the contracts that a node talks to."""

    w3: Web3
    controller: Contract
    token: Token
    minter: Minter
    rounds: Rounds
    bonding: Bonding
    broker: Broker
    registry: Registry

    @classmethod
    async def resolve(cls, w3: Web3, controller: str) -> Protocol:
        """Asks the Controller for every contract.

        Raises:
            NoContractError: there is no Controller at the address, or it does not know one of the names.
        """
        where = address(controller)
        if not await ask("eth_getCode", lambda: w3.eth.get_code(where)):
            raise NoContractError(f"no contract at the Controller's address {where}: wrong address or wrong chain?")
        root = Contract(w3, "Controller", where)
        names = ("LivepeerToken", "Minter", "RoundsManager", "BondingManager", "TicketBroker", "ServiceRegistry")
        found = await asyncio.gather(*(root.read("getContract", keccak(name.encode())) for name in names))
        for name, at in zip(names, found, strict=True):
            if at == ZERO_ADDRESS:
                raise NoContractError(f"the Controller at {where} knows no {name}")
        token, minter, rounds, bonding, broker, registry = map(address, found)
        return cls(
            w3,
            root,
            Token(w3, "LivepeerToken", token),
            Minter(w3, "Minter", minter),
            Rounds(w3, "RoundsManager", rounds),
            Bonding(w3, "BondingManager", bonding),
            Broker(w3, "TicketBroker", broker),
            Registry(w3, "ServiceRegistry", registry),
        )

    async def paused(self) -> bool:
        """Whether the Controller has stopped the system."""
        return bool(await self.controller.read("paused"))


def ticket_tuple(ticket: Ticket) -> tuple[bytes, bytes, int, int, int, bytes, bytes]:
    """A ticket in the order of the contract's struct."""
    return (
        address_bytes(ticket.recipient),
        address_bytes(ticket.sender),
        ticket.face_value,
        ticket.win_prob,
        ticket.sender_nonce,
        ticket.recipient_rand_hash,
        ticket.aux_data(),
    )
