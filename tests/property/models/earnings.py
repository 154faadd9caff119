"""Rewards and fees, shared out one by one: nothing cumulative, no factors (facts: protocol 2, 3.3, 3.5).

Whoever has not claimed in a round yet receives of the round's rewards and fees what its stake at the start of the round
is of the orchestrator's. The share of those who have claimed already is nobody's. That is all; LIP-36 is a way to have
it without a loop over delegators, and this loop is what it is held against.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.property.models.active_set import ActiveSet
from tests.property.models.books import NOBODY, Books, Delegator, Orchestrator, fine
from tests.property.models.clock import Clock
from tests.property.models.exact import Exact, Fraction
from tests.property.models.mint import Mint
from tests.property.models.refusal import PANIC_OVERFLOW, require

__all__ = ["ONE", "PERC", "Earnings"]

PERC = 10**6
ONE = 10**27
WORD = 2**256


@dataclass
class Earnings:
    """Shares rewards and fees.

    Attributes:
        treasury_cut: the treasury's part of rewards, of 1e27.
        active_stake: LPT wei behind the active set of the current round.
        report: what an account has in whole LPT and ETH wei, by the chain's own views; None floors the exact figures.
            Whoever passes the chain's figures must have held them against {stake_slack} and {fee_slack}.
    """

    books: Books
    clock: Clock
    mint: Mint
    active_set: ActiveSet
    treasury_cut: int = 0
    active_stake: int = 0
    report: Callable[[str], tuple[int, int]] | None = None

    def settled(self, account: str) -> tuple[int, int]:
        """Stake and fees that an account has after a claim now: LPT and ETH wei."""
        delegator = self.books.delegators[account]
        if delegator.last_claim_round >= self.clock.round:
            return delegator.bonded, delegator.collected
        if self.report is not None:
            return self.report(account)
        return int(self.books.exact_stake(account)), int(self.books.exact_fees(account))

    def claim(self, account: str) -> None:
        """Brings an account up to the current round; what falls below a wei is lost to it."""
        delegator = self.books.delegators[account]
        if delegator.last_claim_round >= self.clock.round:
            return
        stake, fees = self.settled(account)
        exact_stake, exact_fees = self.books.exact_stake(account), self.books.exact_fees(account)
        gained = (stake - delegator.bonded, fees - delegator.collected)
        rounds = (delegator.last_claim_round + 1, self.clock.round)
        self.books.voice.bonding("EarningsClaimed", delegator.delegate, account, *gained, *rounds)
        delegator.bonded, delegator.collected = stake, fees
        delegator.stake, delegator.fees, delegator.earnings = stake, fees, 0
        delegator.last_claim_round = self.clock.round
        if delegator.delegate == NOBODY:
            return

        orchestrator = self.books.orchestrators[delegator.delegate]
        orchestrator.rounded += fine(exact_stake - stake)
        orchestrator.rounded_fees += fine(exact_fees - fees)
        if delegator.delegate == account:
            orchestrator.pot = orchestrator.fee_pot = 0
        self.record(delegator.delegate)

    def record(self, account: str) -> None:
        """The chain keeps the reward factor of the round, if there ever was a reward."""
        orchestrator = self.books.orchestrators[account]
        if orchestrator.last_reward_round:
            orchestrator.recorded.add(self.clock.round)

    def minted_for(self, account: str) -> tuple[int, int]:
        """LPT wei that the round's reward creates, and the treasury's part of them."""
        minted = self.mint.share(self.books.orchestrators[account].round_stake, self.active_stake)
        return minted, minted * self.treasury_cut // ONE

    def share_rewards(self, account: str, amount: int) -> None:
        """Shares `amount` LPT wei that were minted for an orchestrator."""
        orchestrator = self.books.orchestrators[account]
        stake = orchestrator.round_stake
        shared = amount - amount * orchestrator.reward_cut // PERC
        step = 1 + Fraction(shared, stake)
        growth = fine(orchestrator.growth * step)
        require(growth * ONE < WORD, "Panic", PANIC_OVERFLOW)

        owned = orchestrator.pot
        for delegator in self._sharers(account):
            owned += delegator.stake
            delegator.stake_before_reward = delegator.stake
            delegator.stake *= step
            delegator.earnings += 1
        orchestrator.pot_before_reward = orchestrator.pot
        orchestrator.pot += amount - shared + Fraction(shared * orchestrator.pot, stake)
        orchestrator.pot_slack += 1 + Fraction(shared, ONE)
        orchestrator.forfeited += self._nobodys(shared, owned, stake)
        orchestrator.growth_before_reward, orchestrator.growth = orchestrator.growth, growth
        orchestrator.growth_of_reward = step
        orchestrator.earnings += 1
        self._open(orchestrator)
        orchestrator.last_reward_round = self.clock.round
        self.record(account)

    def share_fees(self, account: str, amount: int) -> None:
        """Shares `amount` ETH wei that an orchestrator was paid, by stake at the start of the round."""
        orchestrator = self.books.orchestrators[account]
        require(self.active_set.active(account), "TranscoderNotActive", account, self.clock.round)
        stake, rewarded = orchestrator.round_stake, orchestrator.last_reward_round == self.clock.round
        fee_share = orchestrator.round_fee_share if rewarded else orchestrator.fee_share
        shared = amount * fee_share // PERC
        estimate = self._estimate(orchestrator) if rewarded else 1
        growth = orchestrator.growth_before_reward if rewarded else orchestrator.growth
        fee_growth = orchestrator.fee_growth + fine(growth * estimate * Fraction(shared, stake))
        require(fee_growth * ONE < WORD, "Panic", PANIC_OVERFLOW)

        own = orchestrator.pot_before_reward if rewarded else orchestrator.pot
        owned = own
        for delegator in self._sharers(account):
            base = (delegator.stake_before_reward if rewarded else delegator.stake) * estimate
            owned += base
            delegator.fees += Fraction(base * shared, stake)
            delegator.earnings += 1
        orchestrator.fee_pot += amount - shared + Fraction(shared * own, stake)
        orchestrator.fee_pot_slack += 1 + Fraction(shared, ONE)
        orchestrator.forfeited_fees += self._nobodys(shared, owned, stake)
        orchestrator.fee_growth = fee_growth
        orchestrator.earnings += 1
        if not rewarded:
            self._open(orchestrator)
        orchestrator.last_fee_round = self.clock.round

    def stake_slack(self, account: str) -> Fraction:
        """How far below the exact stake the chain's may lie, in LPT wei.

        A wei for the claim, and for the claim and each of `earnings` what the 27 digits of a factor cost.
        """
        delegator = self.books.delegators[account]
        return 1 + Fraction(delegator.stake * (2 * delegator.earnings + 1), ONE)

    def fee_slack(self, account: str) -> Fraction:
        """As {stake_slack}, for fees in ETH wei, which are reckoned from the stake."""
        delegator = self.books.delegators[account]
        steps = 2 * delegator.earnings + 1
        return 1 + Fraction(steps * (delegator.stake + delegator.fees), ONE)

    def _open(self, orchestrator: Orchestrator) -> None:
        """The chain writes down what the round counts with."""
        orchestrator.opened_round = self.clock.round
        orchestrator.round_reward_cut, orchestrator.round_fee_share = orchestrator.reward_cut, orchestrator.fee_share
        orchestrator.recorded_stakes[self.clock.round] = orchestrator.round_stake

    def _sharers(self, account: str) -> list[Delegator]:
        """Those who have not claimed in the round yet."""
        return [d for d in self.books.delegators_of(account) if d.last_claim_round < self.clock.round]

    @staticmethod
    def _nobodys(shared: int, owned: Exact, stake: int) -> Fraction:
        assert owned <= stake, f"BOND-22: {owned} of a stake of {stake} would share"
        return fine(shared - Fraction(shared * owned, stake))

    def _estimate(self, orchestrator: Orchestrator) -> Exact:
        """By what the chain mistakes stakes at the start of the round, which it must deduce when it has kept no factor
        for the round before: it takes the reward for what the stake would earn if no fraction were floored at 1e9.
        That is never less than the reward was, so the mistake never pays more than is due (facts: protocol 3.4).
        """
        if self.clock.round - 1 in orchestrator.recorded:
            return 1
        stake = orchestrator.round_stake
        reward = self.mint.mintable * (stake * ONE // self.active_stake) // ONE
        reward -= reward * self.treasury_cut // ONE
        reward -= reward * orchestrator.round_reward_cut // PERC
        return Fraction(stake * ONE // (stake + reward), ONE) * orchestrator.growth_of_reward
