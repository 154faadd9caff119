"""A year of the protocol in twelve rounds: what each of its operations costs when the active set is full.

The scenario is that of the figures of the live protocol (see {tests.gas.table}): orchestrators bond 1000, 1010, 1020,
... LPT, register and set a service URI; in the next round twenty delegators bond 50 LPT to the first of them, and a
newcomer with 5000 LPT evicts the last; next round the first, a middle one and its neighbour in the pool call reward;
next round rewards again, a gateway funds, tickets are redeemed; three rounds on come claims, moves, unbonding,
rebonding and a transfer; then withdrawals, unlocking and an exit.

An operation that has a `...WithHint` twin is measured twice from the same state: without a hint, and with the
neighbours that the orchestrator has after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from offchain.chain.protocol import ticket_tuple
from offchain.tickets import Ticket
from offchain.tickets.signing import sign_ticket
from offchain.tickets.win_check import MAX_WIN_PROB
from scripts._lib.deployment import deploy
from scripts._lib.params import LPT, PRECISE_PERC, load_parameters
from scripts._lib.record import DeploymentRecord
from tests.gas.actors import Actor, Cast, cast
from tests.gas.chain import Call, Chain, Receipt
from tests.support.calldata import Contract
from tests.support.payments import rand_hash

__all__ = ["Operation", "Scenario", "play"]

ROUND_LENGTH = 50
UNBONDING_PERIOD = 3
UNLOCK_PERIOD = 2
FIRST_ROUND = 8  # or a multiple: words that hold several rounds are filled alike, however long the chain was before
LAST_ROUND = 255  # a round number is one byte of a ticket, as long as the chain is short
NOBODY = "0x" + "00" * 20
ETHER = 10**18
FACE_VALUE = ETHER // 10
RAND = int.from_bytes(keccak(text="rand"), "big")
VOTING_DELAY, VOTING_PERIOD, VOTE_FOR = 1, 2, 1
DESCRIPTION = "To send nothing to somebody"
REWARD_CUT, FEE_SHARE = 100_000, 500_000

Watch = Callable[[str, Receipt, Mapping[str, str]], None]
"""Looks at a measured transaction as soon as it is mined: given the operation's name, the receipt, and names of
accounts by address in lower case."""


@dataclass(slots=True)
class Operation:
    """Gas of each run of an operation, in its order, without hints and with exact ones."""

    plain: list[int] = field(default_factory=list)
    hinted: list[int] = field(default_factory=list)
    missing: bool = False

    @property
    def gas(self) -> int | None:
        return None if self.missing else int(median(self.plain))

    @property
    def gas_with_hint(self) -> int | None:
        return int(median(self.hinted)) if self.hinted else None


Operations = dict[str, Operation]


def play(chain: Chain, deployer: Any, pool_size: int = 100, watch: Watch | None = None) -> Operations:
    """Plays the whole scenario on a fresh deployment; the operations are in the order of their first run."""
    scenario = Scenario.stage(chain, deployer, pool_size, watch)
    with chain.taken():
        scenario.play()
    return scenario.operations


@dataclass(slots=True)
class Scenario:
    chain: Chain
    people: Cast
    token: Contract
    bonding: Contract
    rounds: Contract
    broker: Contract
    registry: Contract
    governor: Contract
    deployer: str
    names: Mapping[str, str]
    watch: Watch | None = None
    operations: Operations = field(default_factory=dict)
    nonces: int = 0

    @classmethod
    def stage(cls, chain: Chain, deployer: Any, pool_size: int, watch: Watch | None) -> Scenario:
        """The protocol as the deploy script makes it, with the live network's share for the treasury."""
        people = cast(pool_size)
        parameters = replace(
            load_parameters("local"),
            owner=deployer.address,
            genesis_holder=deployer.address,
            round_length=ROUND_LENGTH,
            num_active_transcoders=pool_size,
            unbonding_period=UNBONDING_PERIOD,
            unlock_period=UNLOCK_PERIOD,
            governor_owner=deployer.address,
            faucet_supply=0,
            voting_delay=VOTING_DELAY,
            voting_period=VOTING_PERIOD,
            treasury_reward_cut_rate=PRECISE_PERC // 10,
            treasury_balance_ceiling=750_000 * LPT,
        )
        deployment = deploy(parameters, deployer)
        return cls(
            chain=chain,
            people=people,
            token=Contract("LivepeerToken", deployment.token.address),
            bonding=Contract("BondingManager", deployment.bonding_manager.address),
            rounds=Contract("RoundsManager", deployment.rounds_manager.address),
            broker=Contract("TicketBroker", deployment.ticket_broker.address),
            registry=Contract("ServiceRegistry", deployment.service_registry.address),
            governor=Contract("LivepeerGovernor", deployment.livepeer_governor.address),
            deployer=deployer.address,
            names=_names(deployment.record, people),
            watch=watch,
        )

    def play(self) -> None:
        self._fill_purses()
        self._begin_round(self._first_round() - self._round, measured=False)
        self._the_pool_fills()
        self._begin_round()
        self._delegators_and_a_newcomer()
        self._begin_round()
        self._first_rewards()
        self._begin_round()
        self._second_rewards()
        self._payments()
        self._begin_round(3)
        self._claims_and_moves()
        self._begin_round(3)
        self._withdrawals()
        self._begin_round(UNLOCK_PERIOD)
        self._exits()
        self._begin_round(measured=False)  # from here on the live figures have nothing
        self._what_live_figures_lack()
        self._a_proposal()

    # The story

    def _fill_purses(self) -> None:
        purse, stakers = 10_000 * LPT, self.people.stakers
        self.chain.enrich([self.deployer, *(actor.address for actor in self.people.everybody)])
        self._do([Call(self.deployer, self.token, "transfer", (a.address, purse)) for a in stakers])
        self._do([self._call(a, self.token, "approve", self.bonding.address, purse) for a in stakers])

    def _the_pool_fills(self) -> None:
        orchestrators = self.people.orchestrators
        bonds = [self._bond(o, self.people.stake(i), o) for i, o in enumerate(orchestrators)]
        self._measure("bond: self, first time, pool filling", bonds)
        register = [self._call(o, self.bonding, "transcoder", REWARD_CUT, FEE_SHARE) for o in orchestrators]
        self._measure("transcoder: register", register)
        uris = [self._set_uri(o, f"https://{i:03}.example:8935") for i, o in enumerate(orchestrators)]
        self._measure("setServiceURI: first", uris)
        moved = [self._set_uri(o, f"https://{i:03}.example.org:8935") for i, o in enumerate(orchestrators)]
        self._measure("setServiceURI: change", moved)

    def _delegators_and_a_newcomer(self) -> None:
        people = self.people
        joins = [self._bond(delegator, 50 * LPT, people.first) for delegator in people.delegators]
        self._measure("bond: delegator, first time", joins)
        evict = self._bond(people.newcomer, 5000 * LPT, people.newcomer)
        self._measure("bond: newcomer evicts the last", [evict], [None, people.newcomer])
        self._do([self._call(people.newcomer, self.bonding, "transcoder", REWARD_CUT, FEE_SHARE)])

    def _first_rewards(self) -> None:
        self._reward("reward: first in pool order", self.people.newcomer)
        rates = self._call(self.people.newcomer, self.bonding, "transcoder", REWARD_CUT + 1, FEE_SHARE + 1)
        self._measure("transcoder: change rates", [rates], [self.people.newcomer])
        self._reward("reward: middle", self.people.middle)
        self._reward("reward: again next to it", self.people.next_to_middle)

    def _second_rewards(self) -> None:
        for orchestrator in (self.people.newcomer, self.people.middle, self.people.next_to_middle):
            self._reward("reward: second round", orchestrator)

    def _payments(self) -> None:
        gateway, broker = self.people.gateway, self.broker
        funds = (10 * ETHER, 50 * ETHER)
        call = replace(self._call(gateway, broker, "fundDepositAndReserve", *funds), value=sum(funds))
        self._measure("fundDepositAndReserve: first", [call])
        self._measure("fundDeposit: again", [replace(self._call(gateway, broker, "fundDeposit"), value=ETHER)])

        top = self.people.newcomer
        self._measure("redeemWinningTicket: first for recipient", [self._redeem(top)])
        for _ in range(2):
            self._measure("redeemWinningTicket: next", [self._redeem(top)])
        batch = self._call(top, broker, "batchRedeemWinningTickets", *self._ten_tickets(top))
        self._measure("batchRedeemWinningTickets: 10", [batch])

    def _claims_and_moves(self) -> None:
        people, bonding = self.people, self.bonding
        claimer, adder, mover, parter, leaver, giver, receiver, withdrawer = people.delegators[:8]
        self._reward("reward: after missed rounds", people.newcomer)
        self._measure("claimEarnings: 5 rounds", [self._call(claimer, bonding, "claimEarnings", self._round)])
        self._measure("bond: delegator, more", [self._bond(adder, 50 * LPT, people.first)], [None, people.first])
        move = self._bond(mover, 0, people.middle)
        self._measure("bond: delegator, moves", [move], [people.first, people.middle])
        self._measure("unbond: part", [self._call(parter, bonding, "unbond", 25 * LPT)], [people.first])
        self._measure("rebond", [self._call(parter, bonding, "rebond", 0)], [people.first])
        self._measure("unbond: all", [self._call(leaver, bonding, "unbond", 50 * LPT)], [people.first])
        again = self._call(leaver, bonding, "rebondFromUnbonded", people.newcomer.address, 0)
        self._measure("rebondFromUnbonded", [again], [people.newcomer])
        self._reward("reward: first delegate", people.first)
        transfer = self._call(giver, bonding, "transferBond", receiver.address, 25 * LPT, *[NOBODY] * 4)
        self._measure("transferBond", [transfer], [people.first, people.first])
        self._do([self._call(withdrawer, bonding, "unbond", 25 * LPT)])

    def _withdrawals(self) -> None:
        top, bonding = self.people.newcomer, self.bonding
        withdrawer = self.people.delegators[7]
        self._measure("withdrawStake", [self._call(withdrawer, bonding, "withdrawStake", 0)])
        withdrawal = self._call(top, bonding, "withdrawFees", top.address, FACE_VALUE)
        self._measure("withdrawFees", [withdrawal])
        # As in the live figures: in the same round as the withdrawal, which has claimed the eight rounds already.
        self._measure("claimEarnings: 8 rounds, fees", [self._call(top, bonding, "claimEarnings", self._round)])
        self._measure("unlock", [self._call(self.people.gateway, self.broker, "unlock")])

    def _exits(self) -> None:
        self._measure("withdraw", [self._call(self.people.gateway, self.broker, "withdraw")])
        leaver = self.people.leaver
        stake = self.people.stake(self.people.orchestrators.index(leaver))
        self._measure("unbond: orchestrator leaves", [self._call(leaver, self.bonding, "unbond", stake)])

    def _what_live_figures_lack(self) -> None:
        """Operations that the live figures do not have, and those that the live protocol has not."""
        people, bonding, broker = self.people, self.bonding, self.broker
        helped, top, gateway = people.orchestrators[3], people.newcomer, people.gateway
        self._measure("setRewardCaller", [self._call(helped, bonding, "setRewardCaller", people.delegators[0].address)])
        reward = self._call(people.delegators[0], bonding, "rewardForTranscoder", helped.address)
        self._measure("rewardForTranscoder", [reward], [helped])
        checkpoints = [
            self._call(helped, bonding, "checkpointBondingState", a.address) for a in people.delegators[8:10]
        ]
        self._measure("checkpointBondingState: delegator", checkpoints)

        self._do([replace(self._call(gateway, broker, "fundDeposit"), value=FACE_VALUE // 2)])
        self._measure("fundReserve: first", [replace(self._call(gateway, broker, "fundReserve"), value=50 * ETHER)])
        self._measure("redeemWinningTicket: from the reserve", [self._redeem(top)])
        self._do([replace(self._call(gateway, broker, "fundDeposit"), value=10 * ETHER)])
        at_least = self._call(top, broker, "redeemWinningTicketForAtLeast", *self._winning_ticket(top), FACE_VALUE)
        self._measure("redeemWinningTicketForAtLeast", [at_least])
        batch = self._call(top, broker, "batchRedeemWinningTicketsWithResults", *self._ten_tickets(top))
        self._measure("batchRedeemWinningTicketsWithResults: 10", [batch])
        self._do([self._call(gateway, broker, "unlock")])
        self._measure("cancelUnlock", [self._call(gateway, broker, "cancelUnlock")])

    def _a_proposal(self) -> None:
        """A proposal is made, carried by all orchestrators, queued and executed; two delegators vote for themselves."""
        people, governor = self.people, self.governor
        content = ([people.newcomer.address], [0], [b""])
        self._measure("propose", [self._call(people.newcomer, governor, "propose", *content, DESCRIPTION)])
        id_ = self.chain.number(governor, "hashProposal", *content, keccak(text=DESCRIPTION))
        self._begin_round(VOTING_DELAY + 1, measured=False)
        early, late = people.delegators[8:10]
        self._measure("castVote: delegator, before its orchestrator", [self._vote(early, id_)])
        self._measure("castVote: orchestrator", [self._vote(people.first, id_)])
        self._measure("castVote: delegator, after its orchestrator", [self._vote(late, id_)])
        self._do([self._vote(voter, id_) for voter in (*people.orchestrators[1:], people.newcomer)])
        self._begin_round(VOTING_PERIOD, measured=False)
        carried = (*content, keccak(text=DESCRIPTION))
        self._measure("queue", [self._call(people.newcomer, governor, "queue", *carried)])
        self._measure("execute", [self._call(people.newcomer, governor, "execute", *carried)])

    # Calls

    def _vote(self, voter: Actor, proposal: int) -> Call:
        return self._call(voter, self.governor, "castVote", proposal, VOTE_FOR)

    def _call(self, sender: Actor, contract: Contract, function: str, *arguments: object) -> Call:
        return Call(sender.address, contract, function, arguments)

    def _bond(self, sender: Actor, amount: int, to: Actor) -> Call:
        return self._call(sender, self.bonding, "bond", amount, to.address)

    def _reward(self, name: str, orchestrator: Actor) -> None:
        self._measure(name, [self._call(orchestrator, self.bonding, "reward")], [orchestrator])

    def _set_uri(self, sender: Actor, uri: str) -> Call:
        return self._call(sender, self.registry, "setServiceURI", uri)

    def _redeem(self, recipient: Actor) -> Call:
        return self._call(recipient, self.broker, "redeemWinningTicket", *self._winning_ticket(recipient))

    def _ten_tickets(self, recipient: Actor) -> list[tuple[object, ...]]:
        """Tickets, signatures and random numbers, as a batch takes them."""
        return list(zip(*(self._winning_ticket(recipient) for _ in range(10)), strict=True))

    def _winning_ticket(self, recipient: Actor) -> tuple[tuple[object, ...], bytes, int]:
        """A ticket of this round as the contract's arguments, with a nonce for which no byte of the signature is 0."""
        current = self._round
        block_hash = self.chain.views([Call("", self.rounds, "blockHashForRound", (current,))])[0]
        while True:
            self.nonces += 1
            ticket = Ticket(
                recipient=recipient.address,
                sender=self.people.gateway.address,
                face_value=FACE_VALUE,
                win_prob=MAX_WIN_PROB,
                sender_nonce=self.nonces % 255 + 1,
                recipient_rand_hash=rand_hash(RAND),
                creation_round=current,
                creation_round_block_hash=block_hash,
            )
            signature = sign_ticket(self.people.gateway.key, ticket)
            if 0 not in signature:
                return ticket_tuple(ticket), signature, RAND

    # Time

    @property
    def _round(self) -> int:
        return self.chain.number(self.rounds, "currentRound")

    def _first_round(self) -> int:
        return (self._round // FIRST_ROUND + 1) * FIRST_ROUND

    def _begin_round(self, count: int = 1, *, measured: bool = True) -> None:
        """Initialises the round that comes `count` rounds from now, with a block hash that has no zero byte."""
        start = self.chain.number(self.rounds, "currentRoundStartBlock") + count * ROUND_LENGTH
        self.chain.mine(start - self.chain.height)
        while 0 in self.chain.last_block_hash:
            self.chain.mine()
        initialize = [Call(self.deployer, self.rounds, "initializeRound")]
        if measured:
            self._measure("initializeRound", initialize)
        else:
            self._do(initialize)
        assert self._round <= LAST_ROUND, "the chain is so long that round numbers take two bytes of calldata"

    # Measuring

    def _do(self, calls: Sequence[Call]) -> None:
        self.chain.run(calls)

    def _measure(self, name: str, calls: Sequence[Call], placed: Sequence[Actor | None] = ()) -> None:
        """Runs calls of one kind, each as a transaction of its own; a single one also with exact hints.

        `placed` are the orchestrators whose places in the pool are the hints of the call's twin, in their order.
        """
        operation = self.operations.setdefault(name, Operation())
        if not all(call.contract.has(call.function) for call in calls):
            operation.missing = True
            return
        before = self.chain.snapshot()
        receipts = self.chain.run(calls)
        operation.plain += [receipt.gas_used for receipt in receipts]
        if self.watch:
            self.watch(name, receipts[len(receipts) // 2], self.names)
        if placed:
            twin = _with_hints(calls[0], [place for actor in placed for place in self._place(actor)])
            self.chain.restore(before)
            operation.hinted += [receipt.gas_used for receipt in self.chain.run([twin])]

    def _place(self, orchestrator: Actor | None) -> tuple[str, str]:
        """The neighbours of an orchestrator in the pool; nobody for one that is not in it."""
        members = [actor.address for actor in (*self.people.orchestrators, self.people.newcomer)]
        nexts = self.chain.views([Call("", self.bonding, "getNextTranscoderInPool", (a,)) for a in members])
        following = {a: to_checksum_address(answer[12:]) for a, answer in zip(members, nexts, strict=True)}
        if orchestrator is None:
            return NOBODY, NOBODY
        before = next((a for a, after in following.items() if after == orchestrator.address), NOBODY)
        return before, following[orchestrator.address]


def _names(record: DeploymentRecord, people: Cast) -> dict[str, str]:
    """Names of accounts by address; contracts have those that the Controller knows them by."""
    names = {part.address: name for name, part in record.parts.items()}
    names |= {actor.address: actor.name for actor in people.everybody}
    return {address.lower(): name for address, name in names.items()}


def _with_hints(call: Call, hints: Sequence[str]) -> Call:
    """The twin of a call that takes hints; `transferBond` takes them itself."""
    if call.function == "transferBond":
        return replace(call, arguments=(*call.arguments[:2], *hints))
    return replace(call, function=f"{call.function}WithHint", arguments=(*call.arguments, *hints))
