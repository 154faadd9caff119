"""Sending transactions from one account: gas, nonces, replacement, and what a revert meant."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from eth_account import Account
from eth_typing import ChecksumAddress
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3RPCError
from web3.types import TxReceipt

from offchain.chain.contract import Call, revert_error
from offchain.chain.rpc import Web3, ask
from offchain.errors import AccountShortError, ChainError, GasPriceError, TransactionTimeoutError

log = structlog.get_logger()

GAS_MARGIN_PERCENT = 25
REPLACEMENT_PERCENT = 112
"""A replacement must offer over 10 % more; nodes round differently, so 12 %."""
RECEIPT_POLL_S = 0.25


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """A transaction as it goes out: hash with `0x`, nonce, raw bytes; kept by whoever must survive a crash."""

    hash: str
    nonce: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Fees:
    """Prices of one unit of gas in wei (EIP-1559)."""

    max_fee: int
    priority_fee: int

    def bumped(self) -> Fees:
        """Fees that replace a transaction with these."""
        return Fees(self.max_fee * REPLACEMENT_PERCENT // 100 + 1, self.priority_fee * REPLACEMENT_PERCENT // 100 + 1)


OnSigned = Callable[[SignedTransaction], Awaitable[None]]


class TransactionSender:
    """The one sender of an account's transactions; one at a time, in the order asked for."""

    def __init__(
        self,
        w3: Web3,
        key: bytes,
        chain_id: int,
        *,
        max_gas_price: int = 0,
        timeout_s: float = 300.0,
        max_replacements: int = 1,
    ) -> None:
        """
        Args:
            max_gas_price: wei a unit of gas that is never exceeded; 0 sets no limit.
            timeout_s: seconds to wait for a receipt before the transaction is replaced or given up.
            max_replacements: how often a transaction is sent again with higher fees.
        """
        self._w3, self._key, self._chain_id = w3, key, chain_id
        self._max_gas_price, self._timeout_s, self._max_replacements = (max_gas_price, timeout_s, max_replacements)
        self._lock = asyncio.Lock()
        self.account: ChecksumAddress = Account.from_key(key).address

    async def simulate(self, call: Call) -> bytes:
        """What the call would return now.

        Raises:
            TransactionRevertedError: it would revert, and why.
        """
        return await self._call(call, "latest")

    async def send(self, call: Call, *, gas: int | None = None, on_signed: OnSigned | None = None) -> TxReceipt:
        """Sends the call and waits until it is mined.

        Args:
            gas: gas limit; estimated with a margin if None.
            on_signed: awaited before the transaction goes out, and again for each replacement.

        Raises:
            TransactionRevertedError: it would revert, or did.
            AccountShortError: the account cannot pay.
            GasPriceError: gas costs more than the limit allows.
            TransactionTimeoutError: it was not mined in time; it may still be.
            ChainError: the endpoint failed.
        """
        async with self._lock:
            limit = gas or await self._estimate(call)
            fees = await self._fees()
            await self._check_balance(call, limit, fees)
            receipt = await self._send_until_mined(call, limit, fees, on_signed)
        return await self._checked(call, receipt)

    async def _send_until_mined(self, call: Call, gas: int, fees: Fees, on_signed: OnSigned | None) -> TxReceipt:
        nonce = await self._nonce()
        hashes: list[str] = []
        for attempt in range(self._max_replacements + 1):
            signed = self._sign(call, gas, fees, nonce)
            if on_signed is not None:
                await on_signed(signed)
            await self._broadcast(signed, retrying=attempt > 0)
            hashes.append(signed.hash)
            log.debug("transaction", call=call.label, hash=signed.hash, nonce=nonce, max_fee=fees.max_fee)
            receipt = await self._wait(hashes)
            if receipt is not None:
                return receipt
            fees = fees.bumped()
            if self._max_gas_price and fees.max_fee > self._max_gas_price:
                break
        raise TransactionTimeoutError(call.label, hashes[-1], self._timeout_s)

    async def _estimate(self, call: Call) -> int:
        async def request() -> int:
            try:
                return int(await self._w3.eth.estimate_gas(self._request(call)))
            except ContractLogicError as error:
                raise revert_error(error.data) from error
            except Web3RPCError as error:
                raise await self._estimate_error(call, error) from error

        return await ask(f"estimate of {call.label}", request) * (100 + GAS_MARGIN_PERCENT) // 100

    async def _estimate_error(self, call: Call, error: Web3RPCError) -> ChainError:
        if "insufficient" in str(error.message).lower() or "funds" in str(error.message).lower():
            return AccountShortError(self.account, call.value, await self.balance())
        return ChainError(f"the RPC endpoint refused the estimate of {call.label}: {error.message}")

    async def _fees(self) -> Fees:
        head = await ask("eth_getBlockByNumber", lambda: self._w3.eth.get_block("latest"))
        suggested = int(await ask("eth_gasPrice", lambda: self._w3.eth.gas_price))
        base = int(head.get("baseFeePerGas", suggested))
        tip = max(0, suggested - base)
        limit = self._max_gas_price
        if limit and suggested > limit:
            raise GasPriceError(suggested, limit)
        max_fee = 2 * base + tip
        return Fees(min(max_fee, limit) if limit else max_fee, tip)

    async def _check_balance(self, call: Call, gas: int, fees: Fees) -> None:
        balance = await self.balance()
        needed = call.value + gas * fees.max_fee
        if balance < needed:
            raise AccountShortError(self.account, needed, balance)

    async def balance(self) -> int:
        """Wei that the account holds."""
        return int(await ask("eth_getBalance", lambda: self._w3.eth.get_balance(self.account)))

    async def _nonce(self) -> int:
        # The endpoint counts what it has not mined yet, so a transaction that timed out keeps its number.
        return int(
            await ask("eth_getTransactionCount", lambda: self._w3.eth.get_transaction_count(self.account, "pending"))
        )

    def _sign(self, call: Call, gas: int, fees: Fees, nonce: int) -> SignedTransaction:
        signed = Account.sign_transaction(
            {
                "type": 2,
                "chainId": self._chain_id,
                "nonce": nonce,
                "to": call.to,
                "data": call.data,
                "value": call.value,
                "gas": gas,
                "maxFeePerGas": fees.max_fee,
                "maxPriorityFeePerGas": min(fees.priority_fee, fees.max_fee),
            },
            self._key,
        )
        return SignedTransaction("0x" + signed.hash.hex(), nonce, bytes(signed.raw_transaction))

    async def _broadcast(self, signed: SignedTransaction, *, retrying: bool) -> None:
        async def request() -> None:
            try:
                await self._w3.eth.send_raw_transaction(signed.raw)
            except Web3RPCError as error:
                said = str(error.message).lower()
                # Either the node has it already, or an earlier version of it was mined: the wait will tell.
                if "already" in said or (retrying and "nonce" in said):
                    return
                raise

        await ask("eth_sendRawTransaction", request)

    async def _wait(self, hashes: list[str]) -> TxReceipt | None:
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        while asyncio.get_running_loop().time() < deadline:
            for known in reversed(hashes):
                receipt = await self.receipt(known)
                if receipt is not None:
                    return receipt
            await asyncio.sleep(RECEIPT_POLL_S)
        return None

    async def receipt(self, transaction: str) -> TxReceipt | None:
        """Receipt of a transaction, or None while it is not mined."""

        async def request() -> TxReceipt | None:
            try:
                return await self._w3.eth.get_transaction_receipt(transaction)  # type: ignore[arg-type]
            except TransactionNotFound:
                return None

        return await ask("eth_getTransactionReceipt", request)

    async def _checked(self, call: Call, receipt: TxReceipt) -> TxReceipt:
        if receipt["status"] == 1:
            return receipt
        transaction = "0x" + bytes(receipt["transactionHash"]).hex()
        # Receipts carry no reason: the call is made again on the state that the transaction met.
        await self._call(call, int(receipt["blockNumber"]) - 1, transaction)
        # It would have passed on that state: something before it in its own block was in the way.
        raise revert_error(b"", transaction)

    async def _call(self, call: Call, block: Any, transaction: str | None = None) -> bytes:
        async def request() -> bytes:
            try:
                return bytes(await self._w3.eth.call(self._request(call), block))
            except ContractLogicError as error:
                raise revert_error(error.data, transaction) from error

        return await ask(f"simulation of {call.label}", request)

    def _request(self, call: Call) -> Any:
        return {"from": self.account, "to": call.to, "data": call.data, "value": call.value}
