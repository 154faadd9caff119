"""Asking orchestrators for offers: all candidates of a stream, and one again when its offer goes stale."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from offchain.gateway.chain_view import ChainView
from offchain.gateway.client import OrchestratorClient
from offchain.gateway.discovery import Candidate, Discovery, Source, ask_all
from offchain.gateway.payer import Payer
from offchain.gateway.quotes import Quote, judge
from offchain.gateway.service_uri import Endpoint, Origin, parse_service_uri, resolve
from offchain.gateway.sessions import Session, first_latency
from offchain.types import RenditionProfile
from offchain.wire import Capabilities, OrchestratorInfo, OrchestratorRequest, required_capabilities, sign_request

__all__ = ["FindRules", "Finder"]


@dataclass(frozen=True, slots=True)
class FindRules:
    """How to look for orchestrators; times in seconds.

    Attributes:
        wanted: so many are enough.
        wait_s: first wait for answers; doubles while there are none.
        cutoff_s: end of all waiting.
        allow_private: dial addresses that are not public, too.
        blocklist: addresses of orchestrators never to use.
    """

    wanted: int = 8
    wait_s: float = 0.5
    cutoff_s: float = 6.0
    allow_private: bool = False
    blocklist: Collection[str] = ()


class Finder:
    """Asks in the name of one gateway."""

    def __init__(self, key: bytes, source: Source, chain: ChainView, payer: Payer, rules: FindRules) -> None:
        self._source, self._chain, self._payer, self._rules = source, chain, payer, rules
        # The signature is over the address alone, so one lasts for ever (facts: offchain 3.3).
        self._address, self._signature = sign_request(key)

    def required(self, profiles: Sequence[RenditionProfile]) -> Capabilities:
        """What an orchestrator must be able to do for these renditions."""
        return required_capabilities(profiles)

    async def find(self, profiles: Sequence[RenditionProfile]) -> Discovery[Session]:
        """Sessions with all that answered in time and fit, the fastest first.

        Raises:
            ChainError: the candidates cannot be read from the chain.
        """

        async def ask(origin: Origin, candidate: Candidate) -> Session:
            return await self._ask(origin, candidate, profiles)

        rules = self._rules
        candidates = await self._source.candidates()
        return await ask_all(candidates, ask, wanted=rules.wanted, wait_s=rules.wait_s, cutoff_s=rules.cutoff_s)

    async def renew_if_stale(self, session: Session, profiles: Sequence[RenditionProfile]) -> None:
        """Gets a new offer when the one in use expires soon or is used up; errors as `renew`."""
        quote, now = session.quote, time.time()
        ages = quote.token_ages(now) or quote.params_age(self._chain.state.l1_block)
        if ages or self._payer.params_used_up(quote):
            await self.renew(session, profiles, stale=quote, new_session=False)

    async def renew(
        self, session: Session, profiles: Sequence[RenditionProfile], *, stale: Quote, new_session: bool
    ) -> None:
        """Replaces the offer `stale` of a session, unless another segment has done so meanwhile.

        Args:
            session: whose offer.
            profiles: of the job.
            stale: the offer that is no good any more.
            new_session: take the new auth token too, and with it books without credit.

        Raises:
            OrchestratorUnreachableError, OrchestratorRefusedError, WireError: there is no new offer.
            NoOrchestratorError, PriceError: the new one does not fit.
        """
        async with session.renewing:
            if session.quote is not stale:
                return
            info = await session.client.offer(self._request(profiles))
            newer = judge(info, self.required(profiles), expected=session.name)
            if new_session:
                self._payer.credit.drop(stale.credit_key)
            session.quote = newer if new_session else stale.renewed(newer, time.time())

    async def _ask(self, origin: Origin, candidate: Candidate, profiles: Sequence[RenditionProfile]) -> Session:
        endpoint = await resolve(origin, allow_private=self._rules.allow_private)
        client = OrchestratorClient(endpoint)
        started = time.monotonic()
        try:
            info = await client.offer(self._request(profiles))
            answered = time.monotonic() - started
            quote = judge(info, self.required(profiles), expected=candidate.address, blocklist=self._rules.blocklist)
            client = await self._follow(client, endpoint, info)
        except BaseException:
            await client.close()
            raise
        return Session(client, quote, quote.price, first_latency(answered), candidate.stake)

    async def _follow(
        self, client: OrchestratorClient, endpoint: Endpoint, info: OrchestratorInfo
    ) -> OrchestratorClient:
        """The client of the URI that the offer names for segments, which may be another than was asked."""
        origin = parse_service_uri(info.service_uri)
        if origin == endpoint.origin:
            return client
        other = await resolve(origin, allow_private=self._rules.allow_private)
        await client.close()
        return OrchestratorClient(other)

    def _request(self, profiles: Sequence[RenditionProfile]) -> OrchestratorRequest:
        return OrchestratorRequest(self._address, self._signature, self.required(profiles))
