"""The contracts of a deployment as Ape's instances, at the addresses that clients use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ape

from scripts._lib.params import GOVERNOR, Parameters
from scripts._lib.record import DeploymentRecord
from scripts._lib.sources import BY_NAME, FAUCET, container


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


def owner_of(parameters: Parameters, record: DeploymentRecord) -> str:
    """Address of whoever is to own the protocol in the end."""
    return record.address("Governor") if parameters.owner == GOVERNOR else parameters.owner


@dataclass(frozen=True, slots=True)
class Deployment:
    """The protocol on one chain.

    Attributes:
        record: addresses, transactions, settings.
        controller … faucet: Ape contract instances. `governor` is the protocol's, which may own the Controller;
            `livepeer_governor` the one that stake votes in; `faucet` is None where there is none.
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
    treasury: Any
    livepeer_governor: Any
    merkle_snapshot: Any
    poll_creator: Any
    governor: Any
    protocol_lens: Any
    faucet: Any | None

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
            treasury=instance(record, "Treasury"),
            livepeer_governor=instance(record, "LivepeerGovernor"),
            merkle_snapshot=instance(record, "MerkleSnapshot"),
            poll_creator=instance(record, "PollCreator"),
            governor=instance(record, "Governor"),
            protocol_lens=instance(record, "ProtocolLens"),
            faucet=instance(record, FAUCET) if FAUCET in record.implementations else None,
        )
