"""The {Engine} that is the chain Ape is connected to."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import ape

from tests.support.engine import GAS_LIMIT, Log

__all__ = ["ApeEngine"]

PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Receipt:
    """An {Outcome} as anvil tells of it."""

    refusal: bytes | None
    logs: tuple[Log, ...]
    gas_used: int


class ApeEngine:
    """The chain that Ape is connected to: an anvil, whose test accounts are unlocked.

    Speaks to the node on a connection of its own, in the node's own words, without what Ape and web3 do around a call
    (signing, estimating, tracing, middleware): a fraction of the time.
    """

    def __init__(self) -> None:
        node = urlsplit(ape.chain.provider.uri)
        self._connection = HTTPConnection(node.hostname or "127.0.0.1", node.port, timeout=PATIENCE_S)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._height = int(self._request("eth_blockNumber"), 16)

    @property
    def next_block(self) -> int:
        return self._height + 1

    def create(self, sender: str, creation_code: bytes) -> str:
        receipt = self._send({"from": sender, "data": _hex(creation_code)})
        assert int(receipt["status"], 16), "a contract that tests need could not be deployed"
        return str(receipt["contractAddress"])

    def call(self, sender: str, to: str, data: bytes, value: int = 0) -> Receipt:
        receipt = self._send({"from": sender, "to": to, "data": _hex(data), "value": hex(value)})
        gas_used = int(receipt["gasUsed"], 16)
        if int(receipt["status"], 16):
            return Receipt(None, tuple(map(_log, receipt["logs"])), gas_used)
        return Receipt(self._refusal(receipt["transactionHash"]), (), gas_used)

    def view(self, to: str, data: bytes) -> bytes:
        return _bytes(self._request("eth_call", {"to": to, "data": _hex(data)}, "latest"))

    def balance(self, address: str) -> int:
        return int(self._request("eth_getBalance", address, "latest"), 16)

    def storage(self, address: str, slot: int) -> int:
        return int(self._request("eth_getStorageAt", address, hex(slot), "latest"), 16)

    def mine(self, blocks: int) -> None:
        if blocks:
            self._request("anvil_mine", hex(blocks))
            self._height += blocks

    def pass_time(self, seconds: int) -> None:
        self._request("evm_increaseTime", seconds)

    def snapshot(self) -> object:
        self._height = int(self._request("eth_blockNumber"), 16)  # Ape may have put the chain back since
        return self._request("evm_snapshot"), self._height

    def restore(self, snapshot: object) -> None:
        assert isinstance(snapshot, tuple)
        mark, height = snapshot
        assert self._request("evm_revert", mark), "the chain cannot be put back"
        self._height = height

    def _send(self, transaction: dict[str, str]) -> Any:
        receipt = self._request("eth_sendTransactionSync", {**transaction, "gas": hex(GAS_LIMIT)})
        self._height += 1
        assert int(receipt["blockNumber"], 16) == self._height, "somebody else uses this chain"
        return receipt

    def _refusal(self, transaction: str) -> bytes:
        tracer = {"tracer": "callTracer", "tracerConfig": {"onlyTopCall": True}}
        return _bytes(self._request("debug_traceTransaction", transaction, tracer).get("output", "0x"))

    def _request(self, method: str, *parameters: object) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters})
        self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = json.loads(self._connection.getresponse().read())
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _log(entry: Any) -> Log:
    return Log(entry["address"].lower(), tuple(map(_bytes, entry["topics"])), _bytes(entry["data"]))
