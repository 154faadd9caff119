"""Many views in one request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import ape
from ape.exceptions import ProviderError
from hexbytes import HexBytes

# Endpoints bound what one request may hold.
BATCH = 100


class View(NamedTuple):
    """A view that has not been asked: Ape's method of a contract, and arguments."""

    method: Any
    arguments: tuple[Any, ...]


def view(method: Any, *arguments: Any) -> View:
    return View(method, arguments)


def read_all(views: Iterable[View]) -> list[Any]:
    """The answers, in order. All are of the latest block, which may change between one batch and the next.

    Raises:
        ProviderError: a view reverted, or the node does not answer.
    """
    pending = list(views)
    return [answer for start in range(0, len(pending), BATCH) for answer in _read(pending[start : start + BATCH])]


def _read(views: list[View]) -> Iterator[Any]:
    provider = ape.chain.provider
    requests = [("eth_call", [_call(view), "latest"]) for view in views]
    answers = provider.web3.provider.make_batch_request(requests)
    if not isinstance(answers, list) or len(answers) != len(views):
        raise ProviderError(f"the node takes no batches of {len(views)} requests: {_fault(answers)}")
    for (method, arguments), answer in zip(views, answers, strict=True):
        abi = _abi(method, arguments)
        if "result" not in answer:
            raise ProviderError(f"{abi.name} at {method.contract.address} failed: {_fault(answer)}")
        values = provider.network.ecosystem.decode_returndata(abi, HexBytes(answer["result"]))
        yield values[0] if isinstance(values, tuple | list) and len(values) == 1 else values


def _call(view: View) -> dict[str, str]:
    data = bytes(view.method.encode_input(*view.arguments))
    return {"to": view.method.contract.address, "data": "0x" + data.hex()}


def _fault(answer: Any) -> str:
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    return str(error.get("message", error) if isinstance(error, dict) else error)


def _abi(method: Any, arguments: tuple[Any, ...]) -> Any:
    return next(abi for abi in method.abis if len(abi.inputs) == len(arguments))
