"""The record of a deployment: a JSON file that is written after every transaction.

It is the answer to "what is deployed where, from what" and, for a deployment that was broken off, the place to go on
from. Shape:

    {"format": 2, "complete": true, "chain_id": ..., "network": ..., "deployer": ..., "block": first block,
     "controller": address, "parameters": {...},
     "contracts": {"BondingManager": {"address": for clients, "proxy": {part} or null, "implementation": {part}}},
     "calls": [{"title", "transaction", "block", "gas_used"}],
     "upgrades": {"BondingManager": {pending upgrade}},
     "replaced": [{"name", "until": block, "implementation": {part}}]}

    part = {"contract", "address", "constructor_arguments", "transaction", "block", "gas_used", "code_hash",
            "creation_code_hash", "compiler": {...}, "commit", "commit_is_exact", "interface": [...], "layout": [...]}
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from scripts._lib.errors import RecordError

FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One contract on chain, proxy or implementation.

    Attributes:
        contract: its name in the sources.
        constructor_arguments: addresses and hashes as hex, numbers as numbers.
        code_hash: keccak256 of the code at the address.
        creation_code_hash: keccak256 of the compiled creation code, without arguments.
        compiler: settings that the code was compiled with.
        commit: commit of the sources; empty outside a repository.
        commit_is_exact: whether the contracts' sources were those of the commit, unchanged.
        interface: functions, events and errors of an implementation behind a proxy, a line each.
        layout: its storage, as {layouts} gives it.
    """

    contract: str
    address: str
    constructor_arguments: list[Any]
    transaction: str
    block: int
    gas_used: int
    code_hash: str
    creation_code_hash: str
    compiler: dict[str, Any]
    commit: str
    commit_is_exact: bool
    interface: list[str] = field(default_factory=list)
    layout: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class PendingUpgrade:
    """An upgrade that has begun.

    Attributes:
        implementation: the new version; stands already.
        update: what the Governor is to execute, as {Update} holds it; None while nothing is staged.
        delay: blocks between staging and executing.
    """

    implementation: Part
    update: dict[str, Any] | None = None
    delay: int = 0


@dataclass(slots=True, kw_only=True)
class DeploymentRecord:
    """A deployment, finished or not. `path` is where it is kept; None keeps it in memory only.

    Attributes:
        parameters: values of {Parameters}, with the deployer's address filled in.
        implementations: by contract name; for a contract without proxy what clients use.
        proxies: by contract name.
        calls: transactions that created nothing, in their order.
        upgrades: by contract name; those that have begun and are not in place yet.
        replaced: implementations of earlier times, each with the block until which it stood.
    """

    path: Path | None
    chain_id: int
    network: str
    deployer: str
    parameters: dict[str, Any]
    block: int = 0
    complete: bool = False
    implementations: dict[str, Part] = field(default_factory=dict)
    proxies: dict[str, Part] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    upgrades: dict[str, PendingUpgrade] = field(default_factory=dict)
    replaced: list[dict[str, Any]] = field(default_factory=list)

    def address(self, name: str) -> str:
        """Address that clients use for the contract of that name; KeyError while there is none."""
        return (self.proxies.get(name) or self.implementations[name]).address

    @property
    def parts(self) -> dict[str, Part]:
        """All contracts under the names that the Controller knows them by (`<name>Target` behind a proxy)."""
        behind = {name + "Target" if name in self.proxies else name: p for name, p in self.implementations.items()}
        return {**behind, **self.proxies}

    @property
    def gas_used(self) -> int:
        """Gas of all transactions so far."""
        return sum(part.gas_used for part in self.parts.values()) + sum(call["gas_used"] for call in self.calls)

    def save(self) -> None:
        """Writes the file so that a crash leaves either the old one or the new one."""
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(self.path.suffix + ".part")
        with draft.open("w") as file:
            file.write(json.dumps(self.as_dict(), indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)

    def as_dict(self) -> dict[str, Any]:
        contracts = {
            name: {
                "address": self.address(name),
                "proxy": asdict(self.proxies[name]) if name in self.proxies else None,
                "implementation": asdict(part),
            }
            for name, part in self.implementations.items()
        }
        return {
            "format": FORMAT,
            "complete": self.complete,
            "chain_id": self.chain_id,
            "network": self.network,
            "deployer": self.deployer,
            "block": self.block,
            "controller": contracts.get("Controller", {}).get("address"),
            "parameters": self.parameters,
            "contracts": contracts,
            "calls": self.calls,
            "upgrades": {name: asdict(pending) for name, pending in self.upgrades.items()},
            "replaced": self.replaced,
        }

    @classmethod
    def load(cls, path: Path) -> DeploymentRecord:
        """Reads a record back.

        Raises:
            RecordError: the file is no record, or one of another format.
        """
        try:
            data = json.loads(path.read_text())
            if data["format"] != FORMAT:
                raise RecordError(f"{path} has record format {data['format']}, this version writes {FORMAT}")
            contracts = data["contracts"].items()
            return cls(
                path=path,
                chain_id=data["chain_id"],
                network=data["network"],
                deployer=data["deployer"],
                parameters=data["parameters"],
                block=data["block"],
                complete=data["complete"],
                implementations={name: Part(**entry["implementation"]) for name, entry in contracts},
                proxies={name: Part(**entry["proxy"]) for name, entry in contracts if entry["proxy"]},
                calls=data["calls"],
                upgrades={
                    name: PendingUpgrade(**entry | {"implementation": Part(**entry["implementation"])})
                    for name, entry in data["upgrades"].items()
                },
                replaced=data["replaced"],
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordError(f"{path} is no deployment record: {error!r}") from error
