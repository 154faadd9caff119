"""Proposals to the governor. Their ids are hashes over addresses: each side has its own for the same proposal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

if TYPE_CHECKING:
    from tests.differential.sides import Side

__all__ = ["Motion"]


@dataclass(frozen=True)
class Motion:
    """A proposal of one call by the treasury; in the place of an argument it stands for its id.

    Attributes:
        number: tells motions to the same effect apart, by their description.
    """

    contract: str
    function: str
    arguments: tuple[Any, ...]
    number: int

    @property
    def description(self) -> str:
        return f"motion {self.number}"

    @property
    def name(self) -> str:
        return f"motion_{self.number}"

    def text_arguments(self, side: Side) -> tuple[Any, ...]:
        """Those of `propose`."""
        calldata = side.encode(self.contract, self.function, self.arguments)
        return [side.addresses[self.contract]], [0], [calldata], self.description

    def hash_arguments(self, side: Side) -> tuple[Any, ...]:
        """Those of `queue`, `execute` and `cancel`."""
        return *self.text_arguments(side)[:3], keccak(text=self.description)

    def id_on(self, side: Side) -> int:
        """The proposal's id there; from now on the side knows it by the motion's name."""
        kinds = ("address[]", "uint256[]", "bytes[]", "bytes32")
        proposal = keccak(encode(kinds, self.hash_arguments(side)))
        side.name_word(self.name, proposal)
        return int.from_bytes(proposal, "big")
