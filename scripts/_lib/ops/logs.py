"""Events of the past, from nodes that bound what they answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import ape
from eth_utils.crypto import keccak
from requests.exceptions import RequestException
from web3.exceptions import Web3Exception

from scripts._lib.ops.errors import OpsError

# A node that answers for few blocks at a time is asked this often at most, and never for fewer blocks than this.
MAX_REQUESTS = 400
MIN_BLOCKS = 500


class LogsError(OpsError):
    """The node does not answer for so many blocks."""


def topic(event: Any) -> str:
    """First topic of one of Ape's contract events."""
    return "0x" + keccak(text=event.abi.selector).hex()


def word(number: int) -> str:
    """A number as a topic."""
    return f"0x{number:064x}"


def read_events(
    contract: Any, names: Sequence[str], start: int, *, topics: Sequence[Any] = (), end: int | None = None
) -> list[Any]:
    """Events `names` of a contract since block `start`, oldest first.

    Args:
        topics: what indexed arguments must be, from the first on; each a topic, a list of them, or None.

    Raises:
        LogsError: the node refuses.
    """
    found = [log for part in _backwards(contract, names, start, topics, end) for log in reversed(part)]
    return found[::-1]


def find_back(contract: Any, name: str, start: int, *, topics: Sequence[Any], wanted: int) -> list[Any]:
    """The last `wanted` events `name`, oldest first; fewer if there are no more since block `start`.

    Raises:
        LogsError: the node refuses.
    """
    found: list[Any] = []
    for part in _backwards(contract, (name,), start, topics, None):
        found = [*part, *found]
        if len(found) >= wanted:
            break
    return found[-wanted:]


def _backwards(
    contract: Any, names: Sequence[str], start: int, topics: Sequence[Any], end: int | None
) -> Iterator[list[Any]]:
    """Logs of ranges of blocks, the latest range first: all at once if the node can, else piece by piece."""
    web3 = ape.chain.provider.web3
    events = [getattr(contract, name) for name in names]
    question = {"address": contract.address, "topics": [[topic(event) for event in events], *topics]}
    high = int(web3.eth.block_number) if end is None else end
    span, requests = max(high - start + 1, 1), 0
    while high >= start:
        low = max(start, high - span + 1)
        requests += 1
        if requests > MAX_REQUESTS:
            raise LogsError(
                f"the node answers for {span} blocks at a time only, too few to go back to block {start}: name a later "
                "one with --since"
            )
        try:
            logs = web3.eth.get_logs({**question, "fromBlock": hex(low), "toBlock": hex(high)})
        except (Web3Exception, RequestException, ValueError) as error:
            if span <= MIN_BLOCKS:
                raise LogsError(f"the node has no events of blocks {low} to {high}: {error}") from error
            span = max(MIN_BLOCKS, min(span, high - low + 1) // 4)
            continue
        abis = [event.abi for event in events]
        yield list(ape.chain.provider.network.ecosystem.decode_logs([dict(log) for log in logs], *abis))
        high = low - 1
