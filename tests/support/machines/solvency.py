"""The vault holds what it owes, and every wei that has come and gone is accounted for."""

from __future__ import annotations

from tests.property.models.books import agree
from tests.support.machines.core import Core, always

__all__ = ["Solvency"]


class Solvency(Core):
    """The vault is the Minter. Exact stakes are the model's; that the chain's lie below them is BOND-23."""

    @always
    def solv01_the_vault_holds_all_stake_and_all_locks(self) -> None:
        owed = sum(seen.pending_stake for seen in self.seen.accounts.values()) + self._locked()
        assert self.seen.system.vault_lpt >= owed

    @always
    def solv01_what_it_holds_beside_is_what_nobody_can_claim(self) -> None:
        """To the fraction of a wei: shares forfeited by early claims, roundings, earnings left behind."""
        books = self.model.books
        owned = sum(books.exact_stake(account) for account in self.seen.accounts)
        unclaimable, _ = self.model.unclaimable()
        assert agree(self.seen.system.vault_lpt, owned + self._locked() + unclaimable)

    @always
    def solv02_the_vault_holds_all_deposits_reserves_and_fees(self) -> None:
        owed = sum(s.deposit + s.reserve + s.pending_fees for s in self.seen.accounts.values())
        assert self.seen.system.vault_eth >= owed

    @always
    def solv02_what_it_holds_beside_is_what_nobody_can_claim(self) -> None:
        books = self.model.books
        fees = sum(books.exact_fees(account) for account in self.seen.accounts)
        funds = sum(seen.deposit + seen.reserve for seen in self.seen.accounts.values())
        _, unclaimable = self.model.unclaimable()
        assert agree(self.seen.system.vault_eth, funds + fees + unclaimable)

    @always
    def solv03_ether_in_the_vault_is_what_came_less_what_went(self) -> None:
        assert self.seen.system.vault_eth == self.model.books.vault_eth
        assert self.seen.system.stray_eth == 0, "another contract of the protocol holds ether"

    @always
    def solv04_only_rewards_add_to_the_supply(self) -> None:
        """And every LPT is in the vault or with somebody who is looked at."""
        system, books = self.seen.system, self.model.books
        assert system.supply == self.model.mint.supply
        assert system.supply == system.vault_lpt + sum(seen.lpt for seen in self.seen.accounts.values())
        assert system.vault_lpt == books.vault_lpt
        assert system.stray_lpt == 0, "another contract of the protocol holds LPT"

    @always
    def mint29_a_round_mints_no_more_than_its_budget(self) -> None:
        system, mint = self.seen.system, self.model.mint
        assert (system.mintable, system.minted) == (mint.mintable, mint.minted)
        assert system.minted <= system.mintable

    @always
    def mint30_inflation_moves_by_one_step_a_round_at_most(self) -> None:
        """The model takes the step that the bonding rate asks for at each initialisation."""
        assert self.seen.system.inflation == self.model.mint.inflation

    def _locked(self) -> int:
        return sum(lock.amount for locks in self.seen.locks.values() for lock in locks)
