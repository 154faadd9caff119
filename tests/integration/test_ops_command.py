"""`ape run ops` and `ape run status`, as a person runs them: on a node of Arbitrum One's chain id, and a fork of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest
from web3 import HTTPProvider, Web3

from scripts._lib.market.processes import TestChain
from scripts._lib.preflight import default_record
from tests.support.commands import APE, ROOT, ape_run, environment

CHAIN_ID = 42161
ENDPOINT = "ARBITRUM_MAINNET_RPC_URL"
OWNER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # test account 0: deploys, and holds the supply
STAKING = ["bond", "claim", "rebond", "reward", "set-reward-caller", "set-uri", "transcoder", "transfer-bond", "unbond"]
OTHERS = ["fund", "initialize-round", "pause", "position", "unlock", "unpause", "withdraw"]
VOTING = ["cancel", "execute", "propose", "queue", "vote"]


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[TestChain]:
    """A node that counts as Arbitrum One."""
    log = tmp_path_factory.mktemp("arbitrum") / "anvil.log"
    process = TestChain(log, block_time_s=3600, arguments=("--chain-id", str(CHAIN_ID)))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def record(node, tmp_path_factory):
    """Record of a deployment there, in a round that has been opened."""
    path = tmp_path_factory.mktemp("record") / "record.json"
    arguments = ("--network", "arbitrum", "--params", "local", "--account", "TEST::0", "--yes")
    done = ape_run("deploy", *arguments, "--output", str(path), variables={ENDPOINT: node.url})
    assert done.returncode == 0, done.stdout
    Web3(HTTPProvider(node.url)).provider.make_request("anvil_mine", [hex(100)])
    where = ("--network", "arbitrum", "--deployment", str(path), "--account", "TEST::0", "--yes")
    opened = ape_run("ops", "initialize-round", *where, variables={ENDPOINT: node.url})
    assert "event       NewRound: round " in opened.stdout
    return path


@pytest.fixture
def run(node, record):
    """`ape run <arguments>` on that deployment, `arbitrum` unless another network is named."""

    def run(*arguments, answer="", network="arbitrum"):
        where = ("--network", network, "--deployment", str(record))
        return ape_run(*arguments, *where, variables={ENDPOINT: node.url}, answer=answer)

    return run


@pytest.fixture
def web3(node):
    return Web3(HTTPProvider(node.url))


def test_on_a_live_network_a_person_is_asked_and_may_say_no(run, web3, record):
    nonce = web3.eth.get_transaction_count(OWNER)
    bond = ("ops", "bond", "100 LPT", "--to", OWNER)
    declined = run(*bond, "--account", "TEST::0", answer="n\n")
    assert declined.returncode == 1
    assert "arbitrum:mainnet:node, chain id 42161" in declined.stdout
    assert str(record) in declined.stdout
    assert "0 LPT -> 100 LPT (100000000000000000000 wei)" in declined.stdout
    assert "Send? [y/N]" in declined.stdout
    assert "Aborted!" in declined.stdout
    assert web3.eth.get_transaction_count(OWNER) == nonce

    done = run(*bond, "--account", "TEST::0", "--yes")
    assert done.returncode == 0, done.stdout
    assert "event       Bond: " in done.stdout
    assert web3.eth.get_transaction_count(OWNER) == nonce + 2


def test_on_a_fork_anybody_can_be_played(run, web3, node, record):
    """An address sends there without its key, and the real chain is left alone."""
    network = "arbitrum:mainnet-fork:foundry"
    stranger = Web3.to_checksum_address("0x" + "ab" * 20)
    web3.provider.make_request("anvil_setBalance", [stranger, hex(10**18)])
    nonce = web3.eth.get_transaction_count(stranger)
    done = run("ops", "fund", "--deposit", "0.5 ETH", "--account", stranger, network=network)
    assert done.returncode == 0, done.stdout
    assert "(a fork: nothing reaches the real chain)" in done.stdout
    assert "0 ETH -> 0.5 ETH (500000000000000000 wei)" in done.stdout
    assert "event       DepositFunded" in done.stdout
    assert web3.eth.get_transaction_count(stranger) == nonce


def test_machines_get_nothing_but_json_again_and_again(node, record):
    where = ("--network", "arbitrum", "--deployment", str(record))
    command = [APE, "run", "status", "--json", "--watch", "0.2", *where]
    variables = environment({"PYTHONUNBUFFERED": "1", ENDPOINT: node.url})
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shown = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.kill()
    for snapshot in shown:
        assert snapshot["network"]["chain_id"] == CHAIN_ID
        assert snapshot["controller"] == json.loads(record.read_text())["controller"]
        assert snapshot["round"]["seconds_left"] == snapshot["round"]["blocks_left"] * 12


def test_each_command_is_there():
    done = ape_run("ops", "--help")
    listed = [line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == sorted(STAKING + OTHERS + VOTING)
    assert "ERROR" not in done.stdout


def test_contracts_that_cannot_be_found_are_told(run, node, record, tmp_path, chain):
    from tests.support.ops import find_command, run_connected

    status, network = find_command("status"), ("--network", "ethereum:local:foundry")
    stranger = "0x" + "ab" * 20
    for arguments, reason in (
        (
            ("--deployment", str(tmp_path / "none.json")),
            f"there is no record {tmp_path / 'none.json'}: name a record with",
        ),
        (("--deployment", str(record)), "is of chain 42161, this is chain 31337"),
        (("--controller", stranger), "there is no contract at"),
        (("--controller", "0x1234"), "Controller '0x1234' is no address"),
        (("--controller", stranger, "--deployment", str(record)), "either --deployment or --controller, not both"),
    ):
        result = run_connected(status, *arguments, *network)
        assert result.exit_code == 1
        assert reason in result.output
    if not default_record(chain.provider).exists():
        assert "there is no record" in run_connected(status, *network).output
