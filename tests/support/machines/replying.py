"""Ether arrives at a contract that does something of its own within the call that pays, or takes none."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.property.models.refusal import RefusedError
from tests.support.calldata import Contract, encode_refusal
from tests.support.engine import Outcome
from tests.support.hashes import keccak
from tests.support.machines.core import Predict, action
from tests.support.machines.payment_actions import PaymentActions
from tests.support.machines.roundings import adopt_roundings
from tests.support.machines.staking_actions import StakingActions

__all__ = ["Replying"]

REPLY, REFUSE, ACCEPT = (keccak(text=f"SmartAccount.{command}") for command in ("reply", "refuse", "accept"))
ENDING, ANSWER = 2, 3  # slots of SmartAccount.sol
NOT_MADE, DONE_SO, REFUSED = range(3)
PAYABLE = {"Treasury"}


class Sent(NamedTuple):
    """A call that an action would make."""

    caller: str
    to: str
    data: bytes
    predict: Predict


class NotSent:
    """What comes of a call that is not made now."""

    refusal, logs, gas_used = b"", (), 0


class Replying(StakingActions, PaymentActions):
    """SOLV-65: people of `world.smart` have code where the engine allows it."""

    def __init__(self) -> None:
        super().__init__()
        self._planned: list[Sent] | None = None
        self._replied = False
        contracts = {name: contract.address for name, contract in self.world.contracts.items()}
        self._accounts = contracts | self._accounts
        self.model.books.closed = {address for name, address in contracts.items() if name not in PAYABLE}

    def act(self, caller: str, contract: Contract, function: str, *arguments: Any, **rest: Any) -> Outcome:
        if self._planned is None:
            return super().act(caller, contract, function, *arguments, **rest)
        data = contract.encode(function, *arguments)
        self._planned.append(Sent(caller, contract.address, data, rest["predict"]))
        return NotSent()

    @action
    def reply_to(self, payment: tuple[Any, ...], receiver: str, *reply: Any) -> None:
        """As ether of the payment arrives at the receiver, it makes a call: an action of its own, with what follows
        the caller's name. The payment is an action as well."""
        where = self.address(receiver)
        call = self._plan(reply[0], receiver, *reply[1:])
        self._tell_account(where, REPLY + bytes.fromhex(call.to[2:]).rjust(32, b"\0") + call.data)
        endings: list[tuple[int, int]] = []
        self.model.books.replies[where] = lambda: self._reply(where, call, endings)
        try:
            getattr(self, payment[0])(*payment[1:])
        finally:
            self.model.books.replies.clear()
            self._replied = False
        read = self.world.engine.storage
        expected = endings[0] if endings else (NOT_MADE, 0)
        found = read(where, ENDING), read(where, ANSWER)
        assert found == expected, f"SOLV-65: {reply[0]} within {payment[0]} ended otherwise: {found}, not {expected}"
        self._tell_account(where, ACCEPT)

    @action
    def close_to(self, payment: tuple[Any, ...], receiver: str) -> None:
        """SOLV-03: the receiver takes no ether, so nothing is paid."""
        where = self.address(receiver)
        self._tell_account(where, REFUSE)
        self.model.books.closed.add(where)
        try:
            getattr(self, payment[0])(*payment[1:])
        finally:
            self.model.books.closed.discard(where)
        self._tell_account(where, ACCEPT)

    def _plan(self, name: str, *arguments: Any) -> Sent:
        """The call that an action would make."""
        self._planned = planned = []
        try:
            getattr(self, name)(*arguments)
        finally:
            self._planned = None
        (sent,) = planned
        return sent

    def _reply(self, where: str, call: Sent, endings: list[tuple[int, int]]) -> None:
        """It replies once, and what it does may be refused."""
        del self.model.books.replies[where]
        self._replied = True
        try:
            call.predict()
        except RefusedError as refused:
            reason = encode_refusal(refused.error, *refused.arguments)
            endings.append((REFUSED, int.from_bytes(keccak(reason), "big")))
        else:
            endings.append((DONE_SO, 0))

    def _tell_account(self, where: str, command: bytes) -> None:
        self.arrive(self.world.engine.next_block)
        told = self.world.engine.call(self.world.owner, where, command.ljust(64, b"\0"))
        assert told.refusal is None
        if not self.deep:
            self.look()

    def _behold(self, may_lose: str, refused: bool) -> None:
        """Two act in one call where there was a reply, and both may lose by it."""
        if self._replied:
            self.look()
            adopt_roundings(self.model, self.seen, self.worst)
        else:
            super()._behold(may_lose, refused)
