"""`ape run deploy`, as a person runs it, against a node of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from web3 import HTTPProvider, Web3

from scripts._lib.market.processes import TestChain
from tests.support.commands import ape_run, ape_run_until

DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # test account 0


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[TestChain]:
    process = TestChain(tmp_path_factory.mktemp("node") / "anvil.log")
    process.start()
    yield process
    process.stop()


@pytest.fixture
def web3(node):
    """The node; what a test does to it is undone."""
    web3 = Web3(HTTPProvider(node.url))
    snapshot = web3.provider.make_request("evm_snapshot", [])["result"]
    yield web3
    web3.provider.make_request("evm_revert", [snapshot])


def test_a_chain_that_lives_as_long_as_the_command(tmp_path):
    record = tmp_path / "record.json"
    done = ape_run("deploy", "--network", "ethereum:local:foundry", "--output", str(record))
    assert done.returncode == 0, done.stdout
    assert "ethereum:local:foundry, chain id 31337" in done.stdout
    assert json.loads(record.read_text())["complete"]


def test_a_running_node_gets_a_deployment_once(web3, node, tmp_path):
    arguments = ("deploy", "--network", node.url, "--output", str(tmp_path / "record.json"))
    done = ape_run(*arguments)
    assert done.returncode == 0, done.stdout
    record = json.loads((tmp_path / "record.json").read_text())
    for name, entry in record["contracts"].items():
        assert web3.eth.get_code(entry["address"]), name

    again = ape_run(*arguments)
    assert again.returncode == 1
    assert "complete deployment" in again.stdout


def test_a_deployment_killed_half_way_goes_on_from_its_record(web3, node, tmp_path):
    arguments = ("deploy", "--network", node.url, "--output", str(tmp_path / "record.json"))
    ape_run_until("deploy the proxy of TicketBroker", *arguments)
    half = json.loads((tmp_path / "record.json").read_text())
    assert not half["complete"]

    done = ape_run(*arguments)
    assert done.returncode == 0, done.stdout
    assert f"goes on after {parts(half)} contracts" in done.stdout
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["complete"]
    for name, entry in half["contracts"].items():
        assert record["contracts"][name]["implementation"] == entry["implementation"]


def parts(record):
    return sum(2 if entry["proxy"] else 1 for entry in record["contracts"].values())


def test_an_account_that_cannot_pay_is_told_before_anything_is_sent(web3, node, tmp_path):
    nonce = web3.eth.get_transaction_count(DEPLOYER)
    web3.provider.make_request("anvil_setBalance", [DEPLOYER, hex(10**12)])
    done = ape_run("deploy", "--network", node.url, "--output", str(tmp_path / "record.json"))
    assert done.returncode == 1
    assert f"account {DEPLOYER} holds 0.000001 ETH, this can take" in done.stdout
    assert web3.eth.get_transaction_count(DEPLOYER) == nonce
    assert not (tmp_path / "record.json").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--params", "nowhere"), "those that come with the project: arbitrum-mainnet, local"),
        (("--account", "nobody-of-that-name"), "no account 'nobody-of-that-name'"),
    ],
)
def test_what_cannot_be_used_is_told(node, tmp_path, arguments, reason):
    output = ("--output", str(tmp_path / "record.json"))
    done = ape_run("deploy", "--network", node.url, *output, *arguments)
    assert done.returncode == 1
    assert reason in done.stdout
    assert "Traceback" not in done.stdout
    assert not (tmp_path / "record.json").exists()


def test_a_node_that_does_not_answer_is_told():
    done = ape_run("deploy", "--network", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "No (supported) node found on 'http://127.0.0.1:9'" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("network", ["arbitrum", "arbitrum:mainnet-fork:foundry"])
def test_a_network_without_endpoint_is_told_by_the_variable(network, value):
    done = ape_run("deploy", "--network", network, variables={"ARBITRUM_MAINNET_RPC_URL": value})
    assert done.returncode == 1
    assert "no endpoint for arbitrum:mainnet: set ARBITRUM_MAINNET_RPC_URL" in done.stdout


def test_the_help_shows_each_network():
    done = ape_run("deploy", "--help")
    for text in (
        "ethereum:local:foundry",
        "http://127.0.0.1:8545",
        "arbitrum:mainnet-fork:foundry",
        "--network arbitrum ",
    ):
        assert text in done.stdout
