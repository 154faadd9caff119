"""An account's stake and an orchestrator's books, as the BondingManager has them."""

from __future__ import annotations

from dataclasses import dataclass

from scripts._lib.ops import pool as pools
from scripts._lib.ops.amounts import amount
from scripts._lib.ops.books import read_pool_books
from scripts._lib.ops.clock import Clock
from scripts._lib.ops.errors import LockError, StakeError
from scripts._lib.ops.plan import Fact
from scripts._lib.ops.pool import NOBODY, Pool
from scripts._lib.ops.protocol import Protocol
from scripts._lib.reads import Read, read_all

NEVER = 2**256 - 1


@dataclass(frozen=True, slots=True)
class Lock:
    """Stake on its way out: `amount` LPT wei, to be had from `withdraw_round` on."""

    id: int
    amount: int
    withdraw_round: int


@dataclass(frozen=True, slots=True)
class Stake:
    """An account's stake.

    Attributes:
        bonded: LPT wei, as of the last claim.
        stake: LPT wei after a claim now.
        fees: ETH wei after a claim now.
        delegate: whom it is bonded to; None if nobody.
        delegated: LPT wei bonded to this account.
        locks: those that have not been used, oldest first.
    """

    account: str
    bonded: int
    stake: int
    fees: int
    delegate: str | None
    delegated: int
    start_round: int
    last_claim_round: int
    next_lock_id: int
    locks: tuple[Lock, ...]

    @classmethod
    def read(cls, protocol: Protocol, account: str) -> Stake:
        bonding = protocol.bonding
        delegator, stake, fees = read_all(
            [
                Read(bonding.getDelegator, account),
                Read(bonding.pendingStake, account, 0),
                Read(bonding.pendingFees, account, 0),
            ]
        )
        bonded, _, delegate, delegated, start_round, last_claim_round, next_lock = delegator
        locks = read_all([Read(bonding.getDelegatorUnbondingLock, account, number) for number in range(next_lock)])
        return cls(
            account=account,
            bonded=bonded,
            stake=stake,
            fees=fees,
            delegate=None if delegate == NOBODY else delegate,
            delegated=delegated,
            start_round=start_round,
            last_claim_round=last_claim_round,
            next_lock_id=next_lock,
            locks=tuple(Lock(n, *lock) for n, lock in enumerate(locks) if lock[1]),
        )

    @property
    def bonded_to(self) -> str:
        """The delegate's address; the null address stands for nobody, also for stake that was bonded to it."""
        return self.delegate or NOBODY

    @property
    def is_orchestrator(self) -> bool:
        """Bonded to itself."""
        return self.bonded > 0 and self.delegate == self.account

    def lock(self, number: int) -> Lock:
        """
        Raises:
            LockError: the account has no such lock; lists those it has.
        """
        for lock in self.locks:
            if lock.id == number:
                return lock
        used = "it has been used" if number < self.next_lock_id else "there never was one"
        open_ones = "; ".join(f"{lock.id}: {amount(lock.amount, 'LPT')}" for lock in self.locks) or "none"
        raise LockError(f"{self.account} has no unbonding lock {number}: {used}. Its locks: {open_ones}")

    def require_bonded(self, clock: Clock) -> None:
        """
        Raises:
            StakeError: nothing is bonded, or not before a later round.
        """
        if not self.bonded:
            raise StakeError(f"{self.account} has nothing bonded: `ape run ops bond` comes first")
        if self.start_round > clock.round:
            raise StakeError(
                f"the stake of {self.account} is bonded from round {self.start_round} on and cannot move before: "
                f"wait for {clock.when(self.start_round)}"
            )


@dataclass(frozen=True, slots=True)
class Orchestrator:
    """An orchestrator's books, and where it stands in `round`.

    Attributes:
        stake: LPT wei bonded to it, unclaimed rewards included.
        reward_cut: share of rewards that it keeps, of 1,000,000.
        fee_share: share of fees that it gives, of 1,000,000.
    """

    account: str
    round: int
    registered: bool
    stake: int
    last_reward_round: int
    reward_cut: int
    fee_share: int
    stake_update_round: int
    activation_round: int
    deactivation_round: int

    @classmethod
    def read(cls, protocol: Protocol, account: str, clock: Clock) -> Orchestrator:
        bonding = protocol.bonding
        books, registered, stake = read_all(
            [
                Read(method, account)
                for method in (bonding.getTranscoder, bonding.isRegisteredTranscoder, bonding.transcoderTotalStake)
            ]
        )
        last_reward, cut, share, update, activation, deactivation = books[:6]
        return cls(account, clock.round, registered, stake, last_reward, cut, share, update, activation, deactivation)

    @property
    def active(self) -> bool:
        return self.activation_round <= self.round < self.deactivation_round

    @property
    def rewarded(self) -> bool:
        """Whether it has called reward in the round."""
        return self.last_reward_round == self.round

    @property
    def owes_reward(self) -> bool:
        """Whether a claim now would miss a reward that can still be called."""
        return self.active and not self.rewarded

    @property
    def on_its_way_out(self) -> bool:
        return self.active and self.deactivation_round != NEVER

    def require_may_join(self) -> None:
        """
        Raises:
            StakeError: it lost its seat and has not called reward: the contract lets nobody bond to it before.
        """
        if self.on_its_way_out and not self.rewarded:
            raise StakeError(
                f"{self.account} is losing its seat and has not called reward in round {self.round}: nothing can be "
                "bonded to it until it has (`ape run ops reward`), or until the next round"
            )


def read_pool(protocol: Protocol) -> Pool:
    """The pool: orchestrators of the next round, with their stakes."""
    bonding = protocol.bonding
    size, max_size, current_round = read_all(
        [
            Read(bonding.getTranscoderPoolSize),
            Read(bonding.getTranscoderPoolMaxSize),
            Read(protocol.rounds.currentRound),
        ]
    )
    books = read_pool_books(protocol, current_round, size)
    return pools.of([entry.account for entry in books], [entry.stake for entry in books], max_size)


def stake_facts(stake: Stake, clock: Clock) -> list[Fact]:
    """An account's stake, line by line."""
    facts = [Fact("bonded", f"{amount(stake.stake, 'LPT')} to {stake.delegate or 'nobody'}")]
    facts += [Fact("fees", amount(stake.fees, "ETH"))]
    facts += [
        Fact(f"lock {lock.id}", f"{amount(lock.amount, 'LPT')}, open from {clock.when(lock.withdraw_round)}")
        for lock in stake.locks
    ]
    return facts
