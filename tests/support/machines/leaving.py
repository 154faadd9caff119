"""Everybody leaves: whatever state an example has ended in, all can get out what is theirs."""

from __future__ import annotations

from tests.property.models.books import agree
from tests.property.models.staking import BONDED, UNBONDED
from tests.support.machines.clock_actions import ClockActions
from tests.support.machines.core import action
from tests.support.machines.owner_actions import OwnerActions
from tests.support.machines.payment_actions import PaymentActions
from tests.support.machines.staking_actions import StakingActions

__all__ = ["Leaving"]

GAS_BOUND = 700_000
ROOM = 10  # blocks of a round that is long enough to do something in


class Leaving(ClockActions, OwnerActions, StakingActions, PaymentActions):
    @action
    def everyone_leaves(self) -> None:
        """BOND-25: after un-pausing and the periods, each can unbond all, withdraw all locks, all fees, deposit and
        reserve; in the end the vault holds what nobody can claim."""
        if self.model.clock.paused:
            self.unpause()
        if self.model.clock.length < ROOM:
            self.set_round_length(ROOM)
        self.open_round()
        for name, address in self._people():
            self.keep_open(calls=3)
            if self.seen.accounts[address].pending_stake and self.seen.accounts[address].status == UNBONDED:
                self.claim_earnings(name)  # what it has earned since all its stake was taken
            if self.seen.accounts[address].status == BONDED:
                self.unbond(name, self.seen.accounts[address].pending_stake)
            sender = self.model.broker.account(address)
            if sender.deposit + sender.reserve and not sender.withdraw_round:
                self.unlock(name)
        self.open_round(skipped=self._longest_wait())
        for name, address in self._people():
            self._withdraw_everything(name, address)
        self._check_all_are_out()

    def _longest_wait(self) -> int:
        """Rounds until every lock is open."""
        ends = [lock.withdraw_round for locks in self.seen.locks.values() for lock in locks]
        ends += [seen.sender_withdraw_round for seen in self.seen.accounts.values()]
        return max(0, max(ends, default=0) - self.model.clock.round - 1)

    def _withdraw_everything(self, name: str, address: str) -> None:
        for lock_id in list(self.model.books.delegators[address].locks):
            self.keep_open(calls=1)
            self.withdraw_stake(name, lock_id)
        self.keep_open(calls=2)
        if fees := self.seen.accounts[address].pending_fees:
            self.withdraw_fees(name, name, fees)
        sender = self.model.broker.account(address)
        if sender.deposit + sender.reserve:
            self.withdraw(name)

    def _check_all_are_out(self) -> None:
        """That the vault holds what the model says, and so much of it is anybody's, is checked already."""
        self.check()
        lpt, eth = self.model.unclaimable()
        books = self.model.books
        assert agree(books.vault_lpt, lpt), "BOND-25: stake is left"
        assert agree(books.vault_eth, eth), "BOND-25: ether is left"
        for name, address in self._people():
            seen = self.seen.accounts[address]
            left = (seen.pending_stake, seen.pending_fees, seen.deposit, seen.reserve)
            assert left == (0, 0, 0, 0), f"BOND-25: {name} could not leave"
        assert self.dearest_call <= GAS_BOUND, f"BOND-25: a call took {self.dearest_call} gas"

    def _people(self) -> list[tuple[str, str]]:
        return [(name, actor.address) for name, actor in self.world.actors.items()]
