"""The whole protocol as a model: clock, mint, staking and payments over the same books.

A naive second description of the rules, O(rounds × delegators) and exact, to hold the contracts against. It asks
nothing of the chain but, where the chain rounds, what it has rounded to (see {Earnings.report}).
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.property.models.active_set import ActiveSet
from tests.property.models.books import Books
from tests.property.models.clock import Clock
from tests.property.models.earnings import Earnings
from tests.property.models.events import COMMITMENT
from tests.property.models.exact import Exact
from tests.property.models.mint import Mint
from tests.property.models.payments import Broker
from tests.property.models.refusal import require
from tests.property.models.staking import Staking

__all__ = ["ProtocolModel", "Terms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a deployment has decided, in the units of the deploy script's parameters.

    Attributes:
        supply: LPT wei that exist at the start.
    """

    supply: int
    round_length: int
    round_lock_amount: int
    inflation: int
    inflation_change: int
    target_bonding_rate: int
    num_active_transcoders: int
    unbonding_period: int
    treasury: str
    treasury_cut: int
    unlock_period: int
    ticket_validity_period: int


class ProtocolModel:
    """All parts, wired. Entry points of the staking and payment parts are called on those parts.

    Attributes:
        owner: of the registry, where that is another than at first.
        active_stakes: LPT wei behind the active set, by round; of rounds that were initialised.
    """

    def __init__(self, terms: Terms) -> None:
        self.owner = ""
        self.clock = Clock(terms.round_length, terms.round_lock_amount)
        self.mint = Mint(terms.supply, terms.inflation, terms.inflation_change, terms.target_bonding_rate)
        self.books = Books()
        self.active_stakes: dict[int, int] = {}
        self.active_set = ActiveSet(self.books, self.clock, terms.num_active_transcoders)
        self.earnings = Earnings(self.books, self.clock, self.mint, self.active_set)
        self.staking = Staking(
            books=self.books,
            clock=self.clock,
            mint=self.mint,
            active_set=self.active_set,
            earnings=self.earnings,
            unbonding_period=terms.unbonding_period,
            treasury=terms.treasury,
            next_treasury_cut=terms.treasury_cut,
        )
        self.broker = Broker(
            books=self.books,
            clock=self.clock,
            active_set=self.active_set,
            earnings=self.earnings,
            unlock_period=terms.unlock_period,
            validity_period=terms.ticket_validity_period,
        )

    def initialize_round(self) -> None:
        """Opens the current round; what its tickets commit to is the chain's to say (see {Clock.hashes})."""
        self.clock.require_running()
        current = self.clock.round
        require(self.clock.last_initialized < current, "RoundAlreadyInitialized", current)
        self.clock.last_initialized = current
        self.staking.begin_round()
        self.mint.begin_round(self.earnings.active_stake)
        self.active_stakes[current] = self.earnings.active_stake
        self.books.voice.say("Minter", "SetCurrentRewardTokens", self.mint.mintable, self.mint.inflation)
        self.books.voice.say("RoundsManager", "NewRound", current, COMMITMENT)

    def pause(self) -> None:
        require(not self.clock.paused, "AlreadyPaused")
        self.clock.paused = True
        self.books.voice.say("Controller", "Pause")

    def unpause(self) -> None:
        require(self.clock.paused, "NotPaused")
        self.clock.paused = False
        self.books.voice.say("Controller", "Unpause")

    def unclaimable(self) -> tuple[Exact, Exact]:
        """LPT and ETH wei in the vault that nobody can claim as things stand: forfeited shares, fractions of wei, and
        an orchestrator's own earnings while it is not bonded to itself; to be compared by {agree}."""
        lpt: Exact = 0
        eth: Exact = 0
        for account, orchestrator in self.books.orchestrators.items():
            orphan_lpt, orphan_eth = self.books.orphaned(account)
            lpt += orchestrator.forfeited + orchestrator.rounded + orphan_lpt
            eth += orchestrator.forfeited_fees + orchestrator.rounded_fees + orphan_eth
        return lpt, eth
