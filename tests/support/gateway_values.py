"""Values that the tests of the gateway build on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from offchain.chain.clock import ClockState
from offchain.chain.values import SenderInfo
from offchain.gateway.terms import PaymentLimits
from offchain.tickets import ExpirationParams, TicketParams
from offchain.tickets.value import win_prob
from offchain.types import address

ETHER = 10**18
ROUND = 7
BLOCK = 1_000
ROUND_HASH, PREVIOUS_HASH = bytes([7]) * 32, bytes([6]) * 32
GATEWAY_KEY = bytes([1]) * 32
RECIPIENT = address(bytes([0xA]) * 20)
OTHER = address(bytes([0xB]) * 20)

CLOCK = ClockState(
    l1_block=BLOCK,
    round=ROUND,
    last_initialized_round=ROUND,
    round_start_block=990,
    round_length=50,
    round_block_hash=ROUND_HASH,
    previous_round_block_hash=PREVIOUS_HASH,
    pool_size=2,
    gas_price=10**9,
)
FUNDS = SenderInfo(deposit=ETHER, withdraw_round=0, reserve_funds=ETHER, reserve_claimed=0)
LIMITS = PaymentLimits(max_price=None, max_ticket_ev=3 * 10**12, max_total_ev=2 * 10**13, deposit_multiplier=1)

EV = 8 * 10**9
FACE_VALUE = 10**15
PARAMS = TicketParams(
    recipient=RECIPIENT,
    face_value=FACE_VALUE,
    win_prob=win_prob(FACE_VALUE, EV),
    recipient_rand_hash=bytes([9]) * 32,
    seed=5,
    expiration_block=BLOCK + 40,
    expiration_params=ExpirationParams(ROUND, ROUND_HASH),
)


@dataclass
class FixedChain:
    """The chain as a gateway sees it, standing still until a test moves it."""

    state: ClockState = CLOCK
    info: SenderInfo = FUNDS

    async def funds(self) -> SenderInfo:
        return self.info

    def move(self, **fields: object) -> None:
        self.state = replace(self.state, **fields)


def price(value: int | str) -> Fraction:
    return Fraction(value)
