"""What a call may not touch: everybody but its caller."""

from __future__ import annotations

from tests.property.models.books import NOBODY
from tests.support.lens import Observation

__all__ = ["check_frame", "check_nothing_moved"]


def check_nothing_moved(before: Observation, after: Observation) -> None:
    """A refused call leaves everything as it was."""
    if before.system.round == after.system.round:
        assert before.without_block() == after.without_block(), "a refused call left a trace"


def check_frame(before: Observation, after: Observation, caller: str | None) -> None:
    """BOND-13, BOND-14, TICK-44: nobody loses by what `caller` does, or by time alone where there is none."""
    for account, then in before.accounts.items():
        now = after.accounts[account]
        _check_rights(before, after, account, caller)
        if account in (caller, NOBODY):
            continue
        unmoved = now.delegate == then.delegate or then.bonded == 0
        assert unmoved, f"BOND-13: the delegate of {account} was changed for it"
        assert now.pending_stake >= then.pending_stake, f"BOND-14: {account} lost stake"
        assert now.pending_fees >= then.pending_fees, f"BOND-14: {account} lost fees"
        assert now.lpt >= then.lpt, f"BOND-14: {account} lost LPT"
        # Those in use: stake that is given leaves an id behind that is used up already.
        locks = [lock for lock in after.locks[account] if lock.withdraw_round]
        kept = locks == [lock for lock in before.locks[account] if lock.withdraw_round]
        assert kept, f"BOND-14: unbonding locks of {account} changed"
        assert now.start_round == then.start_round or then.bonded == 0, f"BOND-14: stake of {account} waits again"
        kept = now.sender_withdraw_round == then.sender_withdraw_round
        assert kept, f"TICK-44: the unlock of {account} was changed for it"


def _check_rights(before: Observation, after: Observation, orchestrator: str, caller: str | None) -> None:
    """A right to call reward in the round, and delegators' rights to a share, stay until their owners use them."""
    then, now, current = before.accounts[orchestrator], after.accounts[orchestrator], before.system.round
    unused = then.active and then.last_reward_round < current
    if not unused or after.system.round != current:
        return
    rewarded = now.last_reward_round == current
    assert now.active or rewarded, f"BOND-12: {orchestrator} can no longer call reward"
    for account, owned in before.accounts.items():
        open_claim = owned.delegate == orchestrator and owned.last_claim_round < current
        if open_claim and account != caller and not rewarded:
            kept = after.accounts[account].last_claim_round == owned.last_claim_round
            assert kept, f"BOND-14: {account} was made to claim before the reward"
