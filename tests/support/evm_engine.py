"""The {Engine} that is an EVM in this process: pyrevm, without blocks, signatures or a node.

A journal holds all that calls have changed since the engine began, and grows with each of them: play in histories of a
few thousand calls, each from one snapshot. Block hashes are the EVM's own inventions. Gas is counted with storage that
earlier calls have warmed, so it is a lower bound of what a transaction would use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from eth_utils.crypto import keccak
from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env

from tests.support.engine import GAS_LIMIT, Log

__all__ = ["CHAIN_ID", "EvmEngine", "Word"]

Word = tuple[str, int, int]  # address, slot, value
NOBODY = "0x" + "00" * 20
CHAIN_ID = 31_337  # anvil's
ACT = keccak(text="SmartAccount.act")
BLOCK_GAS_LIMIT = 2**52
ADDRESS = 42  # characters
SLOT = re.compile(r"(\d+): StorageSlot \{ previous_or_original_value: \d+, present_value: (\d+) \}")
GENESIS_TIME = 1_800_000_000  # seconds; each block takes one


class Success:
    """An {Outcome} that keeps its events as the EVM gave them until somebody asks."""

    __slots__ = ("_raw", "answer", "gas_used")
    refusal = None

    def __init__(self, raw: list[Any], gas_used: int, answer: bytes) -> None:
        self._raw, self.gas_used, self.answer = raw, gas_used, answer

    @property
    def logs(self) -> tuple[Log, ...]:
        return tuple([_log(raw) for raw in self._raw])


class Refused:
    """An {Outcome} without events."""

    __slots__ = ("gas_used", "refusal")
    logs: tuple[Log, ...] = ()

    def __init__(self, refusal: bytes, gas_used: int) -> None:
        self.refusal, self.gas_used = refusal, gas_used


class EvmEngine:
    """See {Engine}.

    Attributes:
        epoch: goes up whenever the chain is put back.
    """

    def __init__(self) -> None:
        # Variants may be compiled without the optimizer, and be too large for a chain.
        unlimited = Env(cfg=CfgEnv(chain_id=CHAIN_ID, limit_contract_code_size=2**32))
        self._evm = EVM(env=unlimited, gas_limit=BLOCK_GAS_LIMIT, spec_id="CANCUN")
        self.balance, self.storage = self._evm.get_balance, self._evm.storage
        self._block = BlockEnv(gas_limit=BLOCK_GAS_LIMIT, basefee=0)
        self._height = 0
        self._clock = GENESIS_TIME  # the time of block 0
        self._at: int | None = None  # the block that the EVM believes to be in
        self._checkpoints: list[object] = []
        self._drivers: dict[str, str] = {}
        self.epoch = 0

    @property
    def next_block(self) -> int:
        return self._height + 1

    def endow(self, address: str, nonce: int, balance: int) -> None:
        """Makes an account what it has to be before a contract is created, or a sender pays. No snapshot undoes it."""
        self._evm.insert_account_info(address, AccountInfo(nonce=nonce))
        self._evm.set_balance(address, balance)

    def create(self, sender: str, creation_code: bytes) -> str:
        self._height += 1
        self._enter(self._height)
        return str(self._evm.deploy(sender, creation_code))

    def act_by_code(self, account: str, driver: str) -> None:
        """From now on the account has code, and makes its calls when the driver tells it to: see SmartAccount.sol."""
        self._drivers[account] = driver

    def call(self, sender: str, to: str, data: bytes, value: int = 0) -> Success | Refused:
        if sender in self._drivers:
            sender, to, data = self._driven(sender, to, data)
        self._height += 1
        self._enter(self._height)
        evm = self._evm
        evm.reset_transient_storage()
        try:
            answer = evm.message_call(sender, to, data, value, GAS_LIMIT)
        except RuntimeError as stop:
            return _refused(str(stop))
        result = evm.result
        return Success(result.logs, result.gas_used, answer)

    def view(self, to: str, data: bytes) -> bytes:
        if self._at != self._height:
            self._enter(self._height)
        return bytes(self._evm.message_call(NOBODY, to, data, is_static=True))

    def view_with(self, words: Sequence[Word], to: str, data: bytes) -> bytes:
        """What a view would answer if words of storage were others."""
        read, write = self._evm.storage, self._evm.insert_account_storage
        kept = [(address, slot, read(address, slot)) for address, slot, _ in words]
        for word in words:
            write(*word)
        try:
            return self.view(to, data)
        finally:
            for word in kept:
                write(*word)

    def _driven(self, sender: str, to: str, data: bytes) -> tuple[str, str, bytes]:
        return self._drivers[sender], sender, ACT + bytes.fromhex(to[2:]).rjust(32, b"\0") + data

    def code(self, address: str) -> bytes:
        """Without what the EVM pads it with; Solidity's own ends with a length, which is never zero."""
        return bytes(self._evm.get_code(address) or b"").rstrip(b"\0")

    def set_code(self, address: str, code: bytes) -> None:
        """Puts other code in place of a contract's, which is slow from then on. No snapshot undoes it."""
        known = self._evm.basic(address)
        self._evm.insert_account_info(address, AccountInfo(balance=known.balance, nonce=known.nonce, code=code))

    def state(self) -> dict[str, tuple[int, dict[int, int]]]:
        """Wei of ether and all words of storage that are not zero, by address in lower case; some 15 ms.

        As the EVM's own journal shows it, where there is no other way to ask.
        """
        journal = self._evm.journal_str
        accounts = journal[: journal.index("transient_storage: {")].split(": Account { info: AccountInfo { balance: ")
        addresses = [text[-ADDRESS:] for text in accounts[:-1]]
        return {address: _account(text) for address, text in zip(addresses, accounts[1:], strict=True)}

    def mine(self, blocks: int) -> None:
        self._height += blocks

    def pass_time(self, seconds: int) -> None:
        """Views see it at once."""
        self._clock += seconds
        self._at = None

    def snapshot(self) -> object:
        checkpoint = self._evm.snapshot()
        self._checkpoints.append(checkpoint)
        return checkpoint, self._height, self._clock

    def restore(self, snapshot: object) -> None:
        assert isinstance(snapshot, tuple)
        wanted, self._height, self._clock = snapshot
        self.epoch += 1
        # Later ones are within it, and have to go first.
        while True:
            assert self._checkpoints, "the chain cannot be put back"
            checkpoint = self._checkpoints.pop()
            self._evm.revert(checkpoint)
            if checkpoint is wanted:
                self._at = None
                return

    def _enter(self, block: int) -> None:
        self._block.number, self._block.timestamp = block, self._clock + block
        self._evm.set_block_env(self._block)
        self._at = block


def _account(text: str) -> tuple[int, dict[int, int]]:
    """From its balance on: `5, nonce: 0, … storage: {7: StorageSlot { …, present_value: 9 }}, status: …`."""
    words = SLOT.findall(text, text.rindex("storage: {"))
    return int(text[: text.index(",")]), {int(slot): int(word) for slot, word in words if word != "0"}


def _log(raw: Any) -> Log:
    topics, data = raw.data
    return Log(raw.address.lower(), tuple(topics), data)


def _refused(text: str) -> Refused:
    """`Revert { gas_used: 21048, output: 0x… }`, or `Halt { reason: …, gas_used: 12000000 }`."""
    kind, _, rest = text.partition(" { ")
    if kind == "Revert":
        gas, _, output = rest.removeprefix("gas_used: ").removesuffix(" }").partition(", output: 0x")
        return Refused(bytes.fromhex(output), int(gas))
    assert kind == "Halt", text  # else the EVM did not even begin
    return Refused(b"", int(rest.removesuffix(" }").rpartition("gas_used: ")[2]))
