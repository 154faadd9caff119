"""What gateways can pay, as an orchestrator sees it (facts: offchain 1.6)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from offchain.chain.clock import ChainClock
from offchain.chain.protocol import Protocol
from offchain.chain.values import SenderInfo

MAX_CACHED_SENDERS = 10_000
DEPOSIT_COVER = 3
"""A deposit of three times what is on its way to redemption leaves the reserve alone."""


@dataclass(frozen=True, slots=True)
class SenderFunds:
    """A sender's funds at one L1 block.

    Attributes:
        info: deposit, reserve and unlocking, in wei and rounds.
        claimed_by_me: wei that this recipient has claimed from the reserve in the current round.
        pool_size: orchestrators that share the reserve.
        l1_block: the block of the reading.
    """

    info: SenderInfo
    claimed_by_me: int
    pool_size: int
    l1_block: int

    @property
    def reserve_share(self) -> int:
        """Wei that the reserve still guarantees to this recipient in the current round."""
        if self.pool_size == 0:
            return 0
        total = self.info.reserve_funds + self.info.reserve_claimed
        return max(0, total // self.pool_size - self.claimed_by_me)


class SenderMonitor:
    """Reads senders' funds at most once an L1 block each, and keeps count of what is being redeemed."""

    def __init__(self, protocol: Protocol, clock: ChainClock, recipient: str) -> None:
        self._protocol, self._clock, self._recipient = protocol, clock, recipient
        self._known: OrderedDict[str, SenderFunds] = OrderedDict()
        self._pending: dict[str, int] = {}

    async def funds(self, sender: str) -> SenderFunds:
        """The sender's funds as of the last L1 block seen.

        Raises:
            ChainError: the chain cannot be read.
        """
        clock = self._clock.state
        known = self._known.get(sender)
        if known is not None and known.l1_block == clock.l1_block:
            self._known.move_to_end(sender)
            return known
        broker = self._protocol.broker
        info = await broker.sender_info(sender)
        claimed = await broker.claimed_reserve(sender, self._recipient) if info.reserve_claimed else 0
        funds = SenderFunds(info, claimed, clock.pool_size, clock.l1_block)
        self._known[sender] = funds
        self._known.move_to_end(sender)
        # Anybody may make up senders: the table stays bounded, the least recently used goes.
        while len(self._known) > MAX_CACHED_SENDERS:
            self._known.popitem(last=False)
        return funds

    async def max_float(self, sender: str) -> int:
        """Wei that a ticket of this sender may promise and still be covered."""
        funds = await self.funds(sender)
        pending = self._pending.get(sender, 0)
        if pending and funds.info.deposit >= DEPOSIT_COVER * pending:
            return funds.reserve_share
        return max(0, funds.reserve_share - pending)

    async def available_funds(self, sender: str) -> int:
        """Wei that redemptions not yet on their way could draw on."""
        funds = await self.funds(sender)
        return max(0, funds.reserve_share + funds.info.deposit - self._pending.get(sender, 0))

    def redeeming(self, sender: str, face_value: int) -> None:
        """Counts a ticket whose redemption is on its way."""
        self._pending[sender] = self._pending.get(sender, 0) + face_value

    def redeemed(self, sender: str, face_value: int) -> None:
        """Counts a redemption that has ended, well or not; the funds are read anew."""
        left = self._pending.get(sender, 0) - face_value
        if left > 0:
            self._pending[sender] = left
        else:
            self._pending.pop(sender, None)
        self.forget(sender)

    def forget(self, sender: str) -> None:
        """Drops what is known of a sender's funds."""
        self._known.pop(sender, None)
