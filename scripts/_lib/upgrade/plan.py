"""What an upgrade would change, found out before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ape
from eth_abi.abi import encode

from scripts._lib.errors import LayoutError, NotDueError, NotUpgradeableError, RecordError, SameCodeError
from scripts._lib.instances import Deployment
from scripts._lib.interface import LinesDiff, interface_of
from scripts._lib.layout import incompatibilities, layouts, lines
from scripts._lib.record import Part
from scripts._lib.sources import PROXIED, container, contract_id, creation_code_hash
from scripts._lib.transactions import code_hash, hash_of
from scripts._lib.upgrade.replay import Replay, Samples, replay, runtime_code, shared_views


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """The version that stands and the one that is to stand.

    Attributes:
        name: what the contract goes by.
        contract: the new version's name in the sources.
        deployed: the implementation that the record knows.
        old_size, new_size: bytes of code.
        new_code: what stands on chain afterwards.
        interface: functions, events and errors that go and come.
        layout: storage that goes and comes; nothing goes, or there is no plan.
        creation_code_hash: of the sources as compiled now.
    """

    name: str
    contract: str
    deployed: Part
    old_size: int
    new_size: int
    new_code: bytes
    interface: LinesDiff
    layout: LinesDiff
    creation_code_hash: str

    def lines(self) -> Iterator[str]:
        """For a person to read."""
        yield f"implementation {self.deployed.address}, since block {self.deployed.block}"
        yield f"code           {self.old_size:,} bytes -> {self.new_size:,} bytes"
        yield f"               {self.deployed.code_hash} -> {hash_of(self.new_code)}"
        for title, diff in (("interface", self.interface), ("storage", self.layout)):
            if not (diff.removed or diff.added):
                yield f"{title:<15}unchanged"
            yield from (f"{title:<15}- {line}" for line in diff.removed)
            yield from (f"{title:<15}+ {line}" for line in diff.added)


def plan_upgrade(deployment: Deployment, name: str, sender: str, contract: str | None = None) -> UpgradePlan:
    """Compares what is deployed under `name` with the sources.

    Args:
        sender: whoever asks.
        contract: the new version's name in the sources; None if it has the one of the old version.

    Raises:
        NotUpgradeableError: no contract of that name stands behind a proxy, or the sources have no such version.
        RecordError: the record is not of what the chain holds.
        SameCodeError: the sources give what is deployed already.
        LayoutError: the sources would read the storage of the proxy otherwise than it was written.
    """
    deployed = _deployed(deployment, name)
    contract = contract or deployed.contract
    known = layouts(harnesses=True)
    if contract not in known:
        raise NotUpgradeableError(f"the sources have no contract {contract}")
    created_from = creation_code_hash(contract)
    if created_from == deployed.creation_code_hash:
        raise SameCodeError(f"{name}: {deployed.address} is what the sources give; there is nothing to upgrade")
    layout = known[contract]
    if faults := incompatibilities(deployed.layout, layout):
        raise LayoutError(name, faults)
    old_code = bytes(ape.chain.provider.get_code(deployed.address))
    new_code = runtime_code(_creation_code(contract, deployed.constructor_arguments), sender)
    if _without_metadata(old_code) == _without_metadata(new_code):
        raise SameCodeError(f"{name}: the sources differ from {deployed.address} in comments and names only")
    return UpgradePlan(
        name=name,
        contract=contract,
        deployed=deployed,
        old_size=len(old_code),
        new_size=len(new_code),
        new_code=new_code,
        interface=LinesDiff.between(deployed.interface, interface_of(contract)),
        layout=LinesDiff.between(lines(deployed.layout), lines(layout)),
        creation_code_hash=created_from,
    )


def rehearse(deployment: Deployment, plan: UpgradePlan, samples: Samples) -> Replay:
    """What views would answer, before and after; the chain stays as it is."""
    proxy = deployment.record.address(plan.name)
    return replay(
        proxy, plan.deployed.address, _views(plan.contract, plan.deployed), samples, old=None, new=plan.new_code
    )


def rehearse_pending(deployment: Deployment, name: str, samples: Samples) -> Replay:
    """The same for an upgrade that has begun: with the implementation that stands already.

    Raises:
        NotDueError: no upgrade of `name` has begun.
    """
    record = deployment.record
    if name not in record.upgrades:
        raise NotDueError(f"no upgrade of {name} is staged, by what {record.path} says")
    deployed = _deployed(deployment, name)
    pending = record.upgrades[name].implementation
    new_code = bytes(ape.chain.provider.get_code(pending.address))
    views = _views(pending.contract, deployed)
    return replay(record.address(name), deployed.address, views, samples, old=None, new=new_code)


def look_back(deployment: Deployment, name: str, samples: Samples) -> Replay:
    """The same once the new version stands; the old one is still on chain."""
    record = deployment.record
    replaced = Part(**[entry for entry in record.replaced if entry["name"] == name][-1]["implementation"])
    old_code = bytes(ape.chain.provider.get_code(replaced.address))
    present = record.implementations[name]
    views = _views(present.contract, replaced)
    return replay(record.address(name), present.address, views, samples, old=old_code, new=None)


def _views(contract: str, before: Part) -> list[Any]:
    return shared_views(container(contract).contract_type.abi, before.interface)


def _deployed(deployment: Deployment, name: str) -> Part:
    record = deployment.record
    if name not in record.proxies:
        raise NotUpgradeableError(f"{name!r} is no contract behind a proxy; those that are: {', '.join(PROXIED)}")
    part = record.implementations[name]
    registered = deployment.controller.getContract(contract_id(name + "Target"))
    if registered != part.address:
        raise RecordError(
            f"{record.path} says that {name} runs {part.address}, the Controller says {registered}: "
            "someone has upgraded it without this record"
        )
    if code_hash(part.address) != part.code_hash:
        raise RecordError(f"{record.path}: other code stands at {part.address} than was deployed")
    return part


def _creation_code(contract: str, arguments: list[Any]) -> bytes:
    """Of the sources, with the arguments that the deployed version was given."""
    contract_type = container(contract).contract_type
    types = [i.canonical_type for i in contract_type.constructor.inputs]
    return bytes(contract_type.get_deployment_bytecode()) + encode(types, arguments)


def _without_metadata(code: bytes) -> bytes:
    """Code without the compiler's note at its end, which changes with every comment; its length stands last."""
    return code[: -int.from_bytes(code[-2:]) - 2]
