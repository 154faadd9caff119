"""What gateways have paid ahead, to the last fraction of a wei.

Balances are kept by sender, not by session: a session ends with a restart or a refresh of its token, the money does
not. Any session of a sender draws on it. The network's own nodes key it by session and forget it after ten idle
minutes (facts: offchain 2.3); to a gateway that reckons by session ours is never less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from offchain.errors import PaymentError
from offchain.orchestrator.schema import balances
from offchain.orchestrator.store import Store


def balance_of(connection: Connection, sender: str) -> Fraction:
    """Wei that the sender has paid and not used; negative if its last segments cost more than it had."""
    text = connection.execute(select(balances.c.wei).where(balances.c.sender == sender)).scalar_one_or_none()
    return Fraction(text) if text is not None else Fraction(0)


def change_balance(connection: Connection, sender: str, wei: Fraction) -> Fraction:
    """Adds wei (which may be negative) to a balance and returns the new one."""
    balance = balance_of(connection, sender) + wei
    row = insert(balances).values(sender=sender, wei=str(balance))
    connection.execute(row.on_conflict_do_update(index_elements=["sender"], set_={"wei": str(balance)}))
    return balance


class Ledger:
    """Balances on disk, and what segments in work have laid claim to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._in_work: Counter[str] = Counter()

    async def balance(self, sender: str) -> Fraction:
        """Wei, exactly."""
        return await self._store.commit(lambda connection: balance_of(connection, sender))

    async def debit(self, sender: str, wei: Fraction) -> Fraction:
        """Takes the cost of work from a balance; returns what is left."""
        return await self._store.commit(lambda connection: change_balance(connection, sender, -wei))

    async def claim(self, sender: str, ev: int) -> Callable[[], None]:
        """Holds the value of one ticket, `ev` wei, for a segment in work.

        What a segment costs is known when it is done; until then it counts as one ticket. So a sender with n segments
        in work has paid for n tickets at least, and what it can get unpaid is bounded by one segment each.

        Returns:
            A function that ends the claim; to be called once.

        Raises:
            PaymentError: the balance does not cover one more.
        """
        # No await between this and the count: a claim that ends does so after its debit, so none is missed.
        balance = await self.balance(sender)
        if balance < (self._in_work[sender] + 1) * ev:
            raise PaymentError(f"Insufficient balance: {float(balance):g} wei")
        self._in_work[sender] += 1
        return lambda: self._release(sender)

    def _release(self, sender: str) -> None:
        self._in_work[sender] -= 1
        if not self._in_work[sender]:
            del self._in_work[sender]
