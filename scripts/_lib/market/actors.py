"""People of a market: keys, and what each does on chain."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eth_account import Account

from offchain.chain.contract import Call
from offchain.chain.protocol import Protocol
from offchain.chain.rpc import Web3
from offchain.chain.transactions import TransactionSender

ANVIL_MNEMONIC = "test test test test test test test test test test test junk"


@dataclass(frozen=True, slots=True)
class Actor:
    """An account of the test chain with a name.

    Attributes:
        name: for messages and tables.
        key: 32 bytes.
    """

    name: str
    key: bytes

    @property
    def address(self) -> str:
        """The account, in EIP-55 form."""
        return str(Account.from_key(self.key).address)

    def write_key(self, folder: Path) -> Path:
        """Writes the key to a file that only this user can read, as nodes demand it."""
        path = folder / f"{self.name.replace(' ', '-')}.key"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self.key.hex())
        return path


@cache
def anvil_actor(index: int, name: str) -> Actor:
    """The account number `index` (0 … 9) of a fresh anvil; each holds 10,000 ETH."""
    Account.enable_unaudited_hdwallet_features()
    account = Account.from_mnemonic(ANVIL_MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
    return Actor(name, bytes(account.key))


class ActorWallet:
    """An actor at work on chain: one transaction after the other, each mined before the next."""

    def __init__(self, actor: Actor, w3: Web3, chain_id: int, protocol: Protocol) -> None:
        self.actor, self.protocol = actor, protocol
        self._sender = TransactionSender(w3, actor.key, chain_id, timeout_s=60)

    async def do(self, *calls: Call) -> list[dict[str, object]]:
        """Makes the calls in order; returns their receipts."""
        return [dict(await self._sender.send(call)) for call in calls]

    async def stake(self, amount: int, to: str) -> None:
        """Bonds `amount` LPT wei to an orchestrator."""
        bonding, token = self.protocol.bonding, self.protocol.token
        await self.do(token.approve(bonding.address, amount), bonding.bond(amount, to))

    async def join_as_orchestrator(self, stake: int, reward_cut: int, fee_share: int, uri: str) -> None:
        """Bonds to itself, sets its cuts (parts of 1,000,000) and publishes where it serves."""
        await self.stake(stake, self.actor.address)
        await self.do(
            self.protocol.bonding.transcoder(reward_cut, fee_share), self.protocol.registry.set_service_uri(uri)
        )

    async def unstake_all(self) -> int:
        """Unbonds everything; returns the id of the lock."""
        delegator = await self.protocol.bonding.delegator(self.actor.address)
        stake = await self.protocol.bonding.pending_stake(self.actor.address)
        await self.do(self.protocol.bonding.unbond(stake))
        return delegator.next_unbonding_lock_id

    async def withdraw_all_fees(self) -> int:
        """Withdraws all fees to the actor's own account; returns the wei."""
        fees = await self.protocol.bonding.pending_fees(self.actor.address)
        if fees:
            await self.do(self.protocol.bonding.withdraw_fees(self.actor.address, fees))
        return fees
