"""Deployments: as declared, resumed where they were broken off, refused where a record forbids them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scripts._lib.checks import require_as_declared
from scripts._lib.deployment import deploy
from scripts._lib.errors import DeploymentCheckError, RecordError
from scripts._lib.instances import Deployment
from scripts._lib.params import load_parameters
from scripts._lib.preflight import default_record, estimate_cost, forget_vanished_chain
from scripts._lib.record import DeploymentRecord
from scripts._lib.sources import BY_NAME, PROXIED, contract_id

ADMIN_ROLE = bytes(32)
LOCAL = load_parameters("local")


class BrokenOffError(Exception):
    """Stands for whatever ends a deployment half way."""


def break_off_after(count):
    """A report that lets `count` transactions pass."""
    lines = []

    def report(line):
        lines.append(line)
        if len(lines) == count:
            raise BrokenOffError

    return report


def titles(lines):
    return [line[:45].rstrip() for line in lines]


@pytest.fixture(scope="module")
def steps(owner):
    """Titles of all transactions of a local deployment, in their order."""
    lines = []
    deploy(LOCAL, owner, report=lines.append)
    return titles(lines)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deployments" / "record.json"


@pytest.fixture
def begun(owner, path):
    """A deployment that was broken off after three contracts."""
    with pytest.raises(BrokenOffError):
        deploy(LOCAL, owner, record_path=path, report=break_off_after(3))
    return path


def edit(path, change):
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def test_a_local_deployment_gives_everything_to_the_deployer(owner):
    deployment = deploy(LOCAL, owner)
    assert deployment.controller.owner() == owner
    assert deployment.token.balanceOf(owner) == deployment.token.totalSupply() == LOCAL.genesis_supply
    assert deployment.token.hasRole(ADMIN_ROLE, owner)
    assert not deployment.controller.paused()


def test_another_owner_gets_everything_and_the_deployer_keeps_nothing(owner, stranger, gateway, treasury):
    parameters = replace(
        load_parameters("arbitrum-mainnet"),
        owner=stranger.address,
        genesis_holder=gateway.address,
        treasury=treasury.address,
    )
    deployment = deploy(parameters, owner)
    assert deployment.controller.owner() == stranger
    assert deployment.token.balanceOf(gateway) == parameters.genesis_supply
    assert deployment.token.hasRole(ADMIN_ROLE, stranger)
    assert not deployment.token.hasRole(ADMIN_ROLE, owner)
    assert deployment.controller.getContract(contract_id("Treasury")) == treasury
    assert deployment.rounds_manager.roundLength() == 6377


def test_the_record_says_what_stands_where_and_from_what(owner, path, chain):
    deployment = deploy(LOCAL, owner, record_path=path)
    record = json.loads(path.read_text())
    assert record["complete"]
    assert (record["chain_id"], record["deployer"]) == (chain.chain_id, owner.address)
    assert record["controller"] == deployment.controller.address
    assert record["parameters"]["owner"] == owner.address
    assert set(record["contracts"]) == set(BY_NAME)
    for name, entry in record["contracts"].items():
        parts = [entry["implementation"], *([entry["proxy"]] if name in PROXIED else [])]
        assert entry["address"] == parts[-1]["address"]
        for part in parts:
            receipt = chain.get_receipt(part["transaction"])
            assert receipt.contract_address == part["address"]
            assert (receipt.block_number, receipt.gas_used) == (part["block"], part["gas_used"])
            assert part["block"] >= record["block"]
            assert part["compiler"]["version"] == "0.8.37"
            assert len(part["commit"]) in (0, 40)
    minter = record["contracts"]["Minter"]["implementation"]
    shares = [LOCAL.inflation, LOCAL.inflation_change, LOCAL.target_bonding_rate]
    assert minter["constructor_arguments"] == [record["controller"], *shares]


def test_a_record_is_read_back_as_it_was_written(owner, path):
    written = deploy(LOCAL, owner, record_path=path).record
    read = DeploymentRecord.load(path)
    assert read == written
    assert Deployment.of(read).controller.owner() == owner


def test_the_estimate_covers_the_cost(owner, path):
    fresh = DeploymentRecord(path=path, chain_id=0, network="", deployer=owner.address, parameters={})
    before = estimate_cost(owner, fresh)
    record = deploy(load_parameters("arbitrum-mainnet"), owner).record
    assert record.gas_used <= before.gas <= 1.3 * record.gas_used
    assert len(record.parts) + len(record.calls) <= before.transactions
    assert estimate_cost(owner, record).gas < before.gas


@pytest.mark.parametrize("part", [0.03, 0.1, 0.3, 0.5, 0.8, 0.98])
def test_a_deployment_that_was_broken_off_goes_on_and_does_nothing_twice(owner, path, steps, part):
    count = max(1, int(part * len(steps)))
    with pytest.raises(BrokenOffError):
        deploy(LOCAL, owner, record_path=path, report=break_off_after(count))
    half = DeploymentRecord.load(path)
    assert not half.complete
    assert len(half.parts) + len(half.calls) == count

    nonce = owner.nonce
    lines = []
    deployment = deploy(LOCAL, owner, record_path=path, report=lines.append)
    assert titles(lines) == steps[count:]
    assert owner.nonce == nonce + len(lines)
    for name, part in half.implementations.items():
        assert deployment.record.implementations[name] == part


def test_a_transaction_that_missed_the_record_is_not_sent_again(owner, path, steps):
    """The process died between a call and the record: the chain itself says that it is done."""
    with pytest.raises(BrokenOffError):
        deploy(LOCAL, owner, record_path=path, report=break_off_after(len(steps) - 3))
    edit(path, lambda data: data["calls"].clear())
    lines = []
    deploy(LOCAL, owner, record_path=path, report=lines.append)
    assert titles(lines) == steps[-3:]


def test_a_handed_over_deployment_that_missed_its_last_word_is_completed_without_a_transaction(owner, stranger, path):
    parameters = replace(LOCAL, owner=stranger.address)
    deploy(parameters, owner, record_path=path)
    edit(path, lambda data: data.update(complete=False))
    nonce = owner.nonce
    assert deploy(parameters, owner, record_path=path).record.complete
    assert owner.nonce == nonce


def test_a_complete_deployment_is_not_repeated(owner, path):
    deploy(LOCAL, owner, record_path=path)
    nonce = owner.nonce
    with pytest.raises(RecordError, match="complete deployment: name another --output"):
        deploy(LOCAL, owner, record_path=path)
    assert owner.nonce == nonce


def test_a_record_of_another_deployer_is_left_alone(begun, stranger):
    with pytest.raises(RecordError, match="was begun by"):
        deploy(LOCAL, stranger, record_path=begun)


def test_a_record_of_other_parameters_is_left_alone(begun, owner):
    with pytest.raises(RecordError, match="other parameters \\(round_length, unlock_period\\)"):
        deploy(replace(LOCAL, round_length=51, unlock_period=3), owner, record_path=begun)


def test_a_record_of_another_chain_is_left_alone(begun, owner):
    edit(begun, lambda data: data.update(chain_id=42161))
    with pytest.raises(RecordError, match="is of chain 42161, this is chain 31337"):
        deploy(LOCAL, owner, record_path=begun)


def test_a_record_that_the_chain_contradicts_is_left_alone(begun, owner, chain):
    controller = json.loads(begun.read_text())["controller"]
    chain.provider.set_code(controller, b"\x00")
    with pytest.raises(RecordError, match=f"Controller is at {controller}, the chain does not"):
        deploy(LOCAL, owner, record_path=begun)


def test_a_record_of_other_sources_is_left_alone(begun, owner):
    edit(begun, lambda data: data["contracts"]["Minter"]["implementation"].update(creation_code_hash="0x00"))
    with pytest.raises(RecordError, match="Minter has other sources now"):
        deploy(LOCAL, owner, record_path=begun)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": 1}', '{"format": 2}', '{"format": 3}'])
def test_a_file_that_is_no_record_is_left_alone(owner, path, content):
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(RecordError, match=r"record\.json"):
        deploy(LOCAL, owner, record_path=path)
    assert path.read_text() == content


def test_only_the_record_of_a_chain_that_is_gone_is_forgotten(begun, chain):
    assert not forget_vanished_chain(begun)
    edit(begun, lambda data: data.update(chain_id=42161))
    assert not forget_vanished_chain(begun)
    edit(begun, lambda data: data.update(chain_id=chain.chain_id))
    for part in DeploymentRecord.load(begun).parts.values():
        chain.provider.set_code(part.address, b"")
    assert forget_vanished_chain(begun)
    assert not begun.exists()


def test_records_of_local_chains_go_where_git_does_not_look(chain):
    assert default_record(chain.provider).name == "local-ethereum-local.json"


TAMPERING = {
    "a parameter": (lambda d, o: d.ticket_broker.setUnlockPeriod(9, sender=o), "unlockPeriod: expected 2, found 9"),
    "a pause": (lambda d, o: d.controller.pause(sender=o), "paused: expected False, found True"),
    "a registration": (
        lambda d, o: d.controller.setContractInfo(contract_id("JobsManager"), o, bytes(20), sender=o),
        "Controller's JobsManager",
    ),
    "a role": (lambda d, o: d.token.renounceRole(ADMIN_ROLE, o, sender=o), "owner administers the token"),
    "an owner": (lambda d, o: d.controller.transferOwnership(d.minter, sender=o), "owner: expected"),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_the_check_names_what_is_not_as_declared(owner, name):
    tamper, difference = TAMPERING[name]
    deployment, parameters = deploy(LOCAL, owner), LOCAL.with_deployer(owner.address)
    assert require_as_declared(deployment, parameters) > 40
    tamper(deployment, owner)
    with pytest.raises(DeploymentCheckError, match=difference):
        require_as_declared(deployment, parameters)
