"""Calls, answers, errors and events as bytes and back, from the compiled interfaces on disk alone."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from eth_utils.address import to_checksum_address

from tests.support.abi import Codec, codec, selector, signature, types_of
from tests.support.artifacts import artifact, artifacts
from tests.support.engine import Engine, Log
from tests.support.hashes import keccak

__all__ = ["Contract", "decode_refusal", "deploy", "encode_constructor", "encode_refusal", "topic_of"]

Entry = dict[str, Any]  # of an interface, as JSON

# What the compiler itself reverts with.
BUILT_IN = {
    selector("Panic(uint256)"): ("Panic", codec("(uint256)")),
    selector("Error(string)"): ("Error", codec("(string)")),
}


class Contract:
    """A contract of the project at an address."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self._functions = _functions(name)

    def has(self, function: str) -> bool:
        """Whether the contract has a function of that name."""
        return function in self._functions

    def encode(self, function: str, *arguments: object) -> bytes:
        """Calldata of a function, by name, or by signature where more than one has that name.

        Bytes and integers as they are, addresses as texts, structs as tuples.
        """
        known, inputs = self._functions[function]
        return known + inputs.encode(arguments)

    def decode(self, function: str, answer: bytes) -> Any:
        """What a function has answered: the value, or a tuple of them if it answers with several."""
        values = _outputs(self.name)[function].decode(answer, 0)
        return values[0] if len(values) == 1 else values

    def events(self, name: str, logs: tuple[Log, ...]) -> list[dict[str, Any]]:
        """The events of that name that this contract has emitted, each with its arguments by name."""
        abi, topic = _events(self.name)[name]
        address = self.address.lower()
        return [_event(abi, log) for log in logs if log.address == address and log.topics[0] == topic]


def deploy(engine: Engine, sender: str, name: str, *arguments: object, code: bytes = b"") -> Contract:
    """Deploys a contract of the project whose constructor takes these arguments; by other code than is compiled, if
    there is any."""
    created = (code or artifact(name).creation_code) + encode_constructor(name, *arguments)
    return Contract(name, to_checksum_address(engine.create(sender, created)))


def encode_constructor(name: str, *arguments: object) -> bytes:
    """What follows a contract's creation code."""
    inputs = [field for constructor in artifact(name).entries("constructor") for field in constructor["inputs"]]
    return codec(types_of(inputs)).encode(arguments)


@lru_cache(4096)
def decode_refusal(data: bytes) -> tuple[str, tuple[object, ...]]:
    """Name and arguments of an error, whichever contract of the project has raised it."""
    name, arguments = _errors().get(data[:4], ("", None))
    return (name, arguments.decode(data, 4)) if arguments else ("0x" + data.hex(), ())


def _event(abi: Entry, log: Log) -> dict[str, Any]:
    indexed = [field for field in abi["inputs"] if field["indexed"]]
    others = [field for field in abi["inputs"] if not field["indexed"]]
    values = {f["name"]: codec(types_of([f])).decode(t, 0)[0] for f, t in zip(indexed, log.topics[1:], strict=True)}
    return values | dict(zip([f["name"] for f in others], codec(types_of(others)).decode(log.data, 0), strict=True))


def topic_of(event: Entry) -> bytes:
    """What the chain knows an event by."""
    return keccak(text=signature(event))


def encode_refusal(name: str, *arguments: object) -> bytes:
    """What a contract of the project reverts with, by the error's name."""
    found, kinds = _error_named(name)
    return found + kinds.encode(arguments)


@cache
def _error_named(name: str) -> tuple[bytes, Codec]:
    return next((found, kinds) for found, (known, kinds) in _errors().items() if known == name)


@cache
def _functions(contract: str) -> dict[str, tuple[bytes, Codec]]:
    methods = artifact(contract).entries("function")
    known = [(m, (selector(signature(m)), codec(types_of(m["inputs"])))) for m in methods]
    return {m["name"]: function for m, function in known} | {signature(m): function for m, function in known}


@cache
def _outputs(contract: str) -> dict[str, Codec]:
    known = [(m, codec(types_of(m["outputs"]))) for m in artifact(contract).entries("function")]
    return {m["name"]: outputs for m, outputs in known} | {signature(m): outputs for m, outputs in known}


@cache
def _events(contract: str) -> dict[str, tuple[Entry, bytes]]:
    """By name: the event, and what the chain knows it by."""
    return {event["name"]: (event, topic_of(event)) for event in artifact(contract).entries("event")}


@cache
def _errors() -> dict[bytes, tuple[str, Codec]]:
    errors = (error for contract in artifacts().values() for error in contract.entries("error"))
    return BUILT_IN | {
        selector(signature(error)): (error["name"], codec(types_of(error["inputs"]))) for error in errors
    }
