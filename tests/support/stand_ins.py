"""Other contracts in place of the protocol's, for a single view: by the words in which the Controller keeps names."""

from __future__ import annotations

from tests.support.evm_engine import EvmEngine, Word
from tests.support.hashes import keccak
from tests.support.layouts import entry_of, slot_of

__all__ = ["StandIn"]

LOW_160 = 2**160 - 1


class StandIn:
    """A contract that is to stand for the one of that name."""

    def __init__(self, engine: EvmEngine, controller: str, name: str, address: str) -> None:
        self._engine, self._controller, self._address = engine, controller, int(address, 16)
        self._entry = entry_of(slot_of("Controller", "_entries"), keccak(text=name))

    @property
    def word(self) -> Word:
        """What storage would have to hold; beside the address there is the pause."""
        kept = self._engine.storage(self._controller, self._entry)
        return self._controller, self._entry, kept & ~LOW_160 | self._address
