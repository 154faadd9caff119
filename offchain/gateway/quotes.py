"""An orchestrator's offer as a gateway works with it: complete, fitting the job, and with the time it is good for."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction

from offchain.errors import MessageError, NoOrchestratorError, PriceError
from offchain.gateway.credit import CreditKey
from offchain.gateway.terms import expires_soon
from offchain.tickets import TicketParams
from offchain.types import ZERO_ADDRESS
from offchain.wire import TOKEN_LIFE_S, AuthToken, Capabilities, OrchestratorInfo, incompatibility

__all__ = ["Quote", "judge"]

PARAMS_MARGIN_BLOCKS = 3
"""L1 blocks before expiry from which ticket parameters are renewed: a payment takes time to arrive."""

TOKEN_SHARE = 0.9
"""Part of an auth token's life after which it is renewed (facts: offchain 2.5)."""


@dataclass(frozen=True, slots=True)
class Quote:
    """An offer in use.

    Attributes:
        orchestrator: address, recipient of tickets and signer of results.
        price: wei per pixel.
        params: terms of tickets; None if the orchestrator takes none.
        token: leave to send segments; its session id names the credit.
        token_renewal: unix seconds from which the token is to be renewed.
    """

    orchestrator: str
    price: Fraction
    params: TicketParams | None
    token: AuthToken
    token_renewal: float

    @property
    def credit_key(self) -> CreditKey:
        """In which books payments under this offer stand."""
        return CreditKey(self.orchestrator, self.token.session_id)

    def token_ages(self, now: float) -> bool:
        """Whether the token is in the last tenth of its life at `now` (unix seconds)."""
        return now >= self.token_renewal

    def params_age(self, l1_block: int) -> bool:
        """Whether the ticket parameters expire within the next blocks."""
        return self.params is not None and expires_soon(self.params, l1_block, PARAMS_MARGIN_BLOCKS)

    def renewed(self, newer: Quote, now: float) -> Quote:
        """A newer offer, in the session of this one as long as its token is good: credit belongs to a session."""
        if self.token_ages(now):
            return newer
        return replace(newer, token=self.token, token_renewal=self.token_renewal)


def judge(
    info: OrchestratorInfo,
    required: Capabilities | None,
    *,
    expected: str | None = None,
    blocklist: Collection[str] = (),
    now: float | None = None,
) -> Quote:
    """The offer, if a gateway can work with it.

    Args:
        info: as the orchestrator sent it.
        required: what the job asks for; None for a session's further offers, which need not repeat it.
        expected: address that must be the orchestrator's; None takes any.
        blocklist: addresses that must not.
        now: unix seconds; the clock's by default.

    Raises:
        MessageError: it names no address or no token.
        PriceError: it names no price.
        NoOrchestratorError: it is blocked, somebody else's, or cannot do the job.
    """
    if info.address == ZERO_ADDRESS:
        raise MessageError("an offer without the orchestrator's address")
    if info.auth_token is None or not info.auth_token.session_id:
        raise MessageError("an offer without auth token")
    if info.price is None:
        raise PriceError("an offer without price")
    if info.address in blocklist:
        raise NoOrchestratorError(f"{info.address} is on the blocklist")
    if expected is not None and info.address != expected:
        raise NoOrchestratorError(f"{info.address} answers for {expected}")
    reason = None if required is None else _misfit(info.capabilities, required)
    if reason:
        raise NoOrchestratorError(f"{info.address} does not fit the job: {reason}")
    start = time.time() if now is None else now
    # Where the clocks of the two machines differ, the token's usual life is the better guess; a 403 corrects it.
    life = info.auth_token.expiration - start
    usual = 0 < life <= TOKEN_LIFE_S
    renewal = start + TOKEN_SHARE * (life if usual else TOKEN_LIFE_S)
    return Quote(info.address, info.price, info.ticket_params, info.auth_token, renewal)


def _misfit(offered: Capabilities | None, required: Capabilities) -> str | None:
    return "it tells no capabilities" if offered is None else incompatibility(required, offered)
