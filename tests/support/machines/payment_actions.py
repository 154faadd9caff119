"""The TicketBroker's entry points, and tickets off chain: really signed, really drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from offchain.chain.protocol import ticket_tuple
from offchain.tickets import MAX_WIN_PROB, Ticket, rand_hash
from offchain.tickets.signing import CURVE_ORDER, sign_ticket
from tests.property.models.payments import SignedTicket
from tests.property.models.refusal import RefusedError, require
from tests.support.calldata import encode_refusal
from tests.support.engine import Outcome
from tests.support.machines.arrivals import arriving
from tests.support.machines.core import DONE, Core, Predict, action

__all__ = ["FORGERIES", "PaymentActions", "Place"]

UNKNOWN_HASH = b"\x01" * 32


class Place(int):
    """Where a ticket is held; written as the name that lines of actions know the ticket by."""

    def __repr__(self) -> str:
        return f"t{int(self)}"


class PaymentActions(Core):
    """Amounts are ETH wei. Tickets are held in `tickets` and named by their place there."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: list[SignedTicket] = []

    @action
    def fund_deposit(self, caller: str, value: int) -> None:
        me = self.address(caller)
        self._pay_in(me, "fundDeposit", (), value, lambda: self.model.broker.fund_deposit(me, value))

    @action
    def fund_reserve(self, caller: str, value: int) -> None:
        me = self.address(caller)
        self._pay_in(me, "fundReserve", (), value, lambda: self.model.broker.fund_reserve(me, value))

    @action
    def fund(self, caller: str, value: int, deposit: int, reserve: int) -> None:
        """Deposit and reserve together."""
        me, parts = self.address(caller), (deposit, reserve)
        self._pay_in(me, "fundDepositAndReserve", parts, value, lambda: self.model.broker.fund(me, me, value, *parts))

    @action
    def fund_for(self, caller: str, sender: str, value: int, deposit: int, reserve: int) -> None:
        me, whose = self.address(caller), self.address(sender)
        self._pay_in(
            me,
            "fundDepositAndReserveFor",
            (whose, deposit, reserve),
            value,
            lambda: self.model.broker.fund(me, whose, value, deposit, reserve),
        )

    @action
    def unlock(self, caller: str) -> None:
        me = self.address(caller)
        self.act(me, self.world.broker, "unlock", predict=lambda: self.model.broker.unlock(me))

    @action
    def cancel_unlock(self, caller: str) -> None:
        me = self.address(caller)
        self.act(me, self.world.broker, "cancelUnlock", predict=lambda: self.model.broker.cancel_unlock(me))

    @action
    def withdraw(self, caller: str) -> None:
        me = self.address(caller)
        with arriving(self, me, me):
            self.act(me, self.world.broker, "withdraw", predict=lambda: self.model.broker.withdraw(me))

    @action
    def issue(self, sender: str, recipient: str, face_value: int, age: int = 0, chance: int = 100) -> Place:
        """A ticket of `age` rounds ago that wins in `chance` of 100 cases, as good as surely in 100; answers with its
        place."""
        rand, creation_round = len(self.tickets), self.model.clock.round - age
        ticket = Ticket(
            recipient=self.address(recipient),
            sender=self.address(sender),
            face_value=face_value,
            win_prob=MAX_WIN_PROB * chance // 100,
            sender_nonce=rand + 1,
            recipient_rand_hash=rand_hash(rand),
            creation_round=creation_round,
            creation_round_block_hash=self.model.clock.hashes.get(creation_round, UNKNOWN_HASH),
        )
        return self._hold(SignedTicket(ticket, self._sign(sender, ticket), rand))

    @action
    def forge(self, place: int, how: str) -> Place:
        """A spoilt copy of a held ticket; see {FORGERIES}."""
        return self._hold(FORGERIES[how](self, self.tickets[place]))

    @action
    def redeem(self, caller: str, place: int) -> None:
        signed = self.tickets[place]
        arguments = (ticket_tuple(signed.ticket), signed.signature, signed.rand)
        self.act(
            self.address(caller),
            self.world.broker,
            "redeemWinningTicket",
            *arguments,
            predict=lambda: self.model.broker.redeem(signed),
        )

    @action
    def redeem_for_at_least(self, caller: str, place: int, more: int = 0) -> None:
        """TICK-42: for the face value and `more` wei, or not at all."""
        signed, paid = self.tickets[place], []
        least = max(0, signed.ticket.face_value + more)
        arguments = (ticket_tuple(signed.ticket), signed.signature, signed.rand, least)
        outcome = self.act(
            self.address(caller),
            self.world.broker,
            "redeemWinningTicketForAtLeast",
            *arguments,
            predict=lambda: paid.append(self.model.broker.redeem(signed, least)),
        )
        self._answers(outcome, "redeemWinningTicketForAtLeast", *paid)

    @action
    def redeem_batch(self, caller: str, places: Sequence[int], lacking: int = 0, told: bool = False) -> None:
        """TICK-48: each ticket ends as it would alone, in turn, and those that fail say why: if `told`, in an
        answer as well.

        The last `lacking` signatures are left out.
        """
        batch = [self.tickets[place] for place in places]
        results: list[tuple[bool, int, bytes]] = []

        def predict() -> None:
            self.model.clock.require_open()
            given = max(0, len(batch) - lacking)
            require(given == len(batch), "BatchTooShort", len(batch), given, len(batch))
            for index, signed in enumerate(batch):
                try:
                    results.append((True, self.model.broker.redeem_one(signed), b""))
                except RefusedError as refused:
                    reason = encode_refusal(refused.error, *refused.arguments)
                    of = (signed.ticket.sender, signed.ticket.recipient, signed.ticket.hash())
                    self.model.books.voice.broker("WinningTicketSkipped", *of, index, reason)
                    results.append((False, 0, reason))

        columns = (
            [ticket_tuple(s.ticket) for s in batch],
            [s.signature for s in batch[: len(batch) - lacking]],
            [s.rand for s in batch],
        )
        function = "batchRedeemWinningTicketsWithResults" if told else "batchRedeemWinningTickets"
        outcome = self.act(self.address(caller), self.world.broker, function, *columns, predict=predict)
        if told:
            self._answers(outcome, function, tuple(results))

    def _answers(self, outcome: Outcome, function: str, *expected: object) -> None:
        """What a contract would be told that calls; clients on a chain are told nothing."""
        answer = getattr(outcome, "answer", None)
        if answer is not None:
            found = self.world.broker.decode(function, answer)
            assert (found,) == expected, f"TICK-48: {function} has answered {found}, not {expected}"

    def _pay_in(self, me: str, function: str, arguments: tuple[object, ...], value: int, predict: Predict) -> None:
        self.act(me, self.world.broker, function, *arguments, predict=predict, value=value)

    def _hold(self, signed: SignedTicket) -> Place:
        self.tickets.append(signed)
        self.results.append(DONE)
        return Place(len(self.tickets) - 1)

    def _sign(self, signer: str, ticket: Ticket) -> bytes:
        signature = sign_ticket(self.world.actors[signer].key, ticket)
        self.model.broker.signers[ticket.hash(), signature] = self.address(signer)
        return signature

    def _resigned(self, signed: SignedTicket, **changes: object) -> SignedTicket:
        """Another ticket of the same sender."""
        ticket = replace(signed.ticket, **changes)
        return SignedTicket(ticket, self._sign(self.world.names[ticket.sender], ticket), signed.rand)


def _high_s(_: PaymentActions, signed: SignedTicket) -> SignedTicket:
    """The other signature that the curve knows for the same message and key."""
    r, s, v = signed.signature[:32], int.from_bytes(signed.signature[32:64], "big"), signed.signature[64]
    return replace(signed, signature=r + (CURVE_ORDER - s).to_bytes(32, "big") + bytes([55 - v]))


def _compact(signature: bytes) -> bytes:
    """The 64 bytes of EIP-2098: the parity in the highest bit of s."""
    s = int.from_bytes(signature[32:64], "big") | (signature[64] - 27) << 255
    return signature[:32] + s.to_bytes(32, "big")


class _LongTicket(Ticket):
    """With a byte more behind its round."""

    __slots__ = ()

    def aux_data(self) -> bytes:
        return Ticket.aux_data(self) + b"\0"


def _longer(machine: PaymentActions, signed: SignedTicket) -> SignedTicket:
    ticket = _LongTicket(**{field.name: getattr(signed.ticket, field.name) for field in fields(signed.ticket)})
    return replace(signed, ticket=ticket, signature=machine._sign(machine.world.names[ticket.sender], ticket))


def _of_a_stranger(machine: PaymentActions, signed: SignedTicket) -> SignedTicket:
    return replace(signed, signature=machine._sign("mallory", signed.ticket))


# Ways to spoil a ticket that is signed by an actor: TICK-38, TICK-40.
FORGERIES = {
    "high s": _high_s,
    "64 bytes": lambda m, s: replace(s, signature=s.signature[:64]),
    "compact": lambda m, s: replace(s, signature=_compact(s.signature)),
    "66 bytes": lambda m, s: replace(s, signature=s.signature + b"\0"),
    "other v": lambda m, s: replace(s, signature=s.signature[:64] + bytes([s.signature[64] - 27])),
    "a stranger's signature": _of_a_stranger,
    "another value": lambda m, s: replace(s, ticket=replace(s.ticket, face_value=s.ticket.face_value + 1)),
    "another number": lambda m, s: replace(s, rand=s.rand + 1),
    "no recipient": lambda m, s: m._resigned(s, recipient=m.address("nobody")),
    "no sender": lambda m, s: replace(s, ticket=replace(s.ticket, sender=m.address("nobody"))),
    "no round": lambda m, s: m._resigned(s, creation_round=0, creation_round_block_hash=bytes(32)),
    "a round to come": lambda m, s: m._resigned(s, creation_round=s.ticket.creation_round + 100),
    "another round's hash": lambda m, s: m._resigned(s, creation_round_block_hash=UNKNOWN_HASH),
    "more behind": _longer,
    "no chance": lambda m, s: m._resigned(s, win_prob=0),
}
