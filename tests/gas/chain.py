"""The test chain as the gas scenario uses it: many transactions to a block, and figures from their receipts.

Speaks JSON-RPC in batches, since a scenario of a thousand transactions has ten seconds. Senders need no keys: the node
acts for whoever is named.
"""

from __future__ import annotations

import json
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import ape

from tests.support.calldata import Contract

__all__ = ["Call", "Chain", "Receipt"]

GAS_LIMIT = 8_000_000
GAS_PRICE = 10**12
BLOCK_GAS_LIMIT = 2**52
PATIENCE_S = 120
RICH = 10**24


@dataclass(frozen=True, slots=True)
class Call:
    """A transaction to be. Addresses are texts."""

    sender: str
    contract: Contract
    function: str
    arguments: tuple[object, ...] = ()
    value: int = 0

    @property
    def data(self) -> str:
        return "0x" + self.contract.encode(self.function, *self.arguments).hex()


@dataclass(frozen=True, slots=True)
class Receipt:
    transaction: str
    gas_used: int


class Chain:
    """The anvil that Ape is connected to. Use within {taken}: it is put back as it was found."""

    def __init__(self) -> None:
        node = urlsplit(ape.chain.provider.uri)
        self._connection = HTTPConnection(node.hostname or "127.0.0.1", node.port, timeout=PATIENCE_S)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @contextmanager
    def taken(self) -> Iterator[Chain]:
        """The node mines when told to, acts for everybody, and puts no limit to a block."""
        limit = self.request("eth_getBlockByNumber", "latest", False)["gasLimit"]
        self.request("evm_setAutomine", False)
        self.request("anvil_autoImpersonateAccount", True)
        self.request("evm_setBlockGasLimit", hex(BLOCK_GAS_LIMIT))
        try:
            yield self
        finally:
            self.request("evm_setBlockGasLimit", limit)
            self.request("anvil_autoImpersonateAccount", False)
            self.request("evm_setAutomine", True)

    @property
    def height(self) -> int:
        return int(self.request("eth_blockNumber"), 16)

    @property
    def last_block_hash(self) -> bytes:
        return bytes.fromhex(self.request("eth_getBlockByNumber", "latest", False)["hash"][2:])

    def mine(self, blocks: int = 1) -> None:
        if blocks:
            self.request("anvil_mine", hex(blocks))

    def enrich(self, accounts: Sequence[str]) -> None:
        """Gives accounts more ether than they can spend."""
        self.batch([("anvil_setBalance", (account, hex(RICH))) for account in accounts])

    def run(self, calls: Sequence[Call]) -> list[Receipt]:
        """Mines the calls in one block, in their order; all must go through."""
        transactions = [self._transaction(call, place) for place, call in enumerate(calls)]
        self._number(transactions)
        hashes = self.batch([("eth_sendTransaction", (transaction,)) for transaction in transactions])
        self.mine()
        receipts = self.batch([("eth_getTransactionReceipt", (hash_,)) for hash_ in hashes])
        for call, receipt in zip(calls, receipts, strict=True):
            assert receipt is not None, f"{call.function} was not mined"
            assert int(receipt["status"], 16), f"{call.function}{call.arguments} of {call.sender} reverted"
        return [Receipt(r["transactionHash"], int(r["gasUsed"], 16)) for r in receipts]

    def views(self, calls: Sequence[Call]) -> list[bytes]:
        answers = self.batch(
            [("eth_call", ({"to": call.contract.address, "data": call.data}, "latest")) for call in calls]
        )
        return [bytes.fromhex(answer[2:]) for answer in answers]

    def number(self, contract: Contract, function: str, *arguments: object) -> int:
        """The answer of a view that is a number."""
        return int.from_bytes(self.views([Call("", contract, function, arguments)])[0], "big")

    def snapshot(self) -> str:
        return str(self.request("evm_snapshot"))

    def restore(self, snapshot: str) -> None:
        """Back to a snapshot, which is used up by it."""
        assert self.request("evm_revert", snapshot), "the chain cannot be put back"

    def request(self, method: str, *parameters: object) -> Any:
        return self.batch([(method, parameters)])[0]

    def batch(self, requests: Sequence[tuple[str, Sequence[object]]]) -> list[Any]:
        """The results of several requests, in their order."""
        if not requests:
            return []
        body = [{"jsonrpc": "2.0", "id": i, "method": m, "params": list(p)} for i, (m, p) in enumerate(requests)]
        self._connection.request("POST", "/", json.dumps(body), {"Content-Type": "application/json"})
        answers = json.loads(self._connection.getresponse().read())
        answers = sorted(answers, key=lambda answer: answer["id"])
        for (method, _), answer in zip(requests, answers, strict=True):
            if "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
        return [answer["result"] for answer in answers]

    def _transaction(self, call: Call, place: int) -> dict[str, str]:
        # The node puts those first that pay most: so they come in the order of the calls.
        return {
            "from": call.sender,
            "to": call.contract.address,
            "data": call.data,
            "value": hex(call.value),
            "gas": hex(GAS_LIMIT),
            "gasPrice": hex(GAS_PRICE - place),
        }

    def _number(self, transactions: list[dict[str, str]]) -> None:
        """Nonces, so that somebody can send several in one block."""
        senders = sorted({transaction["from"] for transaction in transactions})
        counts = self.batch([("eth_getTransactionCount", (sender, "latest")) for sender in senders])
        next_nonces = Counter(dict(zip(senders, (int(count, 16) for count in counts), strict=True)))
        for transaction in transactions:
            sender = transaction["from"]
            transaction["nonce"] = hex(next_nonces[sender])
            next_nonces[sender] += 1
