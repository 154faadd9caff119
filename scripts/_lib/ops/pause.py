"""Stopping the system, and letting it go on: directly, or through the Governor that owns the Controller."""

from __future__ import annotations

from typing import Any

from scripts._lib.governor import Update, governor_at
from scripts._lib.ops.errors import RoleError, SystemPausedError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.session import Session

STOPS = "stake, fees, rewards, tickets and rounds stand still; rounds go on being counted, and those missed stay lost"


def plan_pause(session: Session, delay: int) -> Plan:
    """
    Args:
        delay: blocks between staging and executing, where the Governor owns the Controller.

    Raises:
        SystemPausedError, RoleError: says what to do.
    """
    if session.clock.paused:
        raise SystemPausedError("the system is paused already")
    return _plan(session, session.protocol.controller.pause, "Pause the system", delay, (STOPS,))


def plan_unpause(session: Session, delay: int) -> Plan:
    """
    Args:
        delay: as for {plan_pause}.

    Raises:
        SystemPausedError, RoleError: says what to do.
    """
    if not session.clock.paused:
        raise SystemPausedError("the system is not paused")
    return _plan(session, session.protocol.controller.unpause, "Let the system go on", delay, ())


def _plan(session: Session, method: Any, title: str, delay: int, warnings: tuple[str, ...]) -> Plan:
    clock = session.clock
    governor = None if clock.owner == session.me else governor_at(clock.owner)
    if clock.owner == session.me:
        facts, steps = [Fact("owner", "you")], [Step(method.abis[0].name, method)]
    elif governor is None:
        raise RoleError(
            f"only the Controller's owner {clock.owner} may: use its account; with --dry-run --account {clock.owner} "
            "this prints the transaction for its signers"
        )
    else:
        facts, steps = _through_governor(session, governor, method, delay)
    executes = delay == 0 or (len(steps) == 1 and steps[0].function != "stage")
    state = change("system", *_words(clock.paused)) if executes else Fact("system", _words(clock.paused)[0])

    def outcome() -> list[Fact]:
        return [Fact("system", _words(session.now().paused)[0])]

    return Plan(title, tuple(steps), (*facts, state), warnings, outcome)


def _through_governor(session: Session, governor: Any, method: Any, delay: int) -> tuple[list[Fact], list[Step]]:
    """Stage and execute; what is staged already can be executed by anybody once it is due."""
    update, block = Update.of_call(method), session.clock.block
    facts = [Fact("owner", f"Governor {governor.address}, update 0x{update.hash.hex()}")]
    execute = Step("execute", governor.execute, (update.as_tuple,))
    due = int(governor.updates(update.hash))
    if due:
        if due > block:
            raise RoleError(f"that is staged, and anybody can execute it from block {due} on, in {due - block} blocks")
        return [*facts, Fact("staged", f"due since block {due}")], [execute]
    if governor.owner() != session.me:
        raise RoleError(
            f"the Controller belongs to the Governor {governor.address}, whose owner {governor.owner()} has to stage "
            f"this: use its account; with --dry-run --account {governor.owner()} this prints the transaction for its "
            "signers"
        )
    stage = Step("stage", governor.stage, (update.as_tuple, delay))
    if delay:
        return [*facts, Fact("due", f"{delay} blocks after staging; run this again then")], [stage]
    return facts, [stage, execute]


def _words(paused: bool) -> tuple[str, str]:
    """The state as it is, and its opposite."""
    return ("paused", "running") if paused else ("running", "paused")
