"""A deployment on Ape's fork of the live network, and a round in it: `python -m tests.fork.rehearsal FILE`.

In a process of its own, since Ape reads the endpoint from the environment when it starts. Writes what it saw as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import ape

from scripts._lib.deployment import deploy
from scripts._lib.params import load_parameters

RETURN_BLOCK_NUMBER = "0x4360005260206000f3"  # NUMBER, stored and returned
NETWORK = "arbitrum:mainnet-fork:foundry"


def block_number(provider: Any) -> int:
    """`block.number`, as a contract sees it in a call."""
    return int(provider.make_request("eth_call", [{"data": RETURN_BLOCK_NUMBER}, "latest"]), 16)


def rehearse() -> dict[str, Any]:
    with ape.networks.parse_network_choice(NETWORK) as provider:
        account = ape.accounts.test_accounts[0]
        height, seen_before = ape.chain.blocks.height, block_number(provider)
        deployment = deploy(load_parameters("arbitrum-mainnet"), account)
        rounds = deployment.rounds_manager
        numbers = []
        for count in (0, 1, 10):
            ape.chain.mine(count)
            numbers.append((ape.chain.blocks.height, rounds.blockNum()))
        start = rounds.currentRoundStartBlock()
        ape.chain.mine(start + rounds.roundLength() - ape.chain.blocks.height)
        rounds.initializeRound(sender=account)
        return {
            "chain_id": provider.chain_id,
            "height_before": height,
            "number_before": seen_before,
            "heights_and_numbers": numbers,
            "controller": deployment.controller.address,
            "initialized": rounds.currentRoundInitialized(),
            "hash": bytes(rounds.blockHashForRound(rounds.currentRound())).hex(),
        }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(rehearse()))
