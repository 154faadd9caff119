"""A gateway put together: what all of its streams share, and what each has of its own."""

from __future__ import annotations

from collections.abc import Sequence

from offchain.gateway import metrics
from offchain.gateway.chain_view import ChainView
from offchain.gateway.credit import CreditBook
from offchain.gateway.discovery import Discovery, Source
from offchain.gateway.dispatch import Dispatcher, DispatchRules
from offchain.gateway.exchange import Exchange
from offchain.gateway.finder import Finder, FindRules
from offchain.gateway.outcome import SegmentJob, SegmentOutcome
from offchain.gateway.payer import Payer
from offchain.gateway.selection import Weights
from offchain.gateway.sessions import OrchestratorPool, PoolRules, Session
from offchain.gateway.settings import GatewaySettings
from offchain.gateway.spending import SpendGuard
from offchain.gateway.suspension import SuspensionTable
from offchain.gateway.tally import Tally
from offchain.gateway.terms import PaymentLimits
from offchain.gateway.verify import Inspect, Remake, Sampling, Verifier
from offchain.media.agreement import Agreement
from offchain.types import RenditionProfile

__all__ = ["Gateway", "Stream"]


class Stream:
    """One stream: its own orchestrators, the gateway's purse."""

    def __init__(self, dispatcher: Dispatcher, pool: OrchestratorPool) -> None:
        self._dispatcher, self._pool = dispatcher, pool

    @property
    def sessions(self) -> list[Session]:
        """The orchestrators that it works with."""
        return self._pool.sessions

    async def send(self, job: SegmentJob) -> SegmentOutcome:
        """Gets a segment transcoded; errors as `Dispatcher.send`."""
        return await self._dispatcher.send(job)

    async def close(self) -> None:
        """Ends its sessions at the orchestrators."""
        await self._pool.close()
        metrics.STREAMS_ENDED.inc()
        metrics.STREAMS.dec()


class Gateway:
    """What the streams of a gateway share: account, credit, spend cap, suspensions, verification.

    Attributes:
        settings: as given.
        payer: signs payments; its `credit` has the sums.
        suspensions: who is left alone for now.
        tally: what was done with each orchestrator.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        key: bytes,
        chain: ChainView,
        source: Source,
        inspector: Inspect,
        remake: Remake | None = None,
    ) -> None:
        """Opens nothing; `remake` is needed where the settings ask for a sample."""
        self.settings, self._key = settings, key
        limits = PaymentLimits(
            settings.max_price, settings.max_ticket_ev, settings.max_total_ev, settings.deposit_multiplier
        )
        spending = SpendGuard(settings.max_spend, settings.spend_window_s)
        self.payer = Payer(key, chain, limits, spending, CreditBook())
        self.tally = Tally()
        self.suspensions = SuspensionTable(settings.suspension_s, settings.max_suspension_s)
        sampling = None
        if remake is not None and settings.verify_sample:
            sampling = Sampling(remake, settings.verify_sample, Agreement[settings.verify_agreement.upper()])
        self._verifier = Verifier(inspector, recount=settings.verify_pixels, sampling=sampling)
        rules = FindRules(
            wanted=settings.pool_size,
            wait_s=settings.discovery_timeout_ms / 1000,
            cutoff_s=settings.discovery_cutoff_ms / 1000,
            allow_private=settings.allow_private_hosts,
            blocklist=frozenset(settings.blocklist),
        )
        self._finder = Finder(key, source, chain, self.payer, rules)

    def open_stream(self, profiles: Sequence[RenditionProfile]) -> Stream:
        """A stream that asks for these renditions; whoever opens it closes it."""
        settings = self.settings

        async def find() -> Discovery[Session]:
            return await self._finder.find(profiles)

        weights = Weights(settings.price_weight, settings.latency_weight, settings.stake_weight)
        rules = PoolRules(weights, settings.max_price, settings.pool_size, settings.discovery_interval_s)
        pool = OrchestratorPool(find, rules, self.suspensions)
        exchange = Exchange(
            self._key, self._finder, self.payer, self._verifier, self.tally, settings.timeout_multiplier
        )
        dispatch = DispatchRules(settings.max_attempts)
        metrics.STREAMS_STARTED.inc()
        metrics.STREAMS.inc()
        return Stream(Dispatcher(pool, exchange, self._verifier, self.tally, dispatch), pool)
