"""The same views of the same accounts, asked of two versions of a contract at the same block.

No transaction is needed for that: the node answers a call as if other code stood at the implementation's address
(`eth_call` with a state override). Before an upgrade the chain has the old version and the new one is put in its
place; afterwards it is the other way round. Storage and block are the same for both, so whatever differs is due to
the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import ape
from eth_abi.abi import decode, encode
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes

from scripts._lib.errors import EndpointError
from scripts._lib.reads import request_all

MAX_CALLS_A_FUNCTION = 200
ANSWERED_BY_THE_PROXY = ("controller", "targetContractId")
# Returns one word that no view returns: 0x52..52.
PROBE = "0x7f" + "52" * 32 + "60005260206000f3"


@dataclass(frozen=True, slots=True)
class Samples:
    """What views are asked about.

    Attributes:
        accounts: addresses.
        numbers: rounds, lock ids, proposal ids.
    """

    accounts: tuple[str, ...]
    numbers: tuple[int, ...]

    def of_type(self, abi_type: str) -> tuple[Any, ...]:
        """Values for a parameter of that type; none if we know of none."""
        if abi_type == "address":
            return self.accounts
        if abi_type.startswith("uint") and "[" not in abi_type:
            return tuple(n for n in self.numbers if n < 2 ** int(abi_type.removeprefix("uint") or 256))
        return (bytes(32),) if abi_type == "bytes32" else ()


@dataclass(frozen=True, slots=True)
class View:
    """A view with its arguments, encoded and readable."""

    label: str
    data: str
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A view that answers otherwise than before; answers are decoded, or `reverts with 0x…`."""

    view: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.view}: {self.old} before, {self.new} after"


@dataclass(frozen=True, slots=True)
class Replay:
    """
    Attributes:
        compared: how many calls.
        skipped: views for whose arguments there are no samples.
        differences: those that answered differently.
    """

    compared: int
    skipped: list[str]
    differences: list[Difference] = field(default_factory=list)

    def __str__(self) -> str:
        skipped = f"; not asked, for want of arguments: {', '.join(self.skipped)}" if self.skipped else ""
        return f"{self.compared} answers compared, {len(self.differences)} differ{skipped}"


def replay(
    proxy: str, implementation: str, abi: Iterable[Any], samples: Samples, *, old: bytes | None, new: bytes | None
) -> Replay:
    """Asks every view that both versions have.

    Args:
        proxy: address that is asked.
        implementation: address behind it at present.
        abi: functions that both versions have.
        old, new: code of each version; None for the one that stands at `implementation`.

    Raises:
        EndpointError: the node does not answer calls with code put in place.
    """
    _require_overrides(implementation)
    block = hex(ape.chain.blocks.height)
    views, skipped = [], []
    for function in abi:
        of_function = list(_views(function, samples))
        views += of_function
        if not of_function:
            skipped.append(function.selector)
    before = _ask(proxy, views, block, _override(implementation, old))
    after = _ask(proxy, views, block, _override(implementation, new))
    differences = [
        Difference(view.label, _readable(view, one), _readable(view, other))
        for view, one, other in zip(views, before, after, strict=True)
        if one != other
    ]
    return Replay(len(views), skipped, differences)


def shared_views(abi: Iterable[Any], offered_before: Iterable[str]) -> list[Any]:
    """Views of the new version that the old one has too, save those that the proxy answers itself."""
    selectors = {line.split()[2] for line in offered_before if line.startswith("function")}
    return [
        function
        for function in abi
        if function.type == "function"
        and function.stateMutability in ("view", "pure")
        and function.selector in selectors
        and function.name not in ANSWERED_BY_THE_PROXY
    ]


def runtime_code(creation_code: bytes, sender: str) -> bytes:
    """What a constructor would leave on chain."""
    answer = ape.chain.provider.make_request(
        "eth_call", [{"from": sender, "data": "0x" + creation_code.hex()}, "latest"]
    )
    return bytes(HexBytes(answer))


def _views(function: Any, samples: Samples) -> Iterator[View]:
    types = [i.canonical_type for i in function.inputs]
    selector = HexBytes(ape.chain.provider.web3.keccak(text=function.selector)[:4])
    values = product(*(samples.of_type(abi_type) for abi_type in types))
    for _, arguments in zip(range(MAX_CALLS_A_FUNCTION), values, strict=False):
        label = f"{function.name}({', '.join(_text(a) for a in arguments)})"
        data = "0x" + (bytes(selector) + encode(types, arguments)).hex()
        yield View(label, data, tuple(o.canonical_type for o in function.outputs))


def _override(address: str, code: bytes | None) -> dict[str, Any]:
    return {} if code is None else {address: {"code": "0x" + code.hex()}}


def _ask(to: str, views: list[View], block: str, override: dict[str, Any]) -> list[str]:
    """Result or failure of each view, as hex and as a text that no result looks like."""
    requests = [("eth_call", [{"to": to, "data": view.data}, block, override]) for view in views]
    return [_answer(response) for response in request_all(requests)]


def _answer(response: dict[str, Any]) -> str:
    if "error" not in response:
        return str(response["result"])
    error = response["error"]
    data = error.get("data")
    return f"reverts with {data if isinstance(data, str) else error.get('message')}"


def _require_overrides(address: str) -> None:
    request = [{"to": address, "data": "0x"}, "latest", {address: {"code": PROBE}}]
    try:
        answer = ape.chain.provider.make_request("eth_call", request)
    except Exception as error:
        raise EndpointError(f"the node does not answer calls with other code put in place: {error}") from error
    if HexBytes(answer) != b"\x52" * 32:
        raise EndpointError("the node does not answer calls with other code put in place")


def _readable(view: View, answer: str) -> str:
    if not answer.startswith("0x"):
        return answer
    try:
        values = decode(view.outputs, bytes(HexBytes(answer)))
    except Exception:  # whatever is no answer of that type is shown as it came
        return answer
    return _text(values[0]) if len(values) == 1 else _text(values)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple | list):
        return "(" + ", ".join(_text(v) for v in value) + ")"
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return to_checksum_address(value)
    return str(value)
