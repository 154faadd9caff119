"""The orchestrators of a stream: kept while they keep up, searched for when they grow few, let go when they fail."""

from __future__ import annotations

import asyncio
from fractions import Fraction

import pytest

from offchain.errors import NoOrchestratorError, OrchestratorRefusedError, RpcUnreachableError
from offchain.gateway.client import OrchestratorClient
from offchain.gateway.discovery import Discovery
from offchain.gateway.quotes import Quote
from offchain.gateway.selection import Weights
from offchain.gateway.service_uri import Endpoint, parse_service_uri
from offchain.gateway.sessions import OrchestratorPool, PoolRules, Session
from offchain.gateway.suspension import SuspensionTable
from offchain.types import address
from offchain.wire import AuthToken

FAILURE = OrchestratorRefusedError("it", 500, "no")


def session(number: int, price: int = 1, latency: float = 0.1) -> Session:
    """An orchestrator that nobody needs to reach."""
    endpoint = Endpoint(parse_service_uri(f"https://n{number}.example:8935"), "8.8.8.8")
    token = AuthToken(b"", f"s{number}", 0)
    quote = Quote(address(bytes([number]) * 20), Fraction(price), None, token, float("inf"))
    return Session(OrchestratorClient(endpoint), quote, quote.price, latency)


class Network:
    """What a search finds, and how often somebody searched."""

    def __init__(self, *sessions: Session) -> None:
        self.sessions = list(sessions)
        self.searches = 0
        self.error: Exception | None = None

    async def find(self) -> Discovery[Session]:
        self.searches += 1
        await asyncio.sleep(0.01)
        if self.error is not None:
            raise self.error
        return Discovery(list(self.sessions), {} if self.sessions else {"https://n9.example:8935": "no answer"})


def pool(network: Network, *, max_price: int | None = None, interval_s: float = 60.0, size: int = 8):
    rules = PoolRules(Weights(), Fraction(max_price) if max_price else None, size, interval_s)
    return OrchestratorPool(network.find, rules, SuspensionTable(base_s=30, longest_s=60))


async def test_the_last_one_is_kept_while_it_keeps_up_even_if_another_is_a_better_fit():
    dear, cheap = session(1, price=9), session(2, price=1)
    network = Network(dear)
    chosen = pool(network)
    assert await chosen.pick(2.0) is dear
    chosen.succeeded(dear, 1.0, 2.0)
    chosen._sessions[cheap.name] = cheap
    assert await chosen.pick(2.0) is dear
    chosen.succeeded(dear, 9.0, 2.0)
    assert await chosen.pick(2.0) is cheap


async def test_one_that_is_busy_for_too_long_is_passed_over():
    first, second = session(1), session(2, price=2)
    chosen = pool(Network(first, second))
    assert await chosen.pick(2.0) is first
    chosen.succeeded(first, 1.0, 2.0)
    number = chosen.begin(first)
    assert await chosen.pick(2.0) is first
    first.in_flight[number] -= 2.1
    first.latency = 2.0
    assert await chosen.pick(2.0) is second
    chosen.end(first, number)
    assert not first.in_flight


async def test_a_failure_sends_the_next_segment_elsewhere_and_a_success_brings_it_back():
    first, second = session(1), session(2, price=2)
    chosen = pool(Network(first, second))
    assert await chosen.pick(2.0) is first
    chosen.failed(first, FAILURE, forged=False)
    assert await chosen.pick(2.0) is second
    chosen.succeeded(first, 1.0, 2.0)
    second.latency = 5.0
    assert await chosen.pick(2.0) is first


async def test_when_all_are_suspended_one_that_only_failed_is_used_but_a_forger_is_not():
    first, second = session(1), session(2, price=2)
    chosen = pool(Network(first, second))
    await chosen.pick(2.0)
    chosen.failed(first, FAILURE, forged=True)
    chosen.failed(second, FAILURE, forged=False)
    assert await chosen.pick(2.0) is second
    with pytest.raises(NoOrchestratorError, match="1 failed this segment; 1 known are suspended"):
        await chosen.pick(2.0, [second.name])


async def test_it_is_searched_once_by_all_that_wait_and_not_again_before_its_time():
    network = Network(session(1))
    chosen = pool(network)
    picked = await asyncio.gather(*(chosen.pick(2.0) for _ in range(10)))
    assert set(map(id, picked)) == {id(network.sessions[0])}
    assert network.searches == 1
    with pytest.raises(NoOrchestratorError):
        await chosen.pick(2.0, [network.sessions[0].name])
    assert network.searches == 1


async def test_when_half_are_suspended_others_are_searched_in_the_background():
    first, second, third = session(1), session(2, price=2), session(3, price=3)
    network = Network(first, second)
    chosen = pool(network, interval_s=0.0)
    await chosen.pick(2.0)
    network.sessions = [session(2), third]
    chosen.failed(first, FAILURE, forged=False)
    assert await chosen.pick(2.0) is second
    await asyncio.sleep(0.2)
    assert {each.name for each in chosen.sessions} == {second.name, third.name}
    assert second in chosen.sessions


async def test_nobody_found_is_an_error_with_the_reasons():
    with pytest.raises(NoOrchestratorError, match=r"https://n9\.example:8935: no answer"):
        await pool(Network()).pick(2.0)


async def test_t12_one_above_the_price_limit_is_known_but_not_used():
    with pytest.raises(NoOrchestratorError, match="1 known are suspended or above the price limit"):
        await pool(Network(session(1, price=5)), max_price=4).pick(2.0)


async def test_a_chain_that_cannot_be_read_is_an_error_at_first_and_none_while_others_are_known():
    network = Network(session(1))
    network.error = RpcUnreachableError("no answer")
    with pytest.raises(RpcUnreachableError):
        await pool(network).pick(2.0)
    network.error = None
    chosen = pool(network, interval_s=0.0)
    known = await chosen.pick(2.0)
    network.error = RpcUnreachableError("no answer")
    chosen.failed(known, FAILURE, forged=False)
    assert await chosen.pick(2.0) is known
    await asyncio.sleep(0.2)
    await chosen.close()
    assert chosen.sessions == []


async def test_latency_is_half_what_it_was_and_half_the_last_segment():
    one = session(1)
    one.took(1.0, 2.0)
    assert one.latency == 0.5
    one.took(3.0, 2.0)
    assert one.latency == 1.0
