"""What a reward of the current round will bring, and who misses it."""

from __future__ import annotations

from dataclasses import dataclass

from scripts._lib.ops.amounts import PERC, amount
from scripts._lib.ops.protocol import Protocol
from scripts._lib.ops.stake import Orchestrator, Stake
from scripts._lib.reads import Read, read_all

MINTER_PERC = 10**9  # LIP-40
PRECISE_PERC = 10**27  # LIP-71


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward that has not been called. LPT wei.

    Attributes:
        minted: all of it.
        treasury: the treasury's part.
        commission: what the orchestrator keeps before the rest is shared by stake.
        shared: the rest.
        stake: stake that it is shared over.
    """

    minted: int
    treasury: int
    commission: int
    shared: int
    stake: int

    @property
    def net(self) -> int:
        """What the orchestrator's stake grows by."""
        return self.commission + self.shared

    def of_stake(self, stake: int) -> int:
        """About what `stake` gets of it."""
        return self.shared * stake // self.stake if self.stake else 0


def share_reward(*, mintable: int, stake: int, active_stake: int, treasury_rate: int, reward_cut: int) -> Reward:
    """The contracts' arithmetic: every division floors, the share of stake already in parts of 1e9."""
    minted = mintable * (stake * MINTER_PERC // active_stake) // MINTER_PERC if active_stake else 0
    treasury = minted * treasury_rate // PRECISE_PERC
    commission = (minted - treasury) * reward_cut // PERC
    return Reward(minted, treasury, commission, minted - treasury - commission, stake)


def forecast(protocol: Protocol, orchestrator: Orchestrator) -> Reward:
    """What calling reward now brings."""
    bonding = protocol.bonding
    # The last record of its stake is of this round, an earlier one, or the next; the present one counts.
    recorded = min(orchestrator.stake_update_round, orchestrator.round)
    mintable, active_stake, treasury_rate, pool = read_all(
        [
            Read(protocol.minter.currentMintableTokens),
            Read(bonding.currentRoundTotalActiveStake),
            Read(bonding.treasuryRewardCutRate),
            Read(bonding.getTranscoderEarningsPoolForRound, orchestrator.account, recorded),
        ]
    )
    return share_reward(
        mintable=mintable,
        stake=pool[0],
        active_stake=active_stake,
        treasury_rate=treasury_rate,
        reward_cut=orchestrator.reward_cut,
    )


def forfeit_warnings(protocol: Protocol, stake: Stake, orchestrator: Orchestrator | None) -> tuple[str, ...]:
    """What a claim by `stake` now costs it: the reward of this round, if its orchestrator has still to call it.

    Args:
        orchestrator: books of the delegate; None without delegate.
    """
    claimed = stake.last_claim_round >= (orchestrator.round if orchestrator else 0)
    if orchestrator is None or claimed or not stake.bonded or not orchestrator.owes_reward:
        return ()
    missed = forecast(protocol, orchestrator).of_stake(stake.stake)
    name = "you have" if orchestrator.account == stake.account else f"{orchestrator.account} has"
    return (
        f"{name} not called reward in round {orchestrator.round}. This claims, and a claim before that forfeits what "
        f"{stake.account} would get of it, about {amount(missed, 'LPT')}, and of fees that the round still brings. "
        "Wait until reward has been called if that is not what you want",
    )
