"""Bonding: LPT to an orchestrator, or stake from one to another."""

from __future__ import annotations

from dataclasses import replace

from scripts._lib.ops.amounts import amount, looks_like_a_slip, parse_amount
from scripts._lib.ops.errors import AmountError, InputError, RoleError, StakeError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.pool import NO_HINT, Change
from scripts._lib.ops.protocol import Protocol, checksum
from scripts._lib.ops.rewards import forfeit_warnings
from scripts._lib.ops.session import Session
from scripts._lib.ops.stake import Orchestrator, Stake, read_pool, stake_facts


def plan_bond(session: Session, text: str, to: str | None, *, unregistered: bool = False) -> Plan:
    """Bonds more, to the delegate of old or to another one; zero only moves what is bonded.

    Args:
        text: amount as typed; `all` is the LPT that the account holds.
        to: orchestrator; None for the present delegate.
        unregistered: also to an account that is no orchestrator.

    Raises:
        AmountError, InputError, RoleError, StakeError, RoundError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_open()
    held = int(protocol.token.balanceOf(me))
    added = parse_amount(text, "LPT", everything=held)
    if added > held:
        raise AmountError(f"{me} holds {amount(held, 'LPT')}, not {amount(added, 'LPT')}")
    stake = Stake.read(protocol, me)
    target = _target(stake, to)
    before = Orchestrator.read(protocol, stake.delegate, clock) if stake.delegate else None
    after = Orchestrator.read(protocol, target, clock)
    moves = stake.bonded > 0 and stake.delegate != target
    _require_allowed(stake, after, added, moves=moves, unregistered=unregistered)

    old, new = _forecast(protocol, stake, before, after, added, moves=moves)
    hints = (*(old.hint if old else NO_HINT), *new.hint)
    steps = (
        *approval(protocol, me, added),
        Step(f"bond {amount(added, 'LPT')} to {target}", protocol.bonding.bondWithHint, (added, target, *hints)),
    )
    total = stake.stake + added
    changed = moves or not stake.bonded
    facts = [
        change("bonded", amount(stake.stake, "LPT"), amount(total, "LPT")),
        change("delegate", stake.delegate or "nobody", target),
        Fact("counts", f"from {clock.when(clock.round + 1)}" if changed else "with the stake that is bonded"),
        change("stake", amount(after.stake, "LPT"), amount(after.stake + (total if moves else added), "LPT")),
        *pool_facts(old, new),
    ]
    facts += [Fact("hint", str(new.hint))] if target in new.after else []
    warnings = forfeit_warnings(protocol, stake, before)
    warnings += ("an amount without a unit is in wei: for LPT write '100 LPT'",) if looks_like_a_slip(text) else ()
    if not (after.registered or target == me):
        warnings += (f"{target} is no orchestrator: this stake earns nothing until it bonds to itself",)
    elif target not in new.after:
        warnings += (f"{target} is not among the orchestrators of the next round: nothing is earned outside",)
    title = f"Move {amount(stake.stake, 'LPT')} and bond" if moves else "Bond"
    return Plan(
        f"{title} {amount(added, 'LPT')} to {target}",
        steps,
        tuple(facts),
        warnings,
        lambda: stake_facts(Stake.read(protocol, me), session.now()),
    )


def approval(protocol: Protocol, owner: str, wanted: int) -> tuple[Step, ...]:
    """The step that lets the BondingManager take `wanted` LPT wei; none if it may already."""
    if not wanted or protocol.token.allowance(owner, protocol.bonding.address) >= wanted:
        return ()
    title = f"let the BondingManager take {amount(wanted, 'LPT')}"
    return (Step(title, protocol.token.approve, (protocol.bonding.address, wanted)),)


def pool_facts(old: Change | None, new: Change) -> list[Fact]:
    """Where both end up, seen from where they began."""
    start = old.before if old else new.before
    moves = [replace(new, before=start)]
    moves += [Change(start, new.after, old.account)] if old else []
    return [Fact("pool", f"{move.account}: {move}") for move in moves]


def _target(stake: Stake, to: str | None) -> str:
    if to is not None:
        target = checksum(to, "orchestrator")
        if int(target, 16) == 0:
            raise InputError("stake bonded to the null address earns nothing: name an orchestrator with --to")
        return target
    if stake.delegate is None:
        raise InputError(
            f"{stake.account} has no delegate yet: name an orchestrator with --to (yourself to become one)"
        )
    return stake.delegate


def _require_allowed(stake: Stake, target: Orchestrator, added: int, *, moves: bool, unregistered: bool) -> None:
    if moves and stake.is_orchestrator:
        raise RoleError(
            f"{stake.account} is an orchestrator, whose own stake stays with it: `ape run ops unbond all` comes first, "
            "then `ape run ops rebond`"
        )
    if not added and not moves:
        raise AmountError("nothing to bond and nothing to move: give an amount, or another orchestrator with --to")
    if not (target.registered or target.account == stake.account or unregistered):
        raise StakeError(
            f"{target.account} is no orchestrator, so stake bonded to it earns nothing: check the address; "
            "--unregistered bonds to it nevertheless"
        )
    target.require_may_join()


def _forecast(
    protocol: Protocol, stake: Stake, before: Orchestrator | None, after: Orchestrator, added: int, *, moves: bool
) -> tuple[Change | None, Change]:
    """How the pool changes: first the old delegate loses the stake, if it moves, then the new one gains."""
    pool, old = read_pool(protocol), None
    if moves and before is not None:
        old = pool.lowered(before.account, before.stake - stake.stake)
        pool = old.after
    gained = after.stake + added + (stake.stake if moves else 0)
    if after.registered or after.account == stake.account or after.account in pool:
        return old, pool.raised(after.account, gained)
    return old, Change(pool, pool, after.account)
