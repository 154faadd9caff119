"""Many questions to the chain in few requests; one by one, each costs a round trip and several of Ape's own checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ape

from scripts._lib.errors import EndpointError

BATCH = 100


@dataclass(frozen=True, slots=True, init=False)
class Read:
    """A view of a contract with its arguments, not asked yet: `Read(token.balanceOf, account)`."""

    method: Any
    arguments: tuple[Any, ...]

    def __init__(self, method: Any, *arguments: Any) -> None:
        object.__setattr__(self, "method", method)
        object.__setattr__(self, "arguments", arguments)

    @property
    def call(self) -> dict[str, str]:
        data = bytes(self.method.encode_input(*self.arguments))
        return {"to": self.method.contract.address, "data": "0x" + data.hex()}

    def decode(self, answer: str) -> Any:
        """As Ape gives it."""
        (abi,) = (abi for abi in self.method.abis if len(abi.inputs) == len(self.arguments))
        values = ape.chain.provider.network.ecosystem.decode_returndata(abi, bytes.fromhex(answer[2:]))
        return values[0] if len(values) == 1 else values


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """What stands in place of an answer that did not come: the view reverts, or nothing is there."""

    reason: str

    def __str__(self) -> str:
        return f"no answer ({self.reason})"


def read_each(reads: Sequence[Read]) -> list[Any]:
    """Answers in the order of the questions, all at the latest block; a {NoAnswer} for each that fails."""
    responses = request_all([("eth_call", [read.call, "latest"]) for read in reads])
    return [_answer(read, response) for read, response in zip(reads, responses, strict=True)]


def read_all(reads: Sequence[Read]) -> list[Any]:
    """The same where each must answer.

    Raises:
        EndpointError: one did not.
    """
    answers = read_each(reads)
    for read, answer in zip(reads, answers, strict=True):
        if isinstance(answer, NoAnswer):
            raise EndpointError(f"{read.method.abis[0].name} of {read.method.contract.address}: {answer}")
    return answers


def _answer(read: Read, response: dict[str, Any]) -> Any:
    if "error" in response:
        return NoAnswer(str(response["error"].get("message", response["error"])))
    raw: str = response["result"]
    return NoAnswer("no contract is there") if raw == "0x" else read.decode(raw)


def request_all(requests: Sequence[tuple[str, list[Any]]]) -> list[dict[str, Any]]:
    """Responses to JSON-RPC requests in their order, `{"result": ...}` or `{"error": ...}` each.

    Raises:
        EndpointError: the node does not answer batches.
    """
    transport: Any = ape.chain.provider.web3.provider
    responses: list[dict[str, Any]] = []
    for start in range(0, len(requests), BATCH):
        batch = requests[start : start + BATCH]
        answered = transport.make_batch_request(batch)
        if not isinstance(answered, list) or len(answered) != len(batch):
            raise EndpointError(f"the node does not answer batches of requests: {answered}")
        responses += answered
    return responses
