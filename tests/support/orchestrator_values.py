"""Values and plain parts that the tests of the orchestrator build on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from offchain.chain.clock import ClockState
from offchain.chain.values import SenderInfo
from offchain.errors import ChainError
from offchain.orchestrator.chain_view import SenderState
from offchain.orchestrator.terms import TermsDesk, TermsPolicy
from offchain.orchestrator.winners import Winner
from offchain.tickets import Ticket, TicketParams, is_winner, key_address, rand_hash, sign_ticket
from offchain.types import RenditionProfile
from offchain.wire import Payment, TicketSignature
from offchain.workers.protocol import Rendition, TranscodeJob, TranscodeResult

ETHER = 10**18
GWEI = 10**9
CHAIN_ID = 31337
ROUND = 7
BLOCK = 1_000
VALIDITY_ROUNDS = 2
ROUND_HASH, PREVIOUS_HASH = bytes([7]) * 32, bytes([6]) * 32

ORCHESTRATOR_KEY = bytes([2]) * 32
GATEWAY_KEY = bytes([1]) * 32
OTHER_KEY = bytes([3]) * 32
ORCHESTRATOR = key_address(ORCHESTRATOR_KEY)
GATEWAY = key_address(GATEWAY_KEY)
OTHER = key_address(OTHER_KEY)
BROKER = key_address(bytes([9]) * 32)

EV = 8 * GWEI
FACE_VALUE = 10**15
PRICE = Fraction(1200)

CLOCK = ClockState(
    l1_block=BLOCK,
    round=ROUND,
    last_initialized_round=ROUND,
    round_start_block=BLOCK - 10,
    round_length=5_760,
    round_block_hash=ROUND_HASH,
    previous_round_block_hash=PREVIOUS_HASH,
    pool_size=2,
    gas_price=0,
)
FUNDS = SenderInfo(deposit=ETHER, withdraw_round=0, reserve_funds=ETHER, reserve_claimed=0)
POLICY = TermsPolicy(ev=EV, max_face_value=0, redeem_gas=350_000, validity_blocks=40, validity_rounds=VALIDITY_ROUNDS)


@dataclass
class StillChain:
    """A chain that stands still until a test moves it."""

    state: ClockState = CLOCK
    info: SenderInfo = FUNDS
    max_float: int = ETHER // 2
    active: bool = True
    reachable: bool = True

    def clock(self) -> ClockState:
        return self.state

    async def sender(self, sender: str) -> SenderState:
        self._ask()
        return SenderState(self.info, self.max_float)

    async def is_active(self) -> bool:
        self._ask()
        return self.active

    def move(self, **fields: object) -> None:
        self.state = replace(self.state, **fields)

    def _ask(self) -> None:
        if not self.reachable:
            raise ChainError("no answer")


def terms_desk(**policy: int) -> TermsDesk:
    return TermsDesk(ORCHESTRATOR, replace(POLICY, **policy))


def signatures(
    params: TicketParams, nonces: range | list[int], *, key: bytes = GATEWAY_KEY
) -> tuple[TicketSignature, ...]:
    """Signed tickets of whoever holds the key."""
    sender = key_address(key)
    return tuple(TicketSignature(nonce, sign_ticket(key, params.ticket(sender, nonce))) for nonce in nonces)


def payment(
    params: TicketParams | None, nonces: range | list[int] = range(0), price: Fraction | None = PRICE
) -> Payment:
    """A payment of the gateway's."""
    tickets = () if params is None else signatures(params, nonces)
    return Payment(sender=GATEWAY, params=params, tickets=tickets, expected_price=price)


def winner(
    nonce: int = 1,
    *,
    rand: int = 77,
    face_value: int = FACE_VALUE,
    creation_round: int = ROUND,
    key: bytes = GATEWAY_KEY,
    expiration_block: int = BLOCK,
) -> Winner:
    """A ticket that wins (its probability is next to certainty), as it is kept."""
    ticket = Ticket(
        recipient=ORCHESTRATOR,
        sender=key_address(key),
        face_value=face_value,
        win_prob=2**256 - 1,
        sender_nonce=nonce,
        recipient_rand_hash=rand_hash(rand),
        creation_round=creation_round,
        creation_round_block_hash=ROUND_HASH,
    )
    signature = sign_ticket(key, ticket)
    assert is_winner(signature, rand, ticket.win_prob)
    return Winner(ticket, signature, rand, expiration_block)


@dataclass
class CopyWorker:
    """A worker whose renditions are copies of the source: what a session or a payment does not depend on.

    Attributes:
        pixels: of each rendition.
        jobs: done so far.
        gate: if set, awaited before each job.
    """

    pixels: int = 1_000_000
    short: bool = False
    jobs: list[TranscodeJob] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    gate: object = None

    name = "copy"
    capacity = 1
    load = 0

    def capabilities(self) -> frozenset[str]:
        return frozenset({"H264", "MPEGTS", "MP4", "GOP", "FractionalFramerates", "Unheard"})

    async def transcode(self, job: TranscodeJob) -> TranscodeResult:
        if self.gate is not None:
            await self.gate.wait()
        self.jobs.append(job)
        made = tuple(self._rendition(profile, job) for profile in job.profiles)
        return TranscodeResult(made[: 0 if self.short else None], 1, 1, 0, 0.01, 0.01, "copy")

    async def end_session(self, session_id: str) -> None:
        self.ended.append(session_id)

    async def close(self) -> None:
        pass

    def _rendition(self, profile: RenditionProfile, job: TranscodeJob) -> Rendition:
        return Rendition(profile, job.data, 10, 10, 1, self.pixels, 1000, "avc1", Fraction(30))
