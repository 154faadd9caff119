"""A protocol in full swing, and calls that it has to refuse: each with its error, and nothing changed by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import ape
from eth_utils.crypto import keccak
from ethpm_types.abi import ABIType, MethodABI

from tests.support.ape_engine import ApeEngine
from tests.support.calldata import Contract, decode_refusal, deploy
from tests.support.deployment import LPT, NOBODY, Market
from tests.support.engine import Outcome
from tests.support.lens import Lens, Observation

__all__ = ["BONDED", "Row", "Scene", "name_hash", "writing"]

BONDED = 5_000 * LPT  # what each delegator has
LONG = 200  # blocks: enough for a test in one round
MOVING = {"blockNum", "currentRoundLocked"}  # views that change by themselves


class Row(NamedTuple):
    """A call and what it is refused with.

    Attributes:
        caller: a name of {Scene.names}; so may be any address among the arguments. "ROUND+n" stands for a round.
        function: contract and function.
        refusal: name of the error, and its arguments.
        value: wei sent along.
    """

    caller: str
    function: str
    arguments: tuple[Any, ...]
    refusal: tuple[Any, ...]
    value: int = 0


class Scene:
    """Who is there: olga, otto, oona, oleg active; oleg outbid by late this round; otto has called reward and was
    paid; dora bonded to olga, dana to otto, pia since this round; una unbonded this round; gus a sender, ulla one that
    unlocks; stranger nobody.
    """

    def __init__(self, market: Market, people: dict[str, Any], contracts: dict[str, tuple[str, str]]) -> None:
        self.market, self.people = market, people
        self.contracts = {name: Contract(kind, address) for name, (kind, address) in contracts.items()}
        addresses = {name: contract.address for name, contract in self.contracts.items()}
        self.names = {"nobody": NOBODY, **{n: p.address for n, p in people.items()}, **addresses}
        self.refresh()
        lens = deploy(self.engine, people["owner"].address, "HarnessProtocolLens", market.controller.address)
        looked_at = [NOBODY, market.treasury.address, *(p.address for p in people.values())]
        senders = [people["gus"].address, people["ulla"].address]
        self._lens, self._looked_at, self._senders = lens, looked_at, senders

    def refresh(self) -> None:
        """To be called when somebody else has used the chain."""
        self.engine = ApeEngine()

    def check(self, rows: Iterable[Row]) -> None:
        """Makes all the calls; every one is refused as its row says, and at the end nothing is other than before."""
        self.refresh()
        before = self.digest()
        self.refuse(rows)
        assert self.digest() == before, "a refused call left a trace"

    def refuse(self, rows: Iterable[Row]) -> None:
        """The first half of {check}, for when views would not answer."""
        self.refresh()
        amiss = []
        for row in rows:
            refusal = self.call(row).refusal
            found = ("went through",) if refusal is None else self._told(*decode_refusal(refusal))
            expected = tuple(map(self._in_words, row.refusal))
            if found != expected:
                amiss.append(f"{row.caller}: {row.function}{row.arguments}: {found}, expected {expected}")
        assert not amiss, "\n".join(amiss)

    def call(self, row: Row) -> Outcome:
        contract, function = row.function.split(".", 1)
        target = self.contracts[contract]
        data = target.encode(function, *(self._resolve(argument) for argument in row.arguments))
        return self.engine.call(self.names[row.caller], target.address, data, row.value)

    def look(self) -> Observation:
        """Everybody, at once."""
        return Lens(self.engine, self._lens, self._looked_at, self._senders).look(0).without_block()

    def digest(self) -> dict[str, Any]:
        """Every view of every contract that asks for nothing, every name of the Controller, and every account."""
        digest: dict[str, Any] = {"accounts": self.look()}
        for name, contract in self.contracts.items():
            for view in _plain_views(contract.name):
                digest[f"{name}.{view}"] = self._view(contract, view)
        return digest

    def _view(self, contract: Contract, function: str) -> bytes | str:
        try:
            return self.engine.view(contract.address, contract.encode(function))
        except RuntimeError:
            return "reverts"

    def _resolve(self, argument: Any) -> Any:
        if isinstance(argument, tuple | list):
            return type(argument)(map(self._resolve, argument))
        if isinstance(argument, str) and argument.startswith("ROUND"):
            return self.market.round + int(argument[5:] or 0)
        return self.names.get(argument, argument) if isinstance(argument, str) else argument

    def _told(self, error: str, arguments: Sequence[Any]) -> tuple[Any, ...]:
        return error, *map(self._in_words, arguments)

    def _in_words(self, argument: Any) -> Any:
        """Addresses as names, rounds as numbers."""
        if isinstance(argument, str) and argument.startswith("ROUND"):
            return self._resolve(argument)
        known = {address: name for name, address in self.names.items()}
        return known.get(argument, argument) if isinstance(argument, str) else argument


def name_hash(name: str) -> bytes:
    """Id of a contract at the Controller."""
    return keccak(text=name)


def writing(contract: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Functions of a contract that may change something, each with arguments that are all zero or empty.

    By name; by signature where there is more than one of that name.
    """
    names = Counter(method.name for method in _methods(contract))
    for method in _methods(contract):
        if method.stateMutability in ("nonpayable", "payable"):
            name = method.name if names[method.name] == 1 else method.selector
            yield name, tuple(_zero(argument) for argument in method.inputs)


def _plain_views(contract: str) -> list[str]:
    return [
        method.name
        for method in _methods(contract)
        if method.stateMutability in ("view", "pure") and not method.inputs and method.name not in MOVING
    ]


def _methods(contract: str) -> list[MethodABI]:
    return list(ape.project.contracts[contract].contract_type.methods)


def _zero(argument: ABIType) -> Any:
    kind = argument.canonical_type
    if kind.endswith("[]"):
        return []
    if argument.components:
        return tuple(_zero(component) for component in argument.components)
    if kind == "address":
        return NOBODY
    if kind == "string":
        return ""
    if kind.startswith("bytes"):
        return bytes(int(kind[5:] or 0))
    return False if kind == "bool" else 0
