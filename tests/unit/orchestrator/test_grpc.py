"""gRPC calls, made with grpcio over TLS on the port of HTTP (facts: offchain 3.1, 3.3, 10.5)."""

import asyncio
import ssl
from dataclasses import replace
from fractions import Fraction

import grpc
import pytest
from cryptography import x509

from offchain.errors import CredentialsError
from offchain.orchestrator.certificate import make_certificate
from offchain.wire import (
    AuthToken,
    Capability,
    OrchestratorRequest,
    decode_ping,
    encode_end_session,
    encode_ping,
    encode_request,
    sign_request,
    verify_ping,
)
from offchain.wire.grpc import END_SESSION, GET_ORCHESTRATOR, PING
from tests.support.orchestrator_values import EV, GATEWAY, GATEWAY_KEY, GWEI, ORCHESTRATOR, OTHER, OTHER_KEY, ROUND

from .conftest import TEST_PRICE, request


async def refusal(served, method, message):
    """Status and text of a call that must fail."""
    # Not with pytest.raises: what it keeps of the exception would keep the connection open.
    try:
        await served.call(method, message)
    except grpc.aio.AioRpcError as error:
        return error.code().name, error.details()
    pytest.fail("the call was answered")


@pytest.mark.parametrize("tls", [True, False], ids=["TLS", "clear text"])
async def test_get_orchestrator_answers_with_an_offer(serving, tls):
    async with serving(tls=tls) as served:
        info = await served.offer()
        assert info.service_uri == served.settings.service_uri
        assert info.address == ORCHESTRATOR
        assert info.price == TEST_PRICE
        assert info.ticket_params.recipient == ORCHESTRATOR
        assert info.ticket_params.expected_value >= EV
        assert info.ticket_params.expiration_params.creation_round == ROUND
        assert {Capability.H264, Capability.AUTH_TOKEN, Capability.STORAGE_DIRECT, Capability.GOP} <= set(
            info.capabilities
        )
        assert info.auth_token.session_id != (await served.offer()).auth_token.session_id


async def test_dear_redemption_raises_the_price(served):
    served.chain.move(gas_price=GWEI)
    served.chain.max_float = 10 * 350_000 * GWEI
    assert (await served.offer()).price == TEST_PRICE * Fraction(11, 10)


@pytest.mark.parametrize(
    ("message", "status", "text"),
    [
        (b"\xff\xff", "INVALID_ARGUMENT", ""),
        (encode_request(OrchestratorRequest(GATEWAY, bytes(65))), "PERMISSION_DENIED", "Invalid orchestrator request"),
        (
            encode_request(OrchestratorRequest(OTHER, sign_request(GATEWAY_KEY)[1])),
            "PERMISSION_DENIED",
            "Invalid orchestrator request",
        ),
        (encode_request(OrchestratorRequest(GATEWAY, b"")), "PERMISSION_DENIED", "Invalid orchestrator request"),
    ],
    ids=["no message", "no signature", "another's signature", "empty signature"],
)
async def test_a_request_that_is_not_signed_by_its_gateway_is_refused(served, message, status, text):
    code, details = await refusal(served, GET_ORCHESTRATOR, message)
    assert code == status
    assert text in details


async def test_a_gateway_without_reserve_gets_no_offer(served):
    served.chain.max_float = EV - 1
    assert await refusal(served, GET_ORCHESTRATOR, request()) == (
        "FAILED_PRECONDITION",
        f"insufficient sender reserve: face value {EV - 1} wei, expected value {EV} wei, cost to redeem 0 wei",
    )


async def test_free_work_needs_no_reserve(serving):
    async with serving(price_per_unit=0) as served:
        served.chain.max_float = 0
        info = await served.offer()
        assert (info.price, info.ticket_params.face_value) == (0, 0)


async def test_a_full_orchestrator_says_so_unless_it_is_not_asked(serving):
    async with serving(max_sessions=1) as served:
        served.node.sessions.enter("taken")
        assert await refusal(served, GET_ORCHESTRATOR, request()) == ("RESOURCE_EXHAUSTED", "OrchestratorCapped")
        await served.call(GET_ORCHESTRATOR, request(ignore_capacity_check=True))


async def test_a_chain_that_does_not_answer_is_told_and_survived(served):
    served.chain.reachable = False
    assert (await refusal(served, GET_ORCHESTRATOR, request()))[0] == "UNAVAILABLE"
    served.chain.reachable = True
    assert (await served.offer()).address == ORCHESTRATOR


async def test_a_ping_is_answered_with_a_signature(served):
    answer = decode_ping(await served.call(PING, encode_ping(b"are you there?")))
    verify_ping(ORCHESTRATOR, b"are you there?", answer)
    with pytest.raises(CredentialsError):
        verify_ping(ORCHESTRATOR, b"somebody else?", answer)


async def test_node71_a_ping_signs_nothing_that_could_be_a_ticket(served):
    code, details = await refusal(served, PING, encode_ping(bytes(168)))
    assert code == "INVALID_ARGUMENT"
    assert "at most 32 bytes" in details


async def test_a_session_is_ended_by_its_token_only(served):
    token = (await served.offer()).auth_token
    served.node.sessions.enter(token.session_id)
    forged = AuthToken(bytes(32), token.session_id, token.expiration)
    longer = replace(token, expiration=token.expiration + 1)
    for wrong in (forged, longer):
        assert (await refusal(served, END_SESSION, encode_end_session(wrong)))[0] == "PERMISSION_DENIED"
    assert len(served.node.sessions) == 1
    await served.call(END_SESSION, encode_end_session(token))
    assert len(served.node.sessions) == 0
    assert served.worker.ended == [token.session_id]


async def test_an_unknown_method_is_unimplemented(served):
    code, details = await refusal(served, "/net.Orchestrator/Nothing", b"")
    assert code == "UNIMPLEMENTED"
    assert "/net.Orchestrator/Nothing" in details


async def test_a_call_that_is_too_large_is_refused(served):
    assert (await refusal(served, PING, bytes(300 * 1024)))[0] == "RESOURCE_EXHAUSTED"


async def test_http2_needs_no_grpc_and_grpc_needs_http2(served):
    async with served.client(http2=True) as http2, served.client(http2=False) as http1:
        assert (await http2.get("/healthz")).http_version == "HTTP/2"
        answer = await http1.post(PING, headers={"content-type": "application/grpc"}, content=b"")
        assert answer.status_code == 404


def test_the_certificate_names_the_host_as_dns_and_is_new_each_time():
    first, _ = make_certificate("127.0.0.1")
    second, _ = make_certificate("127.0.0.1")
    certificate = x509.load_pem_x509_certificate(first)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["127.0.0.1"]
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert certificate.subject == x509.Name([])
    assert first != second


async def test_the_key_of_the_certificate_is_readable_by_the_owner_alone(served):
    [key] = served.settings.data_dir.glob("*key.pem")
    assert key.stat().st_mode & 0o077 == 0


async def test_an_old_tls_version_is_refused(served):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    host, port = served.authority.split(":")

    with pytest.raises((ssl.SSLError, ConnectionError)):
        await asyncio.open_connection(host, int(port), ssl=context)


async def test_offers_of_two_gateways_are_their_own(served):
    first, second = await served.offer(), await served.offer(OTHER_KEY)
    assert first.ticket_params.recipient_rand_hash != second.ticket_params.recipient_rand_hash
