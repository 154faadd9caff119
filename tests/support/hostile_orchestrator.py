"""An orchestrator for tests of the gateway: real TLS, HTTP/2 and gRPC, honest books, and any lie on demand.

It keeps the books that an orchestrator keeps: every ticket is checked, credited once, and debited by the pixels that
it bills. Its hooks let a test change what it says at each step; what it was paid stays true.
"""

from __future__ import annotations

import asyncio
import asyncio.constants
import logging
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config
from starlette.types import Receive, Scope, Send

from offchain.orchestrator.certificate import write_certificate
from offchain.tickets import (
    CommitmentTerms,
    ExpirationParams,
    TicketParams,
    key_address,
    rand_hash,
    recipient_rand,
    recover_signer,
)
from offchain.tickets.value import win_prob
from offchain.wire import (
    PAYMENT_HEADER,
    SEGMENT_HEADER,
    OrchestratorInfo,
    RenditionResult,
    SegmentCredentials,
    SegmentResult,
    decode_end_session,
    decode_payment,
    decode_ping,
    decode_request,
    decode_segment,
    encode_info,
    encode_ping,
    encode_result,
    mint_auth_token,
    new_session_id,
    offered_capabilities,
    segment_hash,
    sign_ping,
    sign_result,
    verify_auth_token,
    verify_request,
    verify_segment,
)
from offchain.wire.grpc import END_SESSION, GET_ORCHESTRATOR, GrpcStatus, is_grpc, pack, trailers, unpack_one
from tests.support.gateway_clips import Clip, clip, clip_of
from tests.support.gateway_values import BLOCK, EV, FACE_VALUE, ROUND, ROUND_HASH

SECRET = bytes([3]) * 32
# A gateway that has lost its patience with a connection does not take part in closing it.
asyncio.constants.SSL_SHUTDOWN_TIMEOUT = 0.5
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """A raw HTTP answer: status, body pieces with the pause before each, and headers."""

    status: int = 200
    pieces: tuple[tuple[float, bytes], ...] = ((0.0, b""),)
    headers: tuple[tuple[bytes, bytes], ...] = ()
    delay_s: float = 0.0

    @classmethod
    def text(cls, status: int, reason: str) -> Answer:
        return cls(status, ((0.0, reason.encode()),))


@dataclass
class Hooks:
    """What to say instead of the truth; each gets the truth. None of them is honesty."""

    offer: Callable[[OrchestratorInfo], OrchestratorInfo | bytes | GrpcStatus] | None = None
    offer_delay_s: float = 0.0
    segment: Callable[[SegmentCredentials], Answer | None] | None = None
    result: Callable[[SegmentResult], SegmentResult | Answer] | None = None
    renditions: Callable[[list[bytes]], list[bytes]] | None = None
    pixels: Callable[[list[int]], list[int]] | None = None
    download: Callable[[bytes], Answer] | None = None


@dataclass
class Books:
    """What it received and charged, in wei."""

    received: Fraction = Fraction(0)
    charged: Fraction = Fraction(0)
    balances: dict[str, Fraction] = field(default_factory=dict)
    nonces: set[tuple[bytes, int]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


class TestOrchestrator:
    """One orchestrator on a loopback port; `serving` starts and stops it."""

    __test__ = False

    def __init__(
        self, number: int = 1, price: int | Fraction = 1, hooks: Hooks | None = None, *, works: bool = False
    ) -> None:
        """With `works` it transcodes what it gets; else it has the renditions of `clip()` ready."""
        self.works = works
        self.key = bytes([0x40 + number]) * 32
        self.address = key_address(self.key)
        self.price, self.hooks, self.books = Fraction(price), hooks or Hooks(), Books()
        self.clip: Clip = clip()
        self.served = 0
        self.offers = 0
        self.ended: list[str] = []
        self.block = BLOCK
        self.validity = 40
        self.uri = ""
        self._shelf: dict[str, bytes] = {}

    @asynccontextmanager
    async def serving(self, *, tls: bool = True, port: int = 0):
        """Serves on a loopback port, by default one that the system chooses."""
        with tempfile.TemporaryDirectory() as folder:
            listener = socket.create_server(("127.0.0.1", port), backlog=100)
            port = listener.getsockname()[1]
            config = Config()
            config.bind = [f"fd://{listener.detach()}"]
            if tls:
                certificate, key = write_certificate(Path(folder), "orchestrator.example")
                config.certfile, config.keyfile = str(certificate), str(key)
            config.alpn_protocols = ["h2", "http/1.1"]
            config.errorlog = logging.getLogger("hypercorn.test")
            config.graceful_timeout = 0.1
            config.h2_max_header_list_size = 2**18
            stop = asyncio.Event()
            self.uri = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
            server = asyncio.create_task(serve(self._app, config, shutdown_trigger=stop.wait, mode="asgi"))
            try:
                yield self
            finally:
                stop.set()
                await server

    # -- what it knows -------------------------------------------------------------------------------------------

    def params(self, sender: str) -> TicketParams:
        terms = CommitmentTerms(
            sender=sender,
            face_value=FACE_VALUE if self.price else 0,
            win_prob=win_prob(FACE_VALUE, EV) if self.price else 0,
            expiration_block=self.block + self.validity,
            price=self.price,
            creation_round=ROUND,
            creation_round_block_hash=ROUND_HASH,
        )
        seed = secrets.randbits(256)
        return TicketParams(
            recipient=self.address,
            face_value=terms.face_value,
            win_prob=terms.win_prob,
            recipient_rand_hash=rand_hash(recipient_rand(SECRET, seed, terms)),
            seed=seed,
            expiration_block=terms.expiration_block,
            expiration_params=ExpirationParams(ROUND, ROUND_HASH),
        )

    def info(self, sender: str, token=None) -> OrchestratorInfo:
        return OrchestratorInfo(
            service_uri=self.uri,
            address=self.address,
            ticket_params=self.params(sender),
            price=self.price,
            capabilities=offered_capabilities("0.1.0"),
            auth_token=token or mint_auth_token(SECRET, new_session_id(), int(time.time())),
        )

    # -- the server ----------------------------------------------------------------------------------------------

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while True:
                event = (await receive())["type"]
                await send({"type": f"{event}.complete"})
                if event == "lifespan.shutdown":
                    return
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        body = await _body(receive)
        if is_grpc(headers.get("content-type", "")):
            await self._grpc(scope["path"], body, send)
        elif scope["path"] == "/segment":
            await _reply(await self._segment(headers, body), send)
        else:
            data = self._shelf.get(scope["path"])
            honest = Answer(200, ((0.0, data),)) if data is not None else Answer.text(404, "gone")
            lie = self.hooks.download
            await _reply(honest if lie is None or data is None else lie(data), send)

    async def _grpc(self, path: str, body: bytes, send: Send) -> None:
        status, answer = GrpcStatus.OK, b""
        if path == GET_ORCHESTRATOR:
            await asyncio.sleep(self.hooks.offer_delay_s)
            request = decode_request(unpack_one(body))
            verify_request(request.address, request.signature)
            self.offers += 1
            told: OrchestratorInfo | bytes | GrpcStatus = self.info(request.address)
            if self.hooks.offer is not None:
                told = self.hooks.offer(told)
            if isinstance(told, GrpcStatus):
                status = told
            else:
                answer = told if isinstance(told, bytes) else encode_info(told)
        elif path == END_SESSION:
            self.ended.append(decode_end_session(unpack_one(body)).session_id)
        else:
            answer = encode_ping(sign_ping(self.key, decode_ping(unpack_one(body))))
        head = [(b"content-type", b"application/grpc"), (b"trailer", b"grpc-status")]
        await send({"type": "http.response.start", "status": 200, "headers": head, "trailers": True})
        await send({"type": "http.response.body", "body": pack(answer) if status is GrpcStatus.OK else b""})
        await send({"type": "http.response.trailers", "headers": trailers(status, "scripted")})

    async def _segment(self, headers: dict[str, str], body: bytes) -> Answer:
        payment = decode_payment(headers.get(PAYMENT_HEADER.lower()))
        credentials = decode_segment(headers.get(SEGMENT_HEADER.lower()))
        if self.hooks.segment is not None and (early := self.hooks.segment(credentials)) is not None:
            return early
        verify_segment(credentials, payment.sender)
        verify_auth_token(SECRET, credentials.auth_token, int(time.time()))
        if credentials.segment_hash != segment_hash(body):
            self.books.faults.append("segment hash")
        session = credentials.auth_token.session_id
        if (refusal := self._take_payment(payment, session)) is not None:
            return Answer.text(400, refusal)
        if self.works:
            self.clip = await asyncio.to_thread(clip_of, body, credentials.profiles)
        result = self._work(credentials, payment.sender, payment.expected_price)
        self.served += 1
        if isinstance(result, Answer):
            return result
        return Answer(200, ((0.0, encode_result(result)),))

    def _take_payment(self, payment, session: str) -> str | None:
        books = self.books
        for ticket, signature in payment.signed_tickets():
            terms = CommitmentTerms.of(payment.params, payment.sender, payment.expected_price)
            rand = recipient_rand(SECRET, payment.params.seed, terms)
            if rand_hash(rand) != ticket.recipient_rand_hash:
                return "invalid recipientRand for ticket recipientRandHash"
            if payment.params.expiration_block <= self.block:
                return "TicketParams expired"
            if recover_signer(ticket, signature) != payment.sender:
                books.faults.append("ticket signature")
            mark = ticket.recipient_rand_hash, ticket.sender_nonce
            if mark in books.nonces:
                books.faults.append("nonce twice")
            books.nonces.add(mark)
            books.received += payment.params.expected_value
            books.balances[session] = books.balances.get(session, Fraction(0)) + payment.params.expected_value
        if payment.expected_price and books.balances.get(session, Fraction(0)) < EV:
            return "Insufficient balance"
        return None

    def _work(self, credentials: SegmentCredentials, sender: str, price: Fraction) -> SegmentResult | Answer:
        hooks = self.hooks
        data = [rendition.data for rendition in self.clip.renditions]
        if hooks.renditions is not None:
            data = hooks.renditions(data)
        pixels = [rendition.pixels for rendition in self.clip.renditions]
        if hooks.pixels is not None:
            pixels = hooks.pixels(pixels)
        rows = []
        for number, (content, count) in enumerate(zip(data, pixels, strict=False)):
            path = f"/stream/{credentials.manifest_id}/{credentials.seq}/{number}.ts"
            self._shelf[path] = content
            rows.append(RenditionResult(self.uri + path, count))
        result = SegmentResult(
            credentials.seq,
            tuple(rows),
            sign_result(self.key, [segment_hash(content) for content in data]),
            info=self.info(sender, credentials.auth_token),
        )
        told = hooks.result(result) if hooks.result is not None else result
        if isinstance(told, SegmentResult):
            session = credentials.auth_token.session_id
            self.books.balances[session] = self.books.balances.get(session, Fraction(0)) - told.pixels * price
            self.books.charged += told.pixels * price
        return told


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


async def _reply(answer: Answer, send: Send) -> None:
    await asyncio.sleep(answer.delay_s)
    await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
    for pause, piece in answer.pieces:
        await asyncio.sleep(pause)
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def in_a_process(number: int, price: int):
    """An honest orchestrator in a process of its own, which may be killed; yields the process, with its `uri`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(number), str(price)), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process, (await process.stdout.readline()).decode().strip()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _main(number: int, price: int) -> None:
    async with TestOrchestrator(number, price).serving() as node:
        print(node.uri, flush=True)  # noqa: T201 - read by whoever started it
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2])))
