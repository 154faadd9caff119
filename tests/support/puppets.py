"""Contracts that can be made to act: what only they may call can be called, and what they may not.

In place of a contract's code stands HarnessPuppet: told to, it sends a call in the contract's name; everything else
goes to the code that was there before, on the same storage.
"""

from __future__ import annotations

from eth_utils.crypto import keccak

from tests.support.calldata import Contract, deploy
from tests.support.evm_engine import EvmEngine

__all__ = ["in_the_name_of", "make_puppet"]

ACT = keccak(text="HarnessPuppet.act")


def make_puppet(engine: EvmEngine, sender: str, contract: Contract) -> None:
    """From now on, whatever snapshot is gone back to, the contract can be made to act. `sender` pays for the copies."""
    behind = "0x" + keccak(text=f"behind {contract.address.lower()}")[:20].hex()
    engine.set_code(behind, engine.code(contract.address))
    puppet = deploy(engine, sender, "HarnessPuppet", behind)
    engine.set_code(contract.address, engine.code(puppet.address))


def in_the_name_of(target: str, data: bytes) -> bytes:
    """What a puppet has to be sent to call `target` with `data`, and with the ether that comes along."""
    return ACT + int(target, 16).to_bytes(32, "big") + data
