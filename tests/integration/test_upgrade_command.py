"""`ape run upgrade`, as a person runs it, against a node of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from web3 import HTTPProvider, Web3

from scripts._lib.market.processes import TestChain
from tests.support.commands import ape_run

NAME = "ServiceRegistry"
DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # test account 0


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[TestChain]:
    process = TestChain(tmp_path_factory.mktemp("node") / "anvil.log")
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def record(node, tmp_path_factory):
    path = tmp_path_factory.mktemp("deployed") / "record.json"
    done = ape_run("deploy", "--network", node.url, "--output", str(path))
    assert done.returncode == 0, done.stdout
    return path


def test_a_dry_run_sends_nothing(node, record):
    web3, before = Web3(HTTPProvider(node.url)), record.read_text()
    nonce = web3.eth.get_transaction_count(DEPLOYER)
    arguments = ("upgrade", NAME, "--to", "HarnessRegistryNext", "--network", node.url, "--record", str(record))
    done = ape_run(*arguments, "--dry-run")
    assert done.returncode == 0, done.stdout
    assert "interface      + function 0x06661abd count()" in done.stdout
    assert "1 answers compared, 0 differ" in done.stdout
    assert "dry run        nothing was sent" in done.stdout
    assert (web3.eth.get_transaction_count(DEPLOYER), record.read_text()) == (nonce, before)


def test_a_refusal_is_one_message(node, record):
    done = ape_run("upgrade", NAME, "--network", node.url, "--record", str(record))
    assert done.returncode == 1
    assert "Error: ServiceRegistry: 0x" in done.stdout
    assert "there is nothing to upgrade" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_running_node_gets_a_new_version(node, record):
    """Last, since it changes the node."""
    old = json.loads(record.read_text())["contracts"][NAME]
    arguments = ("--to", "HarnessRegistryNext", "--network", node.url, "--record", str(record))
    done = ape_run("upgrade", NAME, *arguments)
    assert done.returncode == 0, done.stdout
    new = json.loads(record.read_text())["contracts"][NAME]
    assert f"complete       {NAME} runs {new['implementation']['address']}" in done.stdout
    assert new["address"] == old["address"]
    assert new["implementation"]["contract"] == "HarnessRegistryNext"


def test_the_help_says_what_happens():
    done = ape_run("upgrade", "--help")
    for text in ("1 compares", "2 tries", "3 deploys", "4 puts it in", "5 looks again", "--execute", "--dry-run"):
        assert text in done.stdout
