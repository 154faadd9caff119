"""Calls, answers, errors and events as bytes and back, from the compiled interfaces alone."""

from __future__ import annotations

from functools import cache
from typing import Any

import ape
from eth_abi.abi import decode, encode
from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak
from ethpm_types.abi import ErrorABI, EventABI, MethodABI

from tests.support.engine import Engine, Log

__all__ = ["Contract", "decode_refusal", "deploy"]

# What the compiler itself reverts with.
BUILT_IN = {
    keccak(text="Panic(uint256)")[:4]: ("Panic", ["uint256"]),
    keccak(text="Error(string)")[:4]: ("Error", ["string"]),
}


class Contract:
    """A contract of the project at an address."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address

    def has(self, function: str) -> bool:
        """Whether the contract has a function of that name."""
        return function in _functions(self.name)

    def encode(self, function: str, *arguments: object) -> bytes:
        """Calldata of a function, by name, or by signature where more than one has that name.

        Bytes and integers as they are, addresses as texts, structs as tuples.
        """
        selector, types = _functions(self.name)[function]
        return selector + encode(types, arguments)

    def events(self, name: str, logs: tuple[Log, ...]) -> list[dict[str, Any]]:
        """The events of that name that this contract has emitted, each with its arguments by name."""
        abi = _events(self.name)[name]
        topic, address = keccak(text=abi.selector), self.address.lower()
        return [_event(abi, log) for log in logs if log.address == address and log.topics[0] == topic]


def deploy(engine: Engine, sender: str, name: str, *arguments: object) -> Contract:
    """Deploys a contract of the project whose constructor takes these arguments."""
    contract = _container(name).contract_type
    types = [argument.canonical_type for argument in contract.constructor.inputs]
    code = bytes(contract.get_deployment_bytecode()) + encode(types, arguments)
    return Contract(name, to_checksum_address(engine.create(sender, code)))


def decode_refusal(data: bytes) -> tuple[str, tuple[object, ...]]:
    """Name and arguments of an error, whichever contract of the project has raised it."""
    name, types = _errors().get(data[:4], ("", []))
    if not name:
        return "0x" + data.hex(), ()
    return name, tuple(_plain(value) for value in decode(types, data[4:]))


def _plain(value: object) -> object:
    return to_checksum_address(value) if isinstance(value, str) and is_address(value) else value


def _event(abi: EventABI, log: Log) -> dict[str, Any]:
    indexed = [field for field in abi.inputs if field.indexed]
    others = [field for field in abi.inputs if not field.indexed]
    values = {f.name: decode([f.canonical_type], t)[0] for f, t in zip(indexed, log.topics[1:], strict=True)}
    values |= zip([f.name for f in others], decode([f.canonical_type for f in others], log.data), strict=True)
    return {name: _plain(value) for name, value in values.items()}


def _container(name: str) -> Any:
    return ape.project.contracts[name]


@cache
def _functions(contract: str) -> dict[str, tuple[bytes, list[str]]]:
    methods: list[MethodABI] = list(_container(contract).contract_type.methods)
    known = [(m, (keccak(text=m.selector)[:4], [i.canonical_type for i in m.inputs])) for m in methods]
    return {m.name: function for m, function in known} | {m.selector: function for m, function in known}


@cache
def _events(contract: str) -> dict[str, EventABI]:
    return {event.name: event for event in _container(contract).contract_type.events}


@cache
def _errors() -> dict[bytes, tuple[str, list[str]]]:
    types = (container.contract_type for container in ape.project.contracts.values())
    errors: list[ErrorABI] = [error for contract in types for error in contract.errors]
    known = {keccak(text=e.selector)[:4]: (e.name, [i.canonical_type for i in e.inputs]) for e in errors}
    return BUILT_IN | known
