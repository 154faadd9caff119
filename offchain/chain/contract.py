"""A contract by its published interface: reads that name their faults, calls as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_hash.auto import keccak
from eth_typing import ChecksumAddress
from eth_utils.abi import collapse_if_tuple
from web3.exceptions import BadFunctionCallOutput, ContractLogicError

from offchain.chain.rpc import Web3, ask
from offchain.errors import NoContractError, TransactionRevertedError

ABI_NAMES = ("BondingManager", "Controller", "LivepeerToken", "Minter", "RoundsManager", "ServiceRegistry",
             "TicketBroker")  # fmt: skip

_ERROR_SELECTOR = keccak(b"Error(string)")[:4]
_PANIC_SELECTOR = keccak(b"Panic(uint256)")[:4]


@cache
def load_abi(name: str) -> list[dict[str, Any]]:
    """The published interface of a contract: functions, events and errors."""
    text = resources.files("offchain.chain").joinpath("abi", f"{name}.json").read_text("utf-8")
    abi: list[dict[str, Any]] = json.loads(text)
    return abi


@dataclass(frozen=True, slots=True)
class Call:
    """A call that has not been made: what a transaction or a simulation needs.

    Attributes:
        to: the contract.
        data: selector and arguments.
        value: wei sent along.
        label: contract and function, for logs and metrics.
    """

    to: ChecksumAddress
    data: bytes
    label: str
    value: int = 0


class Contract:
    """One deployed contract behind its published interface."""

    def __init__(self, w3: Web3, name: str, where: ChecksumAddress) -> None:
        self.name, self.address = name, where
        self._contract = w3.eth.contract(address=where, abi=load_abi(name))

    async def read(self, function: str, *arguments: Any, block: int | None = None) -> Any:
        """Result of a view; `block` is a number of this chain, None the latest.

        Raises:
            NoContractError: there is no such contract at the address.
            TransactionRevertedError: the view reverted.
            ChainError: the endpoint failed.
        """
        view = self._contract.get_function_by_name(function)(*arguments)
        label = f"{self.name}.{function}"

        async def request() -> Any:
            try:
                return await view.call(block_identifier="latest" if block is None else block)
            except ContractLogicError as error:
                raise revert_error(error.data) from error
            except BadFunctionCallOutput as error:
                raise NoContractError(f"no {self.name} answers {label} at {self.address}") from error

        return await ask(label, request)

    def call(self, function: str, *arguments: Any, value: int = 0) -> Call:
        """The call `function(arguments)` with `value` wei, unmade."""
        data = self._contract.encode_abi(function, args=arguments)
        return Call(self.address, bytes.fromhex(data[2:]), f"{self.name}.{function}", value)

    def events(self, event: str, receipt: Any) -> list[dict[str, Any]]:
        """Arguments of each `event` that this contract logged in a receipt, in order."""
        decoder = self._contract.events[event]()
        topic = keccak(_signature(decoder.abi).encode())
        return [
            dict(decoder.process_log(log)["args"])
            for log in receipt["logs"]
            if log["address"] == self.address and log["topics"] and bytes(log["topics"][0]) == topic
        ]


def revert_error(data: Any, transaction: str | None = None) -> TransactionRevertedError:
    """What a revert says: a custom error of ours by name, `Error(string)`, `Panic(uint256)`, or nothing known."""
    raw = _revert_bytes(data)
    selector, payload = raw[:4], raw[4:]
    try:
        if selector == _ERROR_SELECTOR:
            return TransactionRevertedError("Error", decode(["string"], payload), transaction)
        if selector == _PANIC_SELECTOR:
            return TransactionRevertedError("Panic", tuple(map(hex, decode(["uint256"], payload))), transaction)
        if selector in _custom_errors():
            name, types = _custom_errors()[selector]
            return TransactionRevertedError(name, decode(types, payload), transaction)
    except DecodingError:
        pass
    return TransactionRevertedError("unknown", ("0x" + raw.hex(),) if raw else (), transaction)


def _revert_bytes(data: Any) -> bytes:
    if isinstance(data, bytes):
        return bytes(data)
    if isinstance(data, str):
        try:
            return bytes.fromhex(data.removeprefix("0x"))
        except ValueError:
            return b""
    return b""


@cache
def _custom_errors() -> dict[bytes, tuple[str, list[str]]]:
    errors: dict[bytes, tuple[str, list[str]]] = {}
    for name in ABI_NAMES:
        for entry in load_abi(name):
            if entry["type"] == "error":
                types = [collapse_if_tuple(parameter) for parameter in entry["inputs"]]
                errors[keccak(_signature(entry).encode())[:4]] = entry["name"], types
    return errors


def _signature(entry: Any) -> str:
    return f"{entry['name']}({','.join(collapse_if_tuple(parameter) for parameter in entry['inputs'])})"
