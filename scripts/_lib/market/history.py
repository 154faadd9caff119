"""What has happened on a chain: transactions by operation, and the protocol's events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eth_hash.auto import keccak
from eth_utils.abi import collapse_if_tuple

from offchain.chain.contract import Contract, load_abi
from offchain.chain.protocol import Protocol
from offchain.chain.rpc import Web3


@dataclass(frozen=True, slots=True)
class Operation:
    """One mined transaction.

    Attributes:
        name: `Contract.function`, `deploy`, or `transfer`.
        gas_used: of the receipt.
        fee: wei paid for gas.
        succeeded: status of the receipt.
    """

    name: str
    sender: str
    to: str | None
    gas_used: int
    fee: int
    succeeded: bool


async def operations(w3: Web3, protocol: Protocol) -> list[Operation]:
    """Every transaction of the chain, oldest first."""
    names = _functions(protocol)
    found: list[Operation] = []
    for number in range(await w3.eth.block_number + 1):
        block = await w3.eth.get_block(number, full_transactions=True)
        for transaction in block["transactions"]:
            receipt = await w3.eth.get_transaction_receipt(transaction["hash"])
            found.append(
                Operation(
                    _name(transaction, names),
                    transaction["from"],
                    receipt["contractAddress"] or transaction.get("to"),
                    receipt["gasUsed"],
                    receipt["gasUsed"] * receipt["effectiveGasPrice"],
                    receipt["status"] == 1,
                )
            )
    return found


async def events(contract: Contract, w3: Web3, name: str) -> list[dict[str, Any]]:
    """Arguments of every `name` event the contract has logged, oldest first."""
    entry = next(item for item in load_abi(contract.name) if item["type"] == "event" and item["name"] == name)
    topic = keccak(_signature(entry).encode())
    logs = await w3.eth.get_logs({"address": contract.address, "fromBlock": 0, "topics": ["0x" + topic.hex()]})
    return contract.events(name, {"logs": logs})


def contracts(protocol: Protocol) -> Iterator[Contract]:
    """The protocol's contracts."""
    yield from (
        protocol.controller,
        protocol.token,
        protocol.minter,
        protocol.rounds,
        protocol.bonding,
        protocol.broker,
        protocol.registry,
    )


def _functions(protocol: Protocol) -> dict[tuple[str, bytes], str]:
    return {
        (contract.address, keccak(_signature(entry).encode())[:4]): f"{contract.name}.{entry['name']}"
        for contract in contracts(protocol)
        for entry in load_abi(contract.name)
        if entry["type"] == "function"
    }


def _name(transaction: Any, names: dict[tuple[str, bytes], str]) -> str:
    to, data = transaction.get("to"), bytes(transaction["input"])
    if to is None:
        return "deploy"
    return names.get((to, data[:4]), "other") if data else "transfer"


def _signature(entry: dict[str, Any]) -> str:
    return f"{entry['name']}({','.join(collapse_if_tuple(item) for item in entry['inputs'])})"
