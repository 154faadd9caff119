"""Opening a round for work."""

from __future__ import annotations

from scripts._lib.ops.amounts import amount, percent
from scripts._lib.ops.errors import RoundError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.rewards import MINTER_PERC
from scripts._lib.ops.session import Session
from scripts._lib.reads import Read, read_all


def plan_initialize_round(session: Session) -> Plan:
    """
    Raises:
        RoundError, SystemPausedError: says what to do.
    """
    protocol, clock = session.protocol, session.clock
    clock.require_running()
    if clock.initialized:
        raise RoundError(f"round {clock.round} has been initialised; the next is {clock.when(clock.round + 1)}")
    bonding, minter = protocol.bonding, protocol.minter
    active, inflation, step, target, supply = read_all(
        [
            Read(bonding.nextRoundTotalActiveStake),
            Read(minter.inflation),
            Read(minter.inflationChange),
            Read(minter.targetBondingRate),
            Read(minter.getGlobalTotalSupply),
        ]
    )
    new = next_inflation(inflation, step, target, active, supply)
    skipped = clock.round - clock.last_initialized - 1
    warnings = ()
    if skipped > 0 and clock.last_initialized:
        warnings = (f"{skipped} rounds before this one were never initialised; their rewards are not made up for",)
    return Plan(
        f"Initialise round {clock.round}",
        (Step("initialise", protocol.rounds.initializeRound),),
        (
            change("last round", str(clock.last_initialized), str(clock.round)),
            Fact("active", amount(active, "LPT")),
            change("inflation", percent(inflation, MINTER_PERC), percent(new, MINTER_PERC)),
            Fact("mintable", amount(supply * new // MINTER_PERC, "LPT")),
        ),
        warnings,
        lambda: [Fact("mintable", amount(minter.currentMintableTokens(), "LPT"))],
    )


def next_inflation(inflation: int, step: int, target: int, bonded: int, supply: int) -> int:
    """Inflation of the round that begins: one step towards the bonding rate wanted; all in parts of 1e9."""
    rate = bonded * MINTER_PERC // supply if supply else 0
    if rate < target:
        return inflation + step
    return max(0, inflation - step) if rate > target else inflation
