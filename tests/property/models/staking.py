"""The BondingManager's entry points: what each refuses, in the order of its checks, and what it does.

Source: facts: protocol 3.4. Everything is checked before anything changes, so that a refused call leaves the books as
they were.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.property.models.active_set import NO_HINT, ActiveSet, Hint
from tests.property.models.books import NOBODY, Books, Lock
from tests.property.models.clock import Clock
from tests.property.models.earnings import ONE, PERC, Earnings
from tests.property.models.events import VAULT
from tests.property.models.mint import Mint
from tests.property.models.refusal import RefusedError, require

__all__ = ["BONDED", "PENDING", "UNBONDED", "Staking"]

PENDING, BONDED, UNBONDED = range(3)
MOST_SEATS = 2**16 - 1


@dataclass
class Staking:
    """Entry points.

    Attributes:
        next_treasury_cut: the treasury's part of rewards in rounds to come, of 1e27.
        treasury_ceiling: LPT wei that the treasury receives nothing above, from the next round on; zero: no limit.
        reward_callers: who may call reward for whom.
    """

    books: Books
    clock: Clock
    mint: Mint
    active_set: ActiveSet
    earnings: Earnings
    unbonding_period: int
    treasury: str
    next_treasury_cut: int
    treasury_ceiling: int = 0
    reward_callers: dict[str, str] = field(default_factory=dict)

    def status(self, account: str) -> int:
        delegator = self.books.delegators[account]
        return self._status(delegator.bonded, delegator.start_round)

    def begin_round(self) -> None:
        """The pool becomes the active set, and its stakes count for the round that begins."""
        for orchestrator in self.books.orchestrators.values():
            if orchestrator.active(self.clock.round):
                orchestrator.round_stake = orchestrator.delegated
        self.earnings.active_stake = self.active_set.stake
        if self.earnings.treasury_cut != self.next_treasury_cut:
            self.earnings.treasury_cut = self.next_treasury_cut
            self.books.voice.bonding("ParameterUpdate", "treasuryRewardCutRate")

    def bond(
        self, caller: str, owner: str, amount: int, to: str, old_hint: Hint = NO_HINT, new_hint: Hint = NO_HINT
    ) -> None:
        """`caller` bonds `amount` LPT wei for `owner`, whose stake moves along if it was bonded elsewhere."""
        delegator, current = self.books.delegators[owner], self.clock.round
        self.clock.require_open()
        if caller != owner:
            require(self._claim_is_harmless(owner), "ClaimNotAuthorized", caller, owner)
        bonded, _ = self.earnings.settled(owner)
        self.active_set.require_no_pending_deactivation(to)
        if caller != owner:
            self._require_own_choice(caller, owner, bonded, to)
        moved = bonded if bonded and delegator.delegate != to else 0
        require(not moved or delegator.delegate != owner, "RegisteredTranscoderCannotMove", owner)
        require(amount + moved > 0, "BondAmountZero")
        wallet = self.books.wallets[caller]
        require(amount <= wallet, "ERC20InsufficientBalance", caller, wallet, amount)

        self.earnings.claim(owner)
        if not bonded or moved:
            delegator.start_round = current + 1
        origin = delegator.delegate
        if moved:
            self.active_set.decrease(origin, moved, old_hint)
            self.books.checkpoint(origin)
        self.earnings.record(to)
        delegator.delegate = to
        delegator.bonded += amount
        delegator.stake += amount
        self.active_set.increase(to, amount + moved, new_hint)
        if to != owner:
            self.books.checkpoint(to)
        if amount:
            self.books.pay_in(caller, amount)
        self.books.voice.bonding("Bond", to, origin, owner, amount, delegator.bonded)
        self.books.checkpoint(owner)

    def unbond(self, caller: str, amount: int, hint: Hint = NO_HINT) -> None:
        delegator, current = self.books.delegators[caller], self.clock.round
        self.clock.require_open()
        self._require_unbondable(caller, amount)

        self.earnings.claim(caller)
        delegate = delegator.delegate
        lock_id, opens = delegator.next_lock_id, current + self.unbonding_period
        delegator.locks[lock_id] = Lock(amount, opens)
        delegator.next_lock_id += 1
        delegator.bonded -= amount
        delegator.stake -= amount
        if delegator.bonded == 0:
            delegator.delegate, delegator.start_round = NOBODY, 0
            if caller in self.active_set:
                self.active_set.leave(caller)
        self.active_set.decrease(delegate, amount, hint)
        if delegate != caller:
            self.books.checkpoint(delegate)
        self.books.voice.bonding("Unbond", delegate, caller, lock_id, amount, opens)
        self.books.checkpoint(caller)

    def transfer(
        self, caller: str, receiver: str, amount: int, old_hint: Hint = NO_HINT, new_hint: Hint = NO_HINT
    ) -> None:
        """`caller` gives `amount` LPT wei of its stake to `receiver`, bonded where the receiver's is, or its own."""
        giver, heir = self.books.delegators[caller], self.books.delegators[receiver]
        self.clock.require_open()
        if caller != receiver:
            require(self._claim_is_harmless(receiver), "ClaimNotAuthorized", caller, receiver)
        gives_all = self._require_unbondable(caller, amount) == amount
        bonded = 0 if caller == receiver and gives_all else self.earnings.settled(receiver)[0]
        homeless = heir.delegate == NOBODY or caller == receiver
        to = giver.delegate if bonded == 0 and homeless else heir.delegate
        if bonded == 0 and homeless:
            require(to != receiver, "DelegateNotAllowed", caller, receiver)
            require(receiver != NOBODY, "DelegatorZeroAddress")
        resigns = gives_all and caller == to and caller in self.active_set
        self.active_set.require_no_pending_deactivation(to, resigns)

        self.unbond(caller, amount, old_hint)
        old_id, lock_id = giver.next_lock_id - 1, heir.next_lock_id
        heir.locks[lock_id] = giver.locks.pop(old_id)
        heir.next_lock_id += 1
        self.books.voice.bonding("TransferBond", caller, receiver, old_id, lock_id, amount)
        self.earnings.claim(receiver)
        if heir.bonded == 0:
            heir.delegate, heir.start_round = to, self.clock.round + 1
        self._bond_lock(receiver, lock_id, new_hint)

    def rebond(self, caller: str, lock_id: int, hint: Hint = NO_HINT) -> None:
        delegator = self.books.delegators[caller]
        self.clock.require_open()
        bonded, _ = self.earnings.settled(caller)
        require(bonded > 0, "DelegatorUnbonded", caller)
        require(lock_id in delegator.locks, "UnbondingLockInvalid", caller, lock_id)
        self.active_set.require_no_pending_deactivation(delegator.delegate)

        self.earnings.claim(caller)
        self._bond_lock(caller, lock_id, hint)

    def rebond_from_unbonded(self, caller: str, to: str, lock_id: int, hint: Hint = NO_HINT) -> None:
        delegator = self.books.delegators[caller]
        self.clock.require_open()
        bonded, _ = self.earnings.settled(caller)  # one that was slashed to nothing can have own earnings to claim
        require(bonded == 0, "DelegatorNotUnbonded", caller)
        require(lock_id in delegator.locks, "UnbondingLockInvalid", caller, lock_id)
        self.active_set.require_no_pending_deactivation(to)

        self.earnings.claim(caller)
        self.earnings.record(to)
        delegator.delegate, delegator.start_round = to, self.clock.round + 1
        self._bond_lock(caller, lock_id, hint)

    def withdraw_stake(self, caller: str, lock_id: int) -> None:
        delegator = self.books.delegators[caller]
        self.clock.require_open()
        require(lock_id in delegator.locks, "UnbondingLockInvalid", caller, lock_id)
        lock = delegator.locks[lock_id]
        opened = lock.withdraw_round <= self.clock.round
        require(opened, "UnbondingLockNotOpen", lock.withdraw_round, self.clock.round)

        del delegator.locks[lock_id]
        self.books.pay_out(caller, lock.amount)
        self.books.voice.bonding("WithdrawStake", caller, lock_id, lock.amount, lock.withdraw_round)

    def withdraw_fees(self, caller: str, recipient: str, amount: int) -> None:
        delegator = self.books.delegators[caller]
        self.clock.require_open()
        _, fees = self.earnings.settled(caller)
        require(recipient != NOBODY, "FeeRecipientZeroAddress")
        require(amount <= fees, "FeesInsufficient", amount, fees)
        self.books.require_payable(recipient, amount)

        self.earnings.claim(caller)
        delegator.collected -= amount
        delegator.fees -= amount
        self.books.pay_ether(recipient, amount)
        self.books.voice.bonding("WithdrawFees", caller, recipient, amount)
        self.books.checkpoint(caller)

    def claim_earnings(self, caller: str) -> None:
        self.clock.require_open()
        self.earnings.claim(caller)
        self.books.checkpoint(caller)

    def set_rates(self, caller: str, reward_cut: int, fee_share: int, hint: Hint = NO_HINT) -> None:
        orchestrator, current = self.books.orchestrators[caller], self.clock.round
        self.clock.require_open()
        require(not self.clock.rates_locked, "CurrentRoundLocked", current)
        for share in (reward_cut, fee_share):
            require(share <= PERC, "InvalidPercentage", share, PERC)
        require(self.books.registered(caller), "TranscoderNotRegistered", caller)
        settled = not self.active_set.active(caller) or orchestrator.last_reward_round == current
        require(settled, "RewardNotYetCalled", caller, current)

        orchestrator.reward_cut, orchestrator.fee_share = reward_cut, fee_share
        if caller not in self.active_set:
            self.active_set.try_to_join(caller, hint)
        self.books.voice.bonding("TranscoderUpdate", caller, reward_cut, fee_share)

    def reward(self, caller: str, hint: Hint = NO_HINT) -> None:
        orchestrator, current = self.books.orchestrators[caller], self.clock.round
        self.clock.require_open()
        require(self.active_set.active(caller), "TranscoderNotActive", caller, current)
        require(orchestrator.last_reward_round != current, "RewardAlreadyCalled", caller, current)

        enough = self.treasury_ceiling and self.books.wallets[self.treasury] >= self.treasury_ceiling
        if enough and self.next_treasury_cut:
            self.next_treasury_cut = 0
            self.books.voice.bonding("ParameterUpdate", "nextRoundTreasuryRewardCutRate")
        minted, treasury_part = self.earnings.minted_for(caller)
        self.earnings.share_rewards(caller, minted - treasury_part)
        self.mint.create(minted)
        self.books.vault_lpt += minted - treasury_part
        self.books.wallets[self.treasury] += treasury_part
        self._tell_of_mint(caller, minted, treasury_part)
        self.active_set.increase(caller, minted - treasury_part, hint)
        self.books.voice.bonding("Reward", caller, minted - treasury_part)
        self.books.checkpoint(caller)

    def set_reward_caller(self, caller: str, named: str) -> None:
        self.clock.require_running()
        self.reward_callers[caller] = named
        self.books.voice.bonding("RewardCallerSet", caller, named)

    def reward_for(self, caller: str, account: str, hint: Hint = NO_HINT) -> None:
        """The reward of an orchestrator that has named the caller."""
        named = self.reward_callers.get(account, NOBODY)
        require(named == caller, "CallerNotRewardCaller", caller, account)
        self.reward(account, hint)

    def slash(self, account: str, finder: str, share: int, finder_share: int) -> None:
        """The verifier takes a share of an orchestrator's own stake; it is burnt but for the finder's part.

        Not in the round that it was bonded in: there the protocol's own books are incomplete. Where all of it is taken
        it still counts as delegated, as it does on the live network: it ranks and votes, and its share of rewards is
        nobody's.
        """
        delegator = self.books.delegators[account]
        self.clock.require_running()
        self.earnings.claim(account)
        penalty, fee = self._take_penalty(account, finder, share, finder_share) if delegator.bonded else (0, 0)
        self.books.voice.bonding("TranscoderSlashed", account, finder, penalty, fee)
        self.books.checkpoint(account)

    def _take_penalty(self, account: str, finder: str, share: int, finder_share: int) -> tuple[int, int]:
        """LPT wei taken, and the finder's part of them."""
        delegator, voice = self.books.delegators[account], self.books.voice
        assert (self.books.registered(account), self.status(account)) == (True, BONDED)
        penalty = delegator.bonded * share // PERC
        if account in self.active_set:
            self.active_set.leave(account)
        delegator.bonded -= penalty
        delegator.stake -= penalty
        if delegator.bonded:
            self.books.orchestrators[account].delegated -= penalty
        else:
            self.books.orchestrators[account].burnt += penalty
        fee = penalty * finder_share // PERC if finder != NOBODY else 0
        if finder != NOBODY:
            self.books.pay_out(finder, fee)
        self.books.vault_lpt -= penalty - fee
        self.mint.supply -= penalty - fee
        voice.transfer(VAULT, NOBODY, penalty - fee)
        voice.say("LivepeerToken", "Burn", VAULT, penalty - fee)
        return penalty, fee

    def set_treasury_cut(self, share: int) -> None:
        """The treasury's part of rewards from the next round on, of 1e27."""
        require(share <= ONE, "InvalidPercentage", share, ONE)
        self.next_treasury_cut = share

    def grow_pool(self, size: int) -> None:
        require(size > self.active_set.max_size, "PoolSizeNotIncreased", size, self.active_set.max_size)
        require(size <= MOST_SEATS, "PoolSizeTooLarge", size, MOST_SEATS)
        self.active_set.max_size = size

    def _tell_of_mint(self, account: str, minted: int, treasury_part: int) -> None:
        voice = self.books.voice
        voice.transfer(NOBODY, VAULT, minted)
        voice.say("LivepeerToken", "Mint", VAULT, minted)
        if treasury_part:
            voice.transfer(VAULT, self.treasury, treasury_part)
            voice.bonding("TreasuryReward", account, self.treasury, treasury_part)

    def _require_unbondable(self, caller: str, amount: int) -> int:
        """What `unbond` asks for; answers with all that could be unbonded."""
        bonded, _ = self.earnings.settled(caller)
        status = self._status(bonded, self.books.delegators[caller].start_round)
        require(status == BONDED, "DelegatorNotBonded", caller, status)
        require(amount > 0, "UnbondAmountZero")
        require(amount <= bonded, "UnbondAmountTooLarge", amount, bonded)
        return bonded

    def _bond_lock(self, caller: str, lock_id: int, hint: Hint) -> None:
        delegator = self.books.delegators[caller]
        amount = delegator.locks.pop(lock_id).amount
        delegator.bonded += amount
        delegator.stake += amount
        self.active_set.increase(delegator.delegate, amount, hint)
        if delegator.delegate != caller:
            self.books.checkpoint(delegator.delegate)
        self.books.voice.bonding("Rebond", delegator.delegate, caller, lock_id, amount)
        self.books.checkpoint(caller)

    def _status(self, bonded: int, start_round: int) -> int:
        if bonded == 0:
            return UNBONDED
        return PENDING if start_round > self.clock.round else BONDED

    def _claim_is_harmless(self, owner: str) -> bool:
        """Whether a claim now costs the owner nothing of the round's reward."""
        delegator, current = self.books.delegators[owner], self.clock.round
        orchestrator = self.books.orchestrators[delegator.delegate]
        return (
            delegator.bonded == 0
            or not orchestrator.active(current)
            or orchestrator.last_reward_round == current
            or delegator.last_claim_round == current
        )

    def _require_own_choice(self, caller: str, owner: str, bonded: int, to: str) -> None:
        """A third party neither makes an orchestrator of an account nor moves its stake."""
        require(owner != NOBODY, "DelegatorZeroAddress")
        if bonded == 0:
            require(to != owner, "DelegateNotAllowed", caller, owner)
            return
        delegate = self.books.delegators[owner].delegate
        if delegate != to:
            raise RefusedError("DelegateChangeNotAllowed", caller, delegate, to)
