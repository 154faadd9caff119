"""From what a rule draws to a name or a place for which the call makes sense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.lens import AccountView
from tests.support.machines.hostile import Someone
from tests.support.machines.payment_actions import PaymentActions, Place

__all__ = ["Picking"]

SENSELESS = 9


class Picking(PaymentActions):
    def seen_of(self, name: str) -> AccountView:
        return self.seen.accounts[self.address(name)]

    def those(self, wanted: Callable[[AccountView], Any]) -> list[str]:
        return [name for name in self.world.actors if wanted(self.seen_of(name))]

    def pick(self, someone: Someone, wanted: Callable[[AccountView], Any]) -> str:
        """Somebody for whom the call makes sense, if it is to make sense and there is one."""
        candidates = self.those(wanted) if someone.fit else []
        choices = candidates or list(self.world.actors)
        return choices[someone.index % len(choices)]

    def lock_of(self, name: str, choice: int) -> int:
        """The id of an unused lock; of one that never was if there is none, or `choice` is {SENSELESS}."""
        known = sorted(self.model.books.delegators[self.address(name)].locks)
        return known[choice % len(known)] if known and choice < SENSELESS else self.seen_of(name).next_lock_id

    def ticket_back(self, back: int) -> Place:
        return Place(max(0, len(self.tickets) - back))

    def funds_of(self, name: str) -> int:
        return self.seen_of(name).deposit + self.seen_of(name).reserve
