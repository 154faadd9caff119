"""Orchestrators of this round and the next, and whether they call reward."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scripts._lib.ops.books import Books, read_books, read_pool_books
from scripts._lib.ops.clock import Clock
from scripts._lib.ops.logs import LogsError, find_back, read_events, word
from scripts._lib.ops.protocol import Protocol


@dataclass(frozen=True, slots=True)
class RewardCalls:
    """Who called reward in the last rounds.

    Attributes:
        rounds: numbers, oldest first; the current one is the last.
        initialized: those of them that were.
        calls: pairs of orchestrator and round.
        fault: why nothing is known; None otherwise.
    """

    rounds: tuple[int, ...]
    initialized: frozenset[int]
    calls: frozenset[tuple[str, int]]
    fault: str | None = None

    @classmethod
    def read(cls, protocol: Protocol, clock: Clock, count: int) -> RewardCalls:
        """From events of the last `count` rounds."""
        rounds = tuple(range(max(0, clock.round - count + 1), clock.round + 1))
        if not rounds:
            return cls((), frozenset(), frozenset())
        try:
            begun = find_back(
                protocol.rounds,
                "NewRound",
                protocol.first_block,
                topics=[[word(number) for number in rounds]],
                wanted=len(rounds),
            )
            if not begun:
                return cls(rounds, frozenset(), frozenset())
            calls = read_events(protocol.bonding, ("Reward",), begun[0].block_number)
        except LogsError as error:
            return cls(rounds, frozenset(), frozenset(), str(error))
        # A round's rewards are called after its NewRound and before the next one.
        starts = [((log.block_number, log.log_index), log.event_arguments["round"]) for log in begun]
        pairs = frozenset(
            (call.event_arguments["transcoder"], _round_of((call.block_number, call.log_index), starts))
            for call in calls
        )
        return cls(rounds, frozenset(number for _, number in starts), pairs)


def _round_of(place: tuple[int, int], starts: Iterable[tuple[tuple[int, int], int]]) -> int:
    return max((number for begun, number in starts if begun <= place), default=0)


@dataclass(frozen=True, slots=True)
class Seat:
    """An orchestrator that is active now or will be in the next round.

    Attributes:
        rank: place in the pool of the next round; None for one that leaves.
        stake: LPT wei bonded to it now.
        reward_cut: kept of rewards, of 1,000,000.
        fee_share: given of fees, of 1,000,000.
        rewards: for each of the last rounds `called`, `missed`, `open` (the current one), `inactive`, `uninitialized`
            or `unknown`.
    """

    rank: int | None
    account: str
    active: bool
    stake: int
    reward_cut: int
    fee_share: int
    last_reward_round: int
    activation_round: int
    deactivation_round: int
    rewards: tuple[str, ...]
    uri: str


def read_seats(protocol: Protocol, clock: Clock, calls: RewardCalls) -> list[Seat]:
    """Members of the pool, best first, then those that are active for the rest of the round only."""
    size = int(protocol.bonding.getTranscoderPoolSize())
    pool = read_pool_books(protocol, clock.round, size)
    seated = {entry.account for entry in pool}
    left = read_books(protocol, [account for account in _left(protocol, clock) if account not in seated])
    ranked = [*enumerate(pool, 1), *((None, entry) for entry in left)]
    seats = [_seat(rank, entry, clock, calls) for rank, entry in ranked]
    return [seat for seat in seats if seat.active or seat.rank is not None]


def _seat(rank: int | None, books: Books, clock: Clock, calls: RewardCalls) -> Seat:
    return Seat(
        rank=rank,
        account=books.account,
        active=books.activation_round <= clock.round < books.deactivation_round,
        stake=books.stake,
        reward_cut=books.reward_cut,
        fee_share=books.fee_share,
        last_reward_round=books.last_reward_round,
        activation_round=books.activation_round,
        deactivation_round=books.deactivation_round,
        rewards=tuple(_mark(books, number, clock, calls) for number in calls.rounds),
        uri=books.uri,
    )


def _mark(books: Books, number: int, clock: Clock, calls: RewardCalls) -> str:
    seated = books.activation_round <= number
    if (books.account, number) in calls.calls or 0 < number == books.last_reward_round:
        return "called"
    if number == clock.round:
        return "open" if seated else "inactive"
    if calls.fault is not None:
        return "unknown"
    if number not in calls.initialized:
        return "uninitialized"
    return "missed" if seated else "inactive"


def _left(protocol: Protocol, clock: Clock) -> list[str]:
    """Who lost or gave up its seat in this round."""
    try:
        begun = find_back(
            protocol.rounds, "NewRound", protocol.first_block, topics=[word(clock.last_initialized)], wanted=1
        )
        start = begun[0].block_number if begun else protocol.first_block
        left = read_events(protocol.bonding, ("TranscoderDeactivated",), start)
    except LogsError:
        return []
    accounts = (log.event_arguments["transcoder"] for log in left)
    return list(dict.fromkeys(accounts))
