"""The TicketBroker itself, in a whole protocol in process: what it does with batches of tickets, foretold from here.

All of a ticket's checks take part, in their order: who and when, commitment, signature, draw, funds, recipient.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from offchain.tickets import rand_hash
from offchain.tickets.keccak import keccak
from offchain.types import address_bytes
from tests.support.calldata import Contract
from tests.support.recording import in_process_world
from tests.support.world import LPT, ORCHESTRATORS
from tests.tickets.calldata import batch, word
from tests.tickets.cases import SENDERS, VALIDITY, Case, Setting
from tests.tickets.checker import ACCEPTED, ENCODING, SIGNER, Verdict, selector, verdict
from tests.tickets.judge import TICKET

__all__ = ["REASONS", "Desk", "Redemption", "foretold"]

REDEEM = selector(f"batchRedeemWinningTickets({TICKET}[],bytes[],uint256[])")
SKIPPED = keccak(b"WinningTicketSkipped(address,address,bytes32,uint256,bytes)")
REDEEMED = keccak(b"WinningTicketRedeemed(address,address,uint256,uint256,uint256,uint256,bytes)")
ROUNDS = VALIDITY + 4
DEPOSIT = 10**18
ZERO_ADDRESS = bytes(20)
AUX_BYTES = 64


@dataclass(frozen=True, slots=True)
class Redemption:
    """What became of one ticket of a batch.

    Attributes:
        reason: the error that it was skipped with; empty if it was redeemed.
        ticket_hash: as the event of a skipped one says it; empty of a redeemed one.
    """

    reason: bytes
    ticket_hash: bytes


_ERRORS = (
    "TicketRecipientNull()",
    "TicketSenderNull()",
    "TicketAuxDataLengthInvalid(uint256)",
    "TicketCreationRoundUnknown(uint256)",
    "TicketCreationRoundHashMismatch(uint256,bytes32,bytes32)",
    "TicketExpired(uint256,uint256)",
    "RecipientRandMismatch(uint256,bytes32)",
    "TicketUsed(bytes32)",
    "SignatureLengthInvalid(uint256)",
    "ECDSAInvalidSignatureS(bytes32)",
    "ECDSAInvalidSignature()",
    "TicketSignerMismatch(address,address)",
    "TicketNotWinning(bytes32)",
    "FundsInsufficient(address,uint256,uint256,uint256)",
    "TranscoderNotActive(address,uint256)",
)
REASONS = {b"": "redeemed"} | {selector(each): each.partition("(")[0] for each in _ERRORS}


def error(signature: str, *words: int | bytes) -> bytes:
    """An error with arguments of one word each; addresses are 20 bytes."""
    arguments = (word(each) if isinstance(each, int) else each.rjust(32, b"\0") for each in words)
    return selector(signature) + b"".join(arguments)


def foretold(cases: Sequence[Case], setting: Setting) -> list[Redemption]:
    """What the broker should do with a batch, by the rules of this package."""
    deposits: Counter[bytes] = Counter()
    used: set[bytes] = set()
    return [_foretold(case, setting, deposits, used) for case in cases]


def _foretold(case: Case, setting: Setting, spent: Counter[bytes], used: set[bytes]) -> Redemption:
    found, fields = verdict(case), case.fields
    reason = next(_faults(case, setting, found, used), b"")
    left = setting.deposit - spent[fields.sender] if fields.sender in SENDERS else 0
    if not reason and fields.face_value > left:
        reason = error("FundsInsufficient(address,uint256,uint256,uint256)", fields.sender, fields.face_value, left, 0)
    if not reason and fields.face_value and fields.recipient not in setting.recipients:
        reason = error("TranscoderNotActive(address,uint256)", fields.recipient, setting.round)
    if reason:
        return Redemption(reason, found.ticket_hash)
    spent[fields.sender] += fields.face_value
    used.add(found.ticket_hash)
    return Redemption(b"", b"")


def _faults(case: Case, setting: Setting, found: Verdict, used: set[bytes]) -> Iterator[bytes]:
    """All that is wrong with a ticket before money is looked at, in the broker's order."""
    fields = case.fields
    if fields.recipient == ZERO_ADDRESS:
        yield error("TicketRecipientNull()")
    if fields.sender == ZERO_ADDRESS:
        yield error("TicketSenderNull()")
    yield from _faults_of_creation(fields.aux, setting)
    if rand_hash(case.rand) != fields.recipient_rand_hash:
        yield error("RecipientRandMismatch(uint256,bytes32)", case.rand, fields.recipient_rand_hash)
    if found.ticket_hash in used:
        yield error("TicketUsed(bytes32)", found.ticket_hash)
    if found.refusal == SIGNER:
        yield found.refusal + found.detail + fields.sender.rjust(32, b"\0")
    elif found.refusal != ACCEPTED:
        yield found.refusal + (b"" if found.refusal == ENCODING else found.detail)
    if not found.wins:
        yield error("TicketNotWinning(bytes32)", found.ticket_hash)


def _faults_of_creation(aux: bytes, setting: Setting) -> Iterator[bytes]:
    if len(aux) != AUX_BYTES:
        yield error("TicketAuxDataLengthInvalid(uint256)", len(aux))
        return
    created, said = int.from_bytes(aux[:32], "big"), aux[32:]
    known = setting.hashes.get(created)
    if known is None:
        yield error("TicketCreationRoundUnknown(uint256)", created)
    elif said != known:
        yield error("TicketCreationRoundHashMismatch(uint256,bytes32,bytes32)", created, said, known)
    if setting.round >= created + VALIDITY:
        yield error("TicketExpired(uint256,uint256)", created + VALIDITY, setting.round)


class Desk:
    """A protocol whose broker redeems: two orchestrators are active, every sender has a deposit."""

    def __init__(self) -> None:
        self._world = in_process_world()
        self._owner = self._world.owner
        self.setting = self._prepare()
        self._ready = self._world.engine.snapshot()

    def redeemed(self, cases: Sequence[Case]) -> list[Redemption]:
        """What becomes of the tickets of a batch; the chain is as it was afterwards."""
        engine, broker = self._world.engine, self._world.broker.address
        outcome = engine.call(self._owner, broker, batch(REDEEM, cases))
        assert outcome.refusal is None, "a batch never reverts because of a ticket"
        found = [
            Redemption(_reason(log.data), log.topics[3]) if log.topics[0] == SKIPPED else Redemption(b"", b"")
            for log in outcome.logs
            if log.topics[0] in (SKIPPED, REDEEMED)
        ]
        engine.restore(self._ready)
        self._ready = engine.snapshot()
        return found

    def _prepare(self) -> Setting:
        world = self._world
        assert world.terms.ticket_validity_period == VALIDITY
        active = [world.address(name) for name in ORCHESTRATORS[: world.terms.num_active_transcoders]]
        for _ in range(2):  # a round to stake in
            self._next_round()
        for orchestrator in active:
            self._call(orchestrator, world.bonding, "bond", LPT, orchestrator)
        for sender in SENDERS:
            self._call(
                self._owner, world.broker, "fundDepositAndReserveFor", "0x" + sender.hex(), DEPOSIT, 0, value=DEPOSIT
            )
        hashes = dict(self._next_round() for _ in range(ROUNDS))
        return Setting(max(hashes), hashes, tuple(map(address_bytes, active)), DEPOSIT)

    def _next_round(self) -> tuple[int, bytes]:
        """Begins a round; answers with its number and block hash."""
        engine, rounds, length = self._world.engine, self._world.rounds, self._world.terms.round_length
        engine.mine(length - engine.next_block % length)
        self._call(self._owner, rounds, "initializeRound")
        number = int.from_bytes(engine.view(rounds.address, rounds.encode("currentRound")), "big")
        return number, engine.view(rounds.address, rounds.encode("blockHashForRound", number))

    def _call(self, sender: str, to: Contract, function: str, *arguments: object, value: int = 0) -> None:
        outcome = self._world.engine.call(sender, to.address, to.encode(function, *arguments), value)
        assert outcome.refusal is None, (function, outcome.refusal)


def _reason(data: bytes) -> bytes:
    """Of the data of a skipped ticket's event: its index, and bytes."""
    at = int.from_bytes(data[32:64], "big")
    length = int.from_bytes(data[at : at + 32], "big")
    return data[at + 32 : at + 32 + length]
