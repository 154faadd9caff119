"""What deep machines see between two whole looks: the model's figures, and the chain's where it alone knows."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from tests.property.models.staking import BONDED, PENDING, UNBONDED
from tests.support.lens import LockView
from tests.support.machines.glance import Glance
from tests.support.machines.roundings import Worst, check_earned
from tests.support.world import World

if TYPE_CHECKING:
    from tests.property.models.protocol import ProtocolModel

__all__ = ["LazyAccount", "LazyView"]

UNTIL = (0, 2**32 - 1, 2**256 - 1)


class LazyAccount:
    """As {AccountView}, for what rules and actions ask; a live view, not a record.

    Stored figures are the model's, which every glance and whole look holds against the chain. What the account has
    earned since its last claim is asked of the chain, once for each state of it, and held against the exact figure.
    """

    __slots__ = ("_asked_at", "_earned", "_orchestrator", "_owner", "_sender", "_view", "address")

    def __init__(self, view: LazyView, address: str) -> None:
        books = view.model.books
        self.address, self._view = address, view
        self._owner, self._orchestrator = books.delegators[address], books.orchestrators[address]
        self._sender = view.model.broker.account(address)
        self._asked_at, self._earned = -1, (0, 0)

    bonded = property(attrgetter("_owner.bonded"))
    collected = property(attrgetter("_owner.collected"))
    delegate = property(attrgetter("_owner.delegate"))
    start_round = property(attrgetter("_owner.start_round"))
    last_claim_round = property(attrgetter("_owner.last_claim_round"))
    next_lock_id = property(attrgetter("_owner.next_lock_id"))
    delegated = property(attrgetter("_orchestrator.delegated"))
    last_reward_round = property(attrgetter("_orchestrator.last_reward_round"))
    deposit = property(attrgetter("_sender.deposit"))
    reserve = property(attrgetter("_sender.reserve"))
    sender_withdraw_round = property(attrgetter("_sender.withdraw_round"))

    @property
    def registered(self) -> bool:
        return self._owner.delegate == self.address and self._owner.bonded > 0

    @property
    def active(self) -> bool:
        orchestrator = self._orchestrator
        return orchestrator.activation_round <= self._view.model.clock.round < orchestrator.deactivation_round

    @property
    def status(self) -> int:
        if not self._owner.bonded:
            return UNBONDED
        return PENDING if self._owner.start_round > self._view.model.clock.round else BONDED

    @property
    def lpt(self) -> int:
        return self._view.model.books.wallets[self.address]

    @property
    def pending_stake(self) -> int:
        return self.earned[0]

    @property
    def pending_fees(self) -> int:
        return self.earned[1]

    @property
    def earned(self) -> tuple[int, int]:
        """Stake and fees with all that is not claimed yet: LPT and ETH wei."""
        if self._asked_at != self._view.state:
            self._earned = self._view.ask(self.address)
            self._asked_at = self._view.state
        return self._earned


class LazyView:
    """As {Observation}, for what rules and actions ask.

    Attributes:
        state: goes up whenever the chain may have changed.
        accounts: by address.
    """

    def __init__(self, world: World, model: ProtocolModel, glance: Glance, worst: Worst) -> None:
        self.model, self.state, self._glance, self._worst = model, 0, glance, worst
        self._engine, self._bonding, self._rounds = world.engine, world.bonding, world.rounds
        assert world.quick_lens is not None, "deep machines play in process"
        self._quick = world.quick_lens
        self.accounts: Any = {address: LazyAccount(self, address) for address in world.addresses.values()}

    def ask(self, address: str) -> tuple[int, int]:
        """What an account has, as a claim would find it; held against the exact figures.

        Who has claimed in the round has what is stored; the views are asked for it in whole looks.
        """
        owner, round_ = self.model.books.delegators[address], self.model.clock.round
        if owner.last_claim_round >= round_:
            return self._glance.owned(address)
        stake, fees = self._quick.earned(address, round_)
        check_earned(self.model, address, stake, fees, self._worst)
        return stake, fees

    def ask_views(self, address: str, turn: int) -> None:
        """One of the chain's own views of what an account has, in turn, says the same.

        Up to which round is asked means nothing any more.
        """
        view, until = ("pendingStake", "pendingFees")[turn % 2], UNTIL[turn % len(UNTIL)]
        answer = self._engine.view(self._bonding.address, self._bonding.encode(view, address, until))
        expected = self.accounts[address].earned[turn % 2]
        assert int.from_bytes(answer, "big") == expected, f"BOND-23: {view} of {address}"

    @property
    def system(self) -> LazyView:
        return self

    @property
    def round(self) -> int:
        return self.model.clock.round

    @property
    def pool_max_size(self) -> int:
        return self.model.active_set.max_size

    @property
    def block_hash(self) -> int:
        """Of the current round, as the chain tells it."""
        data = self._rounds.encode("blockHashForRound", self.round)
        return int.from_bytes(self._engine.view(self._rounds.address, data), "big")

    @property
    def locks(self) -> dict[str, list[LockView]]:
        """Those in use."""
        return {
            address: [LockView(lock.amount, lock.withdraw_round) for lock in owner.locks.values()]
            for address, owner in self.model.books.delegators.items()
        }
