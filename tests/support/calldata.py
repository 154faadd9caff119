"""Calls, answers, errors and events as bytes and back, from the compiled interfaces on disk alone."""

from __future__ import annotations

from functools import cache
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak

from tests.support.artifacts import artifact, artifacts
from tests.support.engine import Engine, Log

__all__ = ["Contract", "decode_refusal", "deploy", "encode_constructor", "signature"]

Entry = dict[str, Any]  # of an interface, as JSON

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
        topic, address = keccak(text=signature(abi)), self.address.lower()
        return [_event(abi, log) for log in logs if log.address == address and log.topics[0] == topic]


def deploy(engine: Engine, sender: str, name: str, *arguments: object) -> Contract:
    """Deploys a contract of the project whose constructor takes these arguments."""
    code = artifact(name).creation_code + encode_constructor(name, *arguments)
    return Contract(name, to_checksum_address(engine.create(sender, code)))


def encode_constructor(name: str, *arguments: object) -> bytes:
    """What follows a contract's creation code."""
    types = [t for constructor in artifact(name).entries("constructor") for t in _types(constructor["inputs"])]
    return encode(types, arguments)


def decode_refusal(data: bytes) -> tuple[str, tuple[object, ...]]:
    """Name and arguments of an error, whichever contract of the project has raised it."""
    name, types = _errors().get(data[:4], ("", []))
    if not name:
        return "0x" + data.hex(), ()
    return name, tuple(_plain(value) for value in decode(types, data[4:]))


def _plain(value: object) -> object:
    return to_checksum_address(value) if isinstance(value, str) and is_address(value) else value


def _event(abi: Entry, log: Log) -> dict[str, Any]:
    indexed = [field for field in abi["inputs"] if field["indexed"]]
    others = [field for field in abi["inputs"] if not field["indexed"]]
    values = {f["name"]: decode(_types([f]), t)[0] for f, t in zip(indexed, log.topics[1:], strict=True)}
    values |= zip([f["name"] for f in others], decode(_types(others), log.data), strict=True)
    return {name: _plain(value) for name, value in values.items()}


def _types(fields: list[Entry]) -> list[str]:
    """Canonical: a struct is a tuple."""
    return [
        f"({','.join(_types(f['components']))}){f['type'].removeprefix('tuple')}"
        if f["type"].startswith("tuple")
        else f["type"]
        for f in fields
    ]


def signature(entry: Entry) -> str:
    """Of a function, an event or an error of an interface."""
    return f"{entry['name']}({','.join(_types(entry['inputs']))})"


def _selector(entry: Entry) -> bytes:
    return keccak(text=signature(entry))[:4]


@cache
def _functions(contract: str) -> dict[str, tuple[bytes, list[str]]]:
    methods = artifact(contract).entries("function")
    known = [(m, (_selector(m), _types(m["inputs"]))) for m in methods]
    return {m["name"]: function for m, function in known} | {signature(m): function for m, function in known}


@cache
def _events(contract: str) -> dict[str, Entry]:
    return {event["name"]: event for event in artifact(contract).entries("event")}


@cache
def _errors() -> dict[bytes, tuple[str, list[str]]]:
    errors = (error for contract in artifacts().values() for error in contract.entries("error"))
    return BUILT_IN | {_selector(error): (error["name"], _types(error["inputs"])) for error in errors}
