"""Accounts and numbers worth asking about: of the pool, of recent events, of whoever runs the upgrade."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ape
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes

from scripts._lib.instances import Deployment
from scripts._lib.upgrade.replay import Samples

NOBODY = "0x" + "00" * 20
RECENT_BLOCKS = 10_000  # what endpoints answer in one request
FROM_POOL = 6
FROM_EVENTS = 10
PROPOSALS = 3
ACCOUNT_TOPIC = b"\x00" * 12
SMALLEST_ACCOUNT = 2**64  # lesser ones in a topic are numbers


def choose_samples(deployment: Deployment, proxy: str, wished: tuple[str, ...]) -> Samples:
    """Those wished for first, then the top of the pool, then those that the contract's latest events name, then
    somebody whom the protocol knows nothing of."""
    pool, logs = list(_pool(deployment)), _recent_logs(proxy, deployment)
    seen = [account for account in _accounts(logs) if account not in pool][:FROM_EVENTS]
    accounts = dict.fromkeys([*(to_checksum_address(a) for a in wished), *pool, *seen, NOBODY])
    current = int(deployment.rounds_manager.currentRound())
    numbers = dict.fromkeys([current, max(current - 1, 0), 0, 1, *_proposals(logs)])
    return Samples(tuple(accounts), tuple(numbers))


def _pool(deployment: Deployment) -> Iterator[str]:
    bonding = deployment.bonding_manager
    account = bonding.getFirstTranscoderInPool()
    for _ in range(FROM_POOL):
        if account == NOBODY:
            return
        yield str(account)
        account = bonding.getNextTranscoderInPool(account)


def _recent_logs(proxy: str, deployment: Deployment) -> list[dict[str, Any]]:
    """Latest first. An endpoint that refuses gives none: samples are a help, not a proof."""
    height = ape.chain.blocks.height
    first = max(height - RECENT_BLOCKS, min(deployment.record.block, height))
    where = {"address": [proxy, deployment.bonding_manager.address], "fromBlock": hex(first), "toBlock": hex(height)}
    try:
        return list(reversed(ape.chain.provider.make_request("eth_getLogs", [where])))
    except Exception:
        return []


def _accounts(logs: list[dict[str, Any]]) -> Iterator[str]:
    seen = set()
    for log in logs:
        for topic in (bytes(HexBytes(t)) for t in log["topics"][1:]):
            is_account = topic.startswith(ACCOUNT_TOPIC) and int.from_bytes(topic) >= SMALLEST_ACCOUNT
            if is_account and topic not in seen:
                seen.add(topic)
                yield to_checksum_address(topic[12:])


def _proposals(logs: list[dict[str, Any]]) -> list[int]:
    """Ids of the latest proposals: the first word of the event's data."""
    topic = ape.chain.provider.web3.keccak(
        text="ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)"
    )
    created = [log for log in logs if HexBytes(log["topics"][0]) == topic]
    return [int.from_bytes(HexBytes(log["data"])[:32]) for log in created[:PROPOSALS]]
