"""Calling reward, and saying who else may."""

from __future__ import annotations

from typing import Any

from scripts._lib.ops.amounts import amount, percent
from scripts._lib.ops.errors import ContractsError, InputError, RoleError, StakeError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.pool import NOBODY, Change
from scripts._lib.ops.protocol import Protocol, checksum
from scripts._lib.ops.rewards import forecast
from scripts._lib.ops.session import Session
from scripts._lib.ops.stake import Orchestrator, read_pool


def plan_reward(session: Session, for_account: str | None) -> Plan:
    """
    Args:
        for_account: an orchestrator that has made this account its reward caller; None for the account itself.

    Raises:
        RoleError, StakeError, InputError, RoundError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_open()
    account = me if for_account is None else checksum(for_account, "orchestrator")
    if account != me:
        _require_caller(protocol, account, me)
    orchestrator = Orchestrator.read(protocol, account, clock)
    if not orchestrator.active:
        raise StakeError(f"{account} is not active in round {clock.round}{_why(orchestrator)}")
    if orchestrator.rewarded:
        raise StakeError(f"{account} has called reward in round {clock.round}: again in {clock.when(clock.round + 1)}")
    reward = forecast(protocol, orchestrator)
    pool = read_pool(protocol)
    stays = orchestrator.registered or account in pool  # one that resigned in this round does not come back
    place = pool.raised(account, orchestrator.stake + reward.net) if stays else Change(pool, pool, account)
    if account == me:
        step = Step("call reward", protocol.bonding.rewardWithHint, tuple(place.hint))
    else:
        step = Step("call reward", protocol.bonding.rewardForTranscoderWithHint, (account, *place.hint))
    return Plan(
        f"Call reward of round {clock.round} for {account}",
        (step,),
        (
            Fact("minted", amount(reward.minted, "LPT")),
            Fact("treasury", amount(reward.treasury, "LPT")),
            Fact("commission", f"{amount(reward.commission, 'LPT')} at {percent(orchestrator.reward_cut)}"),
            Fact("shared", f"{amount(reward.shared, 'LPT')} among {amount(reward.stake, 'LPT')} of stake"),
            change("stake", amount(orchestrator.stake, "LPT"), amount(orchestrator.stake + reward.net, "LPT")),
            Fact("pool", f"{account}: {place}"),
        ),
        outcome=lambda: [Fact("stake", amount(protocol.bonding.transcoderTotalStake(account), "LPT"))],
    )


def plan_set_reward_caller(session: Session, caller: str) -> Plan:
    """
    Args:
        caller: address, or `none` to have nobody.

    Raises:
        InputError, ContractsError, SystemPausedError: says what to do.
    """
    protocol, me = session.protocol, session.me
    session.clock.require_running()
    bonding = _with_reward_callers(protocol)
    wanted = NOBODY if caller.lower() == "none" else checksum(caller, "reward caller")
    present = bonding.transcoderToRewardCaller(me)
    if wanted == present:
        raise InputError(f"that is how it is: the reward caller of {me} is {_name(present)}")
    warnings = () if bonding.isRegisteredTranscoder(me) else (f"{me} is no orchestrator (yet): this has no effect now",)
    return Plan(
        f"Let {_name(wanted)} call reward for {me}",
        (Step("set the reward caller", bonding.setRewardCaller, (wanted,)),),
        (change("caller", _name(present), _name(wanted)),),
        warnings,
        lambda: [Fact("caller", _name(bonding.transcoderToRewardCaller(me)))],
    )


def _require_caller(protocol: Protocol, account: str, me: str) -> None:
    allowed = _with_reward_callers(protocol).transcoderToRewardCaller(account)
    if allowed != me:
        raise RoleError(
            f"{account} has not made {me} its reward caller ({_name(allowed)} is): its owner runs "
            f"`ape run ops set-reward-caller {me}` first"
        )


def _with_reward_callers(protocol: Protocol) -> Any:
    bonding = protocol.bonding
    if "setRewardCaller" not in bonding.contract_type.mutable_methods:
        raise ContractsError("the BondingManager knows no reward callers (LIP-118)")
    return bonding


def _why(orchestrator: Orchestrator) -> str:
    if not orchestrator.registered:
        return ": it is no orchestrator; `ape run ops bond AMOUNT --to` itself makes it one"
    if orchestrator.activation_round > orchestrator.round:
        return f": it is from round {orchestrator.activation_round} on"
    return ": its stake does not suffice for the active set"


def _name(address: str) -> str:
    return "nobody" if address == NOBODY else address
