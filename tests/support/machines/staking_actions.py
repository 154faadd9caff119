"""The BondingManager's entry points, by anybody, with or without hints."""

from __future__ import annotations

from tests.property.models.exact import Exact
from tests.support.engine import Outcome
from tests.support.machines.arrivals import arriving
from tests.support.machines.core import DONE, Core, Predict, action

__all__ = ["NO_HINT", "Hint", "StakingActions"]

Hint = tuple[str, str]
NO_HINT: Hint = ("nobody", "nobody")


class StakingActions(Core):
    """Amounts are LPT wei, but for fees. A hint of two nobodies calls the function without hints."""

    @action
    def bond(self, caller: str, amount: int, to: str, old_hint: Hint = NO_HINT, new_hint: Hint = NO_HINT) -> None:
        self._bond("bond", caller, caller, amount, to, old_hint, new_hint)

    @action
    def bond_for(
        self,
        caller: str,
        owner: str,
        amount: int,
        to: str,
        old_hint: Hint = NO_HINT,
        new_hint: Hint = NO_HINT,
    ) -> None:
        self._bond("bondForWithHint", caller, owner, amount, to, old_hint, new_hint)

    @action
    def unbond(self, caller: str, amount: int, hint: Hint = NO_HINT) -> None:
        me, near = self.address(caller), self._hint(hint)
        self._hinted(me, "unbond", (amount,), near, lambda: self.model.staking.unbond(me, amount, near))

    @action
    def rebond(self, caller: str, lock_id: int, hint: Hint = NO_HINT) -> None:
        me, near = self.address(caller), self._hint(hint)
        to = self.seen.accounts[me].delegate
        self._bond_lock(
            me, to, lock_id, "rebond", (lock_id,), near, lambda: self.model.staking.rebond(me, lock_id, near)
        )

    @action
    def rebond_from_unbonded(self, caller: str, to: str, lock_id: int, hint: Hint = NO_HINT) -> None:
        me, target, near = self.address(caller), self.address(to), self._hint(hint)

        def predict() -> None:
            self.model.staking.rebond_from_unbonded(me, target, lock_id, near)

        self._bond_lock(me, target, lock_id, "rebondFromUnbonded", (target, lock_id), near, predict)

    @action
    def withdraw_stake(self, caller: str, lock_id: int) -> None:
        me = self.address(caller)
        self.act(
            me,
            self.world.bonding,
            "withdrawStake",
            lock_id,
            predict=lambda: self.model.staking.withdraw_stake(me, lock_id),
        )

    @action
    def withdraw_fees(self, caller: str, recipient: str, amount: int) -> None:
        """SOLV-03: `amount` in ETH wei arrives at the recipient, whoever calls."""
        me, to = self.address(caller), self.address(recipient)

        def predict() -> None:
            self.model.staking.withdraw_fees(me, to, amount)

        with arriving(self, to, me):
            self.act(me, self.world.bonding, "withdrawFees", to, amount, predict=predict)

    @action
    def claim_earnings(self, caller: str, end_round: int = 0) -> None:
        """BOND-19: who has claimed in the round already gets nothing by it; `end_round` means nothing any more."""
        me, before = self.address(caller), self._owned(self.address(caller))
        self.act(
            me, self.world.bonding, "claimEarnings", end_round, predict=lambda: self.model.staking.claim_earnings(me)
        )
        assert self._owned(me) == before, "BOND-19: a claim gained or lost something"

    @action
    def set_rates(self, caller: str, reward_cut: int, fee_share: int, hint: Hint = NO_HINT) -> None:
        """Rates of 1e6."""
        me, near = self.address(caller), self._hint(hint)

        def predict() -> None:
            self.model.staking.set_rates(me, reward_cut, fee_share, near)

        self._hinted(me, "transcoder", (reward_cut, fee_share), near, predict)

    @action
    def reward(self, caller: str, hint: Hint = NO_HINT) -> None:
        me, near = self.address(caller), self._hint(hint)
        self._hinted(me, "reward", (), near, lambda: self.model.staking.reward(me, near))

    @action
    def set_reward_caller(self, caller: str, named: str) -> None:
        me, other = self.address(caller), self.address(named)
        self.act(
            me,
            self.world.bonding,
            "setRewardCaller",
            other,
            predict=lambda: self.model.staking.set_reward_caller(me, other),
        )

    @action
    def reward_for(self, caller: str, orchestrator: str, hint: Hint = NO_HINT) -> None:
        me, whose, near = self.address(caller), self.address(orchestrator), self._hint(hint)
        self._hinted(
            me,
            "rewardForTranscoder",
            (whose,),
            near,
            lambda: self.model.staking.reward_for(me, whose, near),
        )

    @action
    def transfer(
        self, caller: str, receiver: str, amount: int, old_hint: Hint = NO_HINT, new_hint: Hint = NO_HINT
    ) -> None:
        """BOND-20: what one gives the other receives, and nothing else of either changes."""
        me, whose = self.address(caller), self.address(receiver)
        old, new = self._hint(old_hint), self._hint(new_hint)
        mine, others = self._owned(me), self._owned(whose)

        def predict() -> None:
            self.model.staking.transfer(me, whose, amount, old, new)

        arguments = (whose, amount, *old, *new)
        if self.act(me, self.world.bonding, "transferBond", *arguments, predict=predict).refusal is None:
            given = 0 if me == whose else amount
            self._check_no_free_gain(whose, others, given)
            self._check_no_free_gain(me, mine, -given)

    @action
    def there_and_back(self, caller: str) -> None:
        """BOND-24: what is unbonded and bonded again within a round is what it was."""
        seen = self.seen.accounts[self.address(caller)]
        stake, to, lock_id = seen.pending_stake, self.world.names[seen.delegate], seen.next_lock_id
        self.unbond(caller, stake)
        if self.results[-1] != DONE:
            return
        self.rebond_from_unbonded(caller, to, lock_id)
        if self.results[-1] == DONE:
            found = self.seen.accounts[self.address(caller)].pending_stake
            assert found == stake, "BOND-24: stake came back changed"

    @action
    def checkpoint(self, caller: str, account: str) -> None:
        """VOTE-51: writes an account's vote down as it is written down already."""
        whose = self.address(account)
        self.act(
            self.address(caller),
            self.world.bonding,
            "checkpointBondingState",
            whose,
            predict=lambda: self.model.books.checkpoint(whose),
        )

    @action
    def refresh_window(self, caller: str) -> None:
        """Lets the BondingManager ask the RoundsManager again."""
        self.act(self.address(caller), self.world.bonding, "refreshRoundWindow", predict=_nothing)

    @action
    def slash(self, orchestrator: str, finder: str, share: int, finder_share: int) -> None:
        """By the verifier; shares of 1e6."""
        whose, who = self.address(orchestrator), self.address(finder)
        self.act(
            self.world.verifier,
            self.world.bonding,
            "slashTranscoder",
            *(whose, who, share, finder_share),
            predict=lambda: self.model.staking.slash(whose, who, share, finder_share),
            at_expense_of=whose,
        )

    def _bond(
        self, function: str, caller: str, owner: str, amount: int, to: str, old_hint: Hint, new_hint: Hint
    ) -> None:
        me, whose, target = self.address(caller), self.address(owner), self.address(to)
        old, new = self._hint(old_hint), self._hint(new_hint)
        arguments: tuple[object, ...] = (amount, target)
        if function == "bondForWithHint":
            arguments = (amount, whose, target, *old, *new)
        elif (old_hint, new_hint) != (NO_HINT, NO_HINT):
            function, arguments = "bondWithHint", (amount, target, *old, *new)
        before = self._owned(whose)

        def predict() -> None:
            self.model.staking.bond(me, whose, amount, target, old, new)

        if self.act(me, self.world.bonding, function, *arguments, predict=predict).refusal is None:
            self._check_no_free_gain(whose, before, amount)

    def _bond_lock(
        self, me: str, to: str, lock_id: int, function: str, arguments: tuple[object, ...], near: Hint, predict: Predict
    ) -> None:
        before = self._owned(me)
        lock = self.model.books.delegators[me].locks.get(lock_id)
        if self._hinted(me, function, arguments, near, predict).refusal is None:
            self._check_no_free_gain(me, before, lock.amount if lock else 0)

    def _owned(self, owner: str) -> tuple[Exact, Exact]:
        """Stake and fees, LPT and ETH wei: with own earnings that an orchestrator leaves behind when it is bonded to
        itself no more, and that come back to it when it is again."""
        seen, (stake, fees) = self.seen.accounts[owner], self.model.books.orphaned(owner)
        return seen.pending_stake + stake, seen.pending_fees + fees

    def _check_no_free_gain(self, owner: str, before: tuple[Exact, Exact], amount: int) -> None:
        """BOND-20: exactly what was bonded is owned more, whatever the orchestrator's history, and no fees."""
        (stake_then, fees_then), (stake_now, fees_now) = before, self._owned(owner)
        assert stake_now - stake_then == amount, "BOND-20: a bond gained or lost stake"
        assert fees_now == fees_then, "BOND-20: a bond gained or lost fees"

    def _hinted(self, me: str, function: str, arguments: tuple[object, ...], near: Hint, predict: Predict) -> Outcome:
        nobody = self.address("nobody")
        if near != (nobody, nobody):
            function, arguments = f"{function}WithHint", (*arguments, *near)
        return self.act(me, self.world.bonding, function, *arguments, predict=predict)

    def _hint(self, hint: Hint) -> Hint:
        return self.address(hint[0]), self.address(hint[1])


def _nothing() -> None:
    """What a call is foretold to change that may be made at any time."""
