"""Foretold events as the chain has them, so that bytes can be held against bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.property.models.events import COMMITMENT, VAULT, Told
from tests.support.abi import codec, types_of
from tests.support.artifacts import artifact
from tests.support.calldata import topic_of
from tests.support.engine import Log
from tests.support.world import World

__all__ = ["Foretold"]

Coder = Callable[[Any], bytes]


class Foretold:
    """Encodes events of a world's contracts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[tuple[str, str], _Event] = {}
        addresses = _Addresses({VAULT: codec("address").encode(world.minter.address)})
        self._coders: dict[str, Coder] = {"address": addresses.__getitem__, "bytes32": self._commitment}

    def logs(self, told: Sequence[Told]) -> tuple[Log, ...]:
        """As the outcome of a call has them."""
        return tuple([self._log(event) for event in told])

    def tell(self, logs: Sequence[Log]) -> str:
        """Names of events and whose they are, for a failure's message."""
        names = {contract.address.lower(): name for name, contract in self._world.contracts.items()}
        return ", ".join(self._name(log, names.get(log.address, log.address)) for log in logs) or "none"

    def _log(self, told: Told) -> Log:
        known = self._known.get(told[:2]) or self._learn(told)
        return known.log(told.values)

    def _commitment(self, value: Any) -> bytes:
        """A word; what the round's tickets commit to is asked of the chain."""
        if value != COMMITMENT:
            return bytes(value)
        rounds, engine = self._world.rounds, self._world.engine
        current = engine.view(rounds.address, rounds.encode("currentRound"))
        return engine.view(rounds.address, rounds.encode("blockHashForRound", int.from_bytes(current, "big")))

    def _learn(self, told: Told) -> _Event:
        abi = next(
            e for e in artifact(self._world.contracts[told.contract].name).entries("event") if e["name"] == told.event
        )
        address = self._world.contracts[told.contract].address.lower()
        self._known[told[:2]] = event = _Event(abi, address, self._coders)
        return event

    def _name(self, log: Log, contract: str) -> str:
        if contract not in self._world.contracts:
            return contract
        entries = artifact(self._world.contracts[contract].name).entries("event")
        name = next((e["name"] for e in entries if topic_of(e) == log.topics[0]), "an unknown event")
        words = [*(topic.hex().lstrip("0") or "0" for topic in log.topics[1:]), log.data.hex()]
        return f"{name}({' '.join(words)})"


class _Addresses(dict[str, bytes]):
    """As words."""

    def __missing__(self, address: str) -> bytes:
        self[address] = word = codec("address").encode(address)
        return word


class _Event:
    """How an event of one contract is laid out."""

    def __init__(self, abi: dict[str, Any], address: str, coders: Mapping[str, Coder]) -> None:
        """`coders` are for types that need more than {codec} knows."""
        fields = abi["inputs"]
        encoders = [coders.get(f["type"]) or codec(types_of([f])[1:-1]).encode for f in fields]
        self._address, self._topic = address, topic_of(abi)
        self._indexed = [(i, encoders[i]) for i, f in enumerate(fields) if f["indexed"]]
        self._others = [(i, encoders[i]) for i, f in enumerate(fields) if not f["indexed"]]
        whole = codec(types_of([fields[i] for i, _ in self._others]))
        self._encode = None if whole.size is not None else whole.encode  # where they are not one word after another

    def log(self, values: Sequence[Any]) -> Log:
        topics = (self._topic, *[encode(values[i]) for i, encode in self._indexed])
        if self._encode:
            return Log(self._address, topics, self._encode([values[i] for i, _ in self._others]))
        return Log(self._address, topics, b"".join([encode(values[i]) for i, encode in self._others]))
