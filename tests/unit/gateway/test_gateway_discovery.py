"""Finding orchestrators: the rule of waiting, duplicates, blocklist, impostors (facts: offchain 3.3 to 3.5)."""

from __future__ import annotations

import asyncio
import selectors
from contextlib import AsyncExitStack
from dataclasses import replace
from fractions import Fraction

import pytest

from offchain.errors import GatewayError, NoOrchestratorError, OrchestratorRefusedError
from offchain.gateway.credit import CreditBook
from offchain.gateway.discovery import Candidate, Discovery, StaticSource, ask_all, distinct
from offchain.gateway.finder import Finder, FindRules
from offchain.gateway.payer import Payer
from offchain.gateway.quotes import judge
from offchain.gateway.spending import SpendGuard
from offchain.types import ZERO_ADDRESS
from offchain.wire import (
    TOKEN_LIFE_S,
    AuthToken,
    Capabilities,
    OrchestratorInfo,
    encode_info,
    offered_capabilities,
    required_capabilities,
)
from offchain.wire.grpc import GrpcStatus
from tests.support.gateway_clips import LADDER
from tests.support.gateway_values import CLOCK, GATEWAY_KEY, LIMITS, OTHER, PARAMS, RECIPIENT, FixedChain
from tests.support.hostile_orchestrator import Hooks, TestOrchestrator


def candidates(*names: str) -> list[Candidate]:
    return [Candidate(f"https://{name}.example:8935") for name in names]


class Idle(selectors.DefaultSelector):
    """Waits by moving the clock of its loop on instead."""

    now = 0.0

    def select(self, timeout=None):
        events = super().select(0)
        if not events and timeout:
            self.now += timeout
        return events


class TimelessLoop(asyncio.SelectorEventLoop):
    """An event loop in which waiting takes no time and lasts exactly as long as it should."""

    def __init__(self) -> None:
        self._idle = Idle()
        super().__init__(self._idle)

    def time(self) -> float:
        return self._idle.now


def ask_by(delays: dict[str, float], wanted: int = 8, wait_s: float = 0.5, cutoff_s: float = 6.0):
    """Asks hosts that answer after so many seconds; a negative delay is a refusal after as long."""

    async def ask(origin, _candidate):
        name = origin.host.partition(".")[0]
        await asyncio.sleep(abs(delays[name]))
        if delays[name] < 0:
            raise GatewayError(f"{name} refuses")
        return name

    async def asked():
        began = asyncio.get_running_loop().time()
        result: Discovery[str] = await ask_all(
            candidates(*delays), ask, wanted=wanted, wait_s=wait_s, cutoff_s=cutoff_s
        )
        return result, round(asyncio.get_running_loop().time() - began, 3)

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        return runner.run(asked())


def test_who_answers_within_the_first_wait_is_found_the_fastest_first():
    result, took = ask_by({"slow": 0.3, "fast": 0.1, "late": 0.6})
    assert result.found == ["fast", "slow"]
    assert took == 0.5


@pytest.mark.parametrize(("answer", "ends"), [(0.51, 1.5), (1.49, 1.5), (1.51, 3.5), (3.51, 6.0), (5.99, 6.0)])
def test_the_wait_is_repeated_and_doubled_while_nobody_has_answered(answer, ends):
    result, took = ask_by({"a": answer, "never": 99.0})
    assert (result.found, took) == (["a"], ends)


def test_the_cutoff_ends_all_waiting():
    result, took = ask_by({"a": 6.1, "b": 99.0})
    assert (result.found, result.refused, took) == ([], {}, 6.0)
    assert ask_by({"a": 6.1}, wait_s=9.0)[1] == 6.0


def test_enough_answers_end_the_waiting():
    result, took = ask_by({"a": 0.1, "b": 0.2, "c": 0.3}, wanted=2)
    assert (result.found, took) == (["a", "b"], 0.2)


def test_all_answers_end_the_waiting_and_refusals_keep_their_reason():
    result, took = ask_by({"a": 0.1, "no": -0.2})
    assert (result.found, took) == (["a"], 0.2)
    assert result.refused == {"https://no.example:8935": "no refuses"}


def test_a_hundred_candidates_are_asked_at_once():
    result, took = ask_by({f"n{number}": 0.4 for number in range(100)}, wanted=100)
    assert (len(result.found), took) == (100, 0.4)


def test_candidates_of_one_origin_count_once_with_the_most_stake():
    rows, refused = distinct(
        [
            Candidate("https://a.example:8935", RECIPIENT, 1),
            Candidate("HTTPS://A.example:8935/", OTHER, 5),
            Candidate("a.example:8935", RECIPIENT, 3),
            Candidate("https://b.example:8935"),
            Candidate("https://b.example:8935/path"),
            Candidate("ftp://c.example"),
        ]
    )
    assert {(origin.url, candidate.stake) for origin, candidate in rows} == {
        ("https://a.example:8935", 5),
        ("https://b.example:8935", 0),
    }
    assert set(refused) == {"https://b.example:8935/path", "ftp://c.example"}


# -- what is accepted of an answer -----------------------------------------------------------------------------------

NOW = 1_800_000_000
TOKEN = AuthToken(b"code", "session", NOW + TOKEN_LIFE_S)
REQUIRED = required_capabilities(LADDER)
OFFER = OrchestratorInfo(
    service_uri="https://node.example:8935",
    address=RECIPIENT,
    ticket_params=PARAMS,
    price=Fraction(7),
    capabilities=offered_capabilities("0.1.0"),
    auth_token=TOKEN,
)


def test_a_complete_offer_becomes_a_quote():
    quote = judge(OFFER, REQUIRED, expected=RECIPIENT, now=NOW)
    assert (quote.orchestrator, quote.price, quote.params) == (RECIPIENT, 7, PARAMS)
    assert quote.credit_key.session_id == "session"
    assert not quote.token_ages(NOW + 0.89 * TOKEN_LIFE_S)
    assert quote.token_ages(NOW + 0.9 * TOKEN_LIFE_S)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"address": ZERO_ADDRESS}, "without the orchestrator's address"),
        ({"auth_token": None}, "without auth token"),
        ({"auth_token": AuthToken(b"code", "", NOW)}, "without auth token"),
        ({"price": None}, "without price"),
        ({"capabilities": None}, "tells no capabilities"),
        ({"capabilities": Capabilities.of([0, 1])}, "lacks"),
        ({"address": OTHER}, "answers for"),
    ],
)
def test_an_offer_that_lacks_something_is_not_worked_with(change, reason):
    with pytest.raises(Exception, match=reason):
        judge(replace(OFFER, **change), REQUIRED, expected=RECIPIENT, now=NOW)


def test_a_blocked_orchestrator_is_not_worked_with():
    with pytest.raises(NoOrchestratorError, match="blocklist"):
        judge(OFFER, REQUIRED, blocklist={RECIPIENT})


@pytest.mark.parametrize("expiration", [0, NOW - 5_000, NOW + 100_000, 2**62])
def test_a_token_whose_clock_makes_no_sense_is_renewed_after_the_usual_time(expiration):
    quote = judge(replace(OFFER, auth_token=AuthToken(b"", "s", expiration)), REQUIRED, now=NOW)
    assert not quote.token_ages(NOW)
    assert quote.token_ages(NOW + TOKEN_LIFE_S)


def test_a_renewed_offer_stays_in_its_session_while_the_token_is_good():
    quote = judge(OFFER, REQUIRED, now=NOW)
    newer = judge(replace(OFFER, price=Fraction(8), auth_token=AuthToken(b"", "other", NOW + 99)), REQUIRED, now=NOW)
    assert (quote.renewed(newer, NOW).price, quote.renewed(newer, NOW).token) == (8, TOKEN)
    assert quote.renewed(newer, NOW + TOKEN_LIFE_S) == newer


# -- over real sockets -----------------------------------------------------------------------------------------------


def finder(*uris: str, **rules: object) -> Finder:
    chain = FixedChain()
    payer = Payer(GATEWAY_KEY, chain, LIMITS, SpendGuard(0, 0), CreditBook())
    return Finder(GATEWAY_KEY, StaticSource(uris), chain, payer, FindRules(allow_private=True, **rules))


async def test_real_orchestrators_are_found_and_each_misfit_has_its_reason():
    nodes = {
        "good": TestOrchestrator(1),
        "garbage": TestOrchestrator(2, hooks=Hooks(offer=lambda _info: b"\xff\xff\xff")),
        "huge": TestOrchestrator(3, hooks=Hooks(offer=lambda info: encode_info(info) + bytes(2 << 20))),
        "full": TestOrchestrator(4, hooks=Hooks(offer=lambda _info: GrpcStatus.RESOURCE_EXHAUSTED)),
        "limited": TestOrchestrator(
            5, hooks=Hooks(offer=lambda info: replace(info, capabilities=Capabilities.of([0])))
        ),
        "sends elsewhere": TestOrchestrator(
            6, hooks=Hooks(offer=lambda info: replace(info, service_uri="file:///etc/passwd"))
        ),
        "silent": TestOrchestrator(7, hooks=Hooks(offer_delay_s=9.0)),
    }
    async with AsyncExitStack() as stack:
        for node in nodes.values():
            await stack.enter_async_context(node.serving())
        uris = [node.uri for node in nodes.values()]
        found = await finder(*uris, "https://127.0.0.1:1", wait_s=4.0, cutoff_s=4.0).find(LADDER)
        assert [session.name for session in found.found] == [nodes["good"].address]
        reasons = {name: found.refused.get(node.uri, "") for name, node in nodes.items()}
        for session in found.found:
            await session.client.close()
    assert reasons["good"] == reasons["silent"] == ""
    assert "Error parsing message" in reasons["garbage"] or "parse" in reasons["garbage"]
    assert reasons["huge"]
    assert "refused: 8 scripted" in reasons["full"]
    assert "lacks" in reasons["limited"]
    assert "scheme must be http or https" in reasons["sends elsewhere"]
    assert "unreachable" in found.refused["https://127.0.0.1:1"]


async def test_t20_loopback_is_not_dialled_unless_it_is_allowed():
    node = TestOrchestrator(1)
    async with node.serving():
        strict = Finder(
            GATEWAY_KEY,
            StaticSource([node.uri]),
            FixedChain(),
            Payer(GATEWAY_KEY, FixedChain(), LIMITS, SpendGuard(0, 0), CreditBook()),
            FindRules(),
        )
        found = await strict.find(LADDER)
    assert found.found == []
    assert "not a public address" in found.refused[node.uri]
    assert node.offers == 0


async def test_an_offer_may_name_another_uri_for_segments_which_is_checked_too():
    other = TestOrchestrator(2)
    node = TestOrchestrator(1, hooks=Hooks(offer=lambda info: replace(info, service_uri=other.uri)))
    async with node.serving(), other.serving():
        found = await finder(node.uri).find(LADDER)
        (session,) = found.found
        assert (session.url, session.name) == (other.uri, node.address)
        await session.client.close()


async def test_an_orchestrator_proves_its_address_by_a_ping():
    node = TestOrchestrator(1)
    async with node.serving():
        (session,) = (await finder(node.uri).find(LADDER)).found
        await session.client.ping(node.address)
        with pytest.raises(GatewayError, match="invalid ping signature"):
            await session.client.ping(OTHER)
        await session.client.close()


async def test_a_refused_call_has_its_status_and_reason_in_one_line():
    told: list[GrpcStatus] = []
    node = TestOrchestrator(1, hooks=Hooks(offer=lambda info: told.pop() if told else info))
    async with node.serving():
        searching = finder(node.uri)
        (session,) = (await searching.find(LADDER)).found
        told.append(GrpcStatus.PERMISSION_DENIED)
        with pytest.raises(OrchestratorRefusedError, match="refused: 7 scripted"):
            await searching.renew(session, LADDER, stale=session.quote, new_session=True)
        await searching.renew(session, LADDER, stale=session.quote, new_session=True)
        await session.client.close()
    assert node.offers == 3
    assert CLOCK.l1_block < session.quote.params.expiration_block
