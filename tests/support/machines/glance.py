"""A few accounts and totals, read straight from storage within microseconds, and held against the model.

For machines in deep mode, between two whole looks. Where a variable lies is known from the layouts that
tests/arch/test_layouts.py keeps; what the contracts' own views say of it is the whole look's matter.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.property.models.books import NEVER, Orchestrator
from tests.property.models.protocol import ProtocolModel
from tests.support.layouts import entry_of, slot_of
from tests.support.machines.roundings import Worst, adopt_fee_pot, adopt_pot
from tests.support.world import World

__all__ = ["Glance"]

NEVER_STORED = 2**32 - 1
LOW_104, LOW_128, LOW_160, LOW_232 = 2**104 - 1, 2**128 - 1, 2**160 - 1, 2**232 - 1


class Glance:
    """Reads what one word each holds, as BondingStorage plans them."""

    def __init__(self, world: World, model: ProtocolModel) -> None:
        self._model, self._read, self._balance = model, world.engine.storage, world.engine.balance
        self._bonding, self._token, self._minter = world.bonding.address, world.token.address, world.minter.address
        delegators, transcoders = (slot_of("BondingManager", name) for name in ("_delegators", "_transcoders"))
        balances = slot_of("LivepeerToken", "_balances")
        self._totals = slot_of("BondingManager", "_currentRoundTotalActiveStake")
        self._supply = slot_of("LivepeerToken", "_totalSupply")
        self._vault = entry_of(balances, self._minter)
        self._numbers = {address: int(address, 16) for address in world.addresses.values()}
        self._places = {
            address: (entry_of(delegators, address), entry_of(transcoders, address), entry_of(balances, address))
            for address in world.addresses.values()
        }

    def check(self, accounts: Iterable[str], worst: Worst) -> None:
        """The books of these accounts, the vault, the supply and the active stakes; adopts roundings on the way."""
        books = self._model.books
        for account, orchestrator in books.orchestrators.items():
            if orchestrator.pot_slack or orchestrator.fee_pot_slack:
                self._adopt(account, orchestrator, worst)
        for account in accounts:
            self._check_account(account)
        read = self._read
        assert read(self._token, self._vault) == books.vault_lpt, "SOLV-04: LPT in the vault"
        assert self._balance(self._minter) == books.vault_eth, "SOLV-03: ether in the vault"
        assert read(self._token, self._supply) == self._model.mint.supply, "SOLV-04: the supply"
        stakes = self._model.earnings.active_stake | self._model.active_set.stake << 128
        assert read(self._bonding, self._totals) == stakes, "BOND-08: active stake"

    def owned(self, account: str) -> tuple[int, int]:
        """Stake and fees of an account that has claimed in this round: LPT and ETH wei."""
        read, bonding = self._read, self._bonding
        owner, place, _ = self._places[account]
        word = read(bonding, owner)
        stake, fees = word & LOW_128, word >> 128
        if read(bonding, owner + 1) & LOW_160 == self._numbers[account]:
            stake += read(bonding, place + 1) & LOW_104
            fees += read(bonding, place + 2) & LOW_128
        return stake, fees

    def _adopt(self, account: str, orchestrator: Orchestrator, worst: Worst) -> None:
        _, place, _ = self._places[account]
        adopt_pot(account, orchestrator, self._read(self._bonding, place + 1) & LOW_104, worst)
        adopt_fee_pot(account, orchestrator, self._read(self._bonding, place + 2) & LOW_128, worst)

    def _check_account(self, account: str) -> None:
        read, bonding, books = self._read, self._bonding, self._model.books
        owner, place, wallet = self._places[account]
        d, o = books.delegators[account], books.orchestrators[account]
        assert read(bonding, owner) == d.bonded | d.collected << 128, f"BOND-23: stored stake or fees of {account}"
        delegate = self._numbers[d.delegate]
        link = delegate | d.start_round << 160 | d.last_claim_round << 192 | d.next_lock_id << 224
        assert read(bonding, owner + 1) == link, f"BOND-23: delegate, rounds or locks of {account}"
        until = NEVER_STORED if o.deactivation_round == NEVER else o.deactivation_round
        stake = o.delegated | o.last_reward_round << 104 | o.stake_update_round << 136
        stake |= o.activation_round << 168 | until << 200
        assert read(bonding, place) & LOW_232 == stake, f"BOND-23: stake or rounds of orchestrator {account}"
        pots = int(o.pot) | int(o.pot_before_reward) << 104 | o.reward_cut << 208 | o.fee_share << 232
        assert read(bonding, place + 1) == pots, f"BOND-23: own rewards or rates of {account}"
        assert read(bonding, place + 2) == int(o.fee_pot) | o.last_fee_round << 128, f"BOND-23: own fees of {account}"
        assert read(self._token, wallet) == books.wallets[account], f"SOLV-04: LPT of {account}"
