"""Transactions of a deployment or an upgrade: each is in the record before the next one is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ape
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from scripts._lib.interface import interface_of
from scripts._lib.layout import layouts
from scripts._lib.record import DeploymentRecord, Part
from scripts._lib.sources import compiler_settings, container, creation_code_hash, current_commit

Report = Callable[[str], None]

# Being mined is enough to go on: no step rests on a later block, a sequencer does not take back what it has answered,
# and a node that mines only when there is something to mine would be waited for in vain.
CONFIRMATIONS = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends as `account`, and tells the record and whoever watches.

    Attributes:
        report: receives a line for each transaction.
    """

    account: Any
    record: DeploymentRecord
    report: Report

    def create(self, contract: str, *arguments: Any, replaceable: bool = False) -> Part:
        """Deploys a contract of the sources; the caller enters it into the record and calls {created}.

        Args:
            replaceable: whether the record is to hold what an upgrade will be compared with.
        """
        transaction = container(contract)(*arguments, sender=self.account)
        transaction.required_confirmations = CONFIRMATIONS
        receipt = self.account.call(transaction)
        commit = current_commit()
        self.record.block = self.record.block or receipt.block_number
        return Part(
            contract=contract,
            address=receipt.contract_address,
            constructor_arguments=[_plain(a) for a in arguments],
            transaction=str(receipt.txn_hash),
            block=receipt.block_number,
            gas_used=receipt.gas_used,
            code_hash=code_hash(receipt.contract_address),
            creation_code_hash=creation_code_hash(contract),
            compiler=compiler_settings(),
            commit=commit.sha,
            commit_is_exact=commit.exact,
            interface=interface_of(contract) if replaceable else [],
            layout=layouts(harnesses=True)[contract] if replaceable else [],
        )

    def created(self, title: str, part: Part) -> None:
        self.record.save()
        self.report(f"{title:<45} {part.gas_used:>9,} gas  {part.address}")

    def call(self, title: str, method: Any, *arguments: Any) -> None:
        """Sends a call of a contract's method, and enters it into the record."""
        gas = headroom(method, *arguments, sender=self.account)
        receipt = method(*arguments, sender=self.account, required_confirmations=CONFIRMATIONS, **gas)
        entry = {"title": title, "transaction": str(receipt.txn_hash), "block": receipt.block_number}
        self.record.calls.append({**entry, "gas_used": receipt.gas_used})
        self.record.save()
        self.report(f"{title:<45} {receipt.gas_used:>9,} gas")


def headroom(method: Any, *arguments: Any, **transaction: Any) -> dict[str, int]:
    """A gas limit half above the estimate, which is of the last block: in the next one a round may begin, and a call
    then writes words that it did not in the estimate. Nothing where the network gives a call a whole block's gas.
    """
    if ape.networks.provider.network.gas_limit == "max":
        return {}
    return {"gas_limit": method.estimate_gas_cost(*arguments, **transaction) * 3 // 2}


def code_hash(address: str) -> str:
    """Keccak256 of the code at the address, as a record has it."""
    return hash_of(bytes(ape.chain.provider.get_code(address)))


def hash_of(code: bytes) -> str:
    return "0x" + keccak(code).hex()


def _plain(argument: Any) -> Any:
    return HexBytes(argument).to_0x_hex() if isinstance(argument, bytes) else argument
