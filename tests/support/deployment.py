"""The whole protocol on the test chain, deployed by the deploy script itself, and what tests do with it all the time.

A {Market} is deployed once a session; Ape puts the chain back after each test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import ape
from eth_utils.crypto import keccak

from offchain.chain.protocol import ticket_tuple
from offchain.tickets import Ticket
from offchain.tickets.signing import sign_ticket
from offchain.tickets.win_check import MAX_WIN_PROB
from scripts._lib.deployment import deploy
from scripts._lib.instances import Deployment
from scripts._lib.params import Parameters, load_parameters

__all__ = ["ALL_OF", "LPT", "NOBODY", "PURSE", "ROUND_LENGTH", "Market", "deploy_market"]

LPT = 10**18
ALL_OF = 10**6  # 100 % as a commission rate
NOBODY = "0x" + "00" * 20
ROUND_LENGTH = 50
PURSE = 100_000 * LPT  # what each actor starts with, all of it approved for bonding
FIRST_ROUND = 10  # later than any period, so that "many rounds ago" exists


def small_parameters(owner: str) -> Parameters:
    """Those of a local chain, with rounds and an active set that a test can fill, and no faucet."""
    return replace(
        load_parameters("local"),
        owner=owner,
        governor_owner=owner,
        genesis_holder=owner,
        faucet_supply=0,
        round_length=ROUND_LENGTH,
        num_active_transcoders=4,
        unbonding_period=3,
    )


def deploy_market(owner: Any, stakers: Iterable[Any]) -> Market:
    """Deploys with small parameters, fills the stakers' purses, and goes on to the first round that is initialised."""
    market = Market.of(deploy(small_parameters(owner.address), owner), owner)
    for staker in stakers:
        market.fund(staker, PURSE)
    ape.chain.mine(FIRST_ROUND * ROUND_LENGTH - ape.chain.blocks.height)
    market.rounds.initializeRound(sender=owner)
    return market


@dataclass(frozen=True, slots=True)
class Market:
    """The contracts, at the addresses that clients use, and their owner.

    Attributes:
        deployment: all of it; what follows are those that tests use most.
    """

    deployment: Deployment
    owner: Any
    treasury: Any
    controller: Any
    token: Any
    minter: Any
    bonding: Any
    votes: Any
    rounds: Any
    broker: Any
    registry: Any

    @classmethod
    def of(cls, deployment: Deployment, owner: Any) -> Market:
        return cls(
            deployment=deployment,
            owner=owner,
            treasury=deployment.treasury,
            controller=deployment.controller,
            token=deployment.token,
            minter=deployment.minter,
            bonding=deployment.bonding_manager,
            votes=deployment.bonding_votes,
            rounds=deployment.rounds_manager,
            broker=deployment.ticket_broker,
            registry=deployment.service_registry,
        )

    # Rounds

    @property
    def round(self) -> int:
        """The current round, initialised or not."""
        return int(self.rounds.currentRound())

    def skip_to_round(self, number: int) -> None:
        """Mines up to the first block of round `number` and leaves it uninitialised."""
        start = self.rounds.currentRoundStartBlock() + (number - self.round) * self.rounds.roundLength()
        ape.chain.mine(start - ape.chain.blocks.height)

    def next_round(self, count: int = 1) -> int:
        """Goes `count` rounds on and initialises the last of them only; answers with its number."""
        self.skip_to_round(self.round + count)
        self.rounds.initializeRound(sender=self.owner)
        return self.round

    def lock_rates(self) -> None:
        """Goes on to the last part of the round."""
        while not self.rounds.currentRoundLocked():
            ape.chain.mine()

    # Stake

    def fund(self, account: Any, amount: int) -> None:
        """Gives an account LPT, approved for bonding."""
        self.token.transfer(account, amount, sender=self.owner)
        self.token.approve(self.bonding, amount, sender=account)

    def bond(self, account: Any, amount: int, to: Any) -> Any:
        """Bonds LPT of an account's purse; answers with the receipt."""
        return self.bonding.bond(amount, to, sender=account)

    def register(self, account: Any, stake: int, reward_cut: int = 100_000, fee_share: int = 500_000) -> None:
        """Makes an orchestrator; active from the next round on if its stake suffices."""
        self.bond(account, stake, account)
        self.bonding.transcoder(reward_cut, fee_share, sender=account)

    def pool(self) -> list[str]:
        """The pool, highest stake first."""
        return list(self._walk_pool())

    def _walk_pool(self) -> Iterator[str]:
        account = self.bonding.getFirstTranscoderInPool()
        while account != NOBODY:
            yield account
            account = self.bonding.getNextTranscoderInPool(account)

    # Fees

    def pay_fees(self, payer: Any, recipient: Any, amount: int, nonce: int = 1) -> Any:
        """Pays `amount` wei to an orchestrator with a ticket that wins, as good as surely."""
        self.broker.fundDeposit(value=amount, sender=payer)
        ticket = self.winning_ticket(payer, recipient, amount, nonce)
        return self.redeem(ticket, payer, sender=payer)

    def winning_ticket(self, payer: Any, recipient: Any, face_value: int, nonce: int = 1) -> Ticket:
        current = self.round
        return Ticket(
            recipient=recipient.address,
            sender=payer.address,
            face_value=face_value,
            win_prob=MAX_WIN_PROB,
            sender_nonce=nonce,
            recipient_rand_hash=keccak(bytes(32)),
            creation_round=current,
            creation_round_block_hash=bytes(self.rounds.blockHashForRound(current)),
        )

    def redeem(self, ticket: Ticket, payer: Any, *, sender: Any) -> Any:
        signature = sign_ticket(bytes.fromhex(payer.private_key[2:]), ticket)
        return self.broker.redeemWinningTicket(ticket_tuple(ticket), signature, 0, sender=sender)
