"""Arbitrum One, played by a local node of its chain id: the rehearsal on a fork, and the deployment itself.

anvil 1.7.1, forking a chain with this id, gives contracts the L1 block number of the fork's block until its own first
block, and from then on its own block numbers, which go on from the L2 number. What is deployed there counts rounds in
its own numbers from the beginning, since the clock is set after the first block; so a rehearsal works, but its round
numbers are not those of the live network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from web3 import HTTPProvider, Web3

from scripts._lib.market.processes import TestChain
from tests.support.commands import ROOT, ape_run, environment
from tests.support.relabelled_node import L2_BLOCKS_AN_L1_BLOCK, relabelled

CHAIN_ID = 42161
ENDPOINT = "ARBITRUM_MAINNET_RPC_URL"
DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # test account 0
BLOCKS = 400


@pytest.fixture(scope="module")
def arbitrum(tmp_path_factory) -> Iterator[TestChain]:
    """A node of Arbitrum One's chain id, some way into its life."""
    log = tmp_path_factory.mktemp("arbitrum") / "anvil.log"
    process = TestChain(log, arguments=("--chain-id", str(CHAIN_ID)))
    process.start()
    Web3(HTTPProvider(process.url)).provider.make_request("anvil_mine", [hex(BLOCKS)])
    yield process
    process.stop()


@pytest.fixture
def web3(arbitrum) -> Web3:
    return Web3(HTTPProvider(arbitrum.url))


def test_a_rehearsal_on_a_fork_leaves_the_real_chain_alone(arbitrum, web3, tmp_path):
    path = tmp_path / "record.json"
    arguments = ("deploy", "--network", "arbitrum:mainnet-fork:foundry", "--output", str(path))
    done = ape_run(*arguments, variables={ENDPOINT: arbitrum.url})
    assert done.returncode == 0, done.stdout
    assert "arbitrum:mainnet-fork:foundry, chain id 42161" in done.stdout
    record = json.loads(path.read_text())
    assert record["complete"]
    assert record["parameters"]["round_length"] == 6377
    assert web3.eth.get_transaction_count(DEPLOYER) == 0
    assert web3.eth.get_code(record["controller"]) == b""


def test_a_fork_counts_rounds_in_its_own_blocks_whatever_it_says_before_the_first(arbitrum, tmp_path):
    path = tmp_path / "seen.json"
    with relabelled(arbitrum.url) as url:
        command = [sys.executable, "-m", "tests.fork.rehearsal", str(path)]
        variables = environment({ENDPOINT: url})
        done = subprocess.run(
            command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=240, check=False
        )
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(path.read_text())
    assert seen["chain_id"] == CHAIN_ID
    assert seen["number_before"] == seen["height_before"] // L2_BLOCKS_AN_L1_BLOCK
    assert all(height == number for height, number in seen["heights_and_numbers"])
    assert seen["initialized"]
    assert int(seen["hash"], 16) != 0


def test_arbitrum_one_is_asked_about_before_anything_is_sent(arbitrum, web3, tmp_path):
    path = tmp_path / "record.json"
    arguments = ("deploy", "--network", "arbitrum", "--account", "TEST::0", "--output", str(path))
    done = ape_run(*arguments, variables={ENDPOINT: arbitrum.url}, answer="n\n")
    assert done.returncode == 1
    assert "arbitrum:mainnet:node, chain id 42161" in done.stdout
    assert "cost        at most" in done.stdout
    assert "everybody knows this account's key" in done.stdout
    assert "Deploy? [y/N]" in done.stdout
    assert web3.eth.get_transaction_count(DEPLOYER) == 0
    assert not path.exists()


def test_arbitrum_one_needs_an_account_by_name(arbitrum, tmp_path):
    done = ape_run("deploy", "--network", "arbitrum", variables={ENDPOINT: arbitrum.url})
    assert done.returncode == 1
    assert "name the account that deploys with --account" in done.stdout


def test_another_chain_than_arbitrum_one_is_refused(tmp_path):
    other = TestChain(tmp_path / "anvil.log")
    other.start()
    try:
        done = ape_run("deploy", "--network", "arbitrum", variables={ENDPOINT: other.url})
    finally:
        other.stop()
    assert done.returncode == 1
    assert "chain ID '31337', which does not match network chain ID '42161'" in done.stdout


def test_arbitrum_one_is_deployed_to_handed_over_and_its_upgrade_rehearsed_on_a_fork(arbitrum, web3, tmp_path):
    """Last, since it changes the node."""
    path = tmp_path / "record.json"
    arguments = ("deploy", "--network", "arbitrum", "--account", "TEST::0", "--output", str(path), "--yes")
    done = ape_run(*arguments, variables={ENDPOINT: arbitrum.url})
    assert done.returncode == 0, done.stdout
    record = json.loads(path.read_text())
    assert record["complete"]
    assert record["network"].startswith("arbitrum:mainnet")
    owner = web3.eth.call({"to": record["controller"], "data": web3.keccak(text="owner()")[:4]})
    governor = record["contracts"]["Governor"]["address"]
    assert owner[12:].hex() == governor[2:].lower()

    before, nonce = path.read_text(), web3.eth.get_transaction_count(DEPLOYER)
    arguments = ("upgrade", "ServiceRegistry", "--to", "HarnessRegistryNext", "--delay", "100", "--dry-run")
    network = ("--network", "arbitrum:mainnet-fork:foundry", "--record", str(path))
    done = ape_run(*arguments, *network, variables={ENDPOINT: arbitrum.url})
    assert done.returncode == 0, done.stdout
    assert "stage the upgrade of ServiceRegistry" in done.stdout
    assert "execute the upgrade of ServiceRegistry" in done.stdout
    assert done.stdout.count(" differ") == done.stdout.count(", 0 differ") == 2
    multisig = record["parameters"]["governor_owner"]
    assert (path.read_text(), web3.eth.get_transaction_count(DEPLOYER)) == (before, nonce)
    assert web3.eth.get_transaction_count(multisig) == 0
