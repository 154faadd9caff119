"""The contracts of a deployment as Ape's instances, at the addresses that clients use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ape

from scripts._lib.record import DeploymentRecord
from scripts._lib.sources import BY_NAME, container


def instance(record: DeploymentRecord, name: str, *, behind_proxy: bool = False) -> Any:
    """Contract `name` of the record with its own interface: at its proxy, or the implementation itself."""
    implementation = record.implementations[name]
    address = implementation.address if behind_proxy else record.address(name)
    # Nothing is asked of explorers, and nothing merged with what was known of the address: a proxy has the interface
    # of the contract behind it.
    return ape.chain.contracts.instance_at(
        address,
        contract_type=container(implementation.contract).contract_type,
        fetch_from_explorer=False,
        fetch_from_disk=False,
        detect_proxy=False,
        replace=True,
    )


def registrations(record: DeploymentRecord) -> dict[str, str]:
    """What the Controller is to know, by name: contracts, implementations behind proxies, and the TicketBroker once
    more under its name of old, which is the one that the Minter knows."""
    names = [name for name in record.implementations if BY_NAME[name].registered]
    behind = {name + "Target": record.implementations[name].address for name in names if name in record.proxies}
    return {name: record.address(name) for name in names} | behind | {"JobsManager": record.address("TicketBroker")}


@dataclass(frozen=True, slots=True)
class Deployment:
    """The protocol on one chain.

    Attributes:
        record: addresses, transactions, settings.
        controller … ai_service_registry: Ape contract instances.
    """

    record: DeploymentRecord
    controller: Any
    token: Any
    minter: Any
    bonding_manager: Any
    bonding_votes: Any
    rounds_manager: Any
    ticket_broker: Any
    service_registry: Any
    ai_service_registry: Any

    @classmethod
    def of(cls, record: DeploymentRecord) -> Deployment:
        """The deployment that a record describes, on the connected chain; nothing is checked."""
        return cls(
            record=record,
            controller=instance(record, "Controller"),
            token=instance(record, "LivepeerToken"),
            minter=instance(record, "Minter"),
            bonding_manager=instance(record, "BondingManager"),
            bonding_votes=instance(record, "BondingVotes"),
            rounds_manager=instance(record, "RoundsManager"),
            ticket_broker=instance(record, "TicketBroker"),
            service_registry=instance(record, "ServiceRegistry"),
            ai_service_registry=instance(record, "AIServiceRegistry"),
        )
