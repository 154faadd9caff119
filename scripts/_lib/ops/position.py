"""Everything that the protocol knows of one account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts._lib.ops.account import choose
from scripts._lib.ops.amounts import amount, percent
from scripts._lib.ops.clock import Clock
from scripts._lib.ops.plan import Fact, show
from scripts._lib.ops.protocol import Protocol
from scripts._lib.ops.rewards import forfeit_warnings
from scripts._lib.ops.sender import Sender, sender_facts
from scripts._lib.ops.stake import NEVER, Orchestrator, Stake, read_pool, stake_facts


def show_position(provider: Any, protocol: Protocol, name: str | None) -> None:
    """Prints it.

    Args:
        name: address, alias or `TEST::<index>`; None on local chains for test account 0.

    Raises:
        AccountError: says what to do.
    """
    account = str(choose(name, provider, only_look=True).address)
    clock = Clock.read(protocol, provider)
    show([Fact("round", str(clock)), Fact("account", account), *position_facts(protocol, account, clock)])


def position_facts(protocol: Protocol, account: str, clock: Clock) -> Iterator[Fact]:
    """Stake, fees and locks; rates and rewards of an orchestrator; votes; deposit and reserve."""
    stake = Stake.read(protocol, account)
    yield Fact("balance", amount(protocol.token.balanceOf(account), "LPT"))
    yield from stake_facts(stake, clock)
    if stake.bonded:
        yield Fact("claimed", f"up to round {stake.last_claim_round}; bonded from round {stake.start_round} on")
    delegate = Orchestrator.read(protocol, stake.delegate, clock) if stake.delegate else None
    for text in forfeit_warnings(protocol, stake, delegate):
        yield Fact("claim now?", text)
    own = Orchestrator.read(protocol, account, clock)
    if own.registered or own.activation_round:
        yield from _orchestrator_facts(protocol, own)
    yield from _votes(protocol, account, clock)
    yield from sender_facts(Sender.read(protocol, account), clock)


def _orchestrator_facts(protocol: Protocol, own: Orchestrator) -> Iterator[Fact]:
    pool = read_pool(protocol)
    state = "active" if own.active else "not active"
    until = "" if own.deactivation_round in (0, NEVER) else f" until round {own.deactivation_round}"
    rank = pool.rank(own.account)
    place = f"place {rank} of {len(pool.members)} in the pool" if rank else "not in the pool"
    yield Fact("orchestrator", f"{state}{until}, {place}, {amount(own.stake, 'LPT')} bonded to it")
    yield Fact("rates", f"reward cut {percent(own.reward_cut)}, fee share {percent(own.fee_share)}")
    yield Fact(
        "reward", f"last called in round {own.last_reward_round}" + ("" if own.rewarded else ", not in this one")
    )
    yield Fact("URI", protocol.registry.getServiceURI(own.account) or "none")


def _votes(protocol: Protocol, account: str, clock: Clock) -> Iterator[Fact]:
    votes = protocol.get("BondingVotes")
    if votes is None:
        return
    weight = votes.getVotes(account)
    yield Fact(
        "votes", f"{amount(weight, 'LPT')} from round {clock.round + 1} on, voting through {votes.delegates(account)}"
    )
