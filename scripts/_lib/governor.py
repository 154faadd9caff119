"""What the protocol's Governor is asked to do: one bundle of calls, staged by its owner, executed by anybody later."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import ape
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from scripts._lib.sources import container

UPDATE = "(address[],uint256[],bytes[],uint256)"
UNUSED = "0x" + "00" * 32


@dataclass(frozen=True, slots=True)
class Update:
    """Calls that the Governor makes in one transaction.

    Attributes:
        target: contracts to call.
        value: wei sent with each call.
        data: calldata of each, as hex.
        nonce: tells apart bundles that are alike otherwise.
    """

    target: list[str]
    value: list[int]
    data: list[str]
    nonce: int = 0

    @classmethod
    def of_call(cls, method: Any, *arguments: Any, nonce: int = 0) -> Update:
        """One call of a contract's method."""
        return cls([method.contract.address], [0], ["0x" + bytes(method.encode_input(*arguments)).hex()], nonce)

    @property
    def as_tuple(self) -> tuple[list[str], list[int], list[bytes], int]:
        """As the Governor's functions take it."""
        return self.target, self.value, [bytes.fromhex(d.removeprefix("0x")) for d in self.data], self.nonce

    @property
    def hash(self) -> bytes:
        """What the Governor knows it by."""
        return keccak(encode([UPDATE], [self.as_tuple]))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def governor_at(address: str) -> Any | None:
    """The Governor at that address; None if something else is there, or nothing."""
    if not ape.chain.provider.get_code(address):
        return None
    governor = ape.chain.contracts.instance_at(
        address,
        contract_type=container("Governor").contract_type,
        fetch_from_explorer=False,
        fetch_from_disk=False,
        detect_proxy=False,
    )
    try:
        governor.owner()
        governor.updates(UNUSED)
    except ape.exceptions.ApeException:
        return None
    return governor
