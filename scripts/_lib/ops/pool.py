"""Where an orchestrator will stand in the pool after a change, and the hint that says so.

The pool is sorted by stake, highest first. An orchestrator that gets a stake without hint goes before all others with
the same stake; the neighbours found here are those of that very place, so a hint of ours never moves anybody. With one
the contract need not search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

NOBODY = "0x" + "00" * 20


class Hint(NamedTuple):
    """Neighbours after the change; the one with more stake first, the null address for none."""

    prev: str = NOBODY
    next: str = NOBODY

    def __str__(self) -> str:
        prev, following = ("nobody" if account == NOBODY else account for account in self)
        return f"between {prev} and {following}"


NO_HINT = Hint()


class Member(NamedTuple):
    account: str
    stake: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Orchestrators of the next round.

    Attributes:
        members: highest stake first.
        max_size: seats.
    """

    members: tuple[Member, ...]
    max_size: int

    def rank(self, account: str) -> int | None:
        """Place of an account, from 1; None outside."""
        return next((n for n, member in enumerate(self.members, 1) if member.account == account), None)

    def __contains__(self, account: str) -> bool:
        return self.rank(account) is not None

    def raised(self, account: str, stake: int) -> Change:
        """A registered orchestrator has more stake: it moves, or joins if there is room or it beats the last one."""
        if account not in self and len(self.members) >= self.max_size:
            last = self.members[-1] if self.members else None
            if last is None or stake <= last.stake:
                return Change(self, self, account)
            remaining = replace(self, members=self.members[:-1])
            return replace(remaining._placed(account, stake), before=self, evicted=last.account)
        return self._placed(account, stake)

    def lowered(self, account: str, stake: int) -> Change:
        """An orchestrator has less stake: it moves if it is a member."""
        return self._placed(account, stake) if account in self else Change(self, self, account)

    def without(self, account: str) -> Change:
        """An orchestrator gives up."""
        return Change(self, self._others(account), account)

    def _placed(self, account: str, stake: int) -> Change:
        others = self._others(account).members
        place = next((n for n, member in enumerate(others) if member.stake <= stake), len(others))
        after = (*others[:place], Member(account, stake), *others[place:])
        prev = others[place - 1].account if place else NOBODY
        following = others[place].account if place < len(others) else NOBODY
        return Change(self, replace(self, members=after), account, Hint(prev, following))

    def _others(self, account: str) -> Pool:
        return replace(self, members=tuple(m for m in self.members if m.account != account))


@dataclass(frozen=True, slots=True)
class Change:
    """One account's move.

    Attributes:
        hint: what to tell the contract.
        evicted: who loses its seat.
    """

    before: Pool
    after: Pool
    account: str
    hint: Hint = NO_HINT
    evicted: str | None = None

    def __str__(self) -> str:
        places = [_place(pool, self.account) for pool in (self.before, self.after)]
        text = places[0] if places[0] == places[1] else " -> ".join(places)
        return text + (f"; {self.evicted} loses its seat" if self.evicted else "")


def of(accounts: Sequence[str], stakes: Sequence[int], max_size: int) -> Pool:
    """The pool from what the chain says."""
    return Pool(tuple(map(Member, accounts, stakes)), max_size)


def _place(pool: Pool, account: str) -> str:
    rank = pool.rank(account)
    return f"place {rank} of {len(pool.members)}" if rank else "not in the pool"
