"""Claiming: bringing an account's stake and fees up to the current round."""

from __future__ import annotations

from scripts._lib.ops.amounts import amount
from scripts._lib.ops.errors import StakeError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.rewards import forfeit_warnings
from scripts._lib.ops.session import Session
from scripts._lib.ops.stake import Orchestrator, Stake, stake_facts


def plan_claim(session: Session) -> Plan:
    """
    Raises:
        StakeError, RoundError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_open()
    stake = Stake.read(protocol, me)
    if stake.last_claim_round >= clock.round:
        raise StakeError(f"{me} has claimed in round {clock.round}: again in {clock.when(clock.round + 1)}")
    if not stake.bonded:
        raise StakeError(f"{me} has nothing bonded, so there is nothing to claim")
    delegate = Orchestrator.read(protocol, stake.delegate, clock) if stake.delegate else None
    fees = int(protocol.bonding.getDelegator(me)[1])
    return Plan(
        f"Claim what {me} earned with {stake.delegate} in rounds {stake.last_claim_round + 1} to {clock.round}",
        (Step("claim", protocol.bonding.claimEarnings, (clock.round,)),),
        (
            change("bonded", amount(stake.bonded, "LPT"), amount(stake.stake, "LPT")),
            change("fees", amount(fees, "ETH"), amount(stake.fees, "ETH")),
            Fact("note", "every bond, unbond, rebond and withdrawal of fees claims by itself"),
        ),
        forfeit_warnings(protocol, stake, delegate),
        lambda: stake_facts(Stake.read(protocol, me), session.now()),
    )
