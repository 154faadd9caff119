"""The protocol's contracts on the connected chain, found through a deployment record or a Controller."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import ape
from eth_utils.address import is_address, to_checksum_address

from scripts._lib.ops.errors import ContractsError, InputError
from scripts._lib.ops.pool import NOBODY
from scripts._lib.preflight import live_record
from scripts._lib.reads import Read, read_all
from scripts._lib.record import DeploymentRecord
from scripts._lib.sources import ROOT, container, contract_id

HOW_TO_NAME_THEM = "name a record with --deployment FILE, or a Controller with --controller ADDRESS"


def checksum(text: str, what: str = "address") -> str:
    """An address as typed, with its checksum.

    Raises:
        InputError: it is none, or its checksum is wrong: a slip of the hand.
    """
    if not is_address(text):
        raise InputError(f"{what} {text!r} is no address, or its checksum is wrong: copy all 42 characters")
    return str(to_checksum_address(text))


def contract_at(name: str, address: str) -> Any:
    """Ape's instance of our contract `name` at `address`. Nothing is asked of explorers."""
    return ape.chain.contracts.instance_at(
        address,
        contract_type=container(name).contract_type,
        fetch_from_explorer=False,
        fetch_from_disk=False,
        detect_proxy=False,
        replace=True,
    )


@dataclass(frozen=True)
class Protocol:
    """Contracts by their role, as the Controller knows them now.

    They carry the interface of this project. On the live protocol the published part of it works.

    Attributes:
        source: where the Controller's address comes from, for people.
        first_block: block of this chain before which nothing of the protocol happened; 0 if unknown.
    """

    controller: Any
    source: str
    first_block: int

    @classmethod
    def find(cls, provider: Any, record: Path | None, controller: str | None, since: int | None = None) -> Protocol:
        """By a record file, else by the Controller's address, else by the record of the connected network.

        Args:
            since: first block of the protocol; None for what the record says.

        Raises:
            ContractsError: says what is wrong with what was named, and what to name.
        """
        if record is not None and controller is not None:
            raise ContractsError("either --deployment or --controller, not both")
        if controller is not None:
            return cls._at(checksum(controller, "Controller"), "--controller", since or 0)
        path = record or live_record(provider)
        if not path.exists():
            raise ContractsError(f"there is no record {path}: {HOW_TO_NAME_THEM}")
        found = DeploymentRecord.load(path)
        if found.chain_id != provider.chain_id:
            chains = f"chain {found.chain_id}, this is chain {provider.chain_id}"
            raise ContractsError(f"{path} is of {chains}: {HOW_TO_NAME_THEM}")
        if "Controller" not in found.implementations:
            raise ContractsError(f"{path} is of a deployment that had hardly begun: finish it with `ape run deploy`")
        return cls._at(found.address("Controller"), _shown(path), found.block or 0 if since is None else since)

    @classmethod
    def _at(cls, address: str, source: str, first_block: int) -> Protocol:
        if not ape.chain.provider.get_code(address):
            raise ContractsError(f"there is no contract at {address} (from {source}): wrong chain? {HOW_TO_NAME_THEM}")
        return cls(contract_at("Controller", address), source, first_block)

    def get(self, name: str) -> Any | None:
        """The contract registered as `name`, or None."""
        address = self._addresses.get(name, NOBODY)
        return None if int(address, 16) == 0 else contract_at(name, address)

    def require(self, name: str) -> Any:
        """
        Raises:
            ContractsError: the Controller knows none of that name.
        """
        contract = self.get(name)
        if contract is None:
            raise ContractsError(f"the Controller at {self.controller.address} knows no {name}")
        return contract

    def address_of(self, name: str) -> str | None:
        """Where the Controller says that `name` is; None if it does not."""
        address = self._addresses.get(name, NOBODY)
        return None if int(address, 16) == 0 else address

    @cached_property
    def bonding(self) -> Any:
        return self.require("BondingManager")

    @cached_property
    def rounds(self) -> Any:
        return self.require("RoundsManager")

    @cached_property
    def broker(self) -> Any:
        return self.require("TicketBroker")

    @cached_property
    def registry(self) -> Any:
        return self.require("ServiceRegistry")

    @cached_property
    def minter(self) -> Any:
        return self.require("Minter")

    @cached_property
    def token(self) -> Any:
        return self.require("LivepeerToken")

    @cached_property
    def _addresses(self) -> dict[str, str]:
        try:
            found = read_all([Read(self.controller.getContract, contract_id(name)) for name in NAMES])
        except Exception as error:  # whatever a foreign contract makes of the question
            raise ContractsError(f"what is at {self.controller.address} is no Controller: {error}") from error
        return dict(zip(NAMES, found, strict=True))


def _shown(path: Path) -> str:
    """A path as short as it gets."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


NAMES = (
    "LivepeerToken",
    "Minter",
    "BondingManager",
    "RoundsManager",
    "TicketBroker",
    "ServiceRegistry",
    "BondingVotes",
    "LivepeerGovernor",
    "Treasury",
    "ProtocolLens",
)
