"""What the protocol remembers of every account, in whole wei as the chain keeps it and in exact fractions beside.

The whole numbers change only where the chain's do. The fractions are what an account would have if nothing had been
rounded since its last claim; between claims they are the whole truth, and the chain's views must come within a stated
distance below them. What is nobody's is kept to 60 digits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.property.models.events import VAULT, Voice
from tests.property.models.exact import NOTHING, WHOLE, Exact, Fraction
from tests.property.models.refusal import require

__all__ = ["NEVER", "NOBODY", "Books", "Delegator", "Lock", "Orchestrator", "agree", "fine"]

NOBODY = "0x" + "00" * 20
NEVER = 2**256 - 1
FINE = 10**60
INDISTINCT = Fraction(1, 10**40)  # wei


def fine(amount: Exact) -> Fraction:
    """To 60 digits behind the point, rounded up: for what only grows, and would need more digits with each step."""
    return Fraction(-(-amount.numerator * FINE // amount.denominator), FINE)


def agree(one: Exact, other: Exact) -> bool:
    """Whether two amounts are the same but for what {fine} rounds."""
    return one == other or abs(one - other) < INDISTINCT


@dataclass
class Lock:
    """LPT wei on their way out; `withdraw_round` is the first round that they can be withdrawn in."""

    amount: int
    withdraw_round: int


@dataclass
class Delegator:
    """Stake that an account owns.

    Attributes:
        bonded: LPT wei as of the last claim.
        collected: ETH wei of fees as of the last claim.
        stake: LPT wei with all that was earned since.
        fees: ETH wei with all that was earned since.
        stake_before_reward: `stake` before the last reward; it is what the round's fees are shared by.
        earnings: rewards and payments received since the last claim; each may lose a little in the factors.
    """

    bonded: int = 0
    collected: int = 0
    delegate: str = NOBODY
    start_round: int = 0
    last_claim_round: int = 0
    next_lock_id: int = 0
    locks: dict[int, Lock] = field(default_factory=dict)
    stake: Exact = 0
    fees: Exact = 0
    stake_before_reward: Exact = 0
    earnings: int = 0


@dataclass
class Orchestrator:
    """What an account is for those who bond to it.

    Attributes:
        delegated: LPT wei bonded to it, with all rewards minted for it, whoever may claim them.
        round_stake: `delegated` at the start of the current round: what rewards and fees of the round are shared over.
        round_reward_cut, round_fee_share: its rates in `opened_round`, the last that it has earned anything in.
        stake_update_round: round that its stake was last recorded for: the one after the last change while it counted.
        recorded_stakes: those records, by round.
        pot: its own rewards (LPT wei) that it has not claimed; `pot_before_reward` those before the last reward.
        fee_pot: its own fees (ETH wei) that it has not claimed.
        pot_slack, fee_pot_slack: how far below these the chain's may lie; it rounds each part when it is added.
        growth: what a unit of stake bonded to it at the beginning of time has grown to, and `fee_growth` what it has
            earned in fees (LIP-36), to 60 digits. Nothing is reckoned by them; they tell when the chain's words
            overflow. `growth_of_reward` is the last step of the first.
        earnings: rewards and payments received so far.
        recorded: rounds for which the chain keeps a reward factor.
        forfeited, forfeited_fees: shares of delegators that had claimed too early in a round; nobody can claim them.
        burnt: LPT wei that still count as delegated, though a penalty has taken them: see {Staking.slash}.
        rounded, rounded_fees: fractions of wei that claims and payments have left behind.
    """

    delegated: int = 0
    last_reward_round: int = 0
    last_fee_round: int = 0
    reward_cut: int = 0
    fee_share: int = 0
    activation_round: int = 0
    deactivation_round: int = 0
    round_stake: int = 0
    stake_update_round: int = 0
    recorded_stakes: dict[int, int] = field(default_factory=dict)
    opened_round: int = 0
    round_reward_cut: int = 0
    round_fee_share: int = 0
    pot: Exact = 0
    pot_before_reward: Exact = 0
    fee_pot: Exact = 0
    pot_slack: Exact = 0
    fee_pot_slack: Exact = 0
    growth: Fraction = WHOLE
    growth_before_reward: Fraction = WHOLE
    growth_of_reward: Fraction = WHOLE
    fee_growth: Fraction = NOTHING
    earnings: int = 0
    recorded: set[int] = field(default_factory=set)
    forfeited: Fraction = NOTHING
    forfeited_fees: Fraction = NOTHING
    burnt: int = 0
    rounded: Fraction = NOTHING
    rounded_fees: Fraction = NOTHING

    def active(self, round_: int) -> bool:
        return self.activation_round <= round_ < self.deactivation_round


@dataclass
class Books:
    """All accounts, what lies in the vault (the Minter), LPT and ETH wei, and what is said of it.

    Attributes:
        closed: accounts that take no ether.
        paid: ETH wei that accounts have received so far.
        checkpointed: accounts that the history of votes has been told of.
        replies: what accounts do as ether arrives, before the call that pays goes on.
    """

    delegators: defaultdict[str, Delegator] = field(default_factory=lambda: defaultdict(Delegator))
    orchestrators: defaultdict[str, Orchestrator] = field(default_factory=lambda: defaultdict(Orchestrator))
    wallets: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    vault_lpt: int = 0
    vault_eth: int = 0
    voice: Voice = field(default_factory=Voice)
    closed: set[str] = field(default_factory=set)
    checkpointed: set[str] = field(default_factory=set)
    paid: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    replies: dict[str, Callable[[], None]] = field(default_factory=dict)

    def registered(self, account: str) -> bool:
        """Bonded to itself."""
        delegator = self.delegators[account]
        return delegator.delegate == account and delegator.bonded > 0

    def delegators_of(self, account: str) -> list[Delegator]:
        return [d for d in self.delegators.values() if d.delegate == account]

    def exact_stake(self, account: str) -> Exact:
        """LPT wei that an account would have bonded after a claim without rounding."""
        delegator = self.delegators[account]
        return delegator.stake + (self.orchestrators[account].pot if delegator.delegate == account else 0)

    def exact_fees(self, account: str) -> Exact:
        """ETH wei of fees that an account would have after a claim without rounding."""
        delegator = self.delegators[account]
        return delegator.fees + (self.orchestrators[account].fee_pot if delegator.delegate == account else 0)

    def orphaned(self, account: str) -> tuple[Exact, Exact]:
        """LPT and ETH wei of an orchestrator's own earnings that it cannot claim while it is not bonded to itself."""
        if self.delegators[account].delegate == account:
            return 0, 0
        orchestrator = self.orchestrators[account]
        return orchestrator.pot, orchestrator.fee_pot

    def pay_in(self, account: str, amount: int) -> None:
        """LPT of an account go into the vault."""
        self.wallets[account] -= amount
        self.vault_lpt += amount
        self.voice.transfer(account, VAULT, amount)

    def pay_out(self, account: str, amount: int) -> None:
        """LPT in the vault go to an account."""
        self.vault_lpt -= amount
        self.wallets[account] += amount
        self.voice.transfer(VAULT, account, amount)

    def require_payable(self, account: str, amount: int) -> None:
        """ETH wei of the vault arrive, or nothing is done."""
        require(account not in self.closed, "EthTransferFailed", account, amount)

    def pay_ether(self, account: str, amount: int) -> None:
        """ETH wei in the vault go to an account, which does something of its own then, perhaps."""
        self.vault_eth -= amount
        self.paid[account] += amount
        if reply := self.replies.get(account):
            reply()

    def checkpoint(self, account: str) -> None:
        """The history of votes is told how an account stands, and says what is new."""
        delegator, voice = self.delegators[account], self.voice
        self.checkpointed.add(account)
        before = voice.bonds.get(account, (NOBODY, 0, 0))
        now = (delegator.delegate, delegator.bonded, delegator.last_claim_round)
        if before == now and account not in voice.stakes:
            return
        if before[0] != now[0]:
            voice.say("BondingVotes", "DelegateChanged", account, before[0], now[0])
        was, is_ = (bond[0] == account != NOBODY and bond[1] > 0 for bond in (before, now))
        votes_before = voice.stakes.get(account, 0) if was else 0
        votes = self.orchestrators[account].delegated if is_ else 0
        if votes != votes_before:
            voice.say("BondingVotes", "DelegateVotesChanged", account, votes_before, votes)
        if is_:
            voice.stakes[account] = votes
        if before[1:] != now[1:]:
            voice.say("BondingVotes", "DelegatorBondedAmountChanged", account, *before[1:], *now[1:])
        voice.bonds[account] = now
