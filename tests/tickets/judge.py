"""The contracts' library in an EVM of its own, asked about many tickets a call."""

from __future__ import annotations

from collections.abc import Sequence

import pyrevm
from eth_utils.crypto import keccak

from tests.support.artifacts import artifact
from tests.tickets.calldata import batch, bytes_array, words_array
from tests.tickets.cases import Case
from tests.tickets.checker import Verdict

__all__ = ["Judge"]

SOMEBODY = "0x" + "11" * 20
GAS = 2**62
TICKET = "(address,address,uint256,uint256,uint256,bytes32,bytes)"
JUDGE = keccak(text=f"judge({TICKET}[],bytes[],uint256[])")[:4]
COUNT_WINS = keccak(text="countWins(bytes[],uint256[],uint256)")[:4]
FINDING = 128


class Judge:
    """`HarnessTickets`, deployed."""

    def __init__(self) -> None:
        self._evm = pyrevm.EVM(gas_limit=GAS)
        self._harness = self._evm.deploy(SOMEBODY, artifact("HarnessTickets").creation_code)

    def findings(self, cases: Sequence[Case]) -> list[Verdict]:
        """What the library says of each; of a signature of another length no draw, as from the package."""
        answer = self._ask(batch(JUDGE, cases))
        starts = range(64, len(answer), FINDING)
        return [
            Verdict(
                answer[at : at + 32],
                answer[at + 32 : at + 36],
                answer[at + 64 : at + 96],
                answer[at + 127] == 1 if len(case.signature) == 65 else None,
            )
            for at, case in zip(starts, cases, strict=True)
        ]

    def count_wins(self, signatures: Sequence[bytes], rands: Sequence[int], win_prob: int) -> int:
        """How many draws win, of each signature with each number."""
        first, second = bytes_array(signatures), words_array(rands)
        offsets = (96, 96 + len(first), win_prob)
        head = b"".join(value.to_bytes(32, "big") for value in offsets)
        return int.from_bytes(self._ask(COUNT_WINS + head + first + second), "big")

    def _ask(self, calldata: bytes) -> bytes:
        return bytes(self._evm.message_call(SOMEBODY, self._harness, calldata=calldata, is_static=True))
