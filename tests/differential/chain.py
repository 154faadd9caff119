"""The chain that both deployments live on, in its own words: batches of requests, and blocks mined by hand.

Both sides of a call stand in one block, so that block numbers, hashes and times are the same for both.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

__all__ = ["Chain", "Receipt", "Transaction", "started_anvil"]

GAS_LIMIT = 16_000_000  # anvil lets a transaction have 2^24
BLOCK_GAS_LIMIT = 1_000_000_000
PATIENCE_S = 120
WEALTH = 10**24


class Transaction(NamedTuple):
    sender: str
    to: str | None
    data: bytes
    value: int = 0


class Receipt(NamedTuple):
    """What became of a transaction; logs as (address, topics, data), and the mark by which the chain knows it."""

    succeeded: bool
    logs: tuple[tuple[bytes, tuple[bytes, ...], bytes], ...]
    contract: str | None
    mark: str


class Chain:
    """An anvil in which anybody may send from any account, for nothing."""

    def __init__(self, uri: str) -> None:
        node = urlsplit(uri)
        self._connection = HTTPConnection(node.hostname or "127.0.0.1", node.port, timeout=PATIENCE_S)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @contextmanager
    def mined_by_hand(self) -> Iterator[None]:
        """For as long as it is used: no automatic mining, no price of gas, no keys. Afterwards all is as it was."""
        limit = self.ask("eth_getBlockByNumber", "latest", False)["gasLimit"]
        start = self.snapshot()
        self.ask("evm_setAutomine", False)
        self.ask("anvil_autoImpersonateAccount", True)
        self.ask("evm_setBlockGasLimit", hex(BLOCK_GAS_LIMIT))
        self.ask("anvil_setNextBlockBaseFeePerGas", "0x0")
        try:
            self.ask("evm_mine")
            yield
        finally:
            self.restore(start)
            self.ask("evm_setBlockGasLimit", limit)
            self.ask("anvil_autoImpersonateAccount", False)
            self.ask("evm_setAutomine", True)

    @property
    def height(self) -> int:
        return int(self.ask("eth_blockNumber"), 16)

    def transact(self, *transactions: Transaction) -> list[Receipt]:
        """Sends all of them into one block."""
        requests: list[tuple[str, list[Any]]] = [("eth_sendTransaction", [_fields(t)]) for t in transactions]
        *hashes, _ = self.batch([*requests, ("evm_mine", [])])
        answers = self.batch([("eth_getTransactionReceipt", [mark]) for mark in hashes])
        assert all(answers), "a transaction was left out of its block"
        return [_receipt(answer) for answer in answers]

    def refusal(self, receipt: Receipt) -> bytes:
        """What a failed transaction reverted with."""
        tracer = {"tracer": "callTracer", "tracerConfig": {"onlyTopCall": True}}
        return _bytes(self.ask("debug_traceTransaction", receipt.mark, tracer).get("output", "0x"))

    def views(self, to: str, questions: Sequence[bytes]) -> list[bytes]:
        calls = [{"to": to, "data": _hex(question), "gas": hex(BLOCK_GAS_LIMIT)} for question in questions]
        return [_bytes(answer) for answer in self.batch([("eth_call", [call, "latest"]) for call in calls])]

    def enrich(self, account: str) -> None:
        self.ask("anvil_setBalance", account, hex(WEALTH))

    def mine(self, blocks: int) -> None:
        if blocks > 0:
            self.ask("anvil_mine", hex(blocks))

    def snapshot(self) -> str:
        return str(self.ask("evm_snapshot"))

    def restore(self, mark: str) -> None:
        """Back to a snapshot, which is used up by it."""
        assert self.ask("evm_revert", mark), "the chain cannot be put back"

    def ask(self, method: str, *parameters: Any) -> Any:
        return self.batch([(method, list(parameters))])[0]

    def batch(self, requests: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        """The answers in the order of the requests; RuntimeError when one is an error."""
        bodies = [{"jsonrpc": "2.0", "id": i, "method": m, "params": p} for i, (m, p) in enumerate(requests)]
        self._connection.request("POST", "/", json.dumps(bodies), {"Content-Type": "application/json"})
        answers = json.loads(self._connection.getresponse().read())
        for answer in answers:
            if "error" in answer:
                raise RuntimeError(f"{requests[answer['id']][0]}: {answer['error']}")
        return [answer["result"] for answer in sorted(answers, key=lambda answer: int(answer["id"]))]


@contextmanager
def started_anvil(program: str = "anvil") -> Iterator[Chain]:
    """A chain of one's own, ended with the context."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--hardfork", "cancun", "--base-fee", "0", "--silent"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        yield _connected(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait()


def _connected(uri: str, process: subprocess.Popen[bytes]) -> Chain:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return Chain(uri)
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)


def _fields(transaction: Transaction) -> dict[str, str]:
    fields = {"from": transaction.sender, "data": _hex(transaction.data), "value": hex(transaction.value)}
    if transaction.to is not None:
        fields["to"] = transaction.to
    return {**fields, "gas": hex(GAS_LIMIT), "gasPrice": "0x0"}


def _receipt(answer: Any) -> Receipt:
    logs = tuple((_bytes(e["address"]), tuple(map(_bytes, e["topics"])), _bytes(e["data"])) for e in answer["logs"])
    return Receipt(bool(int(answer["status"], 16)), logs, answer["contractAddress"], answer["transactionHash"])


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
