"""Offers: what a gateway is told when it asks, and again with every result (facts: offchain 3.2, 3.3)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction

from offchain.chain.clock import ClockState
from offchain.errors import SenderReserveError
from offchain.orchestrator.chain_view import ChainView, SenderState
from offchain.orchestrator.prices import PriceBook
from offchain.orchestrator.terms import TermsDesk
from offchain.wire import (
    AuthToken,
    Capabilities,
    OrchestratorInfo,
    mint_auth_token,
    new_session_id,
    verify_auth_token,
)


class AuthTokens:
    """Leave to send segments: given with each offer, good for half an hour, also across a restart."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def mint(self) -> AuthToken:
        """A token for a new session."""
        return mint_auth_token(self._secret, new_session_id(), int(time.time()))

    def verify(self, token: AuthToken | None) -> AuthToken:
        """The token itself, if we gave it and it still holds.

        Raises:
            CredentialsError: missing, not ours, or expired.
        """
        verify_auth_token(self._secret, token, int(time.time()))
        assert token is not None
        return token


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """What stands in every offer: where the node is, who is paid, what it can do."""

    service_uri: str
    account: str
    capabilities: Capabilities


class OfferDesk:
    """Makes offers: price, ticket terms, capabilities and leave to send."""

    def __init__(
        self, identity: NodeIdentity, chain: ChainView, terms: TermsDesk, prices: PriceBook, tokens: AuthTokens
    ) -> None:
        self.identity = identity
        self._chain, self._terms, self._prices, self._tokens = chain, terms, prices, tokens

    async def current_price(self, sender: str) -> Fraction:
        """Wei per pixel that the sender is asked for now.

        Raises:
            ChainError: the chain cannot be read.
        """
        return self._price(sender, self._face_value(await self._chain.sender(sender), self._chain.clock()))

    async def offer(self, sender: str, token: AuthToken | None = None) -> OrchestratorInfo:
        """An offer to a gateway: for a new session, or for the one of the token at the price it was told.

        Raises:
            SenderReserveError: the work is not free, and the sender's reserve covers no ticket worth redeeming.
            ChainError: the chain cannot be read, or no round is open.
        """
        state, clock = await self._chain.sender(sender), self._chain.clock()
        face = self._face_value(state, clock)
        told = None if token is None else self._prices.quoted(sender, token.session_id)
        price = self._price(sender, face) if told is None else told
        if isinstance(face, SenderReserveError):
            if price > 0:
                raise face
            face = 0
        token = self._tokens.mint() if token is None else token
        params = self._terms.issue(sender, price, face, clock)
        self._prices.quote(sender, token.session_id, price)
        return OrchestratorInfo(
            service_uri=self.identity.service_uri,
            address=self.identity.account,
            ticket_params=params,
            price=price,
            capabilities=self.identity.capabilities,
            auth_token=token,
        )

    def _face_value(self, state: SenderState, clock: ClockState) -> int | SenderReserveError:
        try:
            return self._terms.face_value(clock, state.max_float)
        except SenderReserveError as error:
            return error

    def _price(self, sender: str, face: int | SenderReserveError) -> Fraction:
        multiplier = Fraction(0)
        if not isinstance(face, SenderReserveError):
            multiplier = self._terms.tx_cost_multiplier(self._chain.clock(), face)
        return self._prices.current(sender, multiplier)
